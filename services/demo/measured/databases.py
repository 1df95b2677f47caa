"""Databases: CPU, connections, free memory and operations of their storage."""

from collections.abc import Mapping

from core.inventory import Database, Kind
from services.demo import estate_databases as estate
from services.demo.life import Lived
from services.demo.measured.series import Series, load
from services.demo.shapes import QUIET, Moment, Samples, connections
from services.pricebook import instance_types

_RUNS = ("rds:db.", "rds-multi-az:db.")
_HELD, _DRIVEN = 0.72, 4.0
"""The share of memory taken and the operations a second for each per cent of load, where no table says otherwise."""
_ROWS: Mapping[str, estate.MoreDatabaseRow] = {row.name: row for row in estate.DATABASES}
_READS = 0.6
"""Of all operations."""
_MIB = 1 << 20


def _free_memory(life: Lived, at: Moment) -> Samples:
    """Bytes: what is not held, a little less under load."""
    assert isinstance(life.resource, Database)  # noqa: S101  the kind below
    memory = instance_types()[life.resource.instance_class.removeprefix("db.")].memory_mib * _MIB
    row = _ROWS.get(life.group)
    free: Samples = memory * (1 - (row.held if row else _HELD) - load(life, at) * 0.0004)
    return free


def _operations(life: Lived, at: Moment, share: float) -> Samples:
    """A second; the upkeep of an idle one is below one."""
    row = _ROWS.get(life.group)
    percent = load(life, at)
    working: Samples = (percent >= QUIET) * percent * (row.driven if row else _DRIVEN)
    return share * (0.4 + working)


SERIES = (
    Series(Kind.DATABASE, "AWS/RDS", "CPUUtilization", total=False, sample=load, runs=_RUNS),
    Series(
        Kind.DATABASE,
        "AWS/RDS",
        "DatabaseConnections",
        total=False,
        sample=lambda life, at: connections(load(life, at)),
        runs=_RUNS,
    ),
    Series(Kind.DATABASE, "AWS/RDS", "FreeableMemory", total=False, sample=_free_memory, runs=_RUNS),
    Series(
        Kind.DATABASE,
        "AWS/RDS",
        "ReadIOPS",
        total=False,
        sample=lambda life, at: _operations(life, at, _READS),
        runs=_RUNS,
    ),
    Series(
        Kind.DATABASE,
        "AWS/RDS",
        "WriteIOPS",
        total=False,
        sample=lambda life, at: _operations(life, at, 1 - _READS),
        runs=_RUNS,
    ),
)
