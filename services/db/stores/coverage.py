"""How far rules could see."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from core.recommendations.selection import RuleCoverage
from services.db.tables.recommendations import coverage


def cover(db: Connection, organisation_id: UUID, rows: Sequence[RuleCoverage]) -> None:
    """Replace what is known of how far the rules could see."""
    db.execute(delete(coverage).where(coverage.c.organisation_id == organisation_id))
    if rows:
        values = [{**row.__dict__, "undetermined": dict(row.undetermined)} for row in rows]
        db.execute(insert(coverage), [{**row, "organisation_id": organisation_id} for row in values])


def covered(
    db: Connection, organisation_id: UUID, accounts: Sequence[str] | None
) -> tuple[RuleCoverage, ...]:
    """How far each rule could see in each account."""
    query = select(coverage).where(coverage.c.organisation_id == organisation_id)
    if accounts is not None:
        query = query.where(coverage.c.account_id.in_(accounts))
    return tuple(
        RuleCoverage(
            row.rule, row.account_id, row.found, row.ok, row.undetermined, row.evaluated_at, row.excluded
        )
        for row in db.execute(query.order_by(coverage.c.rule, coverage.c.account_id))
    )
