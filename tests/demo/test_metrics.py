from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.inventory import Kind
from core.periods import midnight
from services.demo import measured
from services.demo.changes import Change, What, lives_after
from services.demo.company import BY_KEY
from services.demo.life import Lived, World
from services.demo.metrics import Watch, members, values
from services.demo.usage import DAY, HOUR, epoch
from services.demo.world import group
from tests.demo.conftest import BORN

Hours = NDArray[np.int64]
Loads = NDArray[np.float64]
CPU = measured.series()["AWS/EC2", "CPUUtilization"]
NETWORK = measured.series()["AWS/EC2", "NetworkIn"]
NOON = epoch(midnight(BORN)) + 12 * HOUR


def machine(world: World, account: str, name: str) -> Lived:
    return next(life for life in group(world, account, name) if life.resource.id.startswith("i-"))


def cpu(world: World, life: Lived, days: int = 14, period: int = HOUR, statistic: str = "Average"):  # noqa: ANN201  what `values` answers
    return values(world.seed, life, CPU, statistic, (NOON - days * DAY, NOON, period))


@settings(max_examples=30, deadline=None)
@given(start=st.integers(0, 500), length=st.integers(1, 200))
def test_an_hours_value_is_the_same_whenever_it_is_asked_for(world: World, start: int, length: int) -> None:
    life = machine(world, "production", "queue")
    first = NOON - 500 * HOUR
    times, numbers = values(world.seed, life, CPU, "Average", (first, NOON + 300 * HOUR, HOUR))
    some, part = values(
        world.seed, life, CPU, "Average", (first + start * HOUR, first + (start + length) * HOUR, HOUR)
    )

    assert some.tolist() == times[start : start + length].tolist()
    assert part.tolist() == numbers[start : start + length].tolist()


def test_a_day_is_the_sum_and_the_mean_of_its_hours(world: World) -> None:
    life = machine(world, "production", "web")
    day = (NOON - 12 * HOUR, NOON + 12 * HOUR)

    hours = values(world.seed, life, NETWORK, "Sum", (*day, HOUR))[1]
    assert values(world.seed, life, NETWORK, "Sum", (*day, DAY))[1] == pytest.approx([hours.sum()])
    hours = values(world.seed, life, CPU, "Average", (*day, HOUR))[1]
    assert values(world.seed, life, CPU, "Average", (*day, DAY))[1] == pytest.approx([hours.mean()])


def test_statistics_are_in_order(world: World) -> None:
    life = machine(world, "production", "queue")
    low, mean, high, top = (
        cpu(world, life, statistic=one)[1] for one in ("Minimum", "Average", "p95", "Maximum")
    )

    assert (low <= mean).all()
    assert (mean <= top).all()
    assert (high <= top).all()
    assert (low <= high).all()


def test_the_last_hours_can_be_asked_by_the_minute(world: World) -> None:
    life = machine(world, "production", "web")
    span = (NOON - 2 * HOUR, NOON)

    minutes = values(world.seed, life, CPU, "Average", (*span, 60))
    fives = values(world.seed, life, CPU, "Average", (*span, 300))

    assert len(minutes[0]) == 120
    assert minutes[1][::5].tolist() == fives[1].tolist()
    between = minutes[1][1:5]
    assert (between >= min(fives[1][:2])).all()
    assert (between <= max(fives[1][:2])).all()


def test_bytes_of_the_minutes_are_about_the_bytes_of_the_hour(world: World) -> None:
    life = machine(world, "production", "web")
    span = (NOON - HOUR, NOON)

    minutes = values(world.seed, life, NETWORK, "Sum", (*span, 60))[1]
    assert minutes.sum() == pytest.approx(
        values(world.seed, life, NETWORK, "Sum", (*span, HOUR))[1][0], rel=0.2
    )


def test_a_stopped_machine_says_nothing(world: World) -> None:
    assert len(cpu(world, machine(world, "staging", "qa-parked"))[0]) == 0


