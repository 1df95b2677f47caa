import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.periods import midnight, month_back, month_of
from services.demo import bill, stories
from services.demo.changes import Change, What
from services.demo.company import PRODUCTION
from services.demo.estate import RUNAWAY_GATEWAY
from services.demo.life import World
from services.demo.surcharges import TAX_RATE, committed
from services.demo.templates import list_price
from services.demo.world import group, make
from tests.demo.conftest import BORN

PREVIOUS = month_back(BORN, 1)


@lru_cache(maxsize=16)
def lines_of(seed: int, born: date, month: date) -> pa.Table:
    return bill.month(make(born, seed), month, born)


def lines(world: World, month: date) -> pa.Table:
    """A month's lines on the day of birth, made once."""
    return lines_of(world.seed, world.born, month)


def where(table: pa.Table, column: str, test: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> pa.Table:
    return table.filter(test(table[column]))


def of(table: pa.Table, ids: set[str] | frozenset[str]) -> pa.Table:
    return where(
        table, "ResourceId", lambda column: pc.is_in(column.cast(pa.string()), pa.array(sorted(ids)))
    )


def on(table: pa.Table, day: date) -> pa.Table:
    start, end = midnight(day), midnight(day + timedelta(days=1))
    return where(table, "ChargePeriodStart", lambda c: pc.and_(pc.greater_equal(c, start), pc.less(c, end)))


def listed(table: pa.Table) -> Decimal:
    return pc.sum(table["ListCost"]).as_py() or Decimal(0)


def ids(world: World, account: str, name: str) -> set[str]:
    return {life.resource.id for life in group(world, account, name)}


def day(world: World, account: str, name: str, days_before: int) -> Decimal:
    when = world.born - timedelta(days=days_before)
    month = when.replace(day=1)
    return listed(on(of(lines(world, month), ids(world, account, name)), when))


def test_there_are_thirteen_months_at_birth(world: World) -> None:
    months = bill.months(world, BORN)

    assert len(months) == 13
    assert months[-1] == BORN.replace(day=1)
    assert bill.months(world, BORN + timedelta(days=30))[:13] == months


def test_a_month_of_which_no_day_is_closed_has_no_lines(world: World) -> None:
    assert bill.month(world, BORN.replace(day=1), BORN.replace(day=1)).num_rows == 0


def test_every_usage_line_is_quantity_times_price_exactly(world: World) -> None:
    table = where(lines(world, PREVIOUS), "ChargeCategory", lambda c: pc.equal(c.cast(pa.string()), "Usage"))
    usage = where(table, "ConsumedQuantity", pc.is_valid)
    product = pc.multiply(usage["PricingQuantity"], usage["ListUnitPrice"]).cast(bill.COST)

    assert usage.num_rows > 50_000
    assert pc.all(pc.equal(product, usage["ListCost"])).as_py()
    paid = pc.or_(pc.equal(usage["BilledCost"], usage["ListCost"]), pc.equal(usage["BilledCost"], Decimal(0)))
    assert pc.all(paid).as_py()


def test_machines_are_billed_for_the_hours_they_ran_at_the_price_of_their_type(world: World) -> None:
    table = lines(world, PREVIOUS)
    hours = month_of(PREVIOUS).length * 24
    for name in ("soak", "gpu"):
        for life in group(world, "staging" if name == "soak" else "data", name):
            mine = of(table, {life.resource.id})
            if mine.num_rows == 0 or not life.resource.id.startswith("i-"):
                continue
            price = list_price(life.resource.region, f"ec2:{life.resource.type}").usd
            assert pc.sum(mine["ConsumedQuantity"]).as_py() == hours
            assert listed(mine) == price * hours


def test_storage_costs_its_price_for_a_whole_month(world: World) -> None:
    volume = group(world, "data", "hadoop-data")[0]

    found = listed(of(lines(world, PREVIOUS), {volume.resource.id}))

    assert abs(found - 500 * Decimal("0.08")) < Decimal("0.0001")


def test_lines_name_resources_and_tags_of_the_inventory(world: World) -> None:
    tags = {life.resource.id: dict(life.resource.tags) for life in world.lives}
    tags |= {plan.arn: {} for plan in world.commitments}
    seen = lines(world, PREVIOUS).select(["ResourceId", "Tags"]).to_pylist()

    assert {line["ResourceId"] for line in seen} - {None} <= tags.keys()
    for line in seen[::50]:
        if line["Tags"] is not None:
            assert json.loads(line["Tags"]) == tags[line["ResourceId"]]


def test_machines_are_billed_hourly_for_the_last_sixty_days_and_daily_before(world: World) -> None:
    table = lines(world, BORN.replace(day=1))
    old = lines(world, month_back(BORN, 4))
    width = {True: timedelta(hours=1), False: timedelta(days=1)}
    for month in (table, old):
        machines = where(month, "ResourceType", lambda c: pc.equal(c.cast(pa.string()), "Instance")).slice(
            0, 500
        )
        lengths = {line["ChargePeriodEnd"] - line["ChargePeriodStart"] for line in machines.to_pylist()}
        assert lengths == {width[month is table]}


@settings(max_examples=4, deadline=None)
@given(passed=st.integers(1, 70), month=st.integers(0, 2))
def test_a_later_day_adds_days_and_changes_none(world: World, passed: int, month: int) -> None:
    first = month_back(BORN, month)
    then = bill.month(world, first, BORN)
    later = bill.month(world, first, BORN + timedelta(days=passed))

    closed = where(later, "ChargePeriodStart", lambda c: pc.less(c, midnight(BORN)))
    keep = [name for name in then.column_names if name != "InvoiceId"]
    order = [("ChargePeriodStart", "ascending"), ("SkuId", "ascending"), ("ResourceId", "ascending")]
    order += [("ChargeDescription", "ascending"), ("SubAccountId", "ascending")]
    plain = then.schema.empty_table().select(keep).schema
    text = pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in plain])
    assert closed.select(keep).cast(text).sort_by(order) == then.select(keep).cast(text).sort_by(order)


