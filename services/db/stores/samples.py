"""Metric samples: a row a resource, metric and day, in partitions of a month."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection as Driver
from sqlalchemy import Connection, text

from core.inventory import Kind
from core.metrics import DayOfSamples, MetricSeries
from core.periods import midnight, month_of, next_month

PARTITIONING = 823_640_117
"""Advisory lock key: one process at a time makes partitions."""
BATCH = 2000
STEPS = 24


def make_partitions(db: Connection, first: date, last: date) -> None:
    """See to a partition for each month from `first` to the one after `last`.

    A partition is made aside and then attached, so that nobody who reads has to wait.
    """
    month, after = first.replace(day=1), next_month(next_month(last))
    while month < after:
        name = f"metric_sample_{month:%Y_%m}"
        if not db.execute(text("select to_regclass(:name)"), {"name": name}).scalar_one():
            db.execute(text("select pg_advisory_xact_lock(:key)"), {"key": PARTITIONING})
            _make(db, name, month)
        month = next_month(month)


def _make(db: Connection, name: str, month: date) -> None:
    if db.execute(text("select to_regclass(:name)"), {"name": name}).scalar_one():
        return  # somebody else was quicker while we waited
    db.execute(text(f"create table {name} (like metric_sample including defaults including constraints)"))
    until = month_of(month).end
    bounds = f"from ('{month:%Y-%m-%d}') to ('{until:%Y-%m-%d}')"  # dates of ours: DDL takes no parameters
    db.execute(text(f"alter table metric_sample attach partition {name} for values {bounds}"))


def drop_partitions(db: Connection, before: date) -> Sequence[str]:
    """Drop each month that ended before this day; answers the partitions' names."""
    query = text(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'metric_sample'::regclass"
    )
    oldest = f"metric_sample_{before:%Y_%m}"
    old = sorted(name for name in db.execute(query).scalars() if name < oldest)
    for name in old:
        db.execute(text(f"drop table {name}"))
    return old


def write(db: Connection, organisation_id: UUID, days: Sequence[DayOfSamples], step_seconds: int) -> None:
    """Put days in, each whole: what stood for a day before is replaced."""
    db.execute(
        text(
            "create temporary table if not exists incoming_sample (like metric_sample) on commit delete rows"
        )
    )
    columns = "organisation_id, resource_id, metric, day, step_seconds, values, mean, maximum, complete"
    with _driver(db).cursor() as cursor, cursor.copy(f"copy incoming_sample ({columns}) from stdin") as copy:
        for sample in days:
            copy.write_row(
                (
                    organisation_id,
                    sample.resource_id,
                    sample.metric,
                    sample.day,
                    step_seconds,
                    *_stored(sample.values),
                    sample.complete,
                )
            )
    db.execute(
        text(f"""
            insert into metric_sample ({columns}) select {columns} from incoming_sample
            on conflict (organisation_id, resource_id, metric, day) do update set
                step_seconds = excluded.step_seconds, values = excluded.values, mean = excluded.mean,
                maximum = excluded.maximum, complete = excluded.complete
        """)  # noqa: S608  the columns are written above
    )
    db.execute(text("truncate incoming_sample"))


def _stored(values: NDArray[np.float32]) -> tuple[str, float | None, float | None]:
    """PostgreSQL's text of the array, and its mean and maximum; None where the whole day is unknown."""
    known = values[~np.isnan(values)]
    if not known.size:
        return "{" + ",".join(["NULL"] * values.size) + "}", None, None
    written = ",".join("NULL" if value != value else repr(value) for value in values.tolist())  # noqa: PLR0124  NaN alone differs from itself
    return "{" + written + "}", float(known.mean(dtype=np.float64)), float(known.max())


def missing_from(
    db: Connection, organisation_id: UUID, account_id: str, region: str, first: date
) -> Mapping[tuple[str, str], date]:
    """By (resource, metric): the first day from `first` on that is not there whole. A series not named is missing altogether.

    Where a day inside is missing, all from `first` is asked for again: that heals the hole in one go.
    """
    query = text("""
        select s.resource_id, s.metric, max(s.day) as newest, count(*) as days
        from metric_sample s join resource r on r.organisation_id = s.organisation_id and r.id = s.resource_id
        where s.organisation_id = :organisation_id and s.day >= :first and s.complete
          and r.account_id = :account_id and r.region = :region and r.gone_at is null
        group by s.resource_id, s.metric
    """)
    parameters = {
        "organisation_id": organisation_id,
        "account_id": account_id,
        "region": region,
        "first": first,
    }
    found = {}
    for row in db.execute(query, parameters):
        whole = row.days == (row.newest - first).days + 1
        found[row.resource_id, row.metric] = row.newest + timedelta(days=1) if whole else first
    return found


