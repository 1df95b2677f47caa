"""A day's cost by name, in long form: `date, dimension, name, value` in US dollars, as jupyterhub/binder-billing publishes mybinder.org's bill.

The file cuts the same money twice, by `category` and by `project`: only `category` is read, so that nothing is counted twice.
"""

from collections.abc import Mapping, Sequence

from core.costs.focus import Kind
from core.errors import Invalid
from services.warehouse import values
from services.warehouse.readers import Reading

COLUMNS = ("date", "dimension", "name", "value")


def recognises(columns: Sequence[str]) -> bool:
    """Whether the columns are exactly these four."""
    return sorted(columns) == sorted(COLUMNS)


def reading(columns: Mapping[str, str]) -> Reading:
    """Billed and effective cost are the day's value; list and contracted cost are unknown. Raises `Invalid` for other columns."""
    if not recognises(list(columns)):
        message = f"its columns are not {', '.join(COLUMNS)}"
        raise Invalid(message)
    day = values.parsed("date", columns["date"], Kind.TIME)
    cost = values.parsed("value", columns["value"], Kind.NUMBER)
    found = {
        "BilledCost": cost,
        "EffectiveCost": cost,
        "BillingPeriodStart": f"date_trunc('month', {day})",
        "ChargePeriodStart": day,
        "ChargePeriodEnd": f"{day} + interval 1 day",
        "BillingAccountId": "'mybinder.org'",
        "BillingCurrency": "'USD'",
        "ServiceName": "name",
        "ChargeCategory": "'Usage'",
        "ProviderName": "'Google Cloud'",
        "SubAccountId": "'mybinder.org'",
    }
    raw = {
        "BilledCost": "value",
        "EffectiveCost": "value",
        "ChargePeriodStart": "date",
        "BillingPeriodStart": "date",
    }
    return Reading(
        found,
        raw,
        filled=("BilledCost", "EffectiveCost", "ChargePeriodStart"),
        where="dimension = 'category'",
    )
