"""Small bills: say only what the test is about."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

Billed = Callable[[Sequence[Mapping[str, str]]], None]
"""Takes lines in as the first bill of the organisation: see the fixture `billed`."""
DATA = Path(__file__).parent / "data"
FOCUS_SAMPLE = DATA / "focus_1_0_sample.csv"
MYBINDER = DATA / "mybinder_daily_cost.csv"


def a_line(**columns: str) -> dict[str, str]:
    """A FOCUS line: one dollar of EC2 usage in production on 2026-03-05."""
    day = columns.pop("day", "2026-03-05")
    cost = columns.pop("cost", "1")
    return {
        "BilledCost": cost,
        "EffectiveCost": cost,
        "ListCost": cost,
        "ContractedCost": cost,
        "BillingPeriodStart": f"{day[:7]}-01T00:00:00Z",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargePeriodEnd": f"{day}T01:00:00Z",
        "BillingAccountId": "111111111111",
        "BillingCurrency": "USD",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "ChargeCategory": "Usage",
        "ChargeClass": "",
        "ProviderName": "AWS",
        "SubAccountId": "222222222222",
        "SubAccountName": "production",
        "RegionId": "us-east-1",
        "ResourceId": "i-1",
        "ConsumedQuantity": "1",
        "ConsumedUnit": "Hours",
        "Tags": '{"team": "checkout"}',
    } | columns


def a_bill(path: Path, lines: Iterable[Mapping[str, str]]) -> Path:
    """Write lines as a FOCUS CSV."""
    rows = list(lines)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path
