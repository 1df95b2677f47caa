"""What the demo's records hold about money when it first starts: the orders by which cost is divided, and two budgets."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid5

from sqlalchemy import Connection

from core.costs.budgets import Budget, Every, Plan
from core.costs.samples import Sample
from core.costs.scope import ACCOUNT, Filter, Match
from core.costs.units import UnitMetric
from core.events import Event
from core.money import exact
from core.periods import month_of
from services.db.stores import budgets, units
from services.demo import orders
from services.demo.company import ORGANISATION_ID, SEED, STAGING

KNOWN_DAYS = 395
"""As far back as the bill reaches, and as CloudWatch is asked at first."""
ORDERS = UnitMetric("orders", source=orders.METRIC)
STAGING_ONLY = (Filter(ACCOUNT, Match.IS, STAGING.id),)
PLANS = {"Everything": ("56000", ()), "Staging": ("3200", STAGING_ONLY)}
"""The second was enough until the forgotten test fleet was started."""


def seed(db: Connection, by: str, born: date, at: datetime) -> list[tuple[Event, str]]:
    """Keep them as somebody of the company; answers what is to be recorded, each with its subject."""
    identity = uuid5(ORGANISATION_ID, "orders")
    units.add(db, ORGANISATION_ID, identity, ORDERS, by, at)
    known = orders.history(SEED, born, KNOWN_DAYS)
    units.keep(db, ORGANISATION_ID, identity, [Sample(day, Decimal(count)) for day, count in known.items()])
    said = [(Event("UnitSaved", f"unit:{identity}", {"name": ORDERS.name, "filters": []}), ORDERS.name)]
    for name, (amount, filters) in PLANS.items():
        first = month_of(at.date()).start
        plan = Plan(name, Decimal(amount), "USD", Every.MONTH, first.replace(month=1), filters=filters)
        budget = Budget(uuid5(ORGANISATION_ID, f"budget {name}"), ORGANISATION_ID, plan, 1, by, at, at)
        budgets.add(db, budget)
        data = {
            "name": name,
            "version": 1,
            "amount": exact(plan.amount),
            "currency": plan.currency,
            "every": plan.every.value,
        }
        said.append((Event("BudgetSaved", f"budget:{budget.id}", data), name))
    return said
