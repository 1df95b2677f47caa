"""What was collected when, how it ended, what could not be seen, and how much was asked."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on

from core.connections import Attempt, Outcome, What
from core.inventory import Gap, Kind
from services.db.tables.cloud import collections, gaps

LIVE = "live"
"""Metrics asked for by people who look: counted, never taken for a collection."""
TICK = timedelta(microseconds=1)
"""The least that PostgreSQL tells apart."""
_GOOD = (Outcome.COMPLETE, Outcome.PARTIAL)


def begin(
    db: Connection, organisation_id: UUID, account_id: str, region: str, what: What, at: datetime
) -> int:
    """A collection of one account and region starts: at `at`, or just after the last one where the clock was turned back or stood still.

    Where the order matters, take `lock_beginning` first.
    """
    place = {"organisation_id": organisation_id, "account_id": account_id, "region": region, "what": what}
    last = (
        select(collections.c.started_at + TICK)
        .filter_by(**place)
        .order_by(collections.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    made: int = db.execute(
        insert(collections)
        .values(**place, started_at=func.greatest(at, last), outcome="running")
        .returning(collections.c.id)
    ).scalar_one()
    return made


def end(
    db: Connection,
    collection_id: int,
    at: datetime,
    outcome: Outcome,
    *,
    detail: str = "",
    calls: int = 0,
    metrics_asked: int = 0,
    missing: Sequence[Gap] = (),
    kinds: Collection[Kind] = (),
) -> None:
    """It ended, and how; `kinds` were seen whole."""
    db.execute(
        update(collections)
        .where(collections.c.id == collection_id)
        .values(
            ended_at=at,
            outcome=outcome,
            detail=detail,
            calls=calls,
            metrics_asked=metrics_asked,
            kinds=sorted(kinds),
        )
    )
    if missing:
        rows = {
            gap.service: {
                "collection_id": collection_id,
                "service": gap.service,
                "reason": gap.reason,
                "permission": gap.permission,
            }
            for gap in missing
        }
        db.execute(insert(gaps), list(rows.values()))


def seen_whole(db: Connection, organisation_id: UUID) -> frozenset[tuple[str, str, Kind]]:
    """Account, region and kind of what the latest inventory saw whole: only there does missing mean that it is not there."""
    query = (
        select(collections.c.account_id, collections.c.region, collections.c.kinds)
        .ext(distinct_on(collections.c.account_id, collections.c.region))
        .where(
            collections.c.organisation_id == organisation_id,
            collections.c.what == What.INVENTORY,
            collections.c.outcome.in_(_GOOD),
        )
        .order_by(collections.c.account_id, collections.c.region, collections.c.id.desc())
    )
    return frozenset(
        (row.account_id, row.region, Kind(kind)) for row in db.execute(query) for kind in row.kinds
    )


def began(db: Connection, collection_id: int) -> datetime:
    """When a collection began."""
    at: datetime = db.execute(
        select(collections.c.started_at).where(collections.c.id == collection_id)
    ).scalar_one()
    return at


def lock_beginning(db: Connection, what: What) -> None:
    """Until the transaction ends, nobody else begins to collect this kind of data: numbers and instants are given out in one order."""
    _lock(db, f"begin|{what}")


def lock_place(db: Connection, organisation_id: UUID, account_id: str, region: str, what: What) -> None:
    """Until the transaction ends, nobody else publishes this kind of data of this place."""
    _lock(db, f"{what}|{organisation_id}|{account_id}|{region}")


def _lock(db: Connection, key: str) -> None:
    """A statement of its own: only the next one sees what others did while we waited."""
    db.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def overtaken(db: Connection, collection_id: int) -> bool:
    """Whether a collection of the same place that began later, under `lock_beginning`, has been published already."""
    mine, later = collections.alias(), collections.alias()
    query = (
        select(later.c.id)
        .join(
            mine,
            (later.c.organisation_id == mine.c.organisation_id)
            & (later.c.account_id == mine.c.account_id)
            & (later.c.region == mine.c.region)
            & (later.c.what == mine.c.what)
            & (later.c.id > mine.c.id),
        )
        .where(mine.c.id == collection_id, later.c.outcome.in_(_GOOD))
        .limit(1)
    )
    return db.execute(query).first() is not None


def interrupt(db: Connection, what: What, before: datetime, at: datetime) -> int:
    """Collections that began `before` and never ended were cut off; answers how many."""
    statement = (
        update(collections)
        .where(
            collections.c.what == what, collections.c.outcome == "running", collections.c.started_at < before
        )
        .values(outcome=Outcome.FAILED, ended_at=at, detail="It was cut off before it ended.")
    )
    return db.execute(statement).rowcount


def prune(db: Connection, before: datetime) -> int:
    """Forget collections that began before this instant; answers how many."""
    return db.execute(delete(collections).where(collections.c.started_at < before)).rowcount


_ATTEMPTS = text("""
    select a.id as account_id, r.region, w.what, last.id, last.outcome, last.ended_at, last.detail, good.ended_at as good_at
    from cloud_account a
    cross join unnest(a.regions) as r(region)
    cross join unnest(cast(:whats as text[])) as w(what)
    cross join lateral (
        select id, outcome, ended_at, detail from collection c
        where c.organisation_id = a.organisation_id and c.account_id = a.id and c.region = r.region and c.what = w.what
          and c.outcome <> 'running'
        order by id desc limit 1
    ) last
    left join lateral (
        select ended_at from collection c
        where c.organisation_id = a.organisation_id and c.account_id = a.id and c.region = r.region and c.what = w.what
          and c.outcome in ('complete', 'partial')
        order by id desc limit 1
    ) good on true
    where a.organisation_id = :organisation_id
    order by a.id, r.region
