"""Our numbers against raw DuckDB, Polars, PostgreSQL and pandas: the eleven questions, loading, the screens, and readers during replacements.

`LINES="1000000 10000000" ./pioneer bench warehouse`: so many bill lines, one size after the other (default: 1 million). PostgreSQL and
pandas are asked up to 1.5 million, Polars and raw DuckDB up to 15 million. `PARTS` names some of: questions, load, screens, readers, paint,
groups.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psutil
from _bill import Bill, loaded, machine_load
from _compare import Peer, alternated, measured, quantile, seconds, table, worst
from _demo import fresh_data
from _eleven import Days, asking, eleven, promoted
from _first_paint import first_paints
from _formats import FORMATS, our_seconds, raw_seconds, versions
from _groups import groups_said
from _peers import pandas, polars, postgresql, raw_duckdb
from _readers import replaced_meanwhile, said

from core.costs.scope import ACCOUNT, CHOOSABLE, MONTH, SERVICE, Scope
from services.usecases import costs

SMALL, MIDDLE = 1_500_000, 15_000_000
SCREEN_LOOKS = 10
IDLE_SECONDS = 15.0
LOADS = 3
TAG_LOOKS = 100


def questions(bill: Bill, last: date) -> None:
    """The eleven, side by side."""
    pinned = bill.ctx.warehouse.pin(bill.organisation_id)
    plan = bill.ctx.warehouse.catalog.plan(pinned.token)
    files = [file.path for file in plan.files]
    account = str(asking(pinned)(_largest_account)[0][0])
    rolled, of_lines = asking(pinned), asking(pinned, of_lines=True)
    ours = Peer("ours", lambda question: question.ours(rolled))
    on_lines = Peer("ours, lines", lambda question: question.ours(of_lines))
    days = Days(last)
    peers = [ours, on_lines, raw_duckdb(files)]
    if bill.lines <= MIDDLE:
        peers += [found for found in [polars(files, days, account)] if found]
    if bill.lines <= SMALL:
        peers += [postgresql(bill.ctx.engine, files), pandas(files, days, account)]
    asked = eleven(last, account)
    times = measured(asked, peers)
    print(table(asked, times))
    for peer in peers:
        if peer.ready:
            print(f"{peer.name}: {peer.ready:.1f} s to make it ready, once")
    print(f"answers: {'; '.join(times.differing) or 'the same from all'}")
    names = [peer.name for peer in peers]
    parquet = [name for name in names if name in {"DuckDB", "Polars"}]
    for mine in ("ours", "ours, lines"):
        print(f"{mine}:", end="")
        for name, target in (("PostgreSQL", 8), ("Polars", 1.2)):
            if name in names:
                print(f" {times.sum(name) / times.sum(mine):.2f} x {name} (target >= {target});", end="")
        ratio, which = worst(times, mine, parquet)
        print(f" worst {ratio:.2f} x the best on the same files, {which} (target <= 1.25);", end="")
        ratio, which = worst(times, mine, ["DuckDB"])
        print(
            f" {times.sum(mine) / times.sum('DuckDB'):.2f} x raw DuckDB together, worst {ratio:.2f}, {which} (target <= 1.15)"
        )
    tagged(ours, on_lines)


def tagged(*peers: Peer) -> None:
    """By a promoted tag against by service: in turn, so that whatever else the machine does disturbs both alike."""
    service, tag = promoted()
    for peer in peers:
        shown = []
        for what, took in alternated(peer, (service, tag), TAG_LOOKS).items():
            of_service, of_tag = took
            shown.append(
                f"{what} {of_tag * 1e3:.2f} ms, by service {of_service * 1e3:.2f} ms, {of_tag / of_service:.2f} x"
            )
        print(f"{peer.name}: by a promoted tag {'; '.join(shown)} (target <= 1)")


def _largest_account(tables):  # noqa: ANN001, ANN202  Ibis is not typed here
    table = tables.rollup
    found = table.group_by(account=table.SubAccountId).agg(lines=table["lines"].sum())
    return found.order_by(found["lines"].desc(), found.account).limit(1)


def load(bill: Bill, _last: date) -> None:
    """The use-case's load of each format against DuckDB reading the same files and writing their columns, in turn."""
    for name, ending in FORMATS.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = versions(bill, ending, Path(folder) / "bill")
            size = sum(path.stat().st_size for path in paths)
            pairs = [(our_seconds(paths), raw_seconds(bill, paths)) for _ in range(LOADS)]
        mine, theirs = (quantile(times, 0.5) for times in zip(*pairs, strict=True))
        print(
            f"load of {name}: {bill.lines / mine / 1e3:.0f} thousand lines/s, raw DuckDB {bill.lines / theirs / 1e3:.0f}: "
            f"{theirs / mine:.2f} x (target >= 0.8); {size / 1e6:.0f} MB in {mine:.1f} s",
            flush=True,
        )