def test_a_month_is_open_until_its_invoice(world: World) -> None:
    assert (
        lines(world, BORN.replace(day=1))["InvoiceId"].null_count
        == lines(world, BORN.replace(day=1)).num_rows
    )
    assert lines(world, PREVIOUS)["InvoiceId"].null_count == 0


def test_effective_and_billed_cost_add_up_to_the_same(world: World) -> None:
    for back in (0, 1, 2):
        table = lines(world, month_back(BORN, back))
        assert pc.sum(table["EffectiveCost"]).as_py() == pc.sum(table["BilledCost"]).as_py()


def test_covered_usage_is_billed_nothing_and_costs_less_than_list(world: World) -> None:
    covered = where(
        lines(world, PREVIOUS), "CommitmentDiscountStatus", lambda c: pc.equal(c.cast(pa.string()), "Used")
    )

    assert covered.num_rows > 1000
    assert pc.sum(covered["BilledCost"]).as_py() == 0
    assert pc.sum(covered["EffectiveCost"]).as_py() == listed(covered) * Decimal(stories.SAVINGS_PLAN_RATE)


def test_what_a_commitment_does_not_cover_is_shown_as_unused(world: World) -> None:
    table = lines(world, PREVIOUS)
    for plan in world.commitments:
        mine = where(
            table, "CommitmentDiscountId", lambda c, arn=plan.arn: pc.equal(c.cast(pa.string()), arn)
        )
        fee = pc.sum(mine["BilledCost"]).as_py()
        unused = where(mine, "CommitmentDiscountStatus", lambda c: pc.equal(c.cast(pa.string()), "Unused"))
        assert pc.sum(mine["EffectiveCost"]).as_py() == fee
        assert Decimal(0) < pc.sum(unused["EffectiveCost"]).as_py() < fee / 10


def test_a_commitment_expired_and_its_machines_went_back_to_list_price(world: World) -> None:
    plan = next(plan for plan in world.commitments if plan.name == "sp-search")
    last = world.born - timedelta(days=stories.COMMITMENT_EXPIRED + 1)

    assert plan.end == midnight(last + timedelta(days=1))
    before = of(on(lines(world, last.replace(day=1)), last), plan.covered)
    after_day = last + timedelta(days=1)
    after = of(on(lines(world, after_day.replace(day=1)), after_day), plan.covered)
    assert pc.sum(before["BilledCost"]).as_py() == 0
    assert pc.sum(after["BilledCost"]).as_py() == listed(after) == listed(before) > 0
    assert committed(world, plan) * 24 > pc.sum(before["EffectiveCost"]).as_py()


def test_nat_traffic_ran_away_on_one_day(world: World) -> None:
    normal = day(world, "data", RUNAWAY_GATEWAY, stories.NAT_RUNAWAY + 1)
    runaway = day(world, "data", RUNAWAY_GATEWAY, stories.NAT_RUNAWAY)

    assert runaway > 25 * normal
    assert day(world, "data", RUNAWAY_GATEWAY, stories.NAT_RUNAWAY - 1) < 2 * normal


def test_a_test_fleet_was_forgotten(world: World) -> None:
    assert day(world, "staging", "load-test", stories.LOAD_TEST + 1) == 0
    assert day(world, "staging", "load-test", 1) > 12 * 24 * Decimal("0.34")


