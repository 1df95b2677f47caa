"""`./pioneer demo`: everything on embedded defaults, with a made-up company."""

import argparse
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import text

from core import dates
from core.errors import Invalid
from services.bootstrap import database_url, open_context
from services.commands import demo_clock, demo_week, serving
from services.commands.configuration import MARKER, data_of, is_demo, mark, settings_of
from services.commands.supervisor import Supervisor
from services.commands.waiting import wait_for
from services.context import Context
from services.db import database, embedded, migrate
from services.db.stores import jobs
from services.demo import seed
from services.demo.company import DEMO_USERS
from services.settings import Settings

COLLECTION_SECONDS = 600.0
"""Without a word from the jobs the first collection is given up; the longest step of one takes seconds, and minutes on a busy machine."""
FIRST_JOBS = ("collect-inventory", "ingest-bills", "collect-metrics", "evaluate-recommendations")
"""What fills the screens."""


def say(text: str) -> None:
    """One line of progress."""
    sys.stderr.write(f"  {text}\n")


def run(args: argparse.Namespace) -> int:
    """Start the demo and watch it until Ctrl-C, move its clock, or live through a week."""
    if args.words == ["week"]:
        return demo_week.run(args)
    if args.words:
        return demo_clock.run(args)
    data = data_of(args)
    refuse_foreign(data)
    with serving.sole_owner(data):
        if args.reset:
            reset(data)
        cloud_port = serving.free_port()
        endpoint = f"http://127.0.0.1:{cloud_port}"
        args.data = data
        settings = settings_of(args, PIONEER_MODE="demo", PIONEER_AWS_ENDPOINT=endpoint)
        serving.refuse_taken_port(settings.host, settings.port)
        sys.stderr.write("Cloud Pioneer, with a made-up company\n")
        return serve(settings, cloud_port, wanted_browser=not args.no_browser)


def refuse_foreign(data: Path) -> None:
    """Raise `Invalid` when the directory holds something that is not a demo."""
    foreign = data.exists() and any(path.name != "lock" for path in data.iterdir()) and not is_demo(data)
    if foreign:
        message = f"{data} holds something that is not a demo, so the demo keeps out of it."
        raise Invalid(message, mend="Give the demo a directory of its own: ./pioneer demo --data DIR")


def reset(data: Path) -> None:
    """Delete all that a demo keeps, its mark last; only ever called on a directory that is marked as one."""
    if (data / "postgres").exists():
        embedded.stop(data)
    for path in sorted(data.iterdir(), key=lambda path: path.name == MARKER):
        if path.name == "lock":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    say("The demo's data is gone; starting over.")


def serve(settings: Settings, cloud_port: int, *, wanted_browser: bool) -> int:
    """Start the parts in order, say what is going on, and watch."""
    began = time.monotonic()
    mark(settings.data, settings.aws_endpoint_url or "", settings.port)
    environment: dict[str, str | None] = {
        "PIONEER_MODE": "demo",
        "PIONEER_DATA": str(settings.data),
        "PIONEER_AWS_ENDPOINT": settings.aws_endpoint_url or "",
        "PORT": str(settings.port),
        # The demo's cloud believes anybody; real credentials must never be sent to it.
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_SESSION_TOKEN": None,
        "AWS_PROFILE": None,
        "AWS_DEFAULT_PROFILE": None,
    }
    supervisor = Supervisor(settings.data, environment, say)
    with serving.stopping(supervisor):
        say("Making the records ready.")
        engine = database.connect(database_url(settings))
        migrate.upgrade(engine)
        engine.dispose()
        ctx = open_context(settings)
        first = seed.first_start(ctx)
        say("Records are ready" + (": the company's people and accounts are in." if first else "."))
        supervisor.start("web", "web")
        if first:
            supervisor.start("cloud", "cloud", "--port", str(cloud_port))
        wait_for(supervisor, "The web server", lambda: serving.healthy(settings), part="web")
        if not first:
            # The screens have the last snapshot to show; the cloud may take its time without taking theirs.
            supervisor.start("cloud", "cloud", "--port", str(cloud_port))
            say_unfinished(ctx)
            say_clock(ctx)
        waking = Waking(settings, supervisor, cloud_port)
        if first:
            say("The demo cloud wakes: 3 accounts, 13 months of bills, 30 days of metrics.")
            wait_for(supervisor, "The demo cloud", waking.awake, doing=waking.doing, part="cloud")
            follow_first_jobs(ctx, supervisor)
        welcome(settings, time.monotonic() - began)
        serving.open_browser(serving.url_of(settings), wanted=wanted_browser)
        serving.watch_until_stopped(supervisor, waking.awake)
    ctx.engine.dispose()
    return 0


