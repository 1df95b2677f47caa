"""What people set of the rules: thresholds within reason, and exclusions that cover what they say and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, NotFound
from core.inventory import Kind
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from core.recommendations.tuning import (
    Exclusion,
    Tuning,
    checked,
    demand_something,
    in_force,
    option_of,
)
from tests.builders import ACCOUNT, a_volume, an_address, an_instance
from tests.known import NOW, facts

IDLE = catalog()["ec2_idle"]


def an_exclusion(**given: object) -> Exclusion:
    return replace(
        Exclusion(id=UUID(int=1), reason="ours", by="ops@example.com", at=datetime(2026, 1, 5, tzinfo=UTC)),
        **given,
    )


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 101])
def test_a_threshold_that_cannot_be_is_refused(value: float) -> None:
    with pytest.raises(Invalid):
        checked(option_of(IDLE, "cpu_mean"), value)


@pytest.mark.parametrize("days", [0, 91])
def test_no_rule_looks_back_less_than_a_day_or_further_than_is_read(days: float) -> None:
    option = option_of(catalog()["rds_idle"], "days")
    assert checked(option, 90) == 90
    with pytest.raises(Invalid, match="from 1 to 90"):
        checked(option, days)


def test_samples_of_a_kind_are_read_for_as_long_as_the_rule_that_looks_back_furthest_on_it() -> None:
    rules = catalog().values()
    assert set(Tuning().days(rules).values()) == {14}
    longer = Tuning({"rds_idle": {"days": 30}, "ebs_unattached": {"days": 60}, "asg_floor": {"days": 20}})
    days = longer.days(rules)
    assert {kind: count for kind, count in days.items() if count != 14} == {
        Kind.DATABASE: 30,
        Kind.AUTOSCALING_GROUP: 20,
        Kind.INSTANCE: 20,  # its members
    }
    assert Tuning({"rds_idle": {"days": 400}}).days(rules)[Kind.DATABASE] == 90, (
        "set before there was a limit"
    )


def test_an_option_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound) as error:
        option_of(IDLE, "memory")
    assert "cpu_mean" in (error.value.mend or "")


def test_an_exclusion_of_everything_is_refused() -> None:
    with pytest.raises(Invalid):
        demand_something(an_exclusion())


def test_every_part_of_an_exclusion_must_fit() -> None:
    tagged = an_instance(tags={"team": "web"})
    narrow = an_exclusion(rule="ec2_idle", tag=("team", "web"), account_id=ACCOUNT)
    assert narrow.covers("ec2_idle", tagged)
    assert not narrow.covers("ec2_off_hours", tagged)
    assert not narrow.covers("ec2_idle", an_instance(tags={"team": "data"}))
    assert not narrow.covers("ec2_idle", an_instance(tags={"team": "web"}, account_id="999999999999"))
    assert an_exclusion(tag=("team", "")).covers("any", tagged)


def test_an_exclusion_ends_when_it_says() -> None:
    ends = an_exclusion(rule="a", until=NOW)
    assert in_force([ends], NOW - timedelta(seconds=1)) == (ends,)
    assert in_force([ends], NOW) == ()


def test_what_is_left_alone_is_counted_and_neither_found_nor_good() -> None:
    tuned = Tuning(exclusions=[an_exclusion(rule="eip_unassociated", resource_id=an_address().id)])
    rule = catalog()["eip_unassociated"]
    answers = evaluate([rule], [an_address(), an_address("eipalloc-2")], facts(), tuned)
    (seen,) = answers.coverage.values()
    assert (seen.found, seen.ok, seen.excluded) == (1, 0, 1)


def test_a_set_threshold_is_what_the_rule_goes_by() -> None:
    loose = a_volume(state="available", attached_to=None)
    known = facts(changed_at={"vol-1": NOW - timedelta(days=3)})
    rule = catalog()["ebs_unattached"]
    assert not evaluate([rule], [loose], known).found
    assert evaluate([rule], [loose], known, Tuning({"ebs_unattached": {"days": 2}})).found


words = st.sampled_from(["", "a", "b"])


@given(words, words, words, words, st.sampled_from(["a", "b"]))
def test_a_narrower_exclusion_never_covers_more(
    rule: str, resource: str, account: str, tag: str, asked: str
) -> None:
    wide = an_exclusion(rule=rule, resource_id=resource, account_id=account)
    narrow = replace(wide, tag=("team", tag))
    for one in (an_instance("a", tags={"team": "a"}, account_id="a"), an_instance("b", account_id="b")):
        assert not narrow.covers(asked, one) or wide.covers(asked, one)