def test_a_volume_farm_outlived_its_cluster(world: World) -> None:
    assert day(world, "data", "hadoop", stories.HADOOP_GONE + 1) > 40
    assert day(world, "data", "hadoop", stories.HADOOP_GONE) == 0
    assert day(world, "data", "hadoop-data", 1) > 20


def test_there_are_credits_tax_and_a_refund(world: World) -> None:
    table = lines(world, (world.born - timedelta(days=50)).replace(day=1))
    refund = where(table, "ChargeClass", lambda c: pc.equal(c.cast(pa.string()), "Correction"))
    credit = where(
        lines(world, BORN.replace(day=1)), "ChargeCategory", lambda c: pc.equal(c.cast(pa.string()), "Credit")
    )

    assert pc.sum(refund["BilledCost"]).as_py() == Decimal("-214.70")
    assert pc.sum(credit["BilledCost"]).as_py() == Decimal("-12.50") * credit.num_rows


def test_tax_is_a_share_of_what_was_billed(world: World) -> None:
    some_day = world.born - timedelta(days=3)
    table = on(lines(world, some_day.replace(day=1)), some_day)
    billed = {kind: Decimal(0) for kind in ("Usage", "Purchase", "Tax", "Credit")}
    for line in table.select(["ChargeCategory", "BilledCost"]).to_pylist():
        billed[line["ChargeCategory"]] += line["BilledCost"]

    assert abs(billed["Tax"] - (billed["Usage"] + billed["Purchase"]) * TAX_RATE) < Decimal("0.00001")


@pytest.mark.parametrize("action", stories.PAST_ACTIONS, ids=lambda action: action.key)
def test_each_past_action_had_its_known_effect(world: World, action: stories.PastAction) -> None:
    def week(days_before: int) -> Decimal:
        return (
            sum((day(world, action.account, action.group, days_before + n) for n in range(7)), Decimal(0)) / 7
        )

    saved = week(action.from_days + 3) - week(action.from_days - 10)

    assert abs(saved - Decimal(action.usd_per_day)) < Decimal(action.usd_per_day) / 25
    if action.to_days is not None:
        undone = week(action.to_days - 10)
        assert abs(undone - week(action.from_days + 3)) < Decimal("0.10")


def test_a_machine_stopped_later_costs_nothing_from_then_on(world: World) -> None:
    machine = next(
        life.resource.id for life in group(world, "staging", "load-test") if life.resource.id.startswith("i-")
    )
    today = BORN + timedelta(days=3)
    stopped = Change(datetime(2026, 11, 23, 14, 30, tzinfo=UTC), machine, What.STOPPED)

    table = of(bill.month(world, BORN.replace(day=1), today, [stopped]), {machine})

    assert listed(on(table, date(2026, 11, 23))) == Decimal("14.5") * Decimal("0.34")
    assert on(table, date(2026, 11, 24)).num_rows == 0


def test_a_machine_stopped_later_is_charged_for_no_more_credits(world: World) -> None:
    machine = next(
        life.resource.id for life in group(world, "production", "chat") if life.resource.id.startswith("i-")
    )
    stopped = Change(midnight(date(2026, 11, 23)), machine, What.STOPPED)

    table = of(bill.month(world, BORN.replace(day=1), BORN + timedelta(days=3), [stopped]), {machine})

    assert listed(on(table, BORN)) > 24 * Decimal("0.0416") + 1
    assert on(table, date(2026, 11, 23)).num_rows == 0


def test_a_volume_moved_or_deleted_later_costs_accordingly(world: World) -> None:
    first, second = (life.resource for life in group(world, "data", "hadoop-data")[:2])
    at = datetime(2026, 11, 23, tzinfo=UTC)
    changes = [
        Change(at, first.id, What.RESIZED, "gp3", 500, 4000, 125),
        Change(at, second.id, What.DELETED),
    ]

    table = on(bill.month(world, BORN.replace(day=1), BORN + timedelta(days=3), changes), date(2026, 11, 24))

    more = (500 * Decimal("0.08") + 1000 * Decimal("0.005")) / 30
    assert abs(listed(of(table, {first.id})) - more) < Decimal("0.0001")
    assert of(table, {second.id}).num_rows == 0


def test_the_production_account_pays(world: World) -> None:
    table = lines(world, PREVIOUS)

    assert set(table["BillingAccountId"].cast(pa.string()).to_pylist()) == {PRODUCTION.id}
    assert len(set(table["SubAccountId"].cast(pa.string()).to_pylist())) == 3
