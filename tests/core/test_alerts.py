from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerts import LONGEST, Alert, AlertState, check, judge
from core.errors import Invalid
from core.inventory import Kind
from core.measured import metric_of
from core.metrics import MetricSeries

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OK, FIRING, UNKNOWN = AlertState.OK, AlertState.FIRING, AlertState.UNKNOWN


def an_alert(
    for_minutes: int = 10, state: AlertState = OK, comparison: str = ">", threshold: float = 80
) -> Alert:
    return Alert(
        id=UUID(int=1),
        organisation_id=UUID(int=2),
        resource_id="i-1",
        metric="cpu",
        comparison=comparison,
        threshold=threshold,
        for_minutes=for_minutes,
        state=state,
        state_since=NOW,
        created_by="a@example.com",
        created_at=NOW,
    )


def series(*values: float, step: int = 5, until: datetime = NOW) -> MetricSeries:
    """Samples `step` minutes apart; the newest covers the time up to `until`."""
    times = tuple(until - timedelta(minutes=step * (len(values) - index)) for index in range(len(values)))
    return MetricSeries("i-1", "cpu", times, np.array(values, dtype=np.float64))


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ((10, 10, 10), OK),
        ((10, 10, 90), OK),
        ((10, 90, 90), FIRING),
        ((90, 90, 10), OK),
        ((90, 10, 90), OK),
        ((10, 80, 80), OK),
    ],
)
def test_it_fires_once_crossed_for_long_enough(values: tuple[float, ...], state: AlertState) -> None:
    assert judge(an_alert(10), series(*values), NOW).state is state


def test_with_no_minutes_to_wait_the_newest_sample_decides() -> None:
    assert judge(an_alert(0), series(10, 90), NOW).state is FIRING


def test_one_that_fires_goes_on_while_it_is_crossed_and_recovers_when_it_is_not() -> None:
    assert judge(an_alert(60, FIRING), series(10, 90), NOW).state is FIRING
    assert judge(an_alert(60, FIRING), series(90, 10), NOW).state is OK


@pytest.mark.parametrize("state", list(AlertState))
def test_without_samples_it_is_unknown_and_never_ok(state: AlertState) -> None:
    for nothing in (None, series(), series(float("nan"), float("nan"))):
        judged = judge(an_alert(state=state), nothing, NOW)
        assert (judged.state, judged.value) == (UNKNOWN, None)


def test_old_samples_are_unknown_and_say_how_old() -> None:
    judged = judge(an_alert(), series(10, 10, until=NOW - timedelta(hours=1)), NOW)
    assert judged.state is UNKNOWN
    assert "22 Nov 2026, 10:55 UTC" in judged.detail


def test_a_metric_reported_hourly_is_judged_at_its_own_pace() -> None:
    assert judge(an_alert(60), series(10, 90, 90, step=60), NOW).state is FIRING
    assert judge(an_alert(120), series(10, 10, 90, step=60), NOW).state is OK


def test_a_hole_in_the_samples_ends_the_run() -> None:
    early, late = series(90, 90, until=NOW - timedelta(minutes=60)), series(90, 90)
    both = MetricSeries("i-1", "cpu", early.times + late.times, np.concatenate([early.values, late.values]))
    assert judge(an_alert(30), both, NOW).state is OK


def test_samples_from_the_future_do_not_count() -> None:
    assert judge(an_alert(0), series(10, 90, until=NOW + timedelta(minutes=7)), NOW).state is OK


@pytest.mark.parametrize(
    ("comparison", "value", "crossed"),
    [
        (">", 80, False),
        (">=", 80, True),
        ("<", 80, False),
        ("<=", 80, True),
        ("<", 79, True),
        (">", 81, True),
    ],
)
def test_each_comparison_means_what_it_says(comparison: str, value: float, *, crossed: bool) -> None:
    judged = judge(an_alert(0, comparison=comparison), series(value), NOW)
    assert (judged.state is FIRING) is crossed


@pytest.mark.parametrize(
    ("metric", "value", "threshold", "said"),
    [
        ("cpu", 30.4758, 80, "CPU is 30.5%, not above 80%."),
        ("cpu", 79.9996, 80, "CPU is 79.9996%, not above 80%."),
        ("network_in", 1234567.8, 2e6, "Network in is 1,234,568 bytes, not above 2,000,000 bytes."),
        ("gone_by_now", 3, 4, "gone by now is 3, not above 4."),
    ],
)
def test_it_is_told_by_the_metrics_title_rounded_with_its_unit(
    metric: str, value: float, threshold: float, said: str
) -> None:
    alert = replace(an_alert(threshold=threshold), metric=metric)
    assert judge(alert, series(value), NOW, metric_of(Kind.INSTANCE, metric)).detail == said


@given(
    st.lists(st.floats(0, 100), max_size=30),
    st.integers(0, LONGEST),
    st.sampled_from(list(AlertState)),
    st.floats(0, 100),
)
def test_it_only_fires_when_the_newest_value_crosses(
    values: list[float], minutes: int, state: AlertState, threshold: float
) -> None:
    judged = judge(an_alert(minutes, state, threshold=threshold), series(*values), NOW)
    if judged.state is FIRING:
        assert values[-1] > threshold
    if judged.state is OK and values[-1] > threshold:
        assert state is not FIRING
    assert (judged.value is None) == (not values)


@pytest.mark.parametrize(
    ("comparison", "threshold", "minutes"),
    [("=", 1, 5), (">", float("nan"), 5), (">", float("inf"), 5), (">", 1, -1), (">", 1, LONGEST + 1)],
)
def test_a_threshold_that_could_never_be_judged_is_refused(
    comparison: str, threshold: float, minutes: int
) -> None:
    with pytest.raises(Invalid):
        check(comparison, threshold, minutes)