def series(
    db: Connection,
    organisation_id: UUID,
    resource_ids: Sequence[str],
    metric: str,
    start: datetime,
    end: datetime,
) -> Mapping[str, MetricSeries]:
    """What is known of one metric of these resources between two instants, `end` not included."""
    query = text("""
        select resource_id, day, step_seconds, values from metric_sample
        where organisation_id = :organisation_id and resource_id = any(cast(:ids as text[])) and metric = :metric
          and day >= :first and day <= :last
        order by resource_id, day
    """)
    parameters = {
        "organisation_id": organisation_id,
        "ids": list(resource_ids),
        "metric": metric,
        "first": start.date(),
        "last": end.date(),
    }
    points: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for row in db.execute(query, parameters):
        begins, step = midnight(row.day), timedelta(seconds=row.step_seconds)
        moments = ((begins + number * step, value) for number, value in enumerate(row.values))
        points[row.resource_id] += [
            (at, value) for at, value in moments if value is not None and start <= at < end
        ]
    return {
        resource_id: MetricSeries(
            resource_id,
            metric,
            tuple(at for at, _ in found),
            np.array([value for _, value in found], np.float64),
        )
        for resource_id, found in points.items()
        if found
    }


def matrix(
    db: Connection, organisation_id: UUID, kind: Kind, metric: str, start_day: date, days: int
) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
    """All resources of a kind that are there, 2,000 at a time: their ids, and a row an id with a value an hour.

    The rows have `days` x 24 hours from midnight UTC of `start_day`; NaN is unknown, a whole row of it: never sampled.
    """
    ids_query = text("""
        select id from resource where organisation_id = :organisation_id and kind = :kind and gone_at is null order by id
    """)
    ids = list(db.execute(ids_query, {"organisation_id": organisation_id, "kind": kind.value}).scalars())
    for at in range(0, len(ids), BATCH):
        chunk = ids[at : at + BATCH]
        yield chunk, hours(db, organisation_id, chunk, metric, start_day, days)


_HOURS = """
    select resource_id, day - %(first)s::date, array_send(array_replace(values, null, 'NaN'::real)) from metric_sample
    where organisation_id = %(organisation_id)s and resource_id = any(%(ids)s) and metric = %(metric)s
      and day >= %(first)s and day < %(after)s and step_seconds = 3600 and cardinality(values) = 24
"""
"""As PostgreSQL sends an array: values that numpy reads in one go, not a list of Python numbers for each day."""
_SENT = np.dtype([("head", "V20"), ("items", [("size", ">i4"), ("value", ">f4")], (STEPS,))])


def hours(
    db: Connection,
    organisation_id: UUID,
    resource_ids: Sequence[str],
    metric: str,
    start_day: date,
    days: int,
) -> NDArray[np.float32]:
    """A row an id, a value an hour, NaN where unknown."""
    place = {resource_id: number for number, resource_id in enumerate(resource_ids)}
    return _grid(_sent(db, organisation_id, resource_ids, metric, start_day, days), place, days)


def asked_hours(
    db: Connection,
    organisation_id: UUID,
    resource_ids: Sequence[str],
    metric: str,
    start_day: date,
    days: int,
) -> tuple[list[str], NDArray[np.float32]]:
    """The same, of those ids alone that have a row for some day, which are also answered: silent ones have rows of nothing."""
    rows = _sent(db, organisation_id, resource_ids, metric, start_day, days)
    asked = sorted({row[0] for row in rows})
    return asked, _grid(rows, {resource_id: number for number, resource_id in enumerate(asked)}, days)


def _sent(
    db: Connection,
    organisation_id: UUID,
    resource_ids: Sequence[str],
    metric: str,
    start_day: date,
    days: int,
) -> list[tuple[Any, ...]]:
    parameters = {
        "organisation_id": organisation_id,
        "ids": list(resource_ids),
        "metric": metric,
        "first": start_day,
        "after": start_day + timedelta(days=days),
    }
    with _driver(db).cursor(binary=True) as cursor:
        return cursor.execute(_HOURS, parameters).fetchall()


def _grid(rows: Sequence[tuple[Any, ...]], place: Mapping[str, int], days: int) -> NDArray[np.float32]:
    grid = np.full((len(place), days, STEPS), np.nan, dtype=np.float32)
    if rows:
        sent = np.frombuffer(b"".join(row[2] for row in rows), dtype=_SENT)
        grid[[place[row[0]] for row in rows], [row[1] for row in rows]] = sent["items"]["value"]
    return grid.reshape(len(place), days * STEPS)


def _driver(db: Connection) -> Driver[tuple[Any, ...]]:
    """The connection as psycopg knows it, for what SQLAlchemy has no words for."""
    driver = db.connection.driver_connection
    assert isinstance(driver, Driver)  # noqa: S101  our only driver; narrows the type
    return driver
