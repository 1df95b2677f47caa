"""What is watched stays in sight while AWS is silent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Event

import numpy as np
import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.access.roles import User
from core.inventory import Account
from core.metrics import MetricQuery, MetricsAnswer, MetricSeries
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services import bootstrap
from services.context import Context
from services.usecases import schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen
from tests.pages.conftest import opened
from tests.pages.test_doing import text_of


class Cloud:
    """A port of CloudWatch that answers one sample each, or nothing until it is let go."""

    def __init__(self) -> None:
        self.free = Event()
        self.free.set()

    def read(
        self,
        _account: Account,
        _region: str,
        queries: Sequence[MetricQuery],
        start: datetime,
        _end: datetime,
        _period_seconds: int,
    ) -> MetricsAnswer:
        self.free.wait(60)
        found = (MetricSeries(q.resource_id, q.metric, (start,), np.array([7.0])) for q in queries)
        return MetricsAnswer(tuple(found), 1, len(queries), ())


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """What answers; let go at the end."""
    cloud = Cloud()
    yield cloud
    cloud.free.set()


def later(ctx: Context, shift: str) -> None:
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
        db.execute(
            text("insert into clock_shift (shift) values (cast(:shift as interval))"), {"shift": shift}
        )


def charts(app: AppTest) -> int:
    return len(app.get("plotly_chart"))


def test_a_silent_cloud_is_said_and_the_last_chart_stays(
    ctx: Context,
    cloud: Cloud,
    admin: User,
    sign_in: Callable[[User | None], str],
) -> None:
    connected(ctx, admin.organisation_id, ACCOUNT)
    seen(ctx, admin.organisation_id, an_instance("i-1", name="web"))
    hours = ScheduleDefinition("UTC", (Period("08:00", "18:00"),))
    made = schedules.save(ctx, admin, None, "Days", hours)
    schedules.attach(ctx, admin, made.id, Selector(resource_ids=("i-1",)))
    sign_in(admin)
    bootstrap.share(replace(ctx, metrics=cloud))
    before = opened("live")
    assert charts(before) == 1
    coming = next(each.value for each in before.dataframe if "By" in each.value)
    assert (list(coming["Resource"]), list(coming["By"])) == (["web"], ["Days"])
    assert "Asking AWS" not in text_of(before)
    cloud.free.clear()
    later(ctx, "20 seconds")
    app = opened("live")
    assert charts(app) == 1
    assert "Asking AWS … the last answer is of" in text_of(app).replace("\\", "")
    later(ctx, "150 seconds")
    app = opened("live")
    assert charts(app) == 1
    (warning,) = (each.value.replace("\\", "") for each in app.warning)
    assert "AWS does not answer" in warning
    assert "It has not answered for 2 minutes; the last answer is of" in warning
