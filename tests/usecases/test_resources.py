from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from core.access.roles import Role, User
from core.errors import Forbidden, Invalid, NotFound
from core.inventory import Account, Kind, Resource
from core.resources import ResourceFilter, ResourceSort
from services.context import Context
from services.db.stores import connections
from services.db.stores import resources as store
from services.db.tables.access import organisations
from services.db.tables.recommendations import findings
from services.usecases import ingest, resources
from tests.bills import a_bill, a_line
from tests.builders import a_volume, an_address, an_instance

SHOP, DATA = "111111111111", "222222222222"
WEB = an_instance(
    "i-web",
    account_id=SHOP,
    name="Web 100%",
    tags={"team": "shop"},
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
)
BATCH = an_instance(
    "i-batch", account_id=DATA, name="batch", state="stopped", region="eu-west-1", tags={"team": "data"}
)
DISK = a_volume("vol-1", account_id=SHOP, name="a disk", tags={"team": "shop", "note": "kept for the audit"})
ADDRESS = an_address("eipalloc-1", account_id=DATA, created_at=None)
WORLD: tuple[Resource, ...] = (WEB, BATCH, DISK, ADDRESS)


@pytest.fixture
def world(ctx: Context, organisation_id: UUID) -> UUID:
    """Four resources in two accounts."""
    fill(ctx, organisation_id)
    return organisation_id


def fill(ctx: Context, organisation_id: UUID) -> None:
    with ctx.begin() as db:
        at = ctx.now()
        for account_id, name in ((SHOP, "Shop"), (DATA, "Data")):
            connections.add(db, Account(account_id, organisation_id, name, "x", ("us-east-1",)), at)
        store.publish(db, organisation_id, WORLD, at)


def ids(ctx: Context, user: User, **wanted: object) -> list[str]:
    return [resource.id for resource in resources.search(ctx, user, ResourceFilter(**wanted)).rows]


FILTERS: tuple[tuple[dict[str, object], list[Resource]], ...] = (
    ({}, [WEB, BATCH, DISK, ADDRESS]),
    ({"kinds": (Kind.INSTANCE,)}, [WEB, BATCH]),
    ({"accounts": (DATA,)}, [BATCH, ADDRESS]),
    ({"regions": ("eu-west-1",)}, [BATCH]),
    ({"states": ("stopped", "in-use")}, [BATCH, DISK]),
    ({"tag": ("team", "shop")}, [WEB, DISK]),
    ({"tag": ("team", None)}, [WEB, BATCH, DISK]),
    ({"tag": ("Team", "shop")}, []),
    ({"text": "WEB"}, [WEB]),
    ({"text": "for the AUDIT"}, [DISK]),
    ({"text": "elastic-ip"}, [ADDRESS]),
    ({"text": "100%"}, [WEB]),
    ({"text": "%"}, [WEB]),
    ({"text": "'; drop table resource; --"}, []),
    ({"has_finding": False}, [WEB, BATCH, DISK, ADDRESS]),
    ({"has_finding": True}, []),
    ({"gone": True}, []),
    ({"kinds": (Kind.INSTANCE,), "states": ("running",)}, [WEB]),
)


@pytest.mark.usefixtures("world")
def test_a_filter_finds_what_it_says(ctx: Context, admin: User, subtests: pytest.Subtests) -> None:
    for wanted, expected in FILTERS:
        with subtests.test(msg=str(wanted)):
            assert set(ids(ctx, admin, **wanted)) == {resource.id for resource in expected}


@pytest.mark.usefixtures("world")
def test_each_order_has_its_first(ctx: Context, admin: User) -> None:
    orders = (
        ResourceSort.NAME,
        ResourceSort.KIND,
        ResourceSort.STATE,
        ResourceSort.REGION,
        ResourceSort.CREATED,
    )
    first = {sort: ids(ctx, admin, sort=sort)[0] for sort in orders}
    assert first == {
        ResourceSort.NAME: DISK.id,
        ResourceSort.KIND: ADDRESS.id,
        ResourceSort.STATE: DISK.id,
        ResourceSort.REGION: BATCH.id,
        ResourceSort.CREATED: BATCH.id,
    }


