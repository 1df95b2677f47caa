"""A plan counts no dollar twice."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from core.actions.model import ActionKind
from core.inventory import Kind
from core.recommendations.finding import Effort, FindingState, Risk, StoredFinding, Undo
from core.recommendations.lever import Lever, Part
from core.recommendations.portfolio import Plan, plan
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
            undo=Undo.EASY,
            lever=Lever.REMOVE,
            fix=ActionKind.STOP_INSTANCE,
            fix_parameters={},
            evidence={},
            first_found_at=AT,
            last_found_at=AT,
        ),
        **given,
    )


def ids(made: Plan) -> list[str]:
    return [choice.finding.rule for choice in made.chosen]


def test_stopping_excludes_the_schedule_and_the_resize() -> None:
    stop = a_finding("a", saving=Decimal(90))
    schedule = a_finding("b", lever=Lever.SCHEDULE, saving=Decimal(60))
    resize = a_finding("c", lever=Lever.SIZE, saving=Decimal(50))
    made = plan([resize, schedule, stop])
    assert ids(made) == ["a"]
    assert [(each.finding.rule, each.rather) for each in made.alternatives] == [("b", stop), ("c", stop)]
    assert made.total_saving == Decimal(90)


def test_a_schedule_and_a_smaller_size_act_one_on_what_the_other_leaves() -> None:
    schedule = a_finding("b", lever=Lever.SCHEDULE, saving=Decimal(50))
    resize = a_finding("c", lever=Lever.SIZE, saving=Decimal(50))
    made = plan([resize, schedule])
    assert {choice.finding.rule: choice.counts for choice in made.chosen} == {"b": 50, "c": 25}
    assert made.total_saving == made.saving_of("i-1") == 75
    assert "50%" in next(choice.because for choice in made.chosen if choice.finding.rule == "c")


def test_levers_on_a_part_of_the_cost_act_on_what_is_left_of_that_part() -> None:
    """Of a database of $100 the instance is $60: off for 60% of the hours it costs $24, and at half the size $12."""
    schedule = a_finding("off", lever=Lever.SCHEDULE, saving=Decimal(36), part=Decimal(60))
    resize = a_finding("half", lever=Lever.SIZE, saving=Decimal(30), part=Decimal(60))
    storage = a_finding("gp3", lever=Lever.STORAGE, saving=Decimal(3), part=Decimal(40))
    made = plan([storage, resize, schedule])
    assert {choice.finding.rule: choice.counts for choice in made.chosen} == {"off": 36, "half": 12, "gp3": 3}
    assert made.total_saving == 51
    reasons = {choice.finding.rule: choice.because for choice in made.chosen}
    assert reasons["half"] == "Counted on the 40% of the cost of running it that the change before it leaves."
    assert not reasons["off"] + reasons["gp3"]


def test_a_lever_on_all_of_the_cost_acts_on_what_is_left_of_all_of_it() -> None:
    schedule = a_finding("off", lever=Lever.SCHEDULE, saving=Decimal(30), part=Decimal(60))
    upgrade = a_finding("new", lever=Lever.VERSION, saving=Decimal(50))
    storage = a_finding("gp3", lever=Lever.STORAGE, saving=Decimal(20), part=Decimal(40))
    made = plan([storage, upgrade, schedule])
    assert {choice.finding.rule: choice.counts for choice in made.chosen} == {"off": 30, "new": 35, "gp3": 10}


def test_together_they_may_save_more_than_stopping_and_are_then_chosen() -> None:
    stop = a_finding("a", saving=Decimal(70))
    schedule = a_finding("b", lever=Lever.SCHEDULE, saving=Decimal(50))
    resize = a_finding("c", lever=Lever.SIZE, saving=Decimal(50))
    assert ids(plan([stop, schedule, resize])) == ["b", "c"]


def test_what_is_not_known_now_counts_nothing_and_says_why() -> None:
    stop = a_finding("a", saving=Decimal(90), unknown="Its CPU is not known.")
    schedule = a_finding("b", lever=Lever.SCHEDULE, saving=Decimal(60))
    made = plan([stop, schedule])
    assert (made.total_saving, ids(made)) == (60, ["b"])
    assert [each.because for each in made.alternatives] == [stop.doubt]


def test_of_two_sizes_one_is_chosen() -> None:
    small = a_finding("small", lever=Lever.SIZE, saving=Decimal(40))
    other = a_finding("other", lever=Lever.SIZE, saving=Decimal(60))
    made = plan([small, other])
    assert ids(made) == ["other"]
    assert made.alternatives[0].because.startswith("Only one change of this sort")


def test_a_stopped_instances_volumes_are_counted_once() -> None:
    volume = a_finding("gp3", "vol-1", lever=Lever.STORAGE, saving=Decimal(20))
    stopped = a_finding("stopped", saving=Decimal(95), cost=Decimal(5), claims={"vol-1": Decimal(90)})
    made = plan([volume, stopped])
    assert ids(made) == ["stopped"]
    assert made.total_saving == 95
    assert made.alternatives[0].because.startswith("Its cost is counted already")


def test_what_reaches_far_gives_way_to_what_saves_more_apart() -> None:
    volume = a_finding("delete", "vol-1", saving=Decimal(100))
    stopped = a_finding("stopped", saving=Decimal(95), cost=Decimal(5), claims={"vol-1": Decimal(90)})
    assert ids(plan([volume, stopped])) == ["delete"]


def test_findings_on_different_resources_add_up() -> None:
    assert plan([a_finding(), a_finding(resource_id="i-2")]).total_saving == Decimal(20)


def test_a_saving_never_counts_for_more_than_the_cost() -> None:
    assert plan([a_finding(saving=Decimal(500))]).total_saving == Decimal(100)


def test_nothing_found_is_nothing_to_save() -> None:
    assert plan([]).total_saving == Decimal(0)


def test_many_that_reach_far_are_still_planned_quickly_and_soundly() -> None:
    findings = [
        a_finding("a", f"i-{n}", saving=Decimal(15), cost=Decimal(5), claims={f"vol-{n // 2}": Decimal(10)})
        for n in range(40)
    ]
    chained = [replace(each, claims={**each.claims, "vol-0": Decimal(0)}) for each in findings]
    assert plan(findings).total_saving == 20 * 15
    assert plan(chained).total_saving == 15


RESOURCES = ("i-1", "i-22", "i-333")
money = st.decimals(0, 1000, places=2, allow_nan=False)


@st.composite
def findings(draw: st.DrawFn) -> StoredFinding:
    resource = draw(st.sampled_from(RESOURCES))
    cost = Decimal(len(resource) * 50)
    saving = draw(money)
    claimed = draw(st.sampled_from([None, *(name for name in RESOURCES if name != resource)]))
    claims = {} if claimed is None else {claimed: min(saving, Decimal(len(claimed) * 50))}
    lever = draw(st.sampled_from(Lever))
    shares = {Part.RUNNING: Decimal("0.6"), Part.STORAGE: Decimal("0.25"), Part.SURCHARGE: Decimal("0.1")}
    partial = claimed is None and lever.part in shares and draw(st.booleans())
    return a_finding(
        draw(st.sampled_from("abcdef")),
        resource,
        lever=lever,
        saving=saving,
        cost=cost,
        part=cost * shares[lever.part] if partial and lever.part else None,
        claims=claims,
    )


@given(
    st.lists(findings(), max_size=9, unique_by=lambda finding: finding.id), st.randoms(use_true_random=False)
)
def test_the_headline_is_bounded_counts_once_and_does_not_depend_on_order(
    found: list[StoredFinding], random: object
) -> None:
    made = plan(found)
    touched = {each.resource_id for each in found} | {other for each in found for other in each.claims}
    assert made.total_saving <= sum(Decimal(len(name) * 50) for name in touched)
    assert len(made.chosen) + len(made.alternatives) == len(found)
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    assert plan(shuffled) == made


@given(st.lists(findings(), min_size=1, max_size=9, unique_by=lambda finding: finding.id))
def test_no_single_finding_saves_more_than_the_plan(found: list[StoredFinding]) -> None:
    assert plan(found).total_saving >= max(plan([each]).total_saving for each in found)


@given(st.lists(findings(), max_size=9, unique_by=lambda finding: finding.id))
def test_no_resource_is_saved_on_beyond_its_cost(found: list[StoredFinding]) -> None:
    taken: dict[str, Decimal] = {}
    for choice in plan(found).chosen:
        claimed = sum(choice.finding.claims.values(), Decimal(0))
        for name, usd in {
            **choice.finding.claims,
            choice.finding.resource_id: choice.counts - claimed,
        }.items():
            taken[name] = taken.get(name, Decimal(0)) + usd
    assert all(usd <= len(name) * 50 for name, usd in taken.items())


@given(st.lists(findings(), max_size=9, unique_by=lambda finding: finding.id))
def test_no_part_of_a_resource_is_saved_on_beyond_what_that_part_costs(found: list[StoredFinding]) -> None:
    taken: dict[tuple[str, Part | None], Decimal] = {}
    costs: dict[tuple[str, Part | None], Decimal] = {}
    for choice in plan(found).chosen:
        each = choice.finding
        if each.part is not None:
            key = each.resource_id, each.lever.part
            taken[key] = taken.get(key, Decimal(0)) + choice.counts
            costs[key] = each.part
    assert all(usd <= costs[key] for key, usd in taken.items())


@given(st.lists(st.tuples(st.sampled_from(Lever), money), max_size=6, unique_by=lambda pair: pair[0]))
def test_levers_on_one_part_compose_on_it_whatever_else_the_resource_costs(
    pulled: list[tuple[Lever, Decimal]],
) -> None:
    """As on a resource that is nothing but that part."""
    running = [(lever, usd) for lever, usd in pulled if lever.part is Part.RUNNING]
    alone = [
        a_finding(f"{lever}", lever=lever, saving=usd, cost=Decimal(1000), part=Decimal(60))
        for lever, usd in running
    ]
    nothing_else = [replace(each, cost=Decimal(60), part=None) for each in alone]
    assert plan(alone).total_saving == plan(nothing_else).total_saving
