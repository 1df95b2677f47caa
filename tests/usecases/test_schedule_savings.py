"""Savings of schedules are what was observed, on the real database and bill."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text, update

from core.access.roles import User
from core.actions.model import ActionState
from services.context import Context
from services.db.stores import resources
from services.db.tables.actions import actions
from services.usecases import ingest, schedules
from services.usecases.schedule_savings import observed
from tests.acted_on import a_cluster
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT
from tests.databases import a_database
from tests.usecases.test_switching_by_hand import HOUR, TAGS, attached, now, seen, tick
from tests.usecases.test_what_if import PLAN

__all__ = ["now"]


@pytest.fixture
def billed(ctx: Context, organisation_id: UUID, tmp_path: Path) -> None:
    """An instance of which half of each day's hours cost 0.10 USD and half were paid by a plan."""
    today = ctx.now().date()
    days = [(today - timedelta(days=back)).isoformat() for back in range(35)]
    half = {"SubAccountId": ACCOUNT, "ResourceId": "i-1", "cost": "1.2", "ConsumedQuantity": "12"}
    lines = [a_line(day=each, **half) for each in days]
    lines += [a_line(day=each, **half, **PLAN) for each in days]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "bill.csv", lines)])


def stopped(ctx: Context, organisation_id: UUID, hours_ago: int, *, step: str = "stop") -> None:
    """The schedule's stop was carried out so long ago, and AWS shows it."""
    at = datetime.now(UTC) - hours_ago * HOUR
    with ctx.begin() as db:
        db.execute(
            update(actions)
            .where(actions.c.state == ActionState.QUEUED)
            .values(state=ActionState.DONE, step=step, requested_at=at, started_at=at, settled_at=at)
        )
        db.execute(text("update resource set last_seen_at = :at"), {"at": at - HOUR})
    seen(ctx, organisation_id, "stopped", at)


@pytest.mark.usefixtures("billed")
def test_time_off_is_counted_until_it_was_seen_on_at_what_no_commitment_had_paid(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "running", now - 12 * HOUR)
    tick(ctx)
    stopped(ctx, organisation_id, 10)
    seen(ctx, organisation_id, "running", now - 2 * HOUR)
    found = observed(ctx, operator)
    (row,) = found.rows
    assert (found.name(row), row.resources, row.unpriced) == ("Off", {"i-1"}, frozenset())
    assert float(row.hours) == pytest.approx(8, abs=0.02)
    assert float(found.saved) == pytest.approx(0.4, abs=0.001)
    assert found.judged == frozenset()


def test_what_was_off_already_or_is_not_on_the_bill_is_not_claimed(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "running", now - 12 * HOUR)
    tick(ctx)
    stopped(ctx, organisation_id, 10, step="")
    assert observed(ctx, operator).rows == ()
    with ctx.begin() as db:
        db.execute(update(actions).values(step="stop"))
    (row,) = observed(ctx, operator).rows
    assert (row.saved, row.unpriced) == (Decimal(0), {"i-1"})
    assert float(row.hours) == pytest.approx(10, abs=0.02)


@pytest.mark.usefixtures("billed")
def test_nothing_is_saved_after_the_last_day_of_what_stopped_it(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime
) -> None:
    attached(ctx, operator)
    seen(ctx, organisation_id, "running", now - 60 * HOUR)
    tick(ctx)
    stopped(ctx, organisation_id, 50)
    (view,) = schedules.listing(ctx, operator)
    last = (datetime.now(UTC) - 25 * HOUR).date()
    over = replace(view.schedule.definition, valid_to=last)
    schedules.save(ctx, operator, view.schedule.id, "Off", over)
    (row,) = observed(ctx, operator).rows
    ended = datetime(last.year, last.month, last.day, tzinfo=UTC) + 24 * HOUR
    due = (ended - (datetime.now(UTC) - 50 * HOUR)) / HOUR
    assert float(row.hours) == pytest.approx(due, abs=0.02)


def test_a_cluster_that_was_off_is_told_as_its_instances_which_are_what_is_billed(
    ctx: Context, organisation_id: UUID, operator: User, now: datetime, tmp_path: Path
) -> None:
    cluster = a_cluster(account_id=ACCOUNT, tags=TAGS)
    member = a_database("ledger-1", cluster="ledger", account_id=ACCOUNT)
    attached(ctx, operator)
    with ctx.begin() as db:
        resources.publish(db, organisation_id, [cluster, member], now - 12 * HOUR)
    assert tick(ctx).startswith("1 requested")
    at = datetime.now(UTC) - 10 * HOUR
    with ctx.begin() as db:
        db.execute(
            update(actions).values(
                state=ActionState.DONE, step="stop", requested_at=at, started_at=at, settled_at=at
            )
        )
    today = ctx.now().date()
    days = [(today - timedelta(days=back)).isoformat() for back in range(35)]
    line = {"SubAccountId": ACCOUNT, "ResourceId": member.id, "cost": "2.4", "ConsumedQuantity": "24"}
    storage = {**line, "ResourceId": cluster.id, "ConsumedUnit": "GB", "cost": "9"}
    lines = [a_line(day=each, **told) for each in days for told in (line, storage)]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "bill.csv", lines)])
    (row,) = observed(ctx, operator).rows
    assert (row.resources, row.unpriced) == ({member.id}, frozenset())
    assert float(row.saved) == pytest.approx(1.0, abs=0.01)
