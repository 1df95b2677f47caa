"""Daily metrics and their days."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, null, or_, select, text, update

from core.costs import filters
from core.costs.samples import Sample
from core.costs.scope import CostType
from core.costs.units import CloudWatchMetric, KeptUnit, UnitMetric
from core.periods import Period
from services.db.tables.units import metrics, samples


def listing(db: Connection, organisation_id: UUID) -> tuple[KeptUnit, ...]:
    """All metrics of an organisation by name, and how far each is known."""
    query = _kept().where(metrics.c.organisation_id == organisation_id).order_by(metrics.c.name)
    return tuple(_unit(row) for row in db.execute(query).mappings())


def find(db: Connection, organisation_id: UUID, name: str) -> KeptUnit | None:
    """One metric by its name, or None."""
    query = _kept().where(metrics.c.organisation_id == organisation_id, metrics.c.name == name)
    row = db.execute(query).mappings().one_or_none()
    return None if row is None else _unit(row)


def due(db: Connection, before: datetime) -> tuple[KeptUnit, ...]:
    """Metrics of every organisation that CloudWatch knows and that were not read since this instant."""
    query = _kept().where(
        metrics.c.source.is_not(null()), or_(metrics.c.fetched_at.is_(None), metrics.c.fetched_at < before)
    )
    ordered = query.order_by(metrics.c.organisation_id, metrics.c.name)
    return tuple(_unit(row) for row in db.execute(ordered).mappings())


def add(
    db: Connection, organisation_id: UUID, metric_id: UUID, metric: UnitMetric, by: str, at: datetime
) -> None:
    """Keep a new metric. Raises SQLAlchemy's `IntegrityError` when the name is taken."""
    db.execute(
        insert(metrics).values(
            id=metric_id,
            organisation_id=organisation_id,
            created_by=by,
            created_at=at,
            **_values(metric),
        )
    )


def change(db: Connection, organisation_id: UUID, metric_id: UUID, metric: UnitMetric) -> None:
    """Replace a metric's definition; it is read from CloudWatch anew. Raises SQLAlchemy's `IntegrityError` when the name is taken."""
    db.execute(
        update(metrics)
        .where(metrics.c.organisation_id == organisation_id, metrics.c.id == metric_id)
        .values(fetched_at=None, problem="", **_values(metric))
    )


def remove(db: Connection, organisation_id: UUID, metric_id: UUID) -> None:
    """Delete a metric with all its days."""
    db.execute(delete(metrics).where(metrics.c.organisation_id == organisation_id, metrics.c.id == metric_id))


def fetched(db: Connection, metric_id: UUID, at: datetime | None, problem: str) -> bool:
    """Write down when it was read (None: not yet), and what went wrong; False where it was deleted meanwhile."""
    statement = update(metrics).where(metrics.c.id == metric_id, metrics.c.source.is_not(null()))
    return db.execute(statement.values(fetched_at=at, problem=problem)).rowcount == 1


_KEEP = text("""
    insert into unit_sample (organisation_id, metric_id, day, value)
    select :organisation, :metric, s.day, s.value from unnest(cast(:days as date[]), cast(:values as numeric[])) as s(day, value)
    on conflict (metric_id, day) do update set value = excluded.value
""")


def keep(db: Connection, organisation_id: UUID, metric_id: UUID, sent: Sequence[Sample]) -> None:
    """Keep days, each once among `sent`; a day that is known already is replaced."""
    given = {
        "organisation": organisation_id,
        "metric": metric_id,
        "days": [sample.day for sample in sent],
        "values": [sample.value for sample in sent],
    }
    db.execute(_KEEP, given)


def days(db: Connection, organisation_id: UUID, metric_id: UUID, period: Period) -> dict[date, Decimal]:
    """The days of a period that are known."""
    query = select(samples.c.day, samples.c.value).where(
        samples.c.organisation_id == organisation_id,
        samples.c.metric_id == metric_id,
        samples.c.day >= period.start,
        samples.c.day < period.end,
    )
    return {row.day: row.value for row in db.execute(query.order_by(samples.c.day))}


def _kept() -> Select[tuple[object, ...]]:
    held = (
        select(
            func.min(samples.c.day).label("first_day"),
            func.max(samples.c.day).label("last_day"),
            func.count().label("days"),
        )
        .where(samples.c.metric_id == metrics.c.id)
        .lateral()
    )
    return select(metrics, held).join(held, text("true"))


def _values(metric: UnitMetric) -> dict[str, object]:
    source = metric.source
    return {
        "name": metric.name,
        "per": metric.per,
        "filters": [filters.written(each) for each in metric.filters],
        "cost": metric.cost.value,
        "currency": metric.currency,
        "source": None if source is None else source.__dict__,
    }


def _unit(row: RowMapping) -> KeptUnit:
    source = row["source"]
    if source is not None:
        pairs = tuple((key, value) for key, value in source["dimensions"])
        source = CloudWatchMetric(**{**source, "dimensions": pairs})
    wanted = filters.parse_all(row["filters"])
    metric = UnitMetric(row["name"], int(row["per"]), wanted, CostType(row["cost"]), row["currency"], source)
    held = ("first_day", "last_day", "days", "fetched_at", "problem")
    return KeptUnit(row["id"], row["organisation_id"], metric, *(row[name] for name in held))