def test_a_machine_stopped_later_says_nothing_from_then_on_and_speaks_again_once_started(
    world: World,
) -> None:
    life = machine(world, "production", "web")
    at = midnight(BORN) - timedelta(days=3)
    changes = [
        Change(at, life.resource.id, What.STOPPED),
        Change(at + timedelta(days=1), life.resource.id, What.STARTED),
    ]
    after = next(one for one in lives_after(world, changes) if one.resource.id == life.resource.id)

    times = cpu(world, after)[0]

    silent = set(range(epoch(at), epoch(at) + DAY, HOUR))
    assert silent.isdisjoint(times.tolist())
    assert len(times) == len(cpu(world, life)[0]) - 24


@pytest.mark.parametrize("period", [60, HOUR])
def test_memory_is_reported_only_where_an_agent_runs(world: World, period: int) -> None:
    memory = measured.series()["CWAgent", "mem_used_percent"]
    span = (NOON - 2 * HOUR, NOON, period)

    assert len(values(world.seed, machine(world, "production", "web"), memory, "Maximum", span)[0]) == 0
    known = values(world.seed, machine(world, "production", "ratings"), memory, "Maximum", span)[1]
    assert 84 <= known.min() <= known.max() <= 88


def test_a_function_called_once_a_week_is_silent_else(world: World) -> None:
    life = group(world, "production", "audit-sweep")[0]
    calls = measured.series()["AWS/Lambda", "Invocations"]

    times, numbers = values(world.seed, life, calls, "Sum", (NOON - 14 * DAY, NOON, HOUR))

    assert numbers.tolist() == [1.0, 1.0]
    assert {int(time // DAY + 3) % 7 for time in times} == {0}


def test_credits_above_what_is_earned_are_charged_as_billed(world: World) -> None:
    surplus = measured.series()["AWS/EC2", "CPUSurplusCreditsCharged"]
    span = (NOON - DAY, NOON, DAY // 2)
    chat, web, other = (
        values(world.seed, machine(world, "production", name), surplus, "Sum", span)[1]
        for name in ("chat", "web", "edge-proxy")
    )

    assert chat.sum() / 60 == pytest.approx(29.8, rel=0.5)
    assert len(web) == 0
    assert set(other.tolist()) == {0.0}


def test_idle_machines_hardly_compute_and_hardly_talk(world: World) -> None:
    life = machine(world, "staging", "load-test")
    span = (NOON - 14 * DAY, NOON, HOUR)
    bytes_a_day = 24 * sum(
        values(world.seed, life, measured.series()["AWS/EC2", name], "Sum", span)[1].mean()
        for name in ("NetworkIn", "NetworkOut")
    )

    assert cpu(world, life, statistic="Maximum")[1].max() < 2
    assert bytes_a_day < 5_000_000


def test_office_machines_work_in_office_hours_only(world: World) -> None:
    times, numbers = cpu(world, machine(world, "staging", "stage-web"))
    hour, weekday = times // HOUR % 24, (times // DAY + 3) % 7
    working = (weekday < 5) & (hour >= 8) & (hour < 18)

    assert numbers[working].min() > 25
    assert numbers[~working].max() < 2


SHAPES: dict[str, Callable[[Hours, Hours, Loads], bool]] = {
    "weekday": lambda _, day, load: load[day < 5].min() > 25 and load[day >= 5].max() < 16,
    "steady": lambda _, __, load: load.min() > 30 and load.max() - load.min() < 12,
    "spiky": lambda _, __, load: 0.05 < (load > 60).mean() < 0.25 and load[load <= 60].max() < 20,
    "night": lambda hour, _, load: (
        load[(hour >= 1) & (hour < 6)].min() > 70 and load[(hour < 1) | (hour >= 6)].max() < 20
    ),
}
"""By shape, what is true of two weeks of hourly load, given the hours of the day and the days of the week (Monday is 0)."""


@pytest.mark.parametrize("shape", SHAPES)
def test_machines_of_each_shape_behave_as_it_says(world: World, shape: str) -> None:
    life = next(
        each for each in world.living() if each.shape == shape and each.resource.kind is Kind.INSTANCE
    )
    times, load = cpu(world, life)
    assert SHAPES[shape](times // HOUR % 24, (times // DAY + 3) % 7, load)


def test_growing_machines_grow(world: World) -> None:
    numbers = cpu(world, machine(world, "production", "forecast-eu"), days=60)[1]

    assert np.mean(numbers[-168:]) > np.mean(numbers[:168]) + 4


def query(instance: str, *, namespace: str = "AWS/EC2") -> dict[str, object]:
    metric = {
        "Namespace": namespace,
        "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "InstanceId", "Value": instance}],
    }
    return {"Id": "q", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Average"}}


def test_the_namespace_counts_and_so_does_the_account(world: World) -> None:
    watch = Watch(world, world.lives)
    one = machine(world, "production", "web").resource
    end = midnight(BORN)
    span = (end - timedelta(days=1), end)

    assert watch.answer(one.account_id, one.region, query(one.id), *span) is not None
    assert watch.answer(one.account_id, one.region, query(one.id, namespace="AWS/RDS"), *span) is None
    assert watch.answer(BY_KEY["data"].id, one.region, query(one.id), *span) is None
    assert watch.answer(one.account_id, one.region, query("i-0"), *span) is None


@pytest.mark.parametrize(
    ("account", "name", "count"), [("production", "faq", 4), ("staging", "stage-api", 3)]
)
def test_a_group_is_measured_as_its_members_are_together(
    world: World, account: str, name: str, count: int
) -> None:
    watch = Watch(world, world.lives)
    of = [life for life in group(world, account, name) if life.resource.id.startswith("i-")]
    one = of[0].resource
    end = midnight(BORN)
    span = (end - timedelta(days=1), end)

    def told(metric: str, statistic: str, dimension: str, called: str) -> Loads:
        asked = {
            "Namespace": "AWS/EC2",
            "MetricName": metric,
            "Dimensions": [{"Name": dimension, "Value": called}],
        }
        found = watch.answer(
            one.account_id,
            one.region,
            {"Id": "q", "MetricStat": {"Metric": asked, "Period": HOUR, "Stat": statistic}},
            *span,
        )
        assert found is not None
        return np.array(found[1])

    whole = partial(told, dimension="AutoScalingGroupName", called=name)
    for metric, statistic, together in (
        ("CPUUtilization", "Average", np.mean),
        ("NetworkOut", "Sum", np.sum),
        ("CPUUtilization", "Maximum", np.max),
    ):
        each = [told(metric, statistic, "InstanceId", life.resource.id) for life in of]
        assert whole(metric, statistic) == pytest.approx(together(each, axis=0))
    assert whole("CPUUtilization", "SampleCount").tolist() == [12.0 * count] * 24


def test_a_member_that_ended_is_in_the_hours_it_ran_and_no_later(world: World) -> None:
    of = [life for life in group(world, "staging", "stage-api") if life.resource.id.startswith("i-")]
    at = midnight(BORN) - timedelta(hours=12)
    changed = lives_after(world, [Change(at, of[0].resource.id, What.DELETED)])
    grouped = next(
        life.resource
        for life in group(world, "staging", "stage-api")
        if life.resource.kind is Kind.AUTOSCALING_GROUP
    )

    _, counts = values(
        world.seed,
        members(grouped, changed),
        CPU,
        "SampleCount",
        (epoch(at) - 2 * HOUR, epoch(at) + 2 * HOUR, HOUR),
    )

    assert counts.tolist() == [36, 36, 24, 24]


def test_a_service_has_as_many_samples_as_it_runs_tasks(world: World) -> None:
    life = group(world, "production", "wishlist")[0]
    ecs = measured.series()["AWS/ECS", "CPUUtilization"]
    _, counts = values(world.seed, life, ecs, "SampleCount", (NOON - 3 * HOUR, NOON, HOUR))
    assert counts.tolist() == [36, 36, 36]
    gone = replace(life, charges=tuple(replace(each, end=midnight(BORN)) for each in life.charges))
    times, _ = values(world.seed, gone, ecs, "Average", (NOON - DAY, NOON, HOUR))
    assert times[-1] < epoch(midnight(BORN))
