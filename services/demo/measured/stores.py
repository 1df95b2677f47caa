"""Caches, warehouses, tables and search domains: load, connections, what is taken and asked."""

from collections.abc import Callable, Mapping

import numpy as np

from core.inventory import Kind
from services.demo import estate_databases as estate
from services.demo.life import Lived
from services.demo.measured.series import Series, load
from services.demo.shapes import STEP, Moment, Samples, connections

_OWN_CONNECTIONS = 2
"""ElastiCache watches each node over so many."""
_HALF = 50
"""Per cent of load at which the tables of the estate say what is taken."""
_FILLED: Mapping[str, float] = {row.name: row.held for row in estate.CACHES}
_WAREHOUSES: Mapping[str, float] = {row.name: row.held for row in estate.WAREHOUSES}
_TABLES: Mapping[str, estate.TableRow] = {row.name: row for row in estate.TABLES}
_DOMAINS: Mapping[str, estate.DomainRow] = {row.name: row for row in estate.DOMAINS}
_STREAMS: Mapping[str, estate.StreamRow] = {row.name: row for row in estate.STREAMS}
_MINUTES = STEP // 60
_HOUR_STEPS = 3600 // STEP
_WEEK = 7 * 24 * _HOUR_STEPS
_MONDAY_AT_THREE = 4 * 24 + 3
"""The hour of its week: weeks counted from 1970 begin on a Thursday."""


def _filled(life: Lived, at: Moment) -> Samples:
    """Per cent of a cache's memory."""
    filled: Samples = 100 * _FILLED[life.group] + 2 * at.noise()
    return filled


def _on_disk(life: Lived, at: Moment) -> Samples:
    """Per cent of a warehouse's storage."""
    taken: Samples = 100 * _WAREHOUSES[life.group] + 2 * at.noise()
    return taken


def _taken(life: Lived, at: Moment, a_second: float) -> Samples:
    """Capacity units in five minutes."""
    return a_second * STEP * load(life, at) / _HALF


def _asked(life: Lived, at: Moment, a_minute: float) -> Samples:
    """Searches or documents in five minutes."""
    return a_minute * _MINUTES * load(life, at) / _HALF


def _records(life: Lived, at: Moment) -> Samples:
    """Records in five minutes; nothing is reported of a stream that nobody calls."""
    row = _STREAMS[life.group]
    if row.weekly:
        monday = at.index % _WEEK // _HOUR_STEPS == _MONDAY_AT_THREE
        return np.where(monday, row.records * STEP, np.nan)
    return row.records * STEP * load(life, at) / _HALF if row.records else np.full(len(at.index), np.nan)


def _of_warehouse(name: str, sample: Callable[[Lived, Moment], Samples]) -> Series:
    """A paused one says nothing."""
    return Series(Kind.DATA_WAREHOUSE, "AWS/Redshift", name, total=False, sample=sample, runs=("redshift:",))


SERIES = (
    Series(Kind.STREAM, "AWS/Kinesis", "IncomingRecords", total=True, sample=_records),
    Series(Kind.STREAM, "AWS/Kinesis", "GetRecords.Records", total=True, sample=_records),
    Series(Kind.CACHE, "AWS/ElastiCache", "CPUUtilization", total=False, sample=load),
    Series(
        Kind.CACHE,
        "AWS/ElastiCache",
        "CurrConnections",
        total=False,
        sample=lambda life, at: _OWN_CONNECTIONS + connections(load(life, at)),
    ),
    Series(Kind.CACHE, "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", total=False, sample=_filled),
    _of_warehouse("CPUUtilization", load),
    _of_warehouse("PercentageDiskSpaceUsed", _on_disk),
    _of_warehouse("DatabaseConnections", lambda life, at: connections(load(life, at))),
    Series(
        Kind.TABLE,
        "AWS/DynamoDB",
        "ConsumedReadCapacityUnits",
        total=True,
        sample=lambda life, at: _taken(life, at, _TABLES[life.group].takes_reads),
    ),
    Series(
        Kind.TABLE,
        "AWS/DynamoDB",
        "ConsumedWriteCapacityUnits",
        total=True,
        sample=lambda life, at: _taken(life, at, _TABLES[life.group].takes_writes),
    ),
    Series(Kind.SEARCH_DOMAIN, "AWS/ES", "CPUUtilization", total=False, sample=load),
    Series(
        Kind.SEARCH_DOMAIN,
        "AWS/ES",
        "SearchRate",
        total=True,
        sample=lambda life, at: _asked(life, at, _DOMAINS[life.group].searches),
    ),
    Series(
        Kind.SEARCH_DOMAIN,
        "AWS/ES",
        "IndexingRate",
        total=True,
        sample=lambda life, at: _asked(life, at, _DOMAINS[life.group].documents),
    ),
)
