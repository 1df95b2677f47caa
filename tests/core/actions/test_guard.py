import shlex
from dataclasses import replace

import pytest

from core.actions import guard
from core.actions.catalog import DECLARATIONS, checked
from core.actions.model import ActionKind
from core.errors import Invalid, Refused
from core.inventory import EMR_TAG, PROTECTED_TAG, Kind, Resource
from core.prices import InstanceType
from core.schedules.switch import SWITCHED
from tests.acted_on import GIVEN, SUBJECTS, subject
from tests.builders import a_volume, an_address, an_instance

TYPES = {
    name: InstanceType(name, 2, 8192, architecture, current_generation=True, burstable=False)
    for name, architecture in (("m5.large", "x86_64"), ("m5.xlarge", "x86_64"), ("m7g.large", "arm64"))
}
KINDS = [kind for kind in ActionKind if kind is not ActionKind.ATTACH_SCHEDULE]


def verdict(
    kind: ActionKind, resource: Resource, accounts: frozenset[str] | None = None, **given: object
) -> str | None:
    return guard.verdict(kind, resource, given or GIVEN.get(kind, {}), types=TYPES, accounts=accounts)


def test_every_kind_is_declared() -> None:
    assert set(DECLARATIONS) == set(ActionKind)


@pytest.mark.parametrize("kind", KINDS)
def test_what_nothing_speaks_against_is_allowed(kind: ActionKind) -> None:
    assert verdict(kind, subject(kind)) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", ["true", "yes", "", "TRUE"])
def test_a_protected_resource_is_never_touched(kind: ActionKind, word: str) -> None:
    protected = replace(subject(kind), tags={PROTECTED_TAG: word})
    assert "protected by its tag" in (verdict(kind, protected) or "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_that_says_false_does_not_protect(kind: ActionKind) -> None:
    assert verdict(kind, replace(subject(kind), tags={PROTECTED_TAG: "False"})) is None


@pytest.mark.parametrize("kind", KINDS)
def test_another_account_than_the_users_is_refused(kind: ActionKind) -> None:
    resource = subject(kind)
    assert "outside" in (verdict(kind, resource, frozenset({"999999999999"})) or "")
    assert verdict(kind, resource, frozenset({resource.account_id})) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_for_one_kind_of_resource(kind: ActionKind) -> None:
    for on, resource in SUBJECTS.items():
        if on is not DECLARATIONS[kind].on:
            assert "is for a" in (verdict(kind, resource) or "")


def test_a_schedule_is_attached_to_all_that_schedules_switch_and_nothing_else() -> None:
    declared = DECLARATIONS[ActionKind.ATTACH_SCHEDULE]
    assert {declared.on, *declared.also} == set(SWITCHED)
    assert "is for a" in (verdict(ActionKind.ATTACH_SCHEDULE, a_volume()) or "")
    assert "on the schedules screen" in (verdict(ActionKind.ATTACH_SCHEDULE, SUBJECTS[Kind.DATABASE]) or "")


INSTANCE_KINDS = [kind for kind in KINDS if DECLARATIONS[kind].on is Kind.INSTANCE]


@pytest.mark.parametrize("kind", INSTANCE_KINDS)
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"autoscaling_group": "web"}, "Auto Scaling group web"),
        ({"tags": {EMR_TAG: "j-2AXXXXXXGAPLF"}}, "EMR cluster j-2AXXXXXXGAPLF"),
        ({"lifecycle": "spot"}, "Spot"),
        ({"lifecycle": "capacity-block"}, "Capacity Block"),
    ],
)
def test_what_somebody_else_governs_is_left_alone(kind: ActionKind, given: dict[str, str], why: str) -> None:
    assert why in (verdict(kind, replace(subject(kind), **given)) or "")


@pytest.mark.parametrize("kind", [ActionKind.STOP_INSTANCE, ActionKind.RESIZE_INSTANCE])
def test_an_instance_store_would_lose_its_data_by_a_stop(kind: ActionKind) -> None:
    assert "instance store" in (verdict(kind, an_instance(root_device="instance-store")) or "")


def test_termination_protection_says_nothing_about_a_stop() -> None:
    assert verdict(ActionKind.STOP_INSTANCE, an_instance(termination_protected=True)) is None


