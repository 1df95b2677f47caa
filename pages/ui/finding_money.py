"""Where a recommendation's money was learnt, and of whom it is, in words."""

from core.recommendations.finding import StoredFinding
from core.recommendations.lever import Lever
from core.savings import MoneyFrom

_LEARNT = {
    MoneyFrom.BILL: "its own bill lines, discounts included",
    MoneyFrom.SCALED: "its bill, scaled to what was done to it since",
    MoneyFrom.LIST: "the list price: it is not on the bill yet",
}
_COSTS = {
    MoneyFrom.BILL: "this resource alone",
    MoneyFrom.SCALED: "once the bill shows what was done to it",
    MoneyFrom.LIST: "it is not on the bill yet",
}
_LEARNT_OF_MEMBERS = {
    MoneyFrom.BILL: "its members' own bill lines, discounts included",
    MoneyFrom.LIST: "the list price: not all of its members are on the bill yet",
}
_COSTS_OF_MEMBERS = {
    MoneyFrom.BILL: "for running its members",
    MoneyFrom.LIST: "for running its members, by list price",
}


def words(finding: StoredFinding) -> tuple[str, str]:
    """Where the saving was learnt, and whose cost stands beside it: of a group that a schedule switches, its members'."""
    source = finding.money_from
    learnt, costs = _LEARNT[source], _COSTS[source]
    if finding.lever is Lever.SCHEDULE and finding.claims:
        return _LEARNT_OF_MEMBERS.get(source, learnt), _COSTS_OF_MEMBERS.get(source, costs)
    return learnt, costs
