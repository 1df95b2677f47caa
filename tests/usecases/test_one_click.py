"""One click does the same for many, each by itself; owners may for what is theirs."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from core.access.ownership import owns
from core.access.roles import Role, User
from core.actions.model import ActionState
from core.errors import Invalid
from services.context import Beat, Context
from services.usecases import actions, overrides, schedules
from services.usecases.one_click import Click, click, may
from tests.builders import a_volume, an_instance
from tests.fleet import seen
from tests.usecases.test_overrides import NEVER, attached, fleet, soon

__all__ = ["fleet"]


@pytest.mark.usefixtures("fleet")
def test_what_is_refused_does_not_stop_the_others(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    seen(ctx, organisation_id, a_volume("vol-1"))
    done = click(ctx, operator, Click.STOP, ["i-1", "i-safe", "vol-1", "i-none", "i-1"], "nobody needs them")
    assert [(each.resource_id, each.outcome) for each in done] == [
        ("i-1", "queued"),
        ("i-safe", "refused"),
        ("vol-1", "refused"),
        ("i-none", "refused"),
    ]
    assert done[0].action_id is not None
    assert actions.one(ctx, operator, done[0].action_id).state is ActionState.QUEUED
    assert done[2].detail == "Nothing starts or stops a volume."


@pytest.mark.usefixtures("fleet")
def test_what_is_kept_is_kept_until_its_end(ctx: Context, operator: User) -> None:
    until = soon()
    done = click(ctx, operator, Click.KEEP_ON, ["i-1", "i-off"], "release night", until=until)
    assert [(each.outcome, each.until) for each in done] == [("kept", until), ("kept", until)]
    schedules.run(ctx, Beat())
    assert [each.kind for each in actions.listing(ctx, operator).rows] == ["start_instance"]


@pytest.mark.usefixtures("fleet")
def test_tonight_is_skipped_where_something_would_be_off(ctx: Context, operator: User) -> None:
    attached(ctx, operator, NEVER, "i-1")
    kept, refused = click(ctx, operator, Click.SKIP_TONIGHT, ["i-1", "i-off"], "a late test")
    assert (kept.outcome, refused.outcome) == ("kept", "refused")
    assert overrides.present(ctx, operator, "i-1") is not None


@pytest.mark.usefixtures("fleet")
def test_a_click_needs_a_reason_resources_and_an_end_where_it_keeps(ctx: Context, operator: User) -> None:
    for what, ids, reason, until in (
        (Click.START, ["i-off"], " ", None),
        (Click.START, [], "why", None),
        (Click.KEEP_ON, ["i-1"], "why", None),
        (Click.STOP, ["i-1"], "why", soon()),
    ):
        with pytest.raises(Invalid):
            click(ctx, operator, what, ids, reason, until=until)


@pytest.mark.usefixtures("fleet")
def test_an_owner_acts_on_what_is_theirs_and_on_nothing_else(
    ctx: Context, organisation_id: UUID, viewer: User
) -> None:
    mine = an_instance("i-mine", tags={"owner": viewer.email.upper()})
    seen(ctx, organisation_id, mine)
    done = click(ctx, viewer, Click.STOP, ["i-mine", "i-1"], "I do not need it")
    assert [each.outcome for each in done] == ["queued", "refused"]
    assert done[0].action_id is not None
    assert actions.one(ctx, viewer, done[0].action_id).requested_by == viewer.email
    assert done[1].detail.startswith("Your role does not let you act on resources.")
    assert may(ctx, viewer, [mine])
    assert not may(ctx, viewer, [mine, an_instance("i-1")])


@pytest.mark.usefixtures("fleet")
def test_where_anybody_signs_up_an_address_proves_nothing(
    ctx: Context, organisation_id: UUID, viewer: User
) -> None:
    seen(ctx, organisation_id, an_instance("i-mine", tags={"owner": viewer.email}))
    open_to_all = replace(ctx, settings=ctx.settings.model_copy(update={"signup": "open"}))
    (done,) = click(open_to_all, viewer, Click.STOP, ["i-mine"], "mine, or so I say")
    assert done.outcome == "refused"


@pytest.mark.parametrize(
    ("tags", "whose"),
    [
        ({"owner": "Ana@Example.com "}, True),
        ({"Owner": "ana@example.com"}, True),
        ({"owner": "bo@example.com", "Owner": "ana@example.com"}, False),
        ({"owner": "ana"}, False),
        ({"team": "ana@example.com"}, False),
        ({}, False),
    ],
)
def test_an_owner_is_named_by_the_whole_address(
    person: Callable[..., User], tags: dict[str, str], *, whose: bool
) -> None:
    ana = replace(person(Role.VIEWER), email="ana@example.com")
    assert owns(ana, tags) is whose