@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        (ActionKind.STOP_INSTANCE, an_instance(state="stopped")),
        (ActionKind.STOP_INSTANCE, an_instance(state="stopping")),
        (ActionKind.START_INSTANCE, an_instance(state="running")),
        (ActionKind.START_INSTANCE, an_instance(state="terminated")),
        (ActionKind.RESIZE_INSTANCE, an_instance(state="pending")),
        (ActionKind.MODIFY_VOLUME, a_volume(state="creating", type="gp2")),
        (ActionKind.DELETE_VOLUME, a_volume(state="in-use")),
        (ActionKind.DELETE_VOLUME, a_volume(state="error", attached_to=None)),
        (ActionKind.RELEASE_ADDRESS, an_address(state="associated", associated_with="i-1")),
    ],
)
def test_a_wrong_state_is_refused_by_name(kind: ActionKind, resource: Resource) -> None:
    words = verdict(kind, resource)
    assert words is not None
    assert resource.state in words or "attached to" in words or "associated with" in words


def test_an_instance_is_not_resized_to_what_could_not_start_it() -> None:
    resize = ActionKind.RESIZE_INSTANCE
    assert "arm64" in (verdict(resize, an_instance(), instance_type="m7g.large") or "")
    assert "already" in (verdict(resize, an_instance(), instance_type="m5.large") or "")
    assert "do not know" in (verdict(resize, an_instance(), instance_type="m99.huge") or "")


def test_a_volume_that_is_so_already_is_not_changed() -> None:
    modify = ActionKind.MODIFY_VOLUME
    assert "already" in (verdict(modify, a_volume(type="gp3", iops=3000), type="gp3", iops=3000) or "")
    assert verdict(modify, a_volume(type="gp3", iops=3000), type="gp3", iops=6000) is None
    assert "magnetic" in (verdict(modify, a_volume(type="standard"), type="gp3") or "")


def test_a_refusal_is_raised_in_its_own_words() -> None:
    with pytest.raises(Refused, match="only a running instance can be stopped"):
        guard.allow(ActionKind.STOP_INSTANCE, an_instance(state="stopped"), {}, types=TYPES)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (ActionKind.STOP_INSTANCE, {"force": True}),
        (ActionKind.RESIZE_INSTANCE, {}),
        (ActionKind.RESIZE_INSTANCE, {"instance_type": "large"}),
        (ActionKind.RESIZE_INSTANCE, {"instance_type": 5}),
        (ActionKind.MODIFY_VOLUME, {}),
        (ActionKind.MODIFY_VOLUME, {"type": "gp9"}),
        (ActionKind.MODIFY_VOLUME, {"type": "gp2", "iops": 3000}),
        (ActionKind.MODIFY_VOLUME, {"type": "io2", "throughput": 250}),
        (ActionKind.MODIFY_VOLUME, {"type": "gp3", "iops": -1}),
        (ActionKind.MODIFY_VOLUME, {"type": "gp3", "iops": True}),
        (ActionKind.MODIFY_VOLUME, {"type": "gp3", "iops": "3000"}),
    ],
)
def test_wrong_parameters_are_refused_before_anything_happens(
    kind: ActionKind, given: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        checked(kind, given)


def test_parameters_left_empty_are_left_out() -> None:
    assert checked(ActionKind.MODIFY_VOLUME, {"type": "gp3", "iops": None}) == {"type": "gp3"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_declaration_tells_its_calls_permissions_and_reversal(kind: ActionKind) -> None:
    declared, resource = DECLARATIONS[kind], subject(kind)
    given = GIVEN.get(kind, {})
    called = {call.split()[0] for call in declared.calls(resource, given)}
    assert called
    assert called <= set(declared.permissions)
    assert len(declared.by_hand(resource, given)) >= len(called)
    assert all(resource.short_id in line for line in declared.by_hand(resource, given))
    assert declared.reversal(resource).endswith(".")
    assert declared.terraform(given)


def test_a_hostile_parameter_stays_one_word_of_the_command() -> None:
    wanted = {"instance_type": "m5.large'; rm -rf / #"}
    line = DECLARATIONS[ActionKind.RESIZE_INSTANCE].by_hand(an_instance(state="stopped"), wanted)[0]
    assert len(shlex.split(line)) == 9
