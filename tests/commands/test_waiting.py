"""A start is waited for as long as something moves, and what is waited for is said."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.errors import Unavailable
from services.commands.supervisor import Part, Supervisor
from services.commands.waiting import ENDS, SILENT_SECONDS, STILL_SECONDS, wait_for

BUSY = "print(sum(range(20_000_000)), flush=True); input()"


@dataclass
class Time:
    """Passes where it is waited."""

    now: float = 0.0
    said: list[tuple[float, str]] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def pause(self, _seconds: float) -> None:
        self.now += 1

    def say(self, text: str) -> None:
        self.said.append((self.now, text))


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def supervisor(tmp_path: Path, time: Time) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, {}, time.say)
    yield made
    made.stop()


def test_it_waits_for_hours_while_a_step_follows_another(supervisor: Supervisor, time: Time) -> None:
    def step() -> str:
        return f"step {time.now // (STILL_SECONDS - 1)}"

    wait_for(
        supervisor, "The cloud", lambda: time.now > 10_000, doing=step, clock=time.clock, pause=time.pause
    )
    assert time.now > 10_000


def test_it_gives_up_once_nothing_moved_for_long_and_says_what_stood_still(
    supervisor: Supervisor, time: Time
) -> None:
    with pytest.raises(
        Unavailable, match=r"The cloud did not get on for 300 seconds: stocking; see the logs"
    ):
        wait_for(
            supervisor,
            "The cloud",
            lambda: False,
            doing=lambda: "stocking" if time.now > 100 else "starting",
            clock=time.clock,
            pause=time.pause,
        )
    assert 100 + STILL_SECONDS < time.now < 103 + STILL_SECONDS


def test_after_a_silence_it_says_what_it_waits_for(supervisor: Supervisor, time: Time) -> None:
    wait_for(
        supervisor,
        "The cloud",
        lambda: time.now > 40,
        doing=lambda: "stocking" if time.now < 20 else "delivering the bill",
        clock=time.clock,
        pause=time.pause,
    )
    assert time.said == [
        (SILENT_SECONDS, "The cloud: still waiting, 15 s so far: stocking"),
        (20 + SILENT_SECONDS, "The cloud: still waiting, 35 s so far: delivering the bill"),
    ]


def test_what_is_ready_soon_is_not_talked_about(supervisor: Supervisor, time: Time) -> None:
    wait_for(supervisor, "The web", lambda: time.now > 10, clock=time.clock, pause=time.pause)
    assert time.said == []


def test_the_work_of_a_process_that_tells_nothing_is_movement(supervisor: Supervisor) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        supervisor.parts.append(Part("web", (), process))
        assert supervisor.worked("web") > 0
        assert supervisor.worked("cloud") == 0
        process.kill()
    assert supervisor.worked("web") == 0
    supervisor.parts.clear()


class Working(Supervisor):
    """Its web process gets a fifth of a second of the processor each minute."""

    time: Time

    def worked(self, name: str) -> float:
        assert name == "web"
        return self.time.now / 300 if self.time.now < 3_000 else 10.0


def test_a_slow_process_is_waited_for_and_one_that_stands_still_is_not(tmp_path: Path, time: Time) -> None:
    slow = Working(tmp_path, {}, time.say)
    slow.time = time
    with pytest.raises(Unavailable, match="The web did not get on"):
        wait_for(slow, "The web", lambda: False, part="web", clock=time.clock, pause=time.pause)
    assert time.now > 3_000


def test_what_ends_again_and_again_is_not_waited_for(supervisor: Supervisor, time: Time) -> None:
    part = supervisor.start("help", "help")  # prints and ends at once

    def pause(_seconds: float) -> None:
        time.now += 1
        if part.process is not None:
            part.process.wait(60)
        part.again_at = 0

    with pytest.raises(Unavailable, match=f"ended {ENDS} times"):
        wait_for(supervisor, "The web", lambda: False, clock=time.clock, pause=pause)
    assert supervisor.ended == ENDS
