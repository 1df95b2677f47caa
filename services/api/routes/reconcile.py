"""What invoices and consoles say of a month, against ours."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from core.costs.reconcile import Reason, Row, State, said
from core.costs.scope import CostType
from core.costs.statements import Kind, Statement
from core.errors import NotFound
from core.figures import unrounded
from services.api.deps import CostManager, CostViewer, Ctx
from services.api.routes.costs import Exact
from services.api.shape import Answer, Asked, Body
from services.usecases import reconcile

router = APIRouter(prefix="/reconcile", tags=["costs"])
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


class ReconcileAsked(Asked):
    """Of which cost type, and of which billing month (default: all)."""

    cost: CostType = CostType.BILLED
    month: Annotated[str | None, Field(pattern=MONTH)] = None


class InvoiceIn(Body):
    """What they say: of a `source` or a `payer` (such as AWS:111111111111) or of everything, whole or of a `service` or `kind` of charge."""

    month: Annotated[str, Field(pattern=MONTH)]
    amount: Annotated[Decimal, Field(strict=False)]
    currency: Annotated[str, Field(min_length=1, max_length=20)] = "USD"
    cost: Annotated[CostType, Field(strict=False)] = CostType.BILLED
    source: Annotated[str | None, Field(max_length=200)] = None
    payer: Annotated[str | None, Field(max_length=200)] = None
    service: Annotated[str | None, Field(max_length=200)] = None
    kind: Annotated[Kind | None, Field(strict=False)] = None
    note: Annotated[str, Field(max_length=200)] = ""


class StatementOut(Answer):
    """What they say. `typed_by` null: a load's own sum of its files; `rows` are the lines it promised."""

    id: UUID | None
    month: date
    source: str | None
    payer: str | None
    service: str | None
    kind: Kind | None
    cost: CostType
    currency: str
    amount: Exact
    note: str
    typed_by: str | None
    typed_at: datetime | None
    rows: int | None


class ExplainedOut(Answer):
    """A part of the residual; `sure` false: what most likely makes the difference."""

    reason: Reason
    what: str
    amount: Exact
    sure: bool


class RowOut(Answer):
    """`residual` is ours less theirs; the parts and `unexplained` add up to it. `said` tells it in words."""

    statement: StatementOut
    ours: Exact
    residual: Exact
    state: State
    said: str
    parts: list[ExplainedOut]
    unexplained: Exact
    kinds: dict[Kind, Exact]
    missing: list[date]
    unknown: int
    rows: int


class ReconcileOut(Answer):
    """Newest month first, what was typed in before what loads found."""

    rows: list[RowOut]


@router.get("")
def listing(asked: Annotated[ReconcileAsked, Query()], ctx: Ctx, user: CostViewer) -> ReconcileOut:
    """Each month as they say it and as we hold it, and why the two differ."""
    found = reconcile.statements(ctx, user, cost=asked.cost)
    wanted = [row for row in found.rows if asked.month in {None, f"{row.statement.month:%Y-%m}"}]
    return ReconcileOut(rows=[_row(row) for row in wanted])


@router.post("/invoices", status_code=201)
def type_in(body: InvoiceIn, ctx: Ctx, user: CostManager) -> StatementOut:
    """Keep what an invoice or console says; the same again takes the place of what was there."""
    kept = reconcile.type_in(
        ctx,
        user,
        date.fromisoformat(f"{body.month}-01"),
        body.amount,
        currency=body.currency,
        cost=body.cost,
        source=body.source,
        payer=body.payer,
        service=body.service,
        kind=body.kind,
        note=body.note,
    )
    return _statement(kept)


@router.delete("/invoices/{invoice_id}", status_code=204)
def remove(invoice_id: Annotated[str, Path(max_length=60)], ctx: Ctx, user: CostManager) -> None:
    """Take away what was typed in."""
    try:
        found = UUID(invoice_id)
    except ValueError as error:
        raise NotFound("There is no such amount.") from error
    reconcile.remove(ctx, user, found)


def _statement(statement: Statement) -> StatementOut:
    return StatementOut.model_validate(statement)


def _row(row: Row) -> RowOut:
    currency = row.statement.currency
    return RowOut(
        statement=_statement(row.statement),
        ours=row.ours,
        residual=row.residual,
        state=row.state,
        said=said(row, lambda amount: unrounded(amount, currency)),
        parts=[ExplainedOut.model_validate(part) for part in row.parts],
        unexplained=row.unexplained,
        kinds=dict(row.kinds),
        missing=list(row.missing),
        unknown=row.unknown,
        rows=row.rows,
    )
