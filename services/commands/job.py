"""`./pioneer job [NAME]`: run one of the worker's jobs now."""

import argparse

from services import telemetry
from services.commands.configuration import settings_of
from services.worker import main
from services.worker.jobs import JOBS


def run(args: argparse.Namespace) -> int:
    """Run the job in this process and print what it did; without a name, list the jobs."""
    if args.name is None:
        for job in JOBS:
            print(f"{job.name}: every {job.every}")
        return 0
    settings = settings_of(args)
    telemetry.configure(settings.log_level)
    print(main.run_job(settings, args.name))
    return 0
