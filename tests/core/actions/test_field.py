"""What kinds of action ask of a person."""

import pytest

from core.actions.catalog import DECLARATIONS, checked
from core.actions.field import Field, Known, Sort
from core.actions.model import ActionKind
from core.errors import Invalid
from services.adapters.aws.prices import ListPrices
from tests.acted_on import GIVEN, a_bucket, a_database, subject
from tests.builders import a_volume, an_instance

ELSEWHERE = {
    ActionKind.ATTACH_SCHEDULE: {"schedule_id", "name", "definition"},
    ActionKind.START_INSTANCE: {"instance_type", "alternatives"},
}
"""Parameters that are set by a finding or a schedule."""
KEPT = {
    ActionKind.START_AUTOSCALING_GROUP,
    ActionKind.START_SERVICE,
    ActionKind.START_NODE_GROUP,
}
"""Kinds whose parameters are the sizes that were kept."""
ASKING = [(kind, field) for kind, declared in DECLARATIONS.items() for field in declared.asks]


@pytest.fixture(scope="module")
def known() -> Known:
    prices = ListPrices()
    return Known(prices.instance_types(), prices.book())


@pytest.mark.parametrize("kind", DECLARATIONS)
def test_every_parameter_is_asked_for_or_set_elsewhere(kind: ActionKind) -> None:
    declared = DECLARATIONS[kind]
    asked = {field.name for field in declared.asks}
    elsewhere = set(GIVEN[kind]) if kind in KEPT else ELSEWHERE.get(kind, set())
    assert asked | elsewhere == declared.parameters
    assert not asked & elsewhere


@pytest.mark.parametrize(("kind", "field"), ASKING, ids=[f"{kind}-{field.name}" for kind, field in ASKING])
def test_what_may_be_chosen_is_there_and_has_words(kind: ActionKind, field: Field, known: Known) -> None:
    resource = subject(kind)
    assert field.title
    if field.sort is Sort.CHOICE:
        choices = field.choices(resource, known)
        assert choices
        assert all(field.say(choice, known) for choice in choices)


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in ASKING}))
def test_what_the_form_begins_with_is_taken_or_says_what_is_missing(kind: ActionKind, known: Known) -> None:
    resource, given = subject(kind), dict[str, object]()
    for field in DECLARATIONS[kind].asks:
        if field.sort is Sort.CHOICE and not field.optional and field.applies(resource, given):
            now = field.now(resource, given)
            choices = list(field.choices(resource, known))
            given[field.name] = now if now in choices else choices[0]
    if kind is ActionKind.SET_BUCKET_LIFECYCLE:
        with pytest.raises(Invalid, match="abort_days"):
            checked(kind, given)
    else:
        assert checked(kind, given) == given


def test_types_are_offered_that_its_disk_starts_on_the_next_smaller_first(known: Known) -> None:
    (field,) = DECLARATIONS[ActionKind.RESIZE_INSTANCE].asks
    offered = field.choices(an_instance(type="m5.xlarge"), known)
    assert offered[0] == "m5.large"
    assert "m5.xlarge" not in offered
    assert {known.types[str(name)].architecture for name in offered} == {"x86_64"}
    assert field.say("m5.large", known) == "m5.large: 2 vCPU, 8 GiB"
    classes = (
        DECLARATIONS[ActionKind.MODIFY_DATABASE]
        .asks[0]
        .choices(a_database(instance_class="db.m5.xlarge"), known)
    )
    assert classes[0] == "db.m5.large"


def test_speed_is_asked_for_where_a_type_has_it_and_begins_as_it_is() -> None:
    _, iops, throughput = DECLARATIONS[ActionKind.MODIFY_VOLUME].asks
    volume = a_volume(type="gp3", iops=4000, throughput=200)
    assert [each.applies(volume, {"type": "gp2"}) for each in (iops, throughput)] == [False, False]
    assert [each.applies(volume, {"type": "io2"}) for each in (iops, throughput)] == [True, False]
    assert [each.now(volume, {"type": "gp3"}) for each in (iops, throughput)] == [4000, 200]
    assert iops.now(volume, {"type": "io2"}) is None
    days = DECLARATIONS[ActionKind.SET_BUCKET_LIFECYCLE].asks[2]
    assert days.now(a_bucket(), {"transition_to": "STANDARD_IA"}) == 30
