"""What tells that rows have changed, without reading them: so that what was worked out of them is kept until they do."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Table,
    Text,
    TextClause,
    Uuid,
    cast,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql

from core.schedules.switch import SWITCHED
from services.db.database import NOW
from services.db.stores.findings import state_at, with_actions
from services.db.tables.calendars import calendars
from services.db.tables.cloud import accounts, resources
from services.db.tables.ledger import entries, results
from services.db.tables.loads import loads, runs
from services.db.tables.recommendations import coverage, findings
from services.db.tables.schedules import attachments, overrides, schedules

_OWNER: ColumnElement[UUID] = literal_column("cast(:owner as uuid)", Uuid())
Stamp = tuple[str, datetime]


_BESIDE = entries.outerjoin(results, results.c.entry_id == entries.c.id)


def of_rows(
    table: Table,
    terms: Sequence[ColumnElement[bool]],
    said: ColumnElement[str] | None = None,
    source: FromClause | None = None,
) -> ScalarSelect[str]:
    """A stamp of those rows of a table: another one as soon as one is added, changed or taken away.

    PostgreSQL keeps a changed row as a new version in another place (`ctid`), by another transaction (`xmin`). `said` is what
    else a row tells that changes without it, such as what is read from `source`, a join.
    """
    version: list[ColumnElement[str]] = [
        literal_column(f"{table.name}.ctid"),
        literal_column(f"{table.name}.xmin"),
    ]
    words = version if said is None else [*version, said]
    each = func.hashtextextended(func.concat_ws(" ", *words), 0)
    stamp = select(func.concat_ws(" ", func.count(), func.bit_xor(each)))
    return stamp.select_from(table if source is None else source).where(*terms).scalar_subquery()


def _own(
    table: Table, *terms: ColumnElement[bool], said: ColumnElement[str] | None = None
) -> ScalarSelect[str]:
    return of_rows(table, [table.c.organisation_id == _OWNER, *terms], said)


def _question(*parts: ScalarSelect[str]) -> TextClause:
    """Put together once, down to the words: that takes longer than to ask it."""
    whole = select(func.concat_ws("|", *parts), NOW)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # the library's own gap
    return text(str(whole.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))


_FINDINGS = (
    of_rows(findings, [findings.c.organisation_id == _OWNER], state_at(NOW), with_actions()),
    _own(coverage),
    of_rows(entries, [entries.c.organisation_id == _OWNER], cast(results.c.undone_on, Text), _BESIDE),
)
_SWITCHED = (
    *(_own(table) for table in (schedules, calendars, attachments, accounts)),
    _own(overrides, said=cast(overrides.c.until > NOW, Text)),
    _own(resources, resources.c.kind.in_(SWITCHED)),
)
_OF_FINDINGS = _question(*_FINDINGS)
_OF_LOADS = _question(_own(loads), _own(runs))
_OF_SWITCHED = _question(*_SWITCHED)
_OF_MINED = _question(*_SWITCHED, *_FINDINGS)


def of_findings(db: Connection, organisation_id: UUID) -> Stamp:
    """What changes with any finding or promise in the ledger, the state that any has now, or how far rules could see; and the product's time."""
    return _asked(db, _OF_FINDINGS, organisation_id)


def of_loads(db: Connection, organisation_id: UUID) -> Stamp:
    """What changes with any load of a bill or any run of loads; and the product's time."""
    return _asked(db, _OF_LOADS, organisation_id)


def of_switched(db: Connection, organisation_id: UUID) -> Stamp:
    """What changes with anything that says which resource schedules switch; and the product's time.

    That is schedules, calendars, attachments, overrides and whether they hold now, accounts, and resources of the kinds switched.
    """
    return _asked(db, _OF_SWITCHED, organisation_id)


def of_mined(db: Connection, organisation_id: UUID) -> Stamp:
    """What changes with any of these or with any finding; and the product's time."""
    return _asked(db, _OF_MINED, organisation_id)


def _asked(db: Connection, question: TextClause, organisation_id: UUID) -> Stamp:
    stamp, now = db.execute(question, {"owner": organisation_id}).one()
    return stamp, now.astimezone(UTC)
