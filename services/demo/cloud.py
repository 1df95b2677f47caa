"""The demo cloud: moto on loopback in its own process, stocked with the company, back as it was left after a restart.

`./pioneer cloud --port P --data DIR` runs it alone; GET /pioneer/ready says when it may be used.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Event, Thread

os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = (
    "false"  # else every account owns 1,302 images; moto reads it on import
)

import moto.core.utils as moto_utils
from moto.cloudwatch.models import CloudWatchBackend
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from services.demo import bill, metrics, scaling
from services.demo import clock as clocks
from services.demo.birth import birthday
from services.demo.changes import lives_after
from services.demo.export import deliver
from services.demo.gate import Gate
from services.demo.journal import Journal
from services.demo.life import World
from services.demo.lookout import Lookout
from services.demo.stock import stock_ec2
from services.demo.stock_compute import stock_compute
from services.demo.stock_containers import stock_containers
from services.demo.stock_databases import stock_databases
from services.demo.stock_network import stock_network
from services.demo.stock_platform import stock_platform
from services.demo.stock_services import stock_services
from services.demo.stock_storage import stock_storage
from services.demo.world import make
from services.settings import Settings

LOOPBACK = "127.0.0.1"
LOOK_AT_THE_DAY = 20.0
"""Seconds between looks whether a day has ended and its bill is due."""
_log = logging.getLogger(__name__)


class _Quiet(MotoRequestHandler):  # type: ignore[misc]  # moto has no types
    """Does not print a line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@dataclass
class DemoCloud:
    """One a process: moto's memory is global."""

    data: Path
    company: Callable[[date], World] = make
    """What it is stocked with, by the day it was born."""
    lookout: Lookout = field(default_factory=Lookout)
    stopping: Event = field(default_factory=Event)
    took: dict[str, float] = field(default_factory=dict)
    """Seconds each step of the start took."""

    def __post_init__(self) -> None:
        """Install our clock in moto, and close the gate."""
        self.clock = clocks.Clock(self.data)
        self.journal = Journal(self.data)
        clocks.install(self.clock, moto_utils)
        self.gate = Gate(
            DomainDispatcherApplication(create_backend_app), self.clock, self.journal, self._changed
        )
        self.world: World | None = None
        self.watch: metrics.Watch | None = None
        self._delivered: date | None = None

    def _changed(self, service: str, at: datetime) -> None:
        """After a request that changed something: let metrics and bill follow."""
        if self.lookout.look(service, at) and self.gate.ready:
            self._follow()

    def _follow(self) -> None:
        if self.world and self.watch:
            self.watch.follow(lives_after(self.world, self.lookout.changes))

    def wake(self) -> None:
        """Stock the cloud, replay what was done to it, deliver the bill, and open."""
        world = self.company(birthday(self.data, self.clock.now().date()))
        self.world = world
        self._step("stocking", lambda: self._stock(world))
        entries = self.journal.entries()
        self._step(f"replaying {len(entries)} changes", lambda: self.gate.replay(entries))
        self._follow()  # once: to follow each of them takes longer the more there are
        self._step("delivering the bill", self.deliver_due)
        self.gate.progress = "ready"
        self.gate.ready = True

    def _step(self, name: str, do: Callable[[], None]) -> None:
        self.gate.progress = name
        began = time.perf_counter()
        do()
        self.took[name.split(" ", maxsplit=1)[0]] = time.perf_counter() - began
        _log.info("demo cloud: %s took %.1f s", name, time.perf_counter() - began)

    def _stock(self, world: World) -> None:
        mock_random.seed(world.seed)
        living = world.living()
        stock_ec2([life.resource for life in living])
        stock_services(living)
        stock_databases(living)
        stock_network(living)
        stock_storage(living)
        stock_compute(living)
        stock_containers(living)
        stock_platform(living)
        self.watch = metrics.Watch(world, world.lives)
        metrics.install(self.watch, CloudWatchBackend)
        scaling.install()
        self.lookout.begin()

    def deliver_due(self) -> None:
        """Deliver all months at first, then those whose days have ended since."""
        if self.world is None:
            return
        today = self.clock.now().date()
        if self._delivered is not None and today <= self._delivered:
            return
        since = self._delivered
        due = [month for month in bill.months(self.world, today) if since is None or _touched(month, since)]
        with self.gate.lock:
            changes = tuple(self.lookout.changes)
            deliver(self.world, due, today, changes)
        self._delivered = today

    def keep_delivering(self) -> None:
        """Until told to stop, look now and then whether a bill is due."""
        while not self.stopping.wait(LOOK_AT_THE_DAY):
            self.deliver_due()


def _touched(month: date, since: date) -> bool:
    """Whether a month can have changed since a day: it was open then, got its invoice since, or came after."""
    return (since - month).days < 31 + bill.FINAL_AFTER_DAYS + 1


def start(data: Path, port: int, company: Callable[[date], World] = make) -> tuple[DemoCloud, BaseWSGIServer]:
    """Listen on loopback at once (port 0: any) and wake in the background; answers 503 until ready."""
    cloud = DemoCloud(data, company)
    server = make_server(LOOPBACK, port, cloud.gate, threaded=True, request_handler=_Quiet)
    Thread(target=server.serve_forever, name="demo-cloud-http", daemon=True).start()
    return cloud, server


def serve(settings: Settings) -> None:
    """Run on the settings' data directory and port until SIGTERM or Ctrl-C."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    cloud, server = start(settings.data, settings.port)
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: cloud.stopping.set())
    cloud.wake()
    cloud.keep_delivering()
    server.shutdown()
