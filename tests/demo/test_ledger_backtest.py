"""The estimator held against thirteen months of the demo company's bill: what was planted comes back, and nothing else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from core.inventory import Database, Instance, Volume
from core.ledger.entry import Entry, Proof
from core.ledger.estimate import realised
from core.ledger.expected import Billed
from core.recommendations.lever import Lever
from services.demo import bill, seed_savings, stories
from services.demo.life import World
from services.demo.world import group, make
from tests.demo.conftest import BORN

NAMES = (
    "ResourceId",
    "ChargePeriodStart",
    "SkuMeter",
    "PricingUnit",
    "EffectiveCost",
    "ContractedCost",
    "PricingQuantity",
)
PLACEBOS, SEEDED = 60, 7


@pytest.fixture(scope="module")
def company() -> World:
    return make(BORN)


@pytest.fixture(scope="module")
def billed(company: World) -> Mapping[str, Sequence[Billed]]:
    """What each resource came to by day and meter, of the whole bill's usage lines."""
    found: dict[str, list[Billed]] = defaultdict(list)
    for month in bill.months(company, BORN):
        table = bill.month(company, month, BORN)
        table = table.filter(pc.equal(table["ChargeCategory"].cast(pa.string()), "Usage"))
        table = table.select(NAMES).set_column(
            1, "ChargePeriodStart", pc.cast(table["ChargePeriodStart"], pa.date32(), safe=False)
        )
        table = pa.table({name: _plain(table[name]) for name in NAMES})
        sums = table.group_by(list(NAMES[:4])).aggregate([(name, "sum") for name in NAMES[4:]])
        for row in sums.to_pylist():
            if row["ResourceId"] is not None:
                found[row["ResourceId"]].append(
                    Billed(
                        row["ChargePeriodStart"],
                        row["SkuMeter"],
                        row["PricingUnit"],
                        row["EffectiveCost_sum"],
                        row["PricingQuantity_sum"],
                        row["ContractedCost_sum"],
                    )
                )
    return found


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def an_entry(resource_id: str, lever: Lever, at: date) -> Entry:
    return Entry(
        id=UUID(int=0),
        rule="",
        title="",
        lever=lever,
        resource_id=resource_id,
        resource_name="",
        account_id="",
        region="",
        promised=Decimal(0),
        applied_at=datetime(at.year, at.month, at.day, tzinfo=UTC),
        applied_by="",
    )


@pytest.mark.parametrize("action", stories.PAST_ACTIONS, ids=lambda action: action.key)
def test_planted_savings_come_back_within_five_per_cent(
    billed: Mapping[str, Sequence[Billed]], action: stories.PastAction
) -> None:
    done = stories.ago(BORN, action.from_days).date() - timedelta(days=1)
    until = BORN if action.to_days is None else stories.ago(BORN, action.to_days).date()
    _, lever = seed_savings.ABOUT[action.key]
    saved = Decimal(0)
    for resource in seed_savings.touched(action, BORN):
        came = realised(an_entry(resource.id, lever, done), billed[resource.id], until, {})
        assert came.proof is Proof.PROVEN
        saved += came.counted
    planted = Decimal(action.usd_per_day) * (until - done - timedelta(days=1)).days
    assert abs(saved - planted) < planted / 20, f"{saved:.2f} came back of {planted:.2f} planted"


def test_the_schedule_that_was_undone_is_told_so(
    company: World, billed: Mapping[str, Sequence[Billed]]
) -> None:
    done = stories.ago(BORN, stories.SCHEDULED).date() - timedelta(days=1)
    for life in group(company, "staging", stories.SCHEDULED_GROUP):
        if isinstance(life.resource, Instance):
            came = realised(
                an_entry(life.resource.id, Lever.SCHEDULE, done), billed[life.resource.id], BORN, {}
            )
            assert (came.proof, came.undone_on) == (
                Proof.UNDONE,
                stories.ago(BORN, stories.UNSCHEDULED).date(),
            )


def test_nothing_is_claimed_where_nothing_was_done(
    company: World, billed: Mapping[str, Sequence[Billed]]
) -> None:
    acted = {action.group for action in stories.PAST_ACTIONS}
    quiet = [
        life
        for life in company.living()
        if isinstance(life.resource, Instance | Volume | Database)
        and life.group not in acted
        and life.resource.state != "stopped"
        and len({each.day for each in billed[life.resource.id]}) > 100
    ]
    assert len(quiet) > PLACEBOS
    claimed = {}
    for number, life in enumerate(quiet[:: max(1, len(quiet) // PLACEBOS)]):
        days = sorted({each.day for each in billed[life.resource.id]})
        done = days[40 + (number * SEEDED) % (len(days) - 60)]
        for lever in Lever:
            came = realised(an_entry(life.resource.id, lever, done), billed[life.resource.id], BORN, {})
            if came.counted > 0:
                claimed[life.resource.name, lever] = came.counted
    assert not claimed
