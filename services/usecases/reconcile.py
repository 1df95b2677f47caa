"""Reconcile: what invoices, consoles and the bills' own files say of each month, against what we hold."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.costs import reconcile as reconciling
from core.costs.reconcile import Row
from core.costs.scope import CostType
from core.costs.statements import Cell, Kind, Statement, checked, kind_of
from core.errors import Forbidden, Invalid, NotFound
from core.events import Event
from core.money import exact
from services.context import Context
from services.db import database
from services.db.stores import invoices, load_runs, loads
from services.db.stores.loads import as_amounts
from services.usecases.record import record
from services.warehouse.questions import invoice_parts
from services.warehouse.warehouse import Pin

Days = Mapping[tuple[str, str], frozenset[date]]
LONGEST = 200
LONGEST_CURRENCY = 20


@dataclass(frozen=True)
class Reconciliation:
    """Each statement against ours, newest month first. The rest is what an amount can be typed in for."""

    cost: CostType
    rows: tuple[Row, ...]
    sources: tuple[str, ...]
    payers: tuple[str, ...]
    services: tuple[str, ...]
    currencies: tuple[str, ...]


def statements(
    ctx: Context, user: User, *, cost: CostType = CostType.BILLED, at: str | None = None
) -> Reconciliation:
    """What was typed in, and what each load found in its own files, against ours.

    Raises `Forbidden` for who sees some accounts only: invoices are of whole bills.
    """
    user.require(Permission.VIEW_COSTS)
    _whole(user)
    pinned, today = ctx.warehouse.pin(user.organisation_id, at), ctx.now().date()
    with ctx.begin() as db:
        typed = invoices.listing(db, user.organisation_id, cost)
        found = [
            statement
            for load in loads.standing(db, user.organisation_id)
            for statement in _of_files(load, cost)
        ]
    cells, days = _cells(pinned, cost), _days(pinned)
    by_month: defaultdict[date, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_month[cell.month].append(cell)
    rows = [
        reconciling.reconcile(each, each.among(typed), by_month[each.month], days.get(each.month, {}), today)
        for each in (*typed, *found)
    ]
    return Reconciliation(
        cost,
        tuple(sorted(rows, key=_place)),
        tuple(sorted({cell.source for cell in cells})),
        tuple(sorted({cell.payer for cell in cells})),
        tuple(sorted({cell.service for cell in cells if cell.service})),
        tuple(sorted({cell.currency for cell in cells})),
    )


def type_in(
    ctx: Context,
    user: User,
    month: date,
    amount: Decimal,
    *,
    currency: str,
    cost: CostType = CostType.BILLED,
    source: str | None = None,
    payer: str | None = None,
    service: str | None = None,
    kind: Kind | None = None,
    note: str = "",
) -> Statement:
    """Keep what an invoice or console says of a month; typed again for the same bill and slice, it takes the place of what was there.

    Raises `Invalid`.
    """
    user.require(Permission.MANAGE_COSTS)
    _whole(user)
    texts = (source, payer, service, note)
    if any(text and (len(text) > LONGEST or not text.isprintable()) for text in texts):
        message = f"Names and notes are one line of at most {LONGEST} characters."
        raise Invalid(message)
    if not currency.isalnum() or len(currency) > LONGEST_CURRENCY:
        message = f"{currency[:40]!r} is no currency."
        raise Invalid(message, mend="Write its three letters, such as USD.")
    given = Statement(
        month.replace(day=1), cost, currency, checked(amount), source or None, payer or None, service or None, kind, note
    )  # fmt: skip
    with ctx.begin() as db:
        made = replace(given, id=uuid4(), typed_by=user.email, typed_at=database.now(db))
        kept = invoices.keep(db, user.organisation_id, made)
        _record(db, user, "InvoiceTyped", kept)
    return kept


def remove(ctx: Context, user: User, statement_id: UUID) -> None:
    """Take away what was typed in. Raises `NotFound`."""
    user.require(Permission.MANAGE_COSTS)
    _whole(user)
    with ctx.begin() as db:
        gone = invoices.remove(db, user.organisation_id, statement_id)
        if gone is None:
            raise NotFound("There is no such amount.")
        _record(db, user, "InvoiceRemoved", gone)


def _whole(user: User) -> None:
    if user.accounts is not None:
        raise Forbidden(
            "Invoices are of whole bills, and you see some accounts only.",
            mend="Ask somebody who sees all accounts.",
        )


def _record(db: Connection, user: User, what: str, statement: Statement) -> None:
    data = {
        "month": f"{statement.month:%Y-%m}",
        "whose": statement.whose,
        "of": statement.of,
        "cost": statement.cost,
        "currency": statement.currency,
        "amount": exact(statement.amount),
    }
    subject = f"{statement.month:%Y-%m} {statement.whose}"
    record(db, user, Event(what, f"invoice:{statement.id}", data), subject=subject, reason=statement.note)


def _of_files(load: loads.Load, cost: CostType) -> list[Statement]:
    """What a load read in its own files: a sum for each currency, and the lines that its manifest promised, else those it read."""
    report = load_runs.report_of(load)
    rows = load.rows if report is None or report.listed_rows is None else report.listed_rows
    sums = as_amounts(load.totals or {}).get(cost.column, {})
    alone = len(sums) == 1
    return [
        Statement(load.month, cost, currency, amount, load.source, rows=rows if alone else None)
        for currency, amount in sorted(sums.items())
    ]


def _cells(pinned: Pin, cost: CostType) -> list[Cell]:
    return [
        Cell(
            _first(month),
            source,
            f"{provider or ''}:{account}",
            service,
            kind_of(category, charge_class, service),
            currency,
            amount,
            int(unknown),
            int(lines),
        )
        for month, source, provider, account, service, category, charge_class, currency, amount, unknown, lines in pinned.ask(
            invoice_parts.invoice_parts, cost
        )
    ]


def _days(pinned: Pin) -> dict[date, Days]:
    found: defaultdict[date, defaultdict[tuple[str, str], set[date]]] = defaultdict(lambda: defaultdict(set))
    for month, source, provider, account, day in pinned.ask(invoice_parts.days):
        found[_first(month)][source, f"{provider or ''}:{account}"].add(day)
    return {month: {bill: frozenset(days) for bill, days in bills.items()} for month, bills in found.items()}


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _place(row: Row) -> tuple[int, bool, str, str, str]:
    each = row.statement
    return (-each.month.toordinal(), each.typed_by is None, each.whose, each.currency, each.of)
