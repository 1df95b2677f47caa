"""A small bill of two months, and a virtual tag over it."""

from datetime import date

from core.costs.filters import parse
from core.costs.scope import Dimension
from core.costs.virtual_tags import Method, Rule, SharedCost, VirtualTag
from core.periods import Period
from tests.bills import a_line

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
BOTH = Period(FEBRUARY, date(2026, 4, 1))
ONLY_MARCH = Period(MARCH, date(2026, 4, 1))
TEAM = Dimension("tag:team")
LINES = [
    a_line(day="2026-02-05", cost="8"),
    a_line(day="2026-03-05", cost="30.1", Tags='{"team": "checkout", "squad": "red"}'),
    a_line(day="2026-03-06", cost="10", Tags='{"team": "data"}', SubAccountId="333333333333"),
    a_line(day="2026-03-06", cost="5", Tags='{"Team": "x"}', SubAccountId="333333333333"),
    a_line(day="2026-03-07", cost="2", Tags="", ServiceName="AWS Lambda"),
    a_line(day="2026-03-08", cost="4", Tags="", ServiceName="Tax", ChargeCategory="Tax"),
    a_line(day="2026-03-08", cost="9", Tags="", BillingCurrency="ISK"),
]
RULES = (
    Rule((parse("service=AWS Lambda"),), "platform"),
    Rule((parse("tag:team=checkout"), parse("account=222222222222")), "shop"),
    Rule((), of=TEAM),
)
TAG = VirtualTag("Product", RULES, MARCH)
TAX = SharedCost("Product", "Tax", (parse("charge category=Tax"),), Method.PROPORTIONAL, MARCH)
