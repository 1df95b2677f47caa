from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.access import passwords
from core.access.roles import Role
from core.errors import Refused
from core.inventory import Kind
from core.recommendations.selection import FindingFilter
from services.context import Beat, Context
from services.db.stores import access, connections, coverage, findings, resources, schedules, watched
from services.db.tables.records import audit
from services.demo import planted, seed, seed_savings
from services.demo.birth import birthday
from services.demo.clock import Clock
from services.demo.company import ACCOUNTS, DEMO_USERS, ORGANISATION_ID
from services.demo.stories import PAST_ACTIONS
from services.demo.world import make
from services.settings import Settings
from services.usecases import evaluation


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The demo's."""
    return settings.model_copy(update={"mode": "demo"})


def test_the_first_start_brings_people_accounts_and_a_schedule(ctx: Context) -> None:
    assert seed.first_start(ctx)

    with ctx.begin() as db:
        members = access.members(db, ORGANISATION_ID)
        accounts = connections.of_organisation(db, ORGANISATION_ID)
        kept = schedules.listing(db, ORGANISATION_ID)
        attached = schedules.attached(db, ORGANISATION_ID)
        audited = db.execute(select(func.count()).select_from(audit)).scalar_one()
    assert {role for one in members for role in one.user.roles} == set(Role)
    assert {account.id for account, _ in accounts} == {account.id for account in ACCOUNTS}
    assert sum(account.export is not None for account, _ in accounts) == 1
    assert [one.name for one in kept] == ["Reykjavik office hours"]
    assert [one.selector.tag for one in attached] == [seed.TAG]
    born = birthday(ctx.settings.data, ctx.now().date())
    told = sum(len(seed_savings.touched(action, born)) for action in PAST_ACTIONS)
    # schedule 2, allocation 2, orders and budgets 3
    assert audited == len(DEMO_USERS) + len(ACCOUNTS) + 7 + told


def test_published_passwords_open_and_could_have_been_chosen(ctx: Context) -> None:
    seed.first_start(ctx)
    for one in DEMO_USERS:
        with ctx.begin() as db:
            member = access.by_email(db, one.email)
        assert member is not None
        assert passwords.matches(one.password, member.password_hash or "")
        assert passwords.refusal(one.password, email=one.email, name=one.name) is None


def test_one_person_sees_the_staging_account_only(ctx: Context) -> None:
    seed.first_start(ctx)
    with ctx.begin() as db:
        scopes = [
            one.user.accounts for one in access.members(db, ORGANISATION_ID) if one.user.accounts is not None
        ]

    assert scopes == [frozenset({next(account.id for account in ACCOUNTS if account.key == "staging")})]


def test_the_planted_volumes_are_found_right_after_the_first_collection(ctx: Context) -> None:
    seed.first_start(ctx)
    company = make(birthday(ctx.settings.data, ctx.now().date()))
    with ctx.begin() as db:
        resources.publish(db, ORGANISATION_ID, [life.resource for life in company.living()], ctx.now())
    evaluation.run(ctx, Beat())
    wanted = FindingFilter(rules=("ebs_unattached",))
    with ctx.begin() as db:
        found = findings.matching(db, ORGANISATION_ID, None, wanted, ctx.now())
    expected = planted.findings(company)["ebs_unattached"]
    assert {one.resource_id for one in found} == expected
    assert len(expected) == 22


def test_of_everything_planted_the_product_knows_since_when_it_is_there(ctx: Context) -> None:
    seed.first_start(ctx)
    company = make(birthday(ctx.settings.data, ctx.now().date()))
    with ctx.begin() as db:
        resources.publish(db, ORGANISATION_ID, [life.resource for life in company.living()], ctx.now())
    evaluation.run(ctx, Beat())
    with ctx.begin() as db:
        told = coverage.covered(db, ORGANISATION_ID, None)
    unwatched = [one.rule for one in told for reason in one.undetermined if "have not watched it" in reason]
    assert unwatched == []


def test_machines_stopped_before_were_seen_to_be_stopped(ctx: Context) -> None:
    seed.first_start(ctx)
    company = make(birthday(ctx.settings.data, ctx.now().date()))
    with ctx.begin() as db:
        resources.publish(db, ORGANISATION_ID, [life.resource for life in company.living()], ctx.now())
        changed = watched.changed_at(db, ORGANISATION_ID, [Kind.INSTANCE])
    stopped = {life.resource.id for life in company.living() if life.resource.state == "stopped"}
    assert changed.keys() == stopped


def test_a_second_start_changes_nothing(ctx: Context) -> None:
    assert seed.first_start(ctx)
    assert not seed.first_start(ctx)


def test_the_clock_moves_for_the_product_and_the_cloud_alike(ctx: Context) -> None:
    seed.first_start(ctx)
    before = ctx.now()

    seed.move_clock(ctx, timedelta(hours=3))
    seed.move_clock(ctx, timedelta(hours=2))

    assert timedelta(0) <= ctx.now() - before - timedelta(hours=5) < timedelta(minutes=1)
    assert Clock(ctx.settings.data).offset == timedelta(hours=5)


@pytest.mark.parametrize("by", [timedelta(0), timedelta(hours=-1)])
def test_the_clock_never_goes_back(ctx: Context, by: timedelta) -> None:
    with pytest.raises(Refused, match="only goes forward"):
        seed.move_clock(ctx, by)