def screens(bill: Bill, last: date) -> None:
    """What the cost and overview screens ask of the rollup, each question on its own and each screen's together."""
    at = costs.pin(bill.ctx, bill.user)
    rows = asking(bill.ctx.warehouse.pin(bill.organisation_id, at))(lambda tables: tables.rollup.count())[0][
        0
    ]
    scope = Scope(Days(last).quarter)
    asked: dict[str, Callable[[], object]] = {
        "freshness": lambda: costs.freshness(bill.ctx, bill.user, at=at),
        "choices": lambda: costs.choices(bill.ctx, bill.user, at=at),
        **{
            f"daily by {by.name}": lambda by=by: costs.daily(bill.ctx, bill.user, scope, by, at=at)  # type: ignore[misc]
            for by in CHOOSABLE
        },
        "13 months by service": lambda: costs.monthly(bill.ctx, bill.user, SERVICE, at=at),
        "compared by service": lambda: costs.compare(bill.ctx, bill.user, scope, SERVICE, at=at),
        "account x month": lambda: costs.table(bill.ctx, bill.user, scope, (ACCOUNT, MONTH), at=at),
        "month to date": lambda: costs.month_to_date(bill.ctx, bill.user, at=at),
    }
    times = {name: [seconds(ask) for _ in range(SCREEN_LOOKS)] for name, ask in asked.items()}
    every = [one for found in times.values() for one in found]
    slowest = max(times, key=lambda name: quantile(times[name], 0.5))
    target = 100 if bill.lines > MIDDLE else 50
    print(
        f"screens from the rollup ({rows} rows): {len(every)} answers, median {quantile(every, 0.5) * 1e3:.0f} ms, "
        f"p95 {quantile(every, 0.95) * 1e3:.0f} ms (target <= {target}); slowest: {slowest}, median {quantile(times[slowest], 0.5) * 1e3:.0f} ms"
    )


def readers(bill: Bill, _last: date) -> None:
    """Fifty readers during replacements of one month."""
    month = sorted(bill.months)[-4]
    idle, busy, torn = replaced_meanwhile(bill, month, IDLE_SECONDS)
    print(said(idle, busy, torn))
    for error in sorted(set(busy.errors + idle.errors)):
        print(f"  {error}")


def paint(bill: Bill, _last: date) -> None:
    """The cost screen's first look on a fresh process."""
    times = first_paints(bill)
    shown = ", ".join(f"{each:.2f}" for each in times)
    print(f"cost screen's first paint: {shown} s, median {quantile(times, 0.5):.2f} s (target <= 1)")


def groups(bill: Bill, last: date) -> None:
    """The hours of the last 30 days of groups of ten instances: by their ids, and by AWS's tags as well."""
    print(groups_said(bill, last))


PARTS = {
    "questions": questions,
    "load": load,
    "screens": screens,
    "readers": readers,
    "paint": paint,
    "groups": groups,
}


def main() -> None:
    """Every size in turn."""
    today = date.today()  # noqa: DTZ011  the made-up company lives until today
    parts = os.environ.get("PARTS", " ".join(PARTS)).split()
    for lines in map(int, os.environ.get("LINES", "1000000").split()):
        with fresh_data() as data:
            print(f"\n{machine_load()}; asked for {lines} lines", flush=True)
            bill = loaded(data, lines, today)
            print(
                f"{bill.lines} lines, {bill.copies} copies of the demo's {len(bill.months)} months",
                flush=True,
            )
            last = costs.freshness(bill.ctx, bill.user).last_day or today
            for name in parts:
                PARTS[name](bill, last)
                sys.stdout.flush()
            memory = psutil.Process().memory_info().rss
            print(f"{machine_load()}; this process holds {memory / 1e6:.0f} MB")
            bill.ctx.warehouse.close()
            bill.ctx.engine.dispose()


main()
