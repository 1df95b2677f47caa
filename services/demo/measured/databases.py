"""Databases: CPU, connections, free memory and operations of their storage."""

from collections.abc import Callable, Mapping

import numpy as np

from core.inventory import Database, Kind
from services.demo import estate_databases as estate
from services.demo.life import Lived
from services.demo.measured.series import Series, load
from services.demo.shapes import QUIET, Moment, Samples, connections
from services.pricebook import instance_types

_HELD, _DRIVEN = 0.72, 4.0
"""The share of memory taken and the operations a second for each per cent of load, where no table says otherwise."""
_ROWS: Mapping[str, estate.MoreDatabaseRow] = {row.name: row for row in estate.DATABASES}
_READS = 0.6
"""Of all operations."""
_MIB = 1 << 20
_RDS_RUNS = ("rds:db.", "rds-multi-az:db.")
_BLOCK = 16 << 10
"""Bytes of an operation of its storage."""
_ANSWERED = 0.4
"""Of what is read, so much is sent to those who asked; what is written came in."""


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


def _requests(life: Lived, at: Moment) -> Samples:
    """A second; Neptune reports them only where there are any."""
    percent = load(life, at)
    asked = next((row.asked for row in estate.CLUSTERED if row.name == life.group), 0.0)
    return np.where((percent < QUIET) | (asked == 0), np.nan, percent * asked)


def _of_instances(namespace: str, runs: tuple[str, ...]) -> tuple[Series, ...]:
    def series(name: str, sample: Callable[[Lived, Moment], Samples]) -> Series:
        return Series(Kind.DATABASE, namespace, name, total=False, sample=sample, runs=runs)

    return (
        series("CPUUtilization", load),
        series("DatabaseConnections", lambda life, at: connections(load(life, at))),
        series("FreeableMemory", _free_memory),
        series("ReadIOPS", lambda life, at: _operations(life, at, _READS)),
        series("WriteIOPS", lambda life, at: _operations(life, at, 1 - _READS)),
    )


def _traffic(name: str, share: float) -> Series:
    """Bytes a second that follow the operations of its storage."""
    return Series(
        Kind.DATABASE,
        "AWS/RDS",
        name,
        total=False,
        sample=lambda life, at: _operations(life, at, share) * _BLOCK,
        runs=_RDS_RUNS,
    )


SERIES = (
    *_of_instances("AWS/RDS", _RDS_RUNS),
    *_of_instances("AWS/DocDB", ("docdb:",)),
    Series(Kind.DATABASE, "AWS/Neptune", "CPUUtilization", total=False, sample=load, runs=("neptune:",)),
    Series(
        Kind.DATABASE,
        "AWS/Neptune",
        "TotalRequestsPerSec",
        total=False,
        sample=_requests,
        runs=("neptune:",),
    ),
    _traffic("ReadThroughput", _READS),
    _traffic("WriteThroughput", 1 - _READS),
    _traffic("NetworkReceiveThroughput", 1 - _READS),
    _traffic("NetworkTransmitThroughput", _READS * _ANSWERED),
)
