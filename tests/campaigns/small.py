"""Campaigns of schedules at a small size, from one warm process: each in a fork, so that planted defects stay there.

Answers a line of JSON for each: what happened, and what was wrong.
"""

import argparse
import importlib
import json
import os
from functools import partial
from typing import NoReturn

from services.adapters.aws import session
from tests.campaigns.acting import stand_in
from tests.campaigns.forked import DiedError, forked
from tests.campaigns.installation import WARM


def main() -> None:
    """Play them all, each lane beside the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--lane",
        nargs="+",
        action="append",
        help="a database's URL, then plays such as schedule_kills:2:defect",
    )
    said = parser.parse_args()
    with stand_in():
        for module in WARM:  # what each fork would otherwise do for itself
            importlib.import_module(module)
        session._loader().load_service_model("ec2", "service-2")
        lanes = [os.fork() or lane(*each) for each in said.lane]
        for pid in lanes:
            os.waitpid(pid, 0)


def lane(url: str, *plays: str) -> NoReturn:
    """One after the other, in a process of its own."""
    for play in plays:
        name, count, *defect = play.split(":")
        begin = importlib.import_module(f"tests.campaigns.{name}").play
        try:
            happened, wrong = forked(partial(begin, url, int(count), 7, bool(defect)))
        except DiedError as error:
            happened, wrong = "it broke", [str(error)]
        os.write(1, f"{json.dumps({'play': play, 'happened': happened, 'wrong': wrong})}\n".encode())
    os._exit(0)


if __name__ == "__main__":
    main()