@pytest.mark.usefixtures("world")
def test_what_has_no_date_comes_last_either_way(ctx: Context, admin: User) -> None:
    for descending in (False, True):
        assert ids(ctx, admin, sort=ResourceSort.CREATED, descending=descending)[-1] == ADDRESS.id


@pytest.mark.usefixtures("world")
def test_pages_hold_everything_once_in_every_order(ctx: Context, admin: User) -> None:
    for sort in ResourceSort:
        pages = [
            resources.search(ctx, admin, ResourceFilter(sort=sort, limit=3, offset=offset))
            for offset in (0, 3, 6)
        ]
        assert [page.total for page in pages] == [4, 4, 4]
        found = [resource for page in pages for resource in page.rows]
        assert sorted(resource.id for resource in found) == sorted(resource.id for resource in WORLD)
        assert all(page.last_seen.keys() == {row.id for row in page.rows} for page in pages)


@pytest.mark.usefixtures("world")
def test_a_user_of_one_account_sees_nothing_of_another(ctx: Context, person: Callable[..., User]) -> None:
    user = person(Role.VIEWER, accounts=frozenset({SHOP}))
    assert set(ids(ctx, user)) == {WEB.id, DISK.id}
    assert ids(ctx, user, accounts=(DATA,)) == []
    assert resources.counts(ctx, user) == {Kind.INSTANCE: {"running": 1}, Kind.VOLUME: {"in-use": 1}}
    assert resources.choices(ctx, user).accounts == ((SHOP, "Shop"),)
    assert "data" not in resources.choices(ctx, user).tags["team"]
    assert resources.by_ids(ctx, user, [WEB.id, BATCH.id]).keys() == {WEB.id}
    with pytest.raises(NotFound):
        resources.one(ctx, user, BATCH.id)
    with pytest.raises(NotFound):
        resources.history(ctx, user, BATCH.id)


@pytest.mark.usefixtures("world")
def test_another_organisation_sees_nothing(ctx: Context, person: Callable[..., User]) -> None:
    other = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=other, name="Other", created_at=ctx.now()))
    stranger = person(Role.ADMIN, organisation=other)
    assert resources.search(ctx, stranger).total == 0
    assert resources.counts(ctx, stranger) == {}
    with pytest.raises(NotFound):
        resources.one(ctx, stranger, WEB.id)


@pytest.mark.usefixtures("world")
def test_choices_are_what_there_is(ctx: Context, admin: User) -> None:
    choices = resources.choices(ctx, admin)
    assert choices.accounts == ((DATA, "Data"), (SHOP, "Shop"))
    assert choices.regions == ("eu-west-1", "us-east-1")
    assert choices.states[Kind.INSTANCE] == ("running", "stopped")
    assert choices.tags == {"team": ("data", "shop"), "note": ("kept for the audit",)}


def test_with_an_open_finding_and_without(ctx: Context, admin: User, world: UUID) -> None:
    values = {
        "organisation_id": world,
        "rule": "ec2_idle",
        "account_id": SHOP,
        "region": "us-east-1",
        "resource_kind": "instance",
        "resource_name": "x",
        "because": "idle",
        "saving": 1,
        "money_from": "list",
        "effort": "low",
        "risk": "low",
        "undo": "reversible",
        "lever": "remove",
        "fix": "stop_instance",
        "fix_parameters": {},
        "evidence": {},
        "first_found_at": ctx.now(),
        "last_found_at": ctx.now(),
    }
    with ctx.begin() as db:
        for resource, state in ((WEB, "open"), (BATCH, "dismissed")):
            db.execute(insert(findings).values(**values, id=uuid4(), resource_id=resource.id, state=state))
    assert ids(ctx, admin, has_finding=True) == [WEB.id]
    assert set(ids(ctx, admin, has_finding=False)) == {BATCH.id, DISK.id, ADDRESS.id}


def test_what_is_gone_is_shown_only_when_asked_for_but_can_be_opened(
    ctx: Context, admin: User, world: UUID
) -> None:
    with ctx.begin() as db:
        store.observe_gone(db, world, DISK, ctx.now())
    assert DISK.id not in ids(ctx, admin)
    assert ids(ctx, admin, gone=True) == [DISK.id]
    assert resources.one(ctx, admin, DISK.id) == DISK
    assert [seen.state for seen in resources.history(ctx, admin, DISK.id)] == ["gone", "in-use"]


