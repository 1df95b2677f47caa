"""Hours without a sample are seen as such: no line is drawn across them, and a chart goes on until now."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import numpy as np
import plotly.graph_objects as go
import pytest

from core.access.roles import User
from core.inventory import Kind
from core.measured import METRICS
from pages.ui import charts, tables
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


def test_a_line_breaks_where_an_hour_is_missing_and_an_hour_alone_is_a_dot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[go.Figure] = []
    shown: list[dict[str, list[object]]] = []
    monkeypatch.setattr(charts, "drawn", lambda chart, *_: drawn.append(chart))
    monkeypatch.setattr(tables, "folded", lambda *_: nullcontext(enter_result=True))
    monkeypatch.setattr(tables, "show", lambda columns, *_, **__: shown.append(columns))
    monkeypatch.setattr(tables, "export", lambda *_, **__: None)
    times = [NIGHT + hour * HOUR for hour in WORKING]
    series = {"CPU": (times, [1.0, 2.0, 3.0, 4.0])}
    charts.lines(series, unit="%", key="hole", alt="hole", step=HOUR, span=(NIGHT, NIGHT + 24 * HOUR))
    charts.lines(series, unit="%", key="whole", alt="whole")
    (broken,), (whole,) = (chart.data for chart in drawn)
    assert broken.y == (1.0, 2.0, 3.0, None, 4.0)
    assert broken.x == (*times[:3], times[2] + HOUR, times[3])
    assert list(broken.marker.size) == [0, 0, 0, 0, charts.DOT]
    assert whole.y == (1.0, 2.0, 3.0, 4.0)
    assert drawn[0].layout.xaxis.range == (NIGHT, NIGHT + 24 * HOUR)
    assert [columns["At, UTC"] for columns in shown] == [times, times]


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
