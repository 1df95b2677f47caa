"""What remains of compute use once the plan is carried out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from core.actions.model import ActionKind
from core.inventory import Kind
from core.periods import Period
from core.recommendations.finding import Effort, FindingState, Risk, StoredFinding, Undo
from core.recommendations.lever import Lever
from core.recommendations.portfolio import Plan, plan
from core.recommendations.residual import Fate, claimed, fates, remaining
from core.savings import MoneyFrom
from core.schedules.model import Period as Hours
from core.schedules.model import ScheduleDefinition
from tests.known import NOW

D = Decimal
WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))
"""Monday to Sunday."""
OFFICE = ScheduleDefinition("UTC", (Hours("08:00", "18:00", weekdays=("mon-fri",)),))


def a_finding(resource: str, saving: str, lever: Lever = Lever.REMOVE, **given: object) -> StoredFinding:
    """Of an instance that costs 100 USD a month."""
    return StoredFinding(
        **{
            "id": UUID(int=hash((resource, lever)) % 2**64),
            "rule": f"to_{lever}",
            "resource_id": resource,
            "resource_kind": Kind.INSTANCE,
            "resource_name": resource,
            "account_id": "1",
            "region": "us-east-1",
            "state": FindingState.OPEN,
            "because": "",
            "saving": D(saving),
            "cost": D(100),
            "money_from": MoneyFrom.BILL,
            "effort": Effort.LOW,
            "risk": Risk.LOW,
            "undo": Undo.EASY,
            "lever": lever,
            "fix": ActionKind.STOP_INSTANCE,
            "fix_parameters": {},
            "evidence": {},
            "first_found_at": NOW,
            "last_found_at": NOW,
            **given,
        }
    )


def scheduled(resource: str = "i-1") -> StoredFinding:
    return a_finding(
        resource, "70", Lever.SCHEDULE, fix_parameters={"name": "Office", "definition": OFFICE.to_json()}
    )


def chosen(*findings: StoredFinding) -> Plan:
    return plan(findings)


def test_instances_are_told_by_what_becomes_of_them() -> None:
    found = fates(
        chosen(
            a_finding("i-gone", "100"),
            a_finding("i-too", "100"),
            a_finding("i-half", "50", Lever.SIZE),
            scheduled("i-office"),
        )
    )
    assert found == {
        Fate(D("1.00")): ("i-gone", "i-too"),
        Fate(D("0.50")): ("i-half",),
        Fate(D("0.00"), OFFICE): ("i-office",),
    }


def test_what_runs_is_less_by_the_share_of_its_running_and_not_of_its_traffic() -> None:
    half = a_finding("i-1", "40", Lever.SIZE, part=D(80))
    assert fates(chosen(half)) == {Fate(D("0.50")): ("i-1",)}


def test_volumes_take_no_compute_away() -> None:
    assert fates(chosen(a_finding("vol-1", "8", resource_kind=Kind.VOLUME))) == {}


def test_what_is_to_run_as_spot_needs_no_commitment_at_all() -> None:
    assert fates(chosen(a_finding("i-1", "60", Lever.COMMITMENT))) == {Fate(D("1.00")): ("i-1",)}


def test_what_a_group_claims_of_its_members_goes_from_every_hour() -> None:
    group = a_finding(
        "arn:group",
        "1460",
        Lever.SIZE,
        cost=D(0),
        resource_kind=Kind.AUTOSCALING_GROUP,
        claims={"i-1": D(730), "i-2": D(730)},
    )
    stopped = a_finding("i-3", "108", claims={"vol-1": D(8)})
    assert claimed(chosen(group, stopped)) == 2
    assert set(remaining(every("5"), [], WEEK, D(2)).hours) == {D(3)}


def test_what_a_finding_claims_of_others_is_not_the_instance_s_own() -> None:
    stopped = a_finding("i-1", "108", claims={"vol-1": D(8)})
    half = a_finding("i-2", "58", Lever.SIZE, claims={"vol-2": D(8)})
    assert fates(chosen(stopped, half)) == {Fate(D("1.00")): ("i-1",), Fate(D("0.50")): ("i-2",)}


def test_half_the_size_in_office_hours_is_half_of_the_hours_that_are_left() -> None:
    both = chosen(scheduled(), a_finding("i-1", "50", Lever.SIZE))
    assert fates(both) == {Fate(D("0.50"), OFFICE): ("i-1",)}


def test_a_schedule_that_does_not_say_when_takes_a_share_of_every_hour() -> None:
    vague = replace(scheduled(), fix_parameters={})
    assert fates(chosen(vague)) == {Fate(D("0.70")): ("i-1",)}


def every(amount: str) -> dict[tuple[date, int], Decimal]:
    return {(day, hour): D(amount) for day in WEEK.days() for hour in range(24)}


def test_outside_the_schedule_all_of_it_goes_and_inside_the_share() -> None:
    found = remaining(every("5"), [(Fate(D("0.5"), OFFICE), every("2"))], WEEK)
    monday = found.hours[:24]
    assert monday[7:9] == (D(3), D(4))
    assert monday[17:19] == (D(4), D(3))
    assert set(found.hours[5 * 24 :]) == {D(3)}
    assert found.taken == 2 * 168 - 50


@pytest.mark.parametrize(("removed", "left"), [("2", "3"), ("9", "0")])
def test_what_a_plan_covered_of_what_goes_is_free_for_others(removed: str, left: str) -> None:
    """More may be removed than ran on demand: nothing remains then, and never less."""
    found = remaining(every("5"), [(Fate(D(1)), every(removed))], WEEK)
    assert set(found.hours) == {D(left)}


def test_hours_without_use_are_zero_and_none_is_left_out() -> None:
    found = remaining({(date(2026, 11, 17), 3): D(4), (date(2026, 11, 17), 4): D(-1)}, [], WEEK)
    assert (len(found.hours), sum(found.hours), found.hours[27]) == (168, D(4), D(4))
    assert found.taken == 0
