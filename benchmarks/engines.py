"""The eleven questions on DuckDB and on Spark: what another engine costs while one machine is enough, and from where on it pays.

`LINES=1000000 ENGINES="sail local[2] spark://host:7077 sc://host:15002" ./pioneer bench engines`. `sail` starts one in this process (from
requirements-dev.txt); the others need deploy/spark/requirements.txt. All read the same files on the same machine, and must answer the same.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from _bill import Bill, Forgetful, loaded, machine_load
from _compare import Peer, measured, table
from _demo import fresh_data
from _eleven import asking, eleven

from services.usecases import costs
from services.warehouse.warehouse import Pin


@contextmanager
def engine(name: str) -> Iterator[str]:
    """The address of an engine; Sail ends with the block."""
    if name != "sail":
        yield name
        return
    from pysail.spark import SparkConnectServer  # noqa: PLC0415  only where it is asked for

    server = SparkConnectServer("127.0.0.1", 0)
    server.start()
    yield f"sc://127.0.0.1:{server.listening_address[1]}"
    server.stop()


def compared(bill: Bill, name: str, url: str, last: date) -> None:
    """Ask both in turn."""
    ours = bill.ctx.warehouse
    theirs = Forgetful(ours.catalog.url, Path(ours.directory), engine=url)
    here, there = ours.pin(bill.organisation_id), theirs.pin(bill.organisation_id)
    peers = [
        Peer(f"{called}{', lines' if of_lines else ''}", _asker(pin, of_lines=of_lines))
        for of_lines in (False, True)
        for called, pin in (("DuckDB", here), (name, there))
    ]
    asked = eleven(last, "318204417751")
    times = measured(asked, peers)
    print(table(asked, times))
    print(f"answers: {'; '.join(times.differing) or 'the same from both'}", flush=True)
    theirs.close()


def _asker(pin: Pin, *, of_lines: bool):  # noqa: ANN202  as _compare wants it
    ask = asking(pin, of_lines=of_lines)
    return lambda question: question.ours(ask)


def main() -> None:
    """Every engine in turn."""
    today = date.today()  # noqa: DTZ011  the made-up company lives until today
    with fresh_data() as data:
        bill = loaded(data, int(os.environ.get("LINES", "1000000")), today)
        print(f"{bill.lines} lines; {machine_load()}", flush=True)
        last = costs.freshness(bill.ctx, bill.user).last_day or today
        for name in os.environ.get("ENGINES", "sail").split():
            with engine(name) as url:
                compared(bill, name, url, last)
        bill.ctx.warehouse.close()
        bill.ctx.engine.dispose()


main()
