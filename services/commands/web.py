"""`./pioneer web`: the screens, with the API at /api."""

import argparse

from services import telemetry
from services.commands.configuration import settings_of


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    settings = settings_of(args)
    telemetry.configure(settings.log_level)
    from services.web.serve import run as serve  # noqa: PLC0415  heavy, and refused settings should be said first

    serve(settings)
    return 0
