"""`./pioneer costs`: what was spent, cut and filtered at will, as a table or as JSON lines with exact amounts; or its lines as a FOCUS file."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from core.access.roles import Role, User
from core.costs.filters import dimension, parse_all, said
from core.costs.scope import EVER, MONTH, STEPS, CostType, Dimension, Filter, Match, Scope
from core.costs.spend import Row, Table
from core.errors import Invalid
from core.money import exact
from services.bootstrap import open_context
from services.commands.configuration import begun, settings_of
from services.context import Context
from services.db import migrate
from services.db.stores import access
from services.usecases import costs, focus_export


def run(args: argparse.Namespace) -> int:
    """Print the costs; 0 when done, 1 where there is no bill at all. Raises `Invalid` (exit status 2) for what cannot be asked. Needs no server, and disturbs none."""
    by = tuple(dict.fromkeys(dimension(name) for name in args.by))
    scope = scope_of(args)
    if args.focus is not None and (by or args.top is not None or args.json):
        raise Invalid(
            "A FOCUS file holds the lines themselves, so it goes with filters alone.",
            mend="Leave --by, --top and --json away.",
        )
    settings = settings_of(args)
    if not begun(settings):
        return _none(settings.data)
    ctx = open_context(settings)
    try:
        migrate.ready(ctx.engine, embedded=ctx.settings.database_url is None)
        user = _terminal(ctx)
        if user is not None and args.focus is not None:
            return _export(ctx, user, scope, args.focus)
        tables = [] if user is None else list(_asked(ctx, user, scope, by, args.top, told=not args.json))
        if not tables and (user is None or costs.freshness(ctx, user).last_day is None):
            return _none(ctx.settings.data)
    finally:
        ctx.warehouse.close()
        ctx.engine.dispose()
    for found, months in tables:
        rows = _in_order(found.rows, by)
        if args.json:
            for row in rows:
                print(json.dumps(record(row, found.currency, by)))
        else:
            print(_plain(heading(scope, found, months)))
            _print(found, rows, by)
    if not tables:
        sys.stderr.write("The bill holds no such cost.\n")
    return 0


def _none(data: Path) -> int:
    sys.stderr.write(f"No bill is loaded in {data}.\n")
    return 1


def scope_of(args: argparse.Namespace) -> Scope:
    """What the words ask for. Raises `Invalid` for a month or filter that is none."""
    filters = parse_all(args.filter)
    if args.month is not None:
        filters = (*filters, Filter(MONTH, Match.IS, _month(args.month)))
    return Scope(
        EVER,
        cost=CostType(args.cost),
        credits=not args.no_credits,
        refunds=not args.no_refunds,
        tax=not args.no_tax,
        filters=filters,
    )


def record(row: Row, currency: str | None, by: tuple[Dimension, ...]) -> dict[str, object]:
    """A row as JSON: an absent value is null, as is a cost that no line carries; `other` counts the values in a row of all the rest."""
    made: dict[str, object] = dict(zip((each.name for each in by), row.keys, strict=True))
    made |= {"currency": currency, "cost": exact(row.cost) if row.known else None}
    if row.unknown_lines:
        made["unknown_lines"] = row.unknown_lines
    if row.folded:
        made["other"] = row.folded
    return made


def heading(scope: Scope, found: Table, months: Sequence[str]) -> str:
    """What a table is of, in a line: `Billed cost in USD, billing months 2024-09 to 2024-10, without tax; service is Amazon S3`."""
    first, last = (months[0], months[-1]) if months else ("", "")
    period = f"billing month {first}" if first == last else f"billing months {first} to {last}"
    kinds = {"credits": scope.credits, "refunds": scope.refunds, "tax": scope.tax}
    left_out = " and ".join(name for name, kept in kinds.items() if not kept)
    without = f", without {left_out}" if left_out else ""
    only = "".join(f"; {said(each)}" for each in scope.filters if each.dimension != MONTH)
    return f"{found.cost.capitalize()} cost in {found.currency}, {period}{without}{only}"


def _asked(
    ctx: Context, user: User, scope: Scope, by: tuple[Dimension, ...], top: int | None, *, told: bool
) -> Iterator[tuple[Table, list[str]]]:
    """A table a currency, the largest first, all of one state of the bill; where it is `told`, with the billing months that it is of."""
    at = costs.pin(ctx, user)
    currencies = costs.table(ctx, user, scope, by, top=top, at=at).currencies
    for currency, _ in currencies:
        mine = scope.in_currency(currency)
        months = costs.table(ctx, user, mine, (MONTH,), at=at).rows if told else ()
        found = costs.table(ctx, user, mine, by, top=top, at=at)
        yield found, sorted(str(row.keys[0]) for row in months)


def _terminal(ctx: Context) -> User | None:
    """Who sits at the machine itself sees all of its organisation's bill; None before there is one."""
    with ctx.read() as db:
        organisation_id = access.first_organisation(db)
    if organisation_id is None:
        return None
    return User(UUID(int=0), organisation_id, "", "The terminal", frozenset({Role.VIEWER}))


def _export(ctx: Context, user: User, scope: Scope, to: Path) -> int:
    """Write the lines in every currency as a FOCUS 1.2 file. Raises `Invalid` where it cannot be written."""
    count = focus_export.focus_lines(ctx, user, scope, to.absolute())
    if not count and costs.freshness(ctx, user).last_day is None:
        sys.stderr.write(f"No bill is loaded in {ctx.settings.data}, so {to} holds no line.\n")
        return 1
    print(f"{count} line{'' if count == 1 else 's'} written to {to} as FOCUS 1.2.")
    return 0


def _month(text: str) -> str:
    try:
        return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"
    except ValueError as error:
        message = f"{text!r} is no month."
        raise Invalid(message, mend="Write it as 2024-09.") from error


def _in_order(rows: Sequence[Row], by: tuple[Dimension, ...]) -> list[Row]:
    """Largest first, but days, weeks and months one after the other."""
    place = next((place for place, each in enumerate(by) if each in STEPS), None)
    if place is None:
        return list(rows)
    return sorted(rows, key=lambda row: (row.keys[place] is None, row.keys[place] or ""))


def _print(found: Table, rows: Sequence[Row], by: tuple[Dimension, ...]) -> None:
    lines = [[*(each.name for each in by), found.currency or ""]] if by else []
    if by:
        lines += [[*_words(row, by), exact(row.cost) if row.known else "unknown"] for row in rows]
    known = any(row.known for row in rows)
    lines.append(["total", *[""] * (len(by) - 1), exact(found.total) if known else "unknown"])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        texts = [text.ljust(width) for text, width in zip(line[:-1], widths, strict=False)]
        print("  ".join([*texts, line[-1].rjust(widths[-1])]))
    if found.unknown_lines:
        print(
            f"Lines that carry no {found.cost} cost and are missing from these amounts: {found.unknown_lines}."
        )
    print()


def _words(row: Row, by: tuple[Dimension, ...]) -> list[str]:
    if row.folded:
        return [key or f"other ({row.folded})" for key in row.keys]
    return [each.absent if key is None else _plain(key) for each, key in zip(by, row.keys, strict=True)]


def _plain(text: str) -> str:
    """A bill's text without what would command the terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
