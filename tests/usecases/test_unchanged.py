"""Answers are kept while what they rest on stays as it is, for those who see the same, and are new as soon as it changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text

from core.access.roles import Role, User
from core.actions.model import ActionKind
from core.ledger import book
from core.recommendations.finding import FindingState
from core.recommendations.selection import FindingFilter
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.naming import SCHEDULE_TAG
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.stores import ledger, loads
from services.db.stores.loads import Load
from services.db.tables.actions import actions
from services.db.tables.recommendations import coverage
from services.usecases import (
    bill_reports,
    connections,
    mined_schedules,
    overrides,
    recommendations,
    schedules,
)
from services.usecases.unchanged import unchanged
from tests.builders import ACCOUNT, an_instance
from tests.fleet import a_wasteful_fleet, connected, of_rule, seen
from tests.once import Once

OTHER = "444455556666"
TEAM = {"team": "web"}
OFFICE = ScheduleDefinition("UTC", (Period("08:00", "18:00"),))
Person = Callable[..., User]


@pytest.fixture
def wasteful(ctx: Context, organisation_id: UUID, once: Once) -> None:
    """One of each waste in one account, an address in another, all evaluated."""

    def make() -> None:
        a_wasteful_fleet(ctx, organisation_id, OTHER)
        recommendations.evaluate(ctx, Beat())

    once(f"wasteful {OTHER}", make)


@pytest.mark.usefixtures("wasteful")
def test_plan_and_list_are_kept_until_a_finding_changes(ctx: Context, operator: User, viewer: User) -> None:
    plan, page = recommendations.plan(ctx, viewer), recommendations.listing(ctx, viewer)
    assert recommendations.plan(ctx, operator) is plan
    assert recommendations.listing(ctx, operator) is page
    idle = of_rule(ctx, operator, "ec2_idle")

    def left() -> tuple[int, int, bool]:
        made = recommendations.plan(ctx, viewer)
        rules = {choice.finding.rule for choice in made.chosen}
        return recommendations.listing(ctx, viewer).total, len(made.chosen), idle.rule in rules

    whole = left()
    without = (whole[0] - 1, whole[1] - 1, False)
    recommendations.dismiss(ctx, operator, idle.id, "standby")
    assert left() == without
    recommendations.reopen(ctx, operator, idle.id, "no longer")
    assert left() == whole
    recommendations.apply(ctx, operator, idle.id, "nobody uses it")
    assert left() == without
    with ctx.begin() as db:
        db.execute(actions.update().values(state="failed", settled_at=datetime.now(UTC)))
    assert left() == whole
    recommendations.snooze(ctx, operator, idle.id, ctx.now() + timedelta(days=1), "later")
    assert left() == without
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '2 days')"))
    assert left() == whole
    with ctx.begin() as db:
        ledger.add(db, viewer.organisation_id, book.of_finding(idle, "Idle", ctx.now(), "somebody"))
    assert recommendations.plan(ctx, viewer).total_saving == plan.total_saving - idle.saving, (
        "promised already"
    )


@pytest.mark.usefixtures("wasteful")
def test_what_is_kept_is_of_one_organisation_the_accounts_seen_and_what_was_asked(
    ctx: Context, viewer: User, person: Person
) -> None:
    every = recommendations.plan(ctx, viewer)
    scoped = person(Role.VIEWER, accounts=frozenset({OTHER}))
    assert {each.finding.account_id for each in recommendations.plan(ctx, scoped).chosen} == {OTHER}
    assert {each.account_id for each in recommendations.listing(ctx, scoped).findings} == {OTHER}
    stranger = User(
        uuid4(), uuid4(), "stranger@elsewhere.example", "A Stranger", frozenset({Role.VIEWER}), None
    )
    assert recommendations.plan(ctx, stranger).chosen == ()
    assert recommendations.listing(ctx, stranger).coverage == ()
    fixes = recommendations.plan(ctx, viewer, FindingFilter(rules=("ebs_gp2_to_gp3",)))
    assert {each.finding.fix for each in fixes.chosen} == {ActionKind.MODIFY_VOLUME}
    assert recommendations.plan(ctx, viewer) is every


@pytest.mark.usefixtures("wasteful")
def test_coverage_and_tags_are_seen_to_change(ctx: Context, organisation_id: UUID, viewer: User) -> None:
    tagged = FindingFilter(tag=("team", "web"), states=(FindingState.OPEN,))
    assert recommendations.listing(ctx, viewer, tagged).total == 0
    seen(ctx, organisation_id, an_instance("i-idle", tags={"team": "web"}))
    assert recommendations.listing(ctx, viewer, tagged).total == 1
    assert recommendations.listing(ctx, viewer).coverage
    with ctx.begin() as db:
        db.execute(coverage.delete())
    assert recommendations.listing(ctx, viewer).coverage == ()


@contextmanager
def asked(ctx: Context) -> Iterator[list[str]]:
    """The statements sent to the database while open."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(ctx.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(ctx.engine, "before_cursor_execute", note)


