"""Budgets, and what was said of each in a period."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.costs import filters
from core.costs.budgets import Budget, Every, Plan
from core.costs.scope import CostType
from services.db.tables.budgets import budgets, notices


def listing(db: Connection, organisation_id: UUID) -> tuple[Budget, ...]:
    """All budgets of an organisation by name."""
    query = select(budgets).where(
        budgets.c.organisation_id == organisation_id, budgets.c.deleted_at.is_(None)
    )
    return tuple(_budget(row) for row in db.execute(query.order_by(budgets.c.name)).mappings())


def find(db: Connection, organisation_id: UUID, budget_id: UUID, *, lock: bool = False) -> Budget | None:
    """One budget, or None; with `lock` until the transaction ends."""
    query = select(budgets).where(
        budgets.c.organisation_id == organisation_id,
        budgets.c.id == budget_id,
        budgets.c.deleted_at.is_(None),
    )
    row = db.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else _budget(row)


def everywhere(db: Connection) -> tuple[Budget, ...]:
    """The budgets of every organisation, one organisation's after the other's."""
    query = select(budgets).where(budgets.c.deleted_at.is_(None))
    ordered = query.order_by(budgets.c.organisation_id, budgets.c.name)
    return tuple(_budget(row) for row in db.execute(ordered).mappings())


def add(db: Connection, budget: Budget) -> None:
    """Keep a new budget. Raises SQLAlchemy's `IntegrityError` when the name is taken."""
    given = {name: value for name, value in budget.__dict__.items() if name != "plan"}
    db.execute(insert(budgets).values(**given, **_values(budget.plan)))


def change(db: Connection, budget: Budget) -> None:
    """Replace a budget's plan. Raises SQLAlchemy's `IntegrityError` when the name is taken."""
    statement = update(budgets).where(
        budgets.c.organisation_id == budget.organisation_id, budgets.c.id == budget.id
    )
    db.execute(statement.values(version=budget.version, changed_at=budget.changed_at, **_values(budget.plan)))


def remove(db: Connection, organisation_id: UUID, budget_id: UUID, at: datetime) -> None:
    """Delete a budget; its row stays for what was said of it."""
    statement = update(budgets).where(budgets.c.organisation_id == organisation_id, budgets.c.id == budget_id)
    db.execute(statement.values(deleted_at=at))


def notice(db: Connection, budget: Budget, period_start: date, event: str, at: datetime) -> bool:
    """Write down that this is said of a budget in a period; False where it was said already, or the budget has gone or changed."""
    standing = find(db, budget.organisation_id, budget.id, lock=True)
    if standing is None or standing.version != budget.version:
        return False
    statement = upsert(notices).values(
        organisation_id=budget.organisation_id,
        budget_id=budget.id,
        period_start=period_start,
        event=event,
        at=at,
    )
    return db.execute(statement.on_conflict_do_nothing().returning(notices.c.at)).first() is not None


def unsay(db: Connection, organisation_id: UUID, budget_id: UUID) -> None:
    """Forget what was said of a budget: its plan has changed, and it is judged anew."""
    db.execute(
        delete(notices).where(notices.c.organisation_id == organisation_id, notices.c.budget_id == budget_id)
    )


def _values(plan: Plan) -> dict[str, object]:
    return {**plan.__dict__, "filters": [filters.written(each) for each in plan.filters]}


def _budget(row: RowMapping) -> Budget:
    plan = Plan(
        name=row["name"],
        amount=row["amount"],
        currency=row["currency"],
        every=Every(row["every"]),
        first=row["first"],
        growth=row["growth"],
        filters=filters.parse_all(row["filters"]),
        cost=CostType(row["cost"]),
    )
    return Budget(
        row["id"],
        row["organisation_id"],
        plan,
        int(row["version"]),
        row["created_by"],
        row["created_at"],
        row["changed_at"],
    )
