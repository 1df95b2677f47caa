"""Collections of one place, one after another and at once: what stands is the world of the one that began last, whole."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from moto import mock_aws
from sqlalchemy import func, select, text

from core.connections import What
from core.inventory import Account
from services.context import Context
from services.db import database
from services.db.stores import collections
from services.db.stores import resources as store
from services.db.tables.access import clock_shift
from services.db.tables.cloud import collections as collection_table
from services.usecases import inventory
from tests.builders import an_instance
from tests.listings import (
    OWN,
    REGION,
    an_item,
    another_process,
    connected,
    ec2_says,
    halfway,
    outcomes,
    there,
)

PATIENCE = 60
"""Seconds until a test that waits for somebody gives up; on a busy machine all is slow."""

World = list[dict[str, Any]]
EARLIER: World = [an_item(f"i-{number}", "running") for number in range(60)]
LATER: World = [an_item(f"i-{number}", "stopped") for number in range(30, 90)]


@pytest.fixture
def account(ctx: Context, organisation_id: UUID) -> Iterator[Account]:
    """An account that is connected, in an AWS where nothing runs."""
    with mock_aws():
        yield connected(ctx, organisation_id)


def collect(ctx: Context, account: Account, world: World) -> None:
    with ec2_says(ctx, account, world):
        inventory.collect(ctx)


def states(world: World) -> dict[str, str]:
    return {item["InstanceId"]: item["State"]["Name"] for item in world}


def until_waiting(ctx: Context, count: int) -> None:
    """Returns once so many transactions wait for a lock."""
    query = text("""
        select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    """)
    patient = ctx.now() + timedelta(seconds=PATIENCE)
    while ctx.now() < patient:
        with ctx.read() as db:
            if db.execute(query).scalar_one() == count:
                return
    raise AssertionError(f"Never did {count} wait.")


def test_a_collection_overtaken_by_a_later_one_changes_nothing(ctx: Context, account: Account) -> None:
    quicker = another_process(ctx)
    halfway(ctx, account, lambda: collect(quicker, account, LATER))
    collect(ctx, account, EARLIER)
    assert there(ctx, account.organisation_id) == states(LATER)
    assert outcomes(ctx) == [(REGION, "complete"), (REGION, "complete")]


@pytest.mark.parametrize("first", [0, 1], ids=["the earlier publishes first", "the later publishes first"])
def test_two_collections_at_once_do_not_tear(ctx: Context, account: Account, first: int) -> None:
    """Both wait for the place, in either order, and are let in together; the world of the later stands, whole."""
    processes = [ctx, another_process(ctx)]
    listed, go = [Event(), Event()], [Event(), Event()]

    def pause(number: int) -> Callable[[], None]:
        def paused() -> None:
            listed[number].set()
            assert go[number].wait(PATIENCE)

        return paused

    with ThreadPoolExecutor(2) as threads:
        running = []
        for number, world in enumerate((EARLIER, LATER)):
            halfway(processes[number], account, pause(number))
            running.append(threads.submit(collect, processes[number], account, world))
            assert listed[number].wait(PATIENCE)
        with ctx.begin() as db:
            collections.lock_place(db, account.organisation_id, account.id, REGION, What.INVENTORY)
            for waiting, number in enumerate((first, 1 - first), start=1):
                go[number].set()
                until_waiting(ctx, waiting)
        for one in running:
            one.result()
    assert there(ctx, account.organisation_id) == states(LATER)


def test_who_begins_while_another_begins_comes_after_it(ctx: Context, account: Account) -> None:
    """Else one could read the clock first and be given the higher number: two orders, and two worlds mixed."""
    with ThreadPoolExecutor(1) as threads:
        with ctx.begin() as db:
            collections.lock_beginning(db, What.INVENTORY)
            running = threads.submit(collect, ctx, account, EARLIER)
            until_waiting(ctx, 1)
            mine = collections.begin(
                db, account.organisation_id, account.id, REGION, What.INVENTORY, database.now(db)
            )
        running.result()
    with ctx.begin() as db:
        waited = db.execute(select(func.max(collection_table.c.id))).scalar_one()
        assert collections.began(db, mine) < collections.began(db, waited)


@pytest.fixture
def standing_clock(ctx: Context) -> None:
    """From now on the database's clock shows the same instant each time."""
    with ctx.begin() as db:
        name = db.execute(text("select current_database()")).scalar_one()
        db.execute(
            text(f"""
                create function public.clock_timestamp() returns timestamptz immutable language sql
                return timestamptz '{ctx.now().isoformat()}'
            """)
        )
        db.execute(text(f"alter database {name} set search_path = public, pg_catalog"))
    ctx.engine.dispose()


@pytest.mark.usefixtures("standing_clock")
def test_two_that_begin_in_the_same_instant_do_not_mix(ctx: Context, account: Account) -> None:
    assert ctx.now() == ctx.now()
    for world in (EARLIER, LATER):
        collect(ctx, account, world)
        assert there(ctx, account.organisation_id) == states(world)


def test_a_clock_turned_back_keeps_no_collection_from_being_published(ctx: Context, account: Account) -> None:
    collect(ctx, account, EARLIER)
    with ctx.begin() as db:
        db.execute(clock_shift.insert().values(shift=timedelta(minutes=-10)))
    collect(ctx, account, LATER)
    assert there(ctx, account.organisation_id) == states(LATER)


def test_a_state_that_an_action_is_just_writing_down_stays_in_the_history(
    ctx: Context, account: Account
) -> None:
    """Stopped by us and started by somebody else: whoever publishes the second has seen the first."""
    collect(ctx, account, [an_item("i-1")])
    with ThreadPoolExecutor(1) as threads:
        with ctx.begin() as db:
            stopped = an_instance("i-1", account_id=OWN, state="stopped")
            store.observe(db, account.organisation_id, stopped, database.now(db))
            running = threads.submit(collect, ctx, account, [an_item("i-1")])
            until_waiting(ctx, 1)
        running.result()
    with ctx.begin() as db:
        history = store.history(db, account.organisation_id, "i-1", 10)
    assert [seen.state for seen in history] == ["running", "stopped", "running"]
