"""Screens as one who is signed in sees them, on an empty world and on a small one whose tags are hostile."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs
from uuid import uuid4

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from core.access.sessions import Session, cookie_name, hash_of
from core.actions.model import ActionKind
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services import bootstrap
from services.context import Beat, Context
from services.db.stores import sessions
from services.usecases import actions, alerts, ingest, recommendations, schedules
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT, a_volume, an_address, an_instance
from tests.fleet import connected, sampled, seen
from tests.once import Once

# what is installed is looked through once a process, as by a server that starts, not once a screen: two thirds of opening one
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

HOME = str(Path(__file__).parents[2] / "Home.py")
PATIENCE = 20
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![](http://evil.example/p.png)",
    "$\\href{http://evil.example}{y}$",
    ":material/home: :smile:",
    "`code` **bold**",
    "\u202egnp.evil",
    "=HYPERLINK(1)",
)


@contextmanager
def signing_in(ctx: Context) -> Iterator[Callable[[User | None], str]]:
    """Screens of this context, and a way to make the browser's cookie that of a user's fresh sign-in; it answers the token.

    Streamlit's own look-up of cookies is all that is replaced.
    """
    bootstrap.share(ctx)
    st.cache_data.clear()
    st.cache_resource.clear()
    held: dict[str, str] = {}

    def sign(user: User | None) -> str:
        held.clear()
        if user is None:
            return ""
        token, now = f"token-{uuid4()}", ctx.now()
        with ctx.begin() as db:
            sessions.add(
                db, hash_of(token), Session(uuid4(), user.id, now, now, now + timedelta(days=1), "Test")
            )
        held[cookie_name(secure=ctx.settings.secure_cookies)] = token
        return token

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ContextProxy, "cookies", property(lambda _self: held))
        yield sign
    st.cache_data.clear()
    st.cache_resource.clear()
    gc.collect()
    gc.freeze()  # what is left are modules: looking through them again takes a second each time


@pytest.fixture
def sign_in(ctx: Context) -> Iterator[Callable[[User | None], str]]:
    """Signs a user in on this test's own world."""
    with signing_in(ctx) as sign:
        yield sign


def opened(file: str, **query: str | list[str]) -> AppTest:
    """A screen through Home.py, run once."""
    app = AppTest.from_file(HOME, default_timeout=PATIENCE)
    for name, value in query.items():
        app.query_params[name] = value
    if file != "overview":
        app.switch_page(f"pages/{file}.py")
    app.run()
    return app


def followed(app: AppTest, label: str) -> AppTest:
    """The screen behind the first link that is called so."""
    link = next(each.proto for each in app.get("page_link") if each.proto.label == label)
    return opened(link.page or "overview", **parse_qs(link.query_string, keep_blank_values=True))


@pytest.fixture
def small_world(ctx: Context, person: Callable[..., User], data_dir: Path, once: Once) -> User:
    """One account, a few resources with hostile names and tags, a bill, findings, a schedule, an action, an alert; answers an admin."""
    made: User = once("small", lambda: _small(ctx, person, data_dir))
    return made


def _small(ctx: Context, person: Callable[..., User], data_dir: Path) -> User:
    admin = person(Role.ADMIN)
    organisation = admin.organisation_id
    connected(ctx, organisation, ACCOUNT)
    tags = {f"k{place}{text}": text for place, text in enumerate(HOSTILE)}
    seen(
        ctx,
        organisation,
        an_instance("i-1", name=HOSTILE[0], tags={"environment": "staging", "team": HOSTILE[1], **tags}),
        an_instance("i-2", name="quiet", tags={"environment": "staging"}),
        a_volume("vol-1", state="available", attached_to=None, name=HOSTILE[2]),
        a_volume("vol-2", type="gp2", size_gb=500),
        an_address(),
    )
    for metric, level in (("cpu", 1.0), ("network_in", 10.0), ("network_out", 10.0)):
        sampled(ctx, organisation, "i-2", metric, np.full(24 * 14, level, dtype=np.float32))
    today = ctx.now().date()
    days = [today - timedelta(days=back) for back in range(1, 40)]
    lines = [
        a_line(
            day=day.isoformat(),
            SubAccountId=ACCOUNT,
            ResourceId=resource,
            ServiceName=service,
            Tags='{"team": "<b>web</b>"}',
        )
        for day in days
        for resource, service in (("i-1", "Amazon Elastic Compute Cloud"), ("vol-2", HOSTILE[4]))
    ]
    ingest.files(ctx, organisation, [a_bill(data_dir / "bill.csv", lines)])
    recommendations.evaluate(ctx, Beat())
    hours = ScheduleDefinition("UTC", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
    schedule = schedules.save(ctx, admin, None, HOSTILE[5], hours)
    schedules.attach(ctx, admin, schedule.id, Selector(tag=("environment", "staging")))
    actions.request(ctx, admin, ActionKind.STOP_INSTANCE, "i-1", {}, HOSTILE[1])
    alerts.create(ctx, admin, "i-2", "cpu", ">", 80.0, 15)
    return admin
