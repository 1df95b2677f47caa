"""`./pioneer admin create`: the first admin."""

import argparse
import getpass
import os
import sys

from core.errors import Invalid
from services.bootstrap import open_context
from services.commands.configuration import settings_of
from services.db import migrate
from services.usecases import admin


def run(args: argparse.Namespace) -> int:
    """Ask for what was not given, and make an admin. The password comes from PIONEER_ADMIN_PASSWORD or is typed, never from an argument."""
    settings = settings_of(args)
    email = args.email or _ask("E-mail: ")
    password = os.environ.get("PIONEER_ADMIN_PASSWORD") or _ask_secret()
    ctx = open_context(settings)
    migrate.ready(ctx.engine, embedded=settings.database_url is None)
    user = admin.create_admin(ctx, email, password, args.organisation)
    print(f"{user.email} is an admin now and can sign in.")
    return 0


def _ask(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise Invalid(
            "There is no terminal to ask on.",
            mend="Give --email, and the password in PIONEER_ADMIN_PASSWORD.",
        )
    return input(prompt)


def _ask_secret() -> str:
    if not sys.stdin.isatty():
        raise Invalid("There is no terminal to ask on.", mend="Give the password in PIONEER_ADMIN_PASSWORD.")
    first = getpass.getpass("Password (at least 12 characters): ")
    if getpass.getpass("The same again: ") != first:
        raise Invalid("The two passwords differ.")
    return first
