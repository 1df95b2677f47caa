"""Starts the product's processes, watches them, starts one again that dies, and stops them all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import Unavailable
from services.settings import PROJECT

PATIENCE_SECONDS = 10
"""How long a process may take to end by itself before it is ended."""
LOG_LIMIT_BYTES = 10_000_000
RESTARTS_PER_MINUTE = 5


@dataclass
class Part:
    """One process: `words` follow `python -m services`."""

    name: str
    words: tuple[str, ...]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)
    again_at: float = 0


class Supervisor:
    """Owns the processes it starts and nothing else."""

    def __init__(self, data: Path, environment: Mapping[str, str | None], say: Callable[[str], None]) -> None:
        """Logs go below `data`/logs, one file a process. A variable that is None in `environment` is taken away."""
        self.logs = data / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        wanted = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        self.environment = {name: value for name, value in wanted.items() if value is not None}
        self.say = say
        self.parts: list[Part] = []
        self.ended = 0
        """How often a process of ours ended that was not to."""
        # Each child holds the reading end: it learns of our end even when we are killed.
        self.lifeline, self._held = os.pipe()

    def start(self, name: str, *words: str) -> Part:
        """Start `python -m services WORDS`."""
        part = Part(name, words)
        self._launch(part)
        self.parts.append(part)
        return part

    def _launch(self, part: Part) -> None:
        path = self.logs / f"{part.name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_suffix(".log.old"))
        with path.open("ab") as log:
            part.process = subprocess.Popen(  # noqa: S603  our own interpreter and our own words
                [sys.executable, "-m", "services", *part.words],
                cwd=PROJECT,
                env={**self.environment, "PIONEER_LIFELINE": str(self.lifeline)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(self.lifeline,),
                start_new_session=True,  # Ctrl-C reaches us alone; we then stop them in order
            )

    def check(self, now: float | None = None) -> None:
        """Start again whatever has died, at once the first time, later each time after. Raises `Unavailable` when one keeps dying."""
        now = time.monotonic() if now is None else now
        for part in self.parts:
            if part.process is None:
                if now >= part.again_at:
                    self._launch(part)
                continue
            status = part.process.poll()
            if status is None:
                continue
            part.process = None
            self.ended += 1
            part.deaths = [death for death in part.deaths if now - death < 60] + [now]  # noqa: PLR2004  a minute
            if len(part.deaths) > RESTARTS_PER_MINUTE:
                message = (
                    f"The {part.name} keeps ending (status {status}); see {self.logs / (part.name + '.log')}."
                )
                raise Unavailable(message, mend="Run ./pioneer doctor to see what is missing.")
            part.again_at = now + 2 ** (len(part.deaths) - 1) - 1
            self.say(f"The {part.name} ended (status {status}) and is started again.")

    def worked(self, name: str) -> float:
        """Seconds of the processor's time that the process of this name has had; 0 where none runs."""
        import psutil  # noqa: PLC0415  comes with the embedded database

        for part in self.parts:
            if part.name == name and part.process is not None:
                with suppress(psutil.Error):
                    spent = psutil.Process(part.process.pid).cpu_times()
                    return float(spent.user + spent.system)
        return 0.0

    def stop(self) -> None:
        """End every process we started, last started first."""
        running = [part for part in reversed(self.parts) if part.process is not None]
        for part in running:
            if part.process is not None and part.process.poll() is None:
                part.process.send_signal(signal.SIGTERM)
        for part in running:
            if part.process is None:
                continue
            try:
                part.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()
        self.parts.clear()
