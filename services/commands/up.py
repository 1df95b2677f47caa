"""`./pioneer up`: the screens, the API and the worker on real settings."""

import argparse
import sys

from core.errors import Invalid
from services.bootstrap import database_url
from services.commands import serving
from services.commands.configuration import begun, settings_of
from services.commands.supervisor import Supervisor
from services.commands.waiting import wait_for
from services.db import database, migrate
from services.db.stores import access


def say(text: str) -> None:
    """One line of progress."""
    sys.stderr.write(f"  {text}\n")


def run(args: argparse.Namespace) -> int:
    """Start web and worker, and watch them until Ctrl-C."""
    settings = settings_of(args)
    if not begun(settings):
        raise Invalid(
            f"There is no data directory {settings.data} yet.",
            mend=f"Make it: ./pioneer migrate --data {settings.data}",
        )
    serving.refuse_taken_port(settings.host, settings.port)
    with serving.sole_owner(settings.data):
        url = database_url(settings)
        engine = database.connect(url)
        migrate.ready(
            engine, embedded=False
        )  # the embedded one, too: what is served is brought up on purpose
        with database.begin(engine) as db:
            if not access.any_admin(db):
                say(
                    f"There is no admin yet: in another terminal, run ./pioneer admin create --data {settings.data}"
                )
        engine.dispose()
        environment = {
            "PIONEER_MODE": "real",
            "PIONEER_DATA": str(settings.data.resolve()),
            "PORT": str(settings.port),
        }
        supervisor = Supervisor(settings.data, environment, say)
        with serving.stopping(supervisor):
            supervisor.start("web", "web")
            supervisor.start("worker", "worker")
            wait_for(supervisor, "The web server", lambda: serving.healthy(settings), part="web")
            say(f"Cloud Pioneer runs at {serving.url_of(settings)} (Ctrl-C stops it)")
            serving.open_browser(serving.url_of(settings), wanted=not args.no_browser)
            serving.watch_until_stopped(supervisor)
    return 0
