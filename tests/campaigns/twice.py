"""A campaign at a small size, then again with its defect planted: each in a fork of one process that imported everything once."""

import importlib
import os
import sys
import traceback

from tests.campaigns.installation import WARM

ENDED = "== ended with "
"""Begins the line that follows what a run has printed."""


def twice(name: str, *runs: list[str]) -> None:
    """The campaign of this name with each of these words, one after the other; tells how each ended."""
    main = importlib.import_module(f"tests.campaigns.{name}").main
    for module in WARM:  # what each run would otherwise do for itself
        importlib.import_module(module)
    for words in runs:
        child = os.fork()
        if child == 0:
            sys.argv = [name, *words]
            try:
                status = main()
            except BaseException:  # noqa: BLE001  whatever it was, it is printed, and told apart from both ends of a campaign
                traceback.print_exc(file=sys.stdout)
                status = os.EX_SOFTWARE
            sys.stdout.flush()
            os._exit(status)
        _, ended = os.waitpid(child, 0)
        os.write(1, f"{ENDED}{os.waitstatus_to_exitcode(ended)}\n".encode())
