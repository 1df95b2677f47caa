"""What invoices and consoles say of a month, as people typed it in: one amount for each bill and slice of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert

from core.costs.scope import CostType
from core.costs.statements import Kind, Statement
from services.db.tables.invoices import invoices

_OF = ("organisation_id", "month", "source", "payer", "cost", "currency", "service", "kind")


def statement_of(row: RowMapping) -> Statement:
    """A row of the table."""
    return Statement(
        row["month"],
        CostType(row["cost"]),
        row["currency"],
        row["amount"],
        row["source"] or None,
        row["payer"] or None,
        row["service"] or None,
        Kind(row["kind"]) if row["kind"] else None,
        row["note"],
        row["typed_by"],
        row["typed_at"],
        row["id"],
    )


def keep(db: Connection, organisation_id: UUID, typed: Statement) -> Statement:
    """Keep what was typed, in the place of what was there for the same bill, slice and cost type; answers it as kept."""
    values = {
        "id": typed.id,
        "organisation_id": organisation_id,
        "month": typed.month,
        "source": typed.source or "",
        "payer": typed.payer or "",
        "cost": typed.cost,
        "currency": typed.currency,
        "service": typed.service or "",
        "kind": typed.kind or "",
        "amount": typed.amount,
        "note": typed.note,
        "typed_by": typed.typed_by,
        "typed_at": typed.typed_at,
    }
    changed = {name: values[name] for name in ("amount", "note", "typed_by", "typed_at")}
    query = insert(invoices).values(values).on_conflict_do_update(index_elements=_OF, set_=changed)
    return statement_of(db.execute(query.returning(invoices)).mappings().one())


def listing(db: Connection, organisation_id: UUID, cost: CostType) -> Sequence[Statement]:
    """All that was typed of one cost type, the newest month first."""
    query = select(invoices).where(invoices.c.organisation_id == organisation_id, invoices.c.cost == cost)
    ordered = query.order_by(invoices.c.month.desc(), *(invoices.c[name] for name in _OF[2:]))
    return [statement_of(row) for row in db.execute(ordered).mappings()]


def remove(db: Connection, organisation_id: UUID, statement_id: UUID) -> Statement | None:
    """Take one away; answers it, None where there is none."""
    query = delete(invoices).where(
        invoices.c.organisation_id == organisation_id, invoices.c.id == statement_id
    )
    row = db.execute(query.returning(invoices)).mappings().one_or_none()
    return None if row is None else statement_of(row)