""")
"""Walks the index from its end for each place: as fast after a year as on the first day."""


def attempts(db: Connection, organisation_id: UUID) -> Mapping[tuple[str, str], Sequence[Attempt]]:
    """The last finished attempt at inventory and metrics of each region, by (account id, what)."""
    whats = [What.INVENTORY.value, What.METRICS.value]
    rows = db.execute(_ATTEMPTS, {"organisation_id": organisation_id, "whats": whats}).all()
    missing = _gaps(db, [row.id for row in rows])
    found: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for row in rows:
        seen = tuple(Gap(row.account_id, row.region, *gap) for gap in missing.get(row.id, ()))
        attempt = Attempt(row.region, Outcome(row.outcome), row.ended_at, row.detail, row.good_at, seen)
        found[row.account_id, row.what].append(attempt)
    return found


def last_whole(
    db: Connection, organisation_id: UUID, what: What, accounts: frozenset[str] | None
) -> Mapping[tuple[str, str], datetime]:
    """When each account id and region that is not paused was last collected whole; those that never were are absent."""
    query = text("""
        select a.id as account_id, r.region, whole.ended_at
        from cloud_account a
        cross join unnest(a.regions) as r(region)
        cross join lateral (
            select ended_at from collection c
            where c.organisation_id = a.organisation_id and c.account_id = a.id and c.region = r.region
              and c.what = :what and c.outcome = 'complete'
            order by id desc limit 1
        ) whole
        where a.organisation_id = :organisation_id and a.status <> 'paused'
        order by a.id, r.region
    """)
    rows = db.execute(query, {"organisation_id": organisation_id, "what": what.value})
    return {
        (row.account_id, row.region): row.ended_at
        for row in rows
        if accounts is None or row.account_id in accounts
    }


def _gaps(db: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[tuple[str, str, str | None]]]:
    if not ids:
        return {}
    query = select(gaps).where(gaps.c.collection_id.in_(ids)).order_by(gaps.c.service)
    found: dict[int, list[tuple[str, str, str | None]]] = defaultdict(list)
    for row in db.execute(query):
        found[row.collection_id].append((row.service, row.reason, row.permission))
    return found


def metrics_asked(db: Connection, organisation_id: UUID, since: datetime) -> Mapping[str, int]:
    """How many metrics were asked of CloudWatch since an instant, by account."""
    query = (
        select(collections.c.account_id, func.sum(collections.c.metrics_asked))
        .where(collections.c.organisation_id == organisation_id, collections.c.started_at >= since)
        .group_by(collections.c.account_id)
    )
    return {account_id: int(asked) for account_id, asked in db.execute(query)}


def count_live(
    db: Connection, organisation_id: UUID, account_id: str, region: str, at: datetime, calls: int, asked: int
) -> None:
    """Add to the one row a day that counts what people who look ask of CloudWatch."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    _lock(db, f"{LIVE}|{organisation_id}|{account_id}|{region}")
    same = tuple_(
        collections.c.organisation_id, collections.c.account_id, collections.c.region, collections.c.what
    ) == (organisation_id, account_id, region, LIVE)
    changed = db.execute(
        update(collections)
        .where(same, collections.c.started_at == day)
        .values(
            calls=collections.c.calls + calls,
            metrics_asked=collections.c.metrics_asked + asked,
            ended_at=at,
        )
    )
    if not changed.rowcount:
        db.execute(
            insert(collections).values(
                organisation_id=organisation_id,
                account_id=account_id,
                region=region,
                what=LIVE,
                started_at=day,
                ended_at=at,
                outcome="complete",
                calls=calls,
                metrics_asked=asked,
            )
        )
