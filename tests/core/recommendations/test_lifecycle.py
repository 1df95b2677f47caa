"""What becomes of a finding from one evaluation to the next."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid5

import pytest

from core.actions.model import ActionState
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import Evaluation, Found
from core.recommendations.finding import Finding, FindingState, StoredFinding
from core.recommendations.lifecycle import SETTLING, Settled, reconcile
from core.savings import Cost, MoneyFrom
from tests.builders import an_instance
from tests.known import NOW

ACTION = UUID(int=7)
KEY = ("ec2_idle", "i-1")


def found(saving: str = "10") -> Evaluation:
    finding = Finding(because="idle", saving=Decimal(saving), cost=Cost(Decimal(20), MoneyFrom.BILL))
    return Evaluation((Found(catalog()["ec2_idle"], an_instance(), finding),), {}, {})


NOTHING = Evaluation((), {}, {})
UNSURE = Evaluation((), {KEY: "Its CPU is not known."}, {})


def after(
    stored: StoredFinding | None,
    evaluation: Evaluation,
    actions: dict[UUID, Settled] | None = None,
    days: float = 1,
) -> StoredFinding | None:
    """The finding after one more evaluation, `days` later."""
    kept = () if stored is None else (stored,)
    written = reconcile(
        kept,
        evaluation,
        actions or {},
        NOW + timedelta(days=days),
        lambda *key: uuid5(UUID(int=1), "".join(key)),
    )
    assert len(written) <= 1
    return written[0] if written else stored


def judged(state: FindingState, **given: object) -> StoredFinding:
    first = after(None, found(), days=0)
    assert first is not None
    return StoredFinding(
        **{
            **first.__dict__,
            "state": state,
            "judged_by": "a@b.c",
            "judged_at": NOW,
            "judgement": "no",
            **given,
        }
    )


def state(stored: StoredFinding | None, evaluation: Evaluation, **given: object) -> FindingState:
    result = after(stored, evaluation, **given)
    assert result is not None
    return result.state


def test_a_new_finding_is_open_and_keeps_its_id() -> None:
    first = after(None, found(), days=0)
    again = after(first, found("11"))
    assert first is not None
    assert again is not None
    assert (again.state, again.id, again.first_found_at) == (FindingState.OPEN, first.id, NOW)
    assert again.saving == Decimal(11)


def test_what_no_longer_holds_is_gone_and_may_come_back() -> None:
    gone = after(judged(FindingState.OPEN), NOTHING)
    assert gone is not None
    assert gone.state is FindingState.GONE
    back = after(gone, found(), days=5)
    assert back is not None
    assert (back.state, back.first_found_at) == (FindingState.OPEN, NOW + timedelta(days=5))


@pytest.mark.parametrize("kept", [FindingState.OPEN, FindingState.DISMISSED, FindingState.SNOOZED])
def test_not_knowing_is_no_reason_to_call_something_gone(kept: FindingState) -> None:
    assert state(judged(kept), UNSURE) is kept


def test_what_cannot_be_told_any_more_says_why_and_when_it_last_could_until_it_is_found_again() -> None:
    doubted = after(after(None, found(), days=0), UNSURE, days=3)
    assert doubted is not None
    assert doubted.doubt == "Not known now: Its CPU is not known. Last known on 23 Nov 2026."
    again = after(doubted, found(), days=4)
    assert again is not None
    assert again.doubt == ""
    applied = judged(FindingState.APPLIED)
    assert after(applied, UNSURE) == applied  # of what was done nobody asks


def test_a_dismissal_holds_until_the_saving_moves_materially() -> None:
    dismissed = judged(FindingState.DISMISSED)
    assert state(dismissed, found("11.9")) is FindingState.DISMISSED
    assert state(dismissed, found("12.1")) is FindingState.OPEN


@pytest.mark.parametrize("said", [FindingState.DISMISSED, FindingState.SNOOZED])
def test_what_people_said_outlives_a_day_on_which_it_is_not_found(said: FindingState) -> None:
    unseen = after(judged(said), NOTHING)
    assert (unseen or judged(said)).state is said
    assert state(judged(said), found("10")) is said


def test_slow_drift_adds_up_to_a_material_change() -> None:
    drifting: StoredFinding | None = judged(FindingState.DISMISSED)
    for day, saving in enumerate(("11", "11.9", "12.5")):
        drifting = after(drifting, found(saving), days=day + 1)
    assert drifting is not None
    assert drifting.state is FindingState.OPEN
    assert drifting.judgement is None


@pytest.mark.parametrize("evaluation", [found(), UNSURE])
def test_a_snooze_ends(evaluation: Evaluation) -> None:
    snoozed = judged(FindingState.SNOOZED, until=NOW + timedelta(days=3))
    assert state(snoozed, evaluation, days=2) is FindingState.SNOOZED
    assert state(snoozed, evaluation, days=3) is FindingState.OPEN


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (ActionState.QUEUED, FindingState.ACCEPTED),
        (ActionState.RUNNING, FindingState.ACCEPTED),
        (ActionState.DONE, FindingState.APPLIED),
        (ActionState.FAILED, FindingState.OPEN),
        (ActionState.CANCELLED, FindingState.OPEN),
    ],
)
def test_an_accepted_finding_follows_its_action(action: ActionState, expected: FindingState) -> None:
    accepted = judged(FindingState.ACCEPTED, action_id=ACTION)
    assert state(accepted, found(), actions={ACTION: Settled(action, NOW)}) is expected


def test_a_fix_that_worked_is_applied_though_nothing_is_found_any_more() -> None:
    accepted = judged(FindingState.ACCEPTED, action_id=ACTION)
    assert state(accepted, NOTHING, actions={ACTION: Settled(ActionState.DONE, NOW)}) is FindingState.APPLIED


def test_an_applied_finding_is_open_again_when_somebody_undid_it() -> None:
    applied = judged(FindingState.APPLIED)
    assert state(applied, found(), days=SETTLING / timedelta(days=2)) is FindingState.APPLIED
    assert state(applied, found(), days=2) is FindingState.OPEN
    assert state(applied, NOTHING, days=2) is FindingState.APPLIED