def test_the_same_resource_twice_in_a_snapshot_is_written_once(
    ctx: Context, admin: User, world: UUID
) -> None:
    with ctx.begin() as db:
        later = ctx.now() + timedelta(seconds=1)
        new, changed = store.publish(
            db, world, [replace(WEB, state="stopping"), replace(WEB, state="stopped")], later
        )
    assert (new, changed) == (0, 1)
    assert resources.one(ctx, admin, WEB.id).state == "stopped"


def test_an_impossible_page_is_refused(ctx: Context, admin: User) -> None:
    for wanted in (ResourceFilter(limit=0), ResourceFilter(offset=-1)):
        with pytest.raises(Invalid):
            resources.search(ctx, admin, wanted)


def test_nothing_is_shown_to_somebody_without_the_permission(ctx: Context, organisation_id: UUID) -> None:
    nobody = User(uuid4(), organisation_id, "n@example.com", "N", frozenset())
    for ask in (resources.search, resources.counts, resources.choices):
        with pytest.raises(Forbidden):
            ask(ctx, nobody)
    with pytest.raises(Forbidden):
        resources.one(ctx, nobody, "i-1")


def billed(ctx: Context, organisation_id: UUID, path: Path, **daily: str) -> None:
    """A bill of the last 35 days, so many dollars a day for each resource."""
    today = ctx.now().date()
    days = [str(today - timedelta(days=back)) for back in range(1, 36)]
    accounts = {resource.id: resource.account_id for resource in WORLD}
    lines = [
        a_line(day=day, cost=cost, ResourceId=resource, SubAccountId=accounts.get(resource, SHOP))
        for day in days
        for resource, cost in daily.items()
    ]
    ingest.files(ctx, organisation_id, [a_bill(path, lines)])


def test_the_costliest_comes_first_and_what_is_not_on_the_bill_last(
    ctx: Context, admin: User, world: UUID, tmp_path: Path
) -> None:
    billed(ctx, world, tmp_path / "b.csv", **{"i-batch": "7", "vol-1": "9", "i-gone": "50"})
    by_cost = {"sort": ResourceSort.COST, "descending": True}
    assert ids(ctx, admin, **by_cost) == ["vol-1", "i-batch", ADDRESS.id, "i-web"]
    assert ids(ctx, admin, sort=ResourceSort.COST) == ["i-batch", "vol-1", ADDRESS.id, "i-web"]
    assert ids(ctx, admin, kinds=(Kind.INSTANCE,), **by_cost) == ["i-batch", "i-web"]


def test_pages_by_cost_leave_nothing_out(ctx: Context, admin: User, world: UUID, tmp_path: Path) -> None:
    billed(ctx, world, tmp_path / "b.csv", **{"i-batch": "7", "vol-1": "7"})
    wanted = ResourceFilter(sort=ResourceSort.COST, descending=True, limit=1)
    pages = [resources.search(ctx, admin, replace(wanted, offset=place)) for place in range(5)]
    assert [page.total for page in pages] == [4] * 5
    assert [row.id for page in pages for row in page.rows] == ["vol-1", "i-batch", ADDRESS.id, "i-web"]
    assert pages[0].last_seen.keys() == {"vol-1"}


def test_the_order_by_cost_knows_only_ones_own_accounts(
    ctx: Context, person: Callable[..., User], world: UUID, tmp_path: Path
) -> None:
    billed(ctx, world, tmp_path / "b.csv", **{"i-batch": "70", "vol-1": "9"})
    shop = person(Role.VIEWER, organisation=world, accounts=frozenset({SHOP}))
    assert ids(ctx, shop, sort=ResourceSort.COST, descending=True) == ["vol-1", "i-web"]


def test_without_a_bill_the_order_by_cost_is_by_name(ctx: Context, admin: User, world: UUID) -> None:
    assert world
    assert ids(ctx, admin, sort=ResourceSort.COST) == ids(ctx, admin, sort=ResourceSort.NAME)
