"""`python -m services COMMAND`: parses words, hands them to one file in commands/. Imports nothing beyond the standard library until it must."""

import argparse
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from core.nearest import did_you_mean


def parser() -> argparse.ArgumentParser:
    """Every sub-command and its words."""
    top = argparse.ArgumentParser(
        prog="./pioneer",
        description="Cloud Pioneer: what AWS costs and why, what can be saved, and one click to do it.",
        epilog="New here? Run: ./pioneer demo",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("--data", type=Path, metavar="DIR", help="where data is kept (default: ./.pioneer)")
        return made

    demo = add(
        "demo",
        "Start everything with a made-up company; `demo clock +3h` moves its clock, `demo week` lives through a week of schedules.",
    )
    demo.add_argument(
        "words",
        nargs="*",
        metavar="clock +3h | week",
        help="move a demo's clock (+90m, +3h, +2d8h), or live through a week",
    )
    demo.add_argument("--json", action="store_true", help="with clock: its time as JSON, for scripts")
    demo.add_argument("--reset", action="store_true", help="forget the demo's data and start over")
    _serving(demo)
    _serving(add("up", "Start the screens, the API and the worker on your settings."))
    _serving(add("web", "Only the screens, with the API at /api."))
    _serving(add("api", "Only the API, at /."))
    add("worker", "Only the worker: collects, carries out actions, follows schedules, raises alerts.")
    cloud = add("cloud", "Only the demo's cloud, on loopback.")
    cloud.add_argument("--port", type=int, required=True, help="port to listen on")
    job = add("job", "Run one of the worker's jobs now; without a name, list them.")
    job.add_argument("name", nargs="?", help="the job's name")
    ingest = add(
        "ingest",
        "Take bills into the warehouse: FOCUS, AWS CUR 2.0 or legacy CUR, as CSV, CSV.gz or Parquet. "
        "A data directory of its own is best: what is given to a demo's goes to the demo.",
    )
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of files")
    ingest.add_argument(
        "--source", help="name of the source; default: provider and billing account found in the file"
    )
    ingest.add_argument("--format", help="read the files as this format; default: their columns tell")
    ingest.add_argument(
        "--replace",
        action="store_true",
        help="also where a month loses more than a fifth of its rows or billed cost",
    )
    costs = add(
        "costs", "What was spent, by anything the bill knows: exact amounts as a table or JSON lines."
    )
    _asking(costs)
    schedule = add(
        "schedule",
        "`schedule preview FILE.json` says what a schedule wants and when, before anything acts on it.",
    )
    schedule.add_argument(
        "word", type=_one_of("preview"), metavar="preview", help="answer what is asked in FILE"
    )
    schedule.add_argument(
        "file", metavar="FILE", help="one JSON object, or one a line; - reads them from standard input"
    )
    admin = add("admin", "`admin create` makes the first admin.")
    admin.add_argument("word", type=_one_of("create"), metavar="create", help="make an admin")
    admin.add_argument("--email", help="asked for when not given")
    admin.add_argument("--organisation", default="My organisation", help="its name (default: %(default)s)")
    add("migrate", "Bring the database to the newest schema.")
    doctor = add("doctor", "Say what is configured, reachable and missing, and the mend.")
    doctor.add_argument("--port", type=int, help="port the screens listen on (default: 8501)")
    test = add("test", "Check the code and run the tests; words are handed to pytest.")
    test.add_argument("words", nargs=argparse.REMAINDER, metavar="...", help="passed to pytest")
    bench = add("bench", "Measure, side by side; without a name, every benchmark.")
    bench.add_argument("names", nargs="*", help="names of files in benchmarks/")
    campaign = add(
        "campaign", "Disturb Cloud Pioneer on purpose, many times over; without a name, list the ways."
    )
    campaign.add_argument("name", nargs="?", help="a file in tests/campaigns/, such as kill-ingest")
    campaign.add_argument("--count", type=int, help="how often (default: its full size)")
    campaign.add_argument("--seed", type=int, help="repeat one that printed this seed")
    add("docs", "Write the generated pages of docs/ again.")
    add("help", "Print this.")
    return top


def _asking(command: argparse.ArgumentParser) -> None:
    by = "service, account, region, day, tag:KEY, virtual:NAME, ...; twice for two"
    command.add_argument("--by", action="append", default=[], metavar="DIMENSION", help=by)
    command.add_argument("--month", metavar="YYYY-MM", help="billing month (default: all months)")
    types = ["billed", "effective", "list", "contracted"]
    command.add_argument("--cost", choices=types, default="billed", help="cost type (default: %(default)s)")
    forms = "service=X, service!=X, service~TEXT, tag:team= (without), tag:team!= (with any); may be repeated"
    command.add_argument("--filter", action="append", default=[], metavar="FILTER", help=forms)
    for charge in ("credits", "refunds", "tax"):
        command.add_argument(f"--no-{charge}", action="store_true", help=f"leave {charge} out")
    command.add_argument("--top", type=int, metavar="N", help="the N largest values, all others in one row")
    command.add_argument("--json", action="store_true", help="JSON lines with exact amounts as text")
    command.add_argument(
        "--focus",
        type=Path,
        metavar="FILE",
        help="write the lines themselves as FOCUS 1.2; FILE ends in .csv, .csv.gz or .parquet",
    )


def _one_of(*known: str) -> Callable[[str], str]:
    """One of these words; another is refused with what was meant."""

    def word(given: str) -> str:
        if given in known:
            return given
        meant = did_you_mean(given, known) or f"Say {' or '.join(known)}."
        message = f"{given!r} is not known here. {meant}"
        raise argparse.ArgumentTypeError(message)

    return word


def _serving(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=int, help="port to listen on (default: 8501)")
    command.add_argument("--no-browser", action="store_true", help="do not open a browser")


UNREAD = 141
"""The exit status of one whose reader went away, as a shell gives it: 128 + SIGPIPE."""


def main(words: list[str]) -> int:
    """Run one command; answers its exit status: 0 done, 1 failed, 2 cannot be used as given."""
    top = parser()
    if not words or words[0] in {"help", "-h", "--help"}:
        top.print_help()
        return 0
    known = top._subparsers._group_actions[0].choices or ()  # type: ignore[union-attr]  # noqa: SLF001  argparse has no public way
    if words[0] not in known:
        meant = did_you_mean(words[0], known)
        sys.stderr.write(f"./pioneer does not know the word {words[0]!r}.{meant and ' '}{meant}\n\n")
        top.print_help(sys.stderr)
        return 2
    args = top.parse_args(words)
    missing = next((path for path in getattr(args, "paths", ()) if not os.path.exists(path)), None)  # noqa: PTH110  Path's raises where a folder may not be read
    if missing is not None:  # said before anything is imported or started
        sys.stderr.write(f"There is no file {missing}.\n")
        return 2
    # An exit like any other, so that what was registered to run at exit runs.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    _lifeline()
    from core.errors import Invalid, PioneerError  # noqa: PLC0415  after help, which runs on any Python

    try:
        command = importlib.import_module(f"services.commands.{args.command}")
        status: int = command.run(args)
        sys.stdout.flush()
    except PioneerError as error:
        sys.stderr.write(f"{error.message}\n" + (f"{error.mend}\n" if error.mend else ""))
        return 2 if isinstance(error, Invalid) else 1
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        # Who reads has seen enough, as `head`: what is left to say goes nowhere, and is no failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = UNREAD
    return status


def _lifeline() -> None:
    """End with the process that started us: it holds the other end of this pipe, which closes however it dies."""
    descriptor = os.environ.pop("PIONEER_LIFELINE", None)
    if descriptor is None:
        return

    def wait() -> None:
        while os.read(int(descriptor), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
