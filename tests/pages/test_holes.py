"""Hours without a sample are seen as such: no line is drawn across them, and a chart goes on until now."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import plotly.graph_objects as go
from streamlit.testing.v1 import AppTest

from core.access.roles import User
from core.inventory import Kind
from core.measured import METRICS
from pages.ui import charts
from pages.ui.describe import spark
from services.context import Context
from tests.fleet import sampled
from tests.pages.conftest import opened

HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 3, 2, tzinfo=UTC)
WORKING = (8, 9, 10, 13)


def test_a_chart_of_use_leaves_out_the_hours_off_and_ends_now(
    ctx: Context, small_world: User, sign_in: Callable[[User | None], str]
) -> None:
    by_day = np.full((14, 24), np.nan, dtype=np.float32)
    by_day[:, 8:18] = 20
    sampled(ctx, small_world.organisation_id, "i-2", "cpu", by_day.reshape(-1))
    sign_in(small_world)
    before = ctx.now()
    app = opened("resources", resource="i-2")
    (spec,) = (each.proto.spec for each in app.get("plotly_chart") if each.key == "use-cpu")
    drawn = json.loads(spec)
    first, last = (datetime.fromisoformat(each) for each in drawn["layout"]["xaxis"]["range"])
    assert before <= last <= ctx.now()
    assert last - first == timedelta(days=14)
    (line,) = go.Figure(drawn).data
    assert sum(np.isnan(np.array(line.y, dtype=float))) == 13, "a gap each night"
    assert len(line.x) == 14 * 10 + 13


def _two_lines(times: list[object], day: tuple[object, object]) -> None:
    from datetime import timedelta  # noqa: PLC0415  what Streamlit runs has no other names

    import streamlit as st  # noqa: PLC0415  as above

    from pages.ui import charts  # noqa: PLC0415  as above

    for key in ("hole", "whole"):
        st.session_state.setdefault(f"{key}-folded", True)
    series = {"CPU": (times, [1.0, 2.0, 3.0, 4.0])}
    charts.lines(series, unit="%", key="hole", alt="hole", step=timedelta(hours=1), span=day)
    charts.lines(series, unit="%", key="whole", alt="whole")


def test_a_line_breaks_where_an_hour_is_missing_and_an_hour_alone_is_a_dot() -> None:
    times = [NIGHT + hour * HOUR for hour in WORKING]
    given = {"times": times, "day": (NIGHT, NIGHT + 24 * HOUR)}
    app = AppTest.from_function(_two_lines, kwargs=given).run()
    assert not app.exception
    broken, whole = (json.loads(each.proto.spec) for each in app.get("plotly_chart"))
    (line,), (unbroken,) = go.Figure(broken).data, go.Figure(whole).data
    assert [None if np.isnan(each) else each for each in np.array(line.y, float)] == [1, 2, 3, None, 4]
    assert [datetime.fromisoformat(each) for each in line.x] == [*times[:3], times[2] + HOUR, times[3]]
    assert list(line.marker.size) == [0, 0, 0, 0, charts.DOT]
    assert list(unbroken.y) == [1, 2, 3, 4]
    first, last = (datetime.fromisoformat(each) for each in broken["layout"]["xaxis"]["range"])
    assert (first, last) == given["day"]
    assert [len(each.value) for each in app.dataframe] == [4, 4], "tables keep to the samples"


def test_what_is_said_once_a_day_does_not_break_by_the_hour() -> None:
    assert {each.every for each in METRICS[Kind.BUCKET]} == {timedelta(days=1)}
    assert {each.every for each in METRICS[Kind.INSTANCE]} == {HOUR}


def test_a_small_line_keeps_its_hours_without_samples_and_ends_now() -> None:
    week: list[float | None] = [None] * 56
    week[3:6] = [40.0, 30.0, 20.0]
    week[51] = 50.0
    midday = NIGHT + 12 * HOUR
    # six days of eight steps, then the four of today that are over
    assert spark(week, midday) == [0.0] * 3 + [40.0, 30.0, 20.0] + [0.0] * 45 + [50.0]
    assert spark(week, midday + 4 * HOUR)[-2:] == [50.0, 0.0]
    week[52] = 60.0
    assert spark(week, midday + HOUR)[-2:] == [50.0, 60.0], "what is known of the step that runs"
    assert spark([None] * 56, midday) is None
    assert spark(None, midday) is None
