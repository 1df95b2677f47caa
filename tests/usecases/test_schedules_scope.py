"""Schedules and the AWS accounts a person sees: nothing beyond them is shown, changed or ended."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.access.roles import Role, User
from core.errors import Conflict, Forbidden, NotFound
from core.inventory import Kind
from core.schedules.attachment import Mode
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Context
from services.db.stores import switched
from services.db.tables.records import audit
from services.db.tables.schedules import schedules as kept
from services.usecases import schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

OTHER = "444455556666"
ALWAYS = ScheduleDefinition("UTC", (Period(),))
NEVER = ScheduleDefinition("UTC", ())
TAGGED = Selector(tag=("schedule", "office"))
MINE, THEIRS = Selector(resource_ids=("i-1",)), Selector(resource_ids=("i-2",))
BOTH = Selector(resource_ids=("i-1", "i-2"))


@pytest.fixture(autouse=True)
def fleet(ctx: Context, organisation_id: UUID) -> None:
    """An instance in each of two accounts."""
    tags = {"schedule": "office"}
    for account in (ACCOUNT, OTHER):
        connected(ctx, organisation_id, account)
    seen(
        ctx,
        organisation_id,
        an_instance("i-1", tags=tags),
        an_instance("i-2", tags=tags, account_id=OTHER),
    )


@pytest.fixture
def local(person: Callable[..., User]) -> User:
    """An operator of one account."""
    return person(Role.OPERATOR, accounts=frozenset({ACCOUNT}))


def test_of_an_attachment_to_named_instances_one_sees_ones_own(
    ctx: Context, admin: User, local: User
) -> None:
    made = schedules.save(ctx, admin, None, "Never", NEVER)
    attachment = schedules.attach(ctx, admin, made.id, BOTH)
    view = schedules.one(ctx, local, made.id)
    assert [one.selector.resource_ids for one in view.attachments] == [("i-1",)]
    assert (view.reach.beyond, view.reach.elsewhere, view.reach.within) == ({attachment.id}, 0, False)
    assert [one.selector for one in schedules.one(ctx, admin, made.id).attachments] == [BOTH]


def test_an_attachment_in_other_accounts_is_known_to_be_there_without_its_instances(
    ctx: Context, admin: User, local: User, person: Callable[..., User]
) -> None:
    made = schedules.save(ctx, admin, None, "Never", NEVER)
    schedules.attach(ctx, admin, made.id, THEIRS)
    schedules.attach(ctx, person(Role.OPERATOR, accounts=frozenset({OTHER})), made.id, TAGGED)
    view = schedules.one(ctx, local, made.id)
    assert (view.attachments, view.reach.elsewhere, view.resources) == ((), 2, 0)
    assert not {"i-2", OTHER} & set(repr(view).replace("'", " ").split())


def test_an_attachment_by_tag_of_somebody_who_sees_all_is_shown_for_ones_own_accounts(
    ctx: Context, admin: User, local: User
) -> None:
    made = schedules.save(ctx, admin, None, "Never", NEVER)
    attachment = schedules.attach(ctx, admin, made.id, TAGGED)
    view = schedules.one(ctx, local, made.id)
    assert [(one.selector.tag, one.selector.accounts) for one in view.attachments] == [
        (("schedule", "office"), (ACCOUNT,))
    ]
    assert view.reach.beyond == {attachment.id}


@pytest.mark.parametrize("selector", [THEIRS, BOTH, TAGGED], ids=["named", "both", "tag"])
@pytest.mark.parametrize("mode", list(Mode))
def test_a_schedule_that_reaches_other_accounts_is_not_changed_deleted_or_detached(
    ctx: Context, admin: User, local: User, selector: Selector, mode: Mode
) -> None:
    made = schedules.save(ctx, admin, None, "Never", NEVER)
    attachment = schedules.attach(ctx, admin, made.id, selector, mode)
    for attempt in (
        lambda: schedules.save(ctx, local, made.id, "Never", ALWAYS),
        lambda: schedules.save(ctx, local, made.id, "Never", NEVER, enabled=False),
        lambda: schedules.delete(ctx, local, made.id),
        lambda: schedules.detach(ctx, local, attachment.id),
    ):
        with pytest.raises(Forbidden, match="“Never” also switches instances in AWS accounts") as refused:
            attempt()
        assert "i-2" not in str(refused.value)
    view = schedules.one(ctx, admin, made.id)
    assert (view.schedule, view.attachments) == (made, (attachment,))


@pytest.mark.parametrize("selector", [MINE, TAGGED], ids=["named", "tag"])
def test_what_stays_within_ones_accounts_is_ones_own_to_change(
    ctx: Context, local: User, selector: Selector
) -> None:
    made = schedules.save(ctx, local, None, "Never", NEVER)
    attachment = schedules.attach(ctx, local, made.id, selector)
    changed = schedules.save(ctx, local, made.id, "Never", ALWAYS)
    view = schedules.one(ctx, local, made.id)
    assert (view.schedule, view.reach.within, view.attachments) == (changed, True, (attachment,))
    schedules.detach(ctx, local, attachment.id)
    schedules.delete(ctx, local, made.id)
    assert schedules.listing(ctx, local) == ()


def test_an_admins_attachment_to_ones_own_instances_alone_may_be_ended(
    ctx: Context, admin: User, local: User
) -> None:
    made = schedules.save(ctx, admin, None, "Never", NEVER)
    schedules.detach(ctx, local, schedules.attach(ctx, admin, made.id, MINE).id)
    assert schedules.one(ctx, admin, made.id).attachments == ()


def test_one_may_end_ones_own_attachment_to_a_schedule_that_others_use_too(
    ctx: Context, admin: User, local: User
) -> None:
    made = schedules.save(ctx, admin, None, "Never", NEVER)
    theirs = schedules.attach(ctx, admin, made.id, THEIRS)
    own = schedules.attach(ctx, local, made.id, TAGGED)
    schedules.detach(ctx, local, own.id)
    assert schedules.one(ctx, admin, made.id).attachments == (theirs,)


def test_once_the_foreign_attachment_has_ended_the_schedule_may_be_changed(
    ctx: Context, admin: User, local: User
) -> None:
    made = schedules.save(ctx, admin, None, "Never", NEVER)
    schedules.detach(ctx, admin, schedules.attach(ctx, admin, made.id, THEIRS).id)
    assert schedules.save(ctx, local, made.id, "Never", ALWAYS).definition == ALWAYS


def test_what_comes_next_names_only_what_one_sees(ctx: Context, admin: User, local: User) -> None:
    begin = datetime.now(UTC) + timedelta(hours=3)
    soon = ScheduleDefinition("UTC", (Period(f"{begin:%H:%M}", f"{begin + timedelta(hours=1):%H:%M}"),))
    schedules.attach(ctx, admin, schedules.save(ctx, admin, None, "Soon", soon).id, BOTH)
    assert {one.resource_id for one in schedules.next_transitions(ctx, admin)} == {"i-1", "i-2"}
    for asked in (None, ["i-1", "i-2"]):
        assert [one.resource_id for one in schedules.next_transitions(ctx, local, asked)] == ["i-1"]
    assert schedules.next_transitions(ctx, local, ["i-2"]) == ()


def test_a_new_definition_is_saved_and_attached_at_once_or_not_at_all(ctx: Context, local: User) -> None:
    with pytest.raises(NotFound, match="i-2"):
        schedules.attach_new(ctx, local, "Never", NEVER, BOTH, Mode.APPLY)
    schedule, attachment = schedules.attach_new(ctx, local, "Never", NEVER, MINE, Mode.APPLY)
    assert (schedule.name, attachment.schedule_id) == ("Never", schedule.id)
    with pytest.raises(Conflict, match="already"):
        schedules.attach_new(ctx, local, "Again", NEVER, MINE, Mode.APPLY)
    again, _ = schedules.attach_new(ctx, local, "Never", ALWAYS, MINE, Mode.APPLY)
    assert again.name == "Never (2)"
    with ctx.begin() as db:
        assert db.execute(select(func.count()).select_from(kept)).scalar_one() == 2
        written = db.execute(select(audit.c.action).order_by(audit.c.seq)).scalars().all()
    assert written == ["ScheduleSaved", "ScheduleAttached"] * 2


def test_all_of_an_account_or_a_region_is_switched_whatever_its_tags(
    ctx: Context, organisation_id: UUID, admin: User, local: User
) -> None:
    seen(ctx, organisation_id, an_instance("i-far", region="eu-west-1"), an_instance("i-bare"))
    made = schedules.save(ctx, admin, None, "Never", NEVER)

    def switched_by(user: User, selector: Selector) -> set[str]:
        held = schedules.attach(ctx, user, made.id, selector)
        with ctx.begin() as db:
            found = {each.resource_id for each in switched.selected(db, organisation_id, ctx.now())}
        schedules.detach(ctx, admin, held.id)
        return found

    assert switched_by(admin, Selector(accounts=(OTHER,))) == {"i-2"}
    assert switched_by(admin, Selector(regions=("eu-west-1",))) == {"i-far"}
    assert switched_by(admin, Selector(kinds=(Kind.INSTANCE,))) == {"i-1", "i-2", "i-far", "i-bare"}
    assert switched_by(local, Selector(kinds=(Kind.INSTANCE,))) == {"i-1", "i-far", "i-bare"}
    tagged = Selector(tag=("schedule", "office"), accounts=(OTHER,))
    assert switched_by(admin, tagged) == {"i-2"}
    with pytest.raises(NotFound):
        schedules.attach(ctx, local, made.id, Selector(accounts=(OTHER,)))
