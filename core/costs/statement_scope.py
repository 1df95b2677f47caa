"""Where the lines of a statement are: filters as narrow as its own, and what no filter can tell apart."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.costs.scope import CHARGE_CATEGORY, SERVICE, Dimension, Filter, Match
from core.costs.statements import Kind, Statement, is_support

PROVIDER = Dimension("provider")
IS = {Kind.TAX: "Tax", Kind.CREDIT: "Credit", Kind.PURCHASE: "Purchase"}
"""Kinds that are a charge category."""
IS_NOT = {Kind.USAGE: ("Tax", "Credit", "Purchase"), Kind.SUPPORT: ("Tax", "Credit")}
"""Kinds that are all but some charge categories."""


@dataclass(frozen=True)
class Behind:
    """`filters` that hold for the lines of a statement, refunds in or out, and sentences on what is shown beyond them."""

    filters: tuple[Filter, ...]
    refunds: bool
    beyond: tuple[str, ...]


def behind(statement: Statement, services: Collection[str], payers: Collection[str]) -> Behind:
    """The lines of a statement, among bills that hold these services and payers (such as AWS:111111111111)."""
    narrowed = (*statement.filters, *_kind(statement, services))
    beyond = []
    if statement.kind is Kind.REFUND:
        beyond.append(
            "No filter tells refunds and corrections from other charges, so all kinds of charge are shown."
        )
    if statement.payer is not None and statement.source is None and set(payers) - {statement.payer}:
        provider = statement.payer.partition(":")[0]
        narrowed = (*narrowed, Filter(PROVIDER, Match.IS, provider))
        if any(each != statement.payer and each.startswith(f"{provider}:") for each in payers):
            beyond.append(
                f"No filter tells who pays, so all bills of {provider} are shown, not those of {statement.payer} alone."
            )
    return Behind(tuple(dict.fromkeys(narrowed)), statement.kind in {None, Kind.REFUND}, tuple(beyond))


def _kind(statement: Statement, services: Collection[str]) -> Iterator[Filter]:
    """What the lines of its kind have beside not being refunds: support is a service, and no other kind has it."""
    kind = statement.kind
    if kind is None or kind is Kind.REFUND:
        return
    if kind in IS:
        yield Filter(CHARGE_CATEGORY, Match.IS, IS[kind])
    for category in IS_NOT.get(kind, ()):
        yield Filter(CHARGE_CATEGORY, Match.IS_NOT, category)
    if statement.service is not None:  # the service alone says whether it is support
        return
    supporting = sorted(each for each in services if is_support(each))
    if kind is Kind.SUPPORT:
        yield from (Filter(SERVICE, Match.IS, each) for each in supporting)
        if not supporting:
            yield Filter(SERVICE, Match.CONTAINS, "support")
    elif kind in {Kind.USAGE, Kind.PURCHASE}:
        yield from (Filter(SERVICE, Match.IS_NOT, each) for each in supporting)
