import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inventory import Database
from core.measured import queries_of, settling
from core.metrics import (
    MAX_POINTS,
    MAX_QUERIES,
    MetricQuery,
    MetricSeries,
    asking_cost,
    batches,
    by_day,
    queries_a_call,
)
from tests.builders import an_address
from tests.computing import a_group
from tests.containers import a_node_group

END = datetime(2026, 11, 20, 15, tzinfo=UTC)
DAY = timedelta(days=1)


def needs(*counts: tuple[int, int]) -> list[tuple[datetime, MetricQuery]]:
    """(days back, how many series) each."""
    return [
        (END - days * DAY, MetricQuery(f"i-{days}-{number}", "cpu", "AWS/EC2", "CPUUtilization", ()))
        for days, count in counts
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("days", "period", "expected"), [(30, 3600, 140), (1, 300, 350), (1, 3600, 500), (400, 60, 1)]
)
def test_a_call_holds_as_many_series_as_aws_allows(days: int, period: int, expected: int) -> None:
    assert queries_a_call(END - days * DAY, END, period) == expected


@given(st.lists(st.tuples(st.integers(1, 31), st.integers(1, 900)), max_size=5))
def test_batches_ask_for_each_series_once_from_early_enough_and_within_the_limits(
    counts: list[tuple[int, int]],
) -> None:
    wanted = dict.fromkeys(needs(*counts))
    made = list(batches(wanted, END, 3600))
    asked = [(batch.start, query) for batch in made for query in batch.queries]
    starts = {query: start for start, query in asked}
    assert len(asked) == len(wanted)
    assert all(starts[query] <= start for start, query in wanted)
    for batch in made:
        points = (END - batch.start) // timedelta(hours=1)
        assert len(batch.queries) <= MAX_QUERIES
        assert len(batch.queries) * points <= MAX_POINTS


@given(st.lists(st.tuples(st.integers(1, 31), st.integers(1, 900)), min_size=1, max_size=4))
def test_no_other_grouping_by_start_needs_fewer_calls(counts: list[tuple[int, int]]) -> None:
    wanted = dict.fromkeys(needs(*counts))
    number = len(list(batches(wanted, END, 3600)))
    by_start: dict[datetime, int] = {}
    for start, _ in wanted:
        by_start[start] = by_start.get(start, 0) + 1
    apart = sum(math.ceil(count / queries_a_call(start, END, 3600)) for start, count in by_start.items())
    together = math.ceil(len(wanted) / queries_a_call(min(by_start), END, 3600))
    fewest_by_points = sum(count * ((END - start) // timedelta(hours=1)) for start, count in by_start.items())
    assert number <= min(apart, together)
    assert number >= max(math.ceil(len(wanted) / MAX_QUERIES), math.ceil(fewest_by_points / MAX_POINTS))


def test_a_new_instance_rides_along_where_there_is_room() -> None:
    made = list(batches(needs((30, 3), (1, 100)), END, 3600))
    assert [len(batch.queries) for batch in made] == [103]


def test_a_new_instance_does_not_widen_the_window_of_a_whole_fleet() -> None:
    made = list(batches(needs((30, 3), (1, 1137)), END, 3600))
    assert [len(batch.queries) for batch in made] == [140, 500, 500]


@given(st.sets(st.integers(0, 71)), st.integers(1, 3))
def test_cutting_into_days_loses_no_point_and_adds_none(hours: set[int], days: int) -> None:
    start = datetime(2026, 11, 10, tzinfo=UTC)
    ordered = sorted(hours)
    series = MetricSeries(
        "i-1", "cpu", tuple(start + timedelta(hours=hour) for hour in ordered), np.array(ordered, np.float64)
    )
    cut = list(by_day(series, start, start + days * DAY, END))
    assert [one.day for one in cut] == [date(2026, 11, 10) + number * DAY for number in range(days)]
    values = np.concatenate([one.values for one in cut])
    known = {hour: value for hour, value in enumerate(values.tolist()) if not math.isnan(value)}
    assert known == {hour: float(hour) for hour in hours if hour < days * 24}


def test_a_day_is_complete_only_some_hours_after_its_end() -> None:
    start = datetime(2026, 11, 19, tzinfo=UTC)
    nothing = MetricSeries("i-1", "cpu", (), np.array([]))

    def complete(now: datetime) -> list[bool]:
        return [day.complete for day in by_day(nothing, start, start + 2 * DAY, now)]

    assert complete(start + DAY + timedelta(hours=2, minutes=59)) == [False, False]
    assert complete(start + DAY + timedelta(hours=3)) == [True, False]


def test_a_day_without_any_point_is_unknown_not_absent() -> None:
    start = datetime(2026, 11, 19, tzinfo=UTC)
    (day,) = by_day(MetricSeries("i-1", "cpu", (), np.array([])), start, start + DAY, END)
    assert np.isnan(day.values).all()


def test_a_database_is_asked_for_by_its_name() -> None:
    database = Database(
        id="arn:aws:rds:us-east-1:1:db:orders",
        account_id="1",
        region="us-east-1",
        name="orders",
        state="available",
        instance_class="db.m5.large",
        engine="postgres",
        engine_version="16",
        multi_az=False,
        storage_type="gp3",
        storage_gb=10,
    )
    assert {query.dimensions for query in queries_of(database)} == {(("DBInstanceIdentifier", "orders"),)}
    assert [query.name for query in queries_of(database, {"connections"})] == ["DatabaseConnections"]


def test_a_group_is_asked_for_by_its_name_and_a_node_group_by_the_one_that_eks_made_for_it() -> None:
    nodes = a_node_group(groups=("eks-workers-1f2e",))
    assert {query.dimensions for query in queries_of(a_group("web"))} == {(("AutoScalingGroupName", "web"),)}
    assert {query.dimensions for query in queries_of(nodes)} == {
        (("AutoScalingGroupName", "eks-workers-1f2e"),)
    }
    assert {(query.name, query.statistic) for query in queries_of(nodes)} == {
        ("CPUUtilization", "Average"),
        ("CPUUtilization", "SampleCount"),
        ("NetworkIn", "Sum"),
        ("NetworkOut", "Sum"),
    }


def test_what_eks_made_for_a_node_group_is_not_asked_for_twice() -> None:
    assert queries_of(a_group("eks-1", tags={"eks:nodegroup-name": "workers"})) == ()


@pytest.mark.parametrize("groups", [(), ("eks-a", "eks-b")])
def test_nothing_is_asked_of_a_node_group_that_no_one_group_stands_for(groups: tuple[str, ...]) -> None:
    assert queries_of(a_node_group(groups=groups)) == ()


def test_kinds_without_metrics_ask_nothing() -> None:
    assert queries_of(an_address()) == ()


def test_asking_for_a_thousand_metrics_costs_a_cent() -> None:
    assert asking_cost(1000) == Decimal("0.01")


def test_a_day_of_what_comes_late_is_asked_for_again_until_it_is_there() -> None:
    start = END.replace(hour=0) - DAY
    series = MetricSeries("b", "standard_bytes", (), np.empty(0))
    early, late = start + DAY + timedelta(hours=5), start + DAY + timedelta(days=2)
    told = [
        [day.complete for day in by_day(series, start, start + DAY, now, settling=settling("standard_bytes"))]
        for now in (early, late)
    ]
    assert told == [[False], [True]]
    assert settling("cpu") < timedelta(hours=5)
