"""The last 30 days replayed from the samples and the bill that are kept."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from core.access.roles import Role, User
from core.errors import NotFound
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from core.schedules.what_if import WhatIf
from services.context import Context
from services.usecases import ingest, what_if
from tests.acted_on import a_cluster
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT, an_instance
from tests.computing import a_function
from tests.databases import a_database, a_warehouse
from tests.fleet import connected, sampled, seen
from tests.once import Once

NEVER = ScheduleDefinition("UTC", ())
NIGHTS_OFF = ScheduleDefinition("UTC", (Period("06:00", "24:00"),))
STAGING = Selector(tag=("environment", "staging"))
PLAN = {
    "CommitmentDiscountId": "sp-1",
    "CommitmentDiscountType": "Savings Plan",
    "CommitmentDiscountStatus": "Used",
}
DAYS = 30


@pytest.fixture
def world(ctx: Context, organisation_id: UUID, data_dir: Path, once: Once) -> None:
    """Two staging instances: one runs day and night and works at noon and at 3, the other is covered half by a plan and never sampled."""
    once("what if", lambda: _world(ctx, organisation_id, data_dir))


def _world(ctx: Context, organisation_id: UUID, data_dir: Path) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    tags = {"environment": "staging"}
    seen(
        ctx, organisation_id, an_instance("i-1", tags=tags), an_instance("i-2", tags=tags), an_instance("i-3")
    )
    day = np.ones(24, dtype=np.float32)
    day[[3, 12]] = 60
    cpu = np.tile(day, DAYS + 5)
    sampled(ctx, organisation_id, "i-1", "cpu", cpu)
    sampled(ctx, organisation_id, "i-2", "cpu", np.ones_like(cpu))
    today = ctx.now().date()
    days = [(today - timedelta(days=back)).isoformat() for back in range(DAYS + 5)]
    common = {"SubAccountId": ACCOUNT, "cost": "2.4", "ConsumedQuantity": "24"}
    half = {"SubAccountId": ACCOUNT, "ResourceId": "i-2", "cost": "1.2", "ConsumedQuantity": "12"}
    lines = [a_line(day=each, **common) for each in days]
    lines += [a_line(day=each, **half) for each in days]
    lines += [a_line(day=each, **half, **PLAN) for each in days]
    lines += [a_line(day=each, **common | {"ConsumedUnit": "GB", "cost": "9"}) for each in days]
    ingest.files(ctx, organisation_id, [a_bill(data_dir / "bill.csv", lines)])


def asked(ctx: Context, user: User, definition: ScheduleDefinition, selector: Selector = STAGING) -> WhatIf:
    return what_if.what_if(ctx, user, definition, selector)


@pytest.mark.usefixtures("world")
def test_hours_off_money_and_use_are_told_by_instance(ctx: Context, viewer: User) -> None:
    found = asked(ctx, viewer, NIGHTS_OFF)
    assert found.end - found.start == timedelta(days=DAYS)
    plain, covered = found.replays
    assert (plain.off, plain.spared, plain.in_use) == (180, 180, 30)
    assert (plain.cost, plain.saved) == (72, 18)
    assert (covered.spared, covered.in_use, covered.cost, covered.saved) == (180, 0, 36, 9)
    assert (found.saved, found.currency, found.unpriced) == (Decimal(27), "USD", 0)


@pytest.mark.usefixtures("world")
def test_always_off_saves_what_was_paid_beside_the_plan_and_no_more(ctx: Context, viewer: User) -> None:
    assert asked(ctx, viewer, NEVER).saved == Decimal(108)


@pytest.mark.usefixtures("world")
def test_what_has_neither_bill_nor_samples_is_unknown_not_nothing(ctx: Context, viewer: User) -> None:
    (unknown,) = asked(ctx, viewer, NEVER, Selector(resource_ids=("i-3",))).replays
    assert (unknown.off, unknown.seen, unknown.saved) == (720, 0, None)


@pytest.mark.usefixtures("world")
def test_nobody_replays_what_they_do_not_see(ctx: Context, person: Callable[..., User]) -> None:
    stranger = person(Role.OPERATOR, accounts=frozenset({"444455556666"}))
    assert asked(ctx, stranger, NEVER).replays == ()
    with pytest.raises(NotFound, match="i-1"):
        asked(ctx, stranger, NEVER, Selector(resource_ids=("i-1",)))


@pytest.mark.usefixtures("world")
def test_databases_are_in_use_while_somebody_is_connected_and_a_cluster_is_told_as_its_instances(
    ctx: Context, organisation_id: UUID, viewer: User
) -> None:
    tags = {"environment": "staging"}
    cluster = a_cluster(tags=tags)
    alone, member = a_database("orders", tags=tags), a_database("shop-1", cluster=cluster.short_id)
    loose = a_database("other-1", cluster="other", tags=tags)
    reports = a_warehouse("reports", tags=tags)
    seen(ctx, organisation_id, cluster, alone, member, loose, reports, a_function(tags=tags))
    day = np.zeros(24, dtype=np.float32)
    day[[3, 12]] = 2
    for resource, connections in ((alone, day), (member, day * 0), (reports, day)):
        sampled(ctx, organisation_id, resource.id, "cpu", np.ones(24 * (DAYS + 5), dtype=np.float32))
        sampled(ctx, organisation_id, resource.id, "connections", np.tile(connections, DAYS + 5))
    found = {each.resource_id: each for each in asked(ctx, viewer, NIGHTS_OFF).replays}
    assert set(found) == {"i-1", "i-2", alone.id, member.id, reports.id}
    told = {name: (found[name].spared, found[name].in_use) for name in (alone.id, member.id, reports.id)}
    assert told == {alone.id: (180, 30), member.id: (180, 0), reports.id: (180, 30)}
    (only,) = asked(ctx, viewer, NIGHTS_OFF, Selector(resource_ids=(cluster.id,))).replays
    assert only == found[member.id]
    with pytest.raises(NotFound, match="hours are known"):
        asked(ctx, viewer, NEVER, Selector(resource_ids=(a_function().id,)))
