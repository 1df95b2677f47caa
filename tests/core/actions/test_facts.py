from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.actions import steps
from core.actions.approval import beforehand, why_needed
from core.actions.catalog import DECLARATIONS
from core.actions.facts import changed, facts_of
from core.actions.kind import Do, Sight
from core.actions.model import Action, ActionKind, ActionState, Origin
from core.inventory import Resource
from tests.acted_on import a_bucket, a_load_balancer, a_log_group
from tests.builders import a_volume, an_instance
from tests.core.actions.test_steps import an_action

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GP2 = a_volume(type="gp2", iops=300)


def modifying(seen: Resource, **held: object) -> Action:
    return an_action(ActionKind.MODIFY_VOLUME, seen, {"type": "gp3"}, expects=facts_of(seen), **held)


def test_what_changed_since_it_was_recommended_is_refused_in_words() -> None:
    now = a_volume(type="io2", iops=4000, throughput=None)
    ended = steps.decide(modifying(GP2), Sight(now), NOW, {})
    words = "vol-1 was gp2 of 100 GB when it was recommended, and is io2 now: look again."
    assert ended == steps.Settle(ActionState.REFUSED, words)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (
            an_instance(),
            an_instance(type="m5.xlarge"),
            "was m5.large when it was recommended, and is m5.xlarge",
        ),
        (
            an_instance(),
            an_instance(state="stopped"),
            "was running m5.large when it was recommended, and is stopped",
        ),
        (GP2, replace(GP2, size_gb=500), "was gp2 of 100 GB when it was recommended, and is of 500 GB now"),
        (a_log_group(), a_log_group(retention_days=7), "was keeping its events for ever when"),
        (a_load_balancer(target_count=0), a_load_balancer(target_count=3), "with 0 targets when"),
    ],
)
def test_each_fact_is_named(before: Resource, now: Resource, words: str) -> None:
    assert words in (changed(modifying(before), now) or "")


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (GP2, replace(GP2, tags={"team": "a"}, attached_to="i-2")),
        (a_bucket(lifecycle_rules=None), a_bucket(lifecycle_rules=("theirs",))),
        (a_load_balancer(target_count=None), a_load_balancer(target_count=3)),
    ],
)
def test_what_does_not_matter_or_was_not_known_is_no_change(before: Resource, now: Resource) -> None:
    assert changed(modifying(before), now) is None


def test_what_nobody_recommended_expects_nothing() -> None:
    click = an_action(ActionKind.MODIFY_VOLUME, GP2, {"type": "gp3"})
    assert steps.decide(click, Sight(replace(GP2, size_gb=500)), NOW, {}) == steps.Do(
        DECLARATIONS[click.kind].sends[0]
    )


def test_what_we_have_begun_ourselves_is_no_change() -> None:
    resizing = an_action(
        ActionKind.RESIZE_INSTANCE,
        an_instance(),
        {"instance_type": "m5.xlarge"},
        expects=facts_of(an_instance()),
        before=facts_of(an_instance()),
        step="stop_instance",
    )
    assert isinstance(steps.decide(resizing, Sight(an_instance(state="stopped")), NOW, {}), Do)


LIMIT = Decimal(100)


@pytest.mark.parametrize(
    ("kind", "saving", "cost", "why"),
    [
        (ActionKind.STOP_INSTANCE, Decimal(100), Decimal(20), None),
        (
            ActionKind.STOP_INSTANCE,
            Decimal(5),
            Decimal("100.01"),
            "it acts on a resource that costs $100.01 a month, more than $100.00.",
        ),
        (ActionKind.STOP_INSTANCE, Decimal(1200), None, "$1,200.00 a month"),
        (ActionKind.STOP_INSTANCE, None, None, "not known"),
        (ActionKind.RELEASE_ADDRESS, Decimal(3), Decimal(3), "no click takes it back"),
    ],
)
def test_a_second_person_must_agree_above_the_limit_and_to_what_is_final(
    kind: ActionKind, saving: Decimal | None, cost: Decimal | None, why: str | None
) -> None:
    words = why_needed(DECLARATIONS[kind], Origin.CLICK, saving, cost, LIMIT)
    assert words is None if why is None else why in (words or "")


def test_what_is_said_before_the_click_names_the_amount_for_one_and_the_number_for_many() -> None:
    why = why_needed(DECLARATIONS[ActionKind.STOP_INSTANCE], Origin.CLICK, None, Decimal("735.84"), LIMIT)
    assert why is not None
    assert beforehand([why], 1, LIMIT) == (
        "This waits until an approver agrees: it acts on a resource that costs $735.84 a month, more than $100.00."
    )
    assert beforehand([why], 222, LIMIT).startswith("1 of these 222 waits until an approver agrees: ")
    assert beforehand([why] * 3, 3, LIMIT).startswith("All 3 wait until an approver agrees: ")
    assert beforehand([], 3, LIMIT) == ""


@pytest.mark.parametrize("origin", [Origin.SCHEDULE, Origin.UNDO])
def test_schedules_and_undoing_wait_for_nobody(origin: Origin) -> None:
    assert why_needed(DECLARATIONS[ActionKind.STOP_INSTANCE], origin, None, Decimal(999), LIMIT) is None


def test_without_a_limit_nothing_waits() -> None:
    assert why_needed(DECLARATIONS[ActionKind.DELETE_VOLUME], Origin.CLICK, None, None, None) is None