def test_schedules_are_read_again_once_anything_changes_that_says_what_they_switch(
    ctx: Context, organisation_id: UUID, admin: User, person: Person
) -> None:
    for account in (ACCOUNT, OTHER):
        connected(ctx, organisation_id, account)
    limited = person(Role.OPERATOR, accounts=frozenset({OTHER}))
    seen(ctx, organisation_id, an_instance("i-1", tags=TEAM), an_instance("i-2"))
    made = schedules.save(ctx, admin, None, "Office", OFFICE)

    def board(user: User = admin) -> tuple[int, int, int, dict[str, int]]:
        found = schedules.board(ctx, user)
        (view,) = found.views
        return view.resources, len(view.attachments), len(found.coming), dict(found.unknown)

    assert board() == board(limited) == (0, 0, 0, {})
    attached = schedules.attach(ctx, admin, made.id, Selector(tag=("team", "web")))
    assert board() == (1, 1, 1, {})
    with asked(ctx) as statements:
        assert board() == (1, 1, 1, {})
    assert not [each for each in statements if "jsonb_each_text" in each], "what is switched was kept"
    elsewhere = an_instance("i-3", tags=TEAM | {SCHEDULE_TAG: "nights"}, account_id=OTHER)
    seen(ctx, organisation_id, an_instance("i-1", tags=TEAM), elsewhere)
    assert board() == (2, 1, 2, {"nights": 1})
    assert board(limited) == (1, 1, 1, {"nights": 1})
    schedules.save(ctx, admin, made.id, "Nights", OFFICE, version=made.version)
    assert board() == (2, 1, 2, {}), "the name is known now"
    connections.pause(ctx, admin, OTHER)
    assert board()[0] == 1
    schedules.detach(ctx, admin, attached.id)
    assert board()[:2] == (0, 0)


@pytest.mark.usefixtures("wasteful")
def test_suggestions_follow_overrides_and_judgements_at_once(ctx: Context, operator: User) -> None:
    (found,) = mined_schedules.listing(ctx, operator)
    assert mined_schedules.listing(ctx, operator)[0] is found
    soon = ctx.now() + timedelta(hours=2)
    made = overrides.keep(ctx, operator, "i-office", State.STOPPED, soon, "nobody is here")
    assert mined_schedules.listing(ctx, operator) == ()
    overrides.end(ctx, operator, made.id)
    assert mined_schedules.listing(ctx, operator) == (found,)
    recommendations.dismiss(ctx, operator, found.patterns[0].finding_id, "night work")
    assert mined_schedules.listing(ctx, operator) == ()


def test_loads_are_told_anew_once_one_ends(ctx: Context, organisation_id: UUID, viewer: User) -> None:
    load = Load(uuid4(), organisation_id, "export", date(2026, 1, 1), "v", started_at=ctx.now())
    assert bill_reports.history(ctx, viewer) == ()
    with ctx.begin() as db:
        loads.intend(db, [load])
    assert bill_reports.history(ctx, viewer) == ()
    with ctx.begin() as db:
        loads.fail(db, [load.id], "It broke.", ctx.now())
    (told,) = bill_reports.history(ctx, viewer)
    assert told.message == "It broke."
    assert bill_reports.history(ctx, viewer)[0] is told


def test_an_answer_takes_the_place_of_the_one_before_it(ctx: Context) -> None:
    asked = iter(("first", "second"))
    said = [unchanged(ctx, stamp, lambda: next(asked), "whose", "what") for stamp in ("a", "a", "b", "b")]
    assert said == ["first", "first", "second", "second"]
