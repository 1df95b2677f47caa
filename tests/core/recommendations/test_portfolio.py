"""A plan counts no dollar twice."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from core.actions.model import ActionKind
from core.inventory import Kind
from core.recommendations.finding import Effort, FindingState, Risk, StoredFinding
from core.recommendations.portfolio import plan
from core.savings import MoneyFrom

AT = datetime(2026, 11, 22, tzinfo=UTC)


def a_finding(rule: str = "ec2_idle", resource_id: str = "i-1", **given: object) -> StoredFinding:
    return replace(
        StoredFinding(
            id=uuid5(UUID(int=0), rule + resource_id),
            rule=rule,
            resource_id=resource_id,
            resource_kind=Kind.INSTANCE,
            resource_name=resource_id,
            account_id="111122223333",
            region="us-east-1",
            state=FindingState.OPEN,
            because="",
            saving=Decimal(10),
            cost=Decimal(100),
            money_from=MoneyFrom.BILL,
            effort=Effort.LOW,
            risk=Risk.LOW,
            fix=ActionKind.STOP_INSTANCE,
            fix_parameters={},
            evidence={},
            first_found_at=AT,
            last_found_at=AT,
        ),
        **given,
    )


def test_stopping_excludes_the_schedule_and_the_resize() -> None:
    stop = a_finding("a", saving=Decimal(50))
    schedule = a_finding("b", fix=ActionKind.ATTACH_SCHEDULE, saving=Decimal(60))
    resize = a_finding("c", fix=ActionKind.RESIZE_INSTANCE, saving=Decimal(70))
    made = plan([resize, schedule, stop])
    assert [choice.finding for choice in made.chosen] == [stop]
    assert made.alternatives == (resize, schedule)
    assert made.total_saving == Decimal(50)


def test_findings_on_different_resources_add_up() -> None:
    assert plan([a_finding(), a_finding(resource_id="i-2")]).total_saving == Decimal(20)


def test_a_saving_never_counts_for_more_than_the_cost() -> None:
    assert plan([a_finding(saving=Decimal(500))]).total_saving == Decimal(100)


def test_nothing_found_is_nothing_to_save() -> None:
    assert plan([]).total_saving == Decimal(0)


money = st.decimals(0, 1000, places=2, allow_nan=False)
found = st.builds(
    lambda rule, resource, fix, saving: a_finding(
        rule, resource, fix=fix, saving=saving, cost=Decimal(len(resource) * 50)
    ),
    st.sampled_from("abc"),
    st.sampled_from(["i-1", "i-22", "i-333"]),
    st.sampled_from(ActionKind),
    money,
)


@given(st.lists(found, max_size=9, unique_by=lambda finding: finding.id), st.randoms(use_true_random=False))
def test_the_headline_is_bounded_counts_once_and_does_not_depend_on_order(
    findings: list[StoredFinding], random: object
) -> None:
    made = plan(findings)
    costs = {finding.resource_id: finding.cost or Decimal(0) for finding in findings}
    assert made.total_saving <= sum(costs.values(), Decimal(0))
    chosen = [choice.finding.resource_id for choice in made.chosen]
    assert sorted(chosen) == sorted(costs)
    assert len(made.chosen) + len(made.alternatives) == len(findings)
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    assert plan(shuffled) == made