class Waking:
    """Starts the worker once the demo cloud answers: until then it could only report failures."""

    def __init__(self, settings: Settings, supervisor: Supervisor, cloud_port: int) -> None:
        """Nothing is started yet."""
        self.url = f"http://127.0.0.1:{cloud_port}/pioneer/ready"
        self.supervisor = supervisor
        self.settings = settings
        self.up = False

    def awake(self) -> bool:
        """Whether the cloud answers; the worker is started the first time it does."""
        if not self.up and serving.answer(self.url) is not None:
            self.up = True
            self.supervisor.start("worker", "worker")
            say("The demo cloud is awake; the worker collects from it.")
        return self.up

    def doing(self) -> str:
        """What the cloud says it is at; nothing before it answers at all."""
        said = serving.answer(self.url, unready=True)
        return "" if said is None else str(said.get("progress", ""))


def follow_first_jobs(ctx: Context, supervisor: Supervisor) -> None:
    """Print each job's progress until every one that fills the screens has succeeded once."""
    said: dict[str, str] = {}

    def known() -> dict[str, jobs.JobRow]:
        with ctx.begin() as db:
            return {name: row for name, row in jobs.listing(db).items() if name in FIRST_JOBS}

    def done() -> bool:
        rows = known()
        for name in FIRST_JOBS:
            if name in rows and rows[name].progress and said.get(name) != rows[name].progress:
                said[name] = rows[name].progress
                say(f"{name}: {rows[name].progress}")
        return all(name in rows and rows[name].succeeded_at for name in FIRST_JOBS)

    wait_for(
        supervisor,
        "The first collection",
        done,
        doing=lambda: at_hand(known()),
        patience=COLLECTION_SECONDS,
    )
    say("Looking over the records once, so that the first screens are quick.")
    with ctx.begin() as db:
        db.execute(text("analyze"))  # or the first minutes are planned for empty tables


def at_hand(rows: Mapping[str, jobs.JobRow]) -> str:
    """Which of the jobs that fill the screens runs, and how far it is; else which of them are still to come."""
    for name in FIRST_JOBS:
        if name in rows and rows[name].running:
            return f"{name} runs{f' ({rows[name].progress})' if rows[name].progress else ''}"
    left = [name for name in FIRST_JOBS if name not in rows or not rows[name].succeeded_at]
    return f"still to come: {', '.join(left)}" if left else ""


def say_unfinished(ctx: Context) -> None:
    """Of a first start that was cut short: which jobs have still to fill the screens."""
    with ctx.begin() as db:
        known = jobs.listing(db)
    left = [name for name in FIRST_JOBS if name not in known or not known[name].succeeded_at]
    if left:
        say(
            f"The first start was cut short. Still to be done, by the worker as it goes on: {', '.join(left)}."
        )
        say("Until then screens show what is there; Connections says how far it is.")


def say_clock(ctx: Context) -> None:
    """Of a demo whose clock was moved: by how much."""
    if ahead := dates.about(ctx.now() - ctx.real_now()):
        say(f"The demo's clock is {ahead} ahead of this machine.")


def welcome(settings: Settings, seconds: float) -> None:
    """The URL, who to sign in as, and what to look at first."""
    lines = [
        "",
        f"Cloud Pioneer is ready at {serving.url_of(settings)}  ({seconds:.0f} s)",
        "",
        "Sign in as one of",
    ]
    lines += [f"  {user.email:28} {user.password:22} {user.what}" for user in DEMO_USERS]
    lines += [
        "",
        "Look first at",
        "  Overview           what is spent, what can be saved, what needs you",
        "  Recommendations    open one, read its evidence, apply it",
        "  Resources          stop an instance and watch it stop under Actions",
        "",
        "Ctrl-C stops everything and loses nothing. All of it is made up: docs/how-to/demo-world.md says what is planted.",
        "",
    ]
    print("\n".join(lines), flush=True)
