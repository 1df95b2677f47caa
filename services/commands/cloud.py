"""`./pioneer cloud`: the demo's cloud alone."""

import argparse

from services import telemetry
from services.commands.configuration import settings_of


def run(args: argparse.Namespace) -> int:
    """Serve on loopback until SIGTERM."""
    settings = settings_of(args, PIONEER_MODE="demo")
    telemetry.configure(settings.log_level)
    from services.demo.cloud import serve  # noqa: PLC0415  moto is heavy, and refused settings should be said first

    serve(settings)
    return 0
