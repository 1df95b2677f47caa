"""Databases, caches, tables and their metrics for tests: say only what the test is about."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import numpy as np

from core.inventory import (
    Cache,
    Database,
    DatabaseSnapshot,
    DataWarehouse,
    Kind,
    Resource,
    SearchDomain,
    Table,
)
from core.recommendations.facts import Facts
from core.recommendations.fleet import Fleet
from core.recommendations.profiles import DAYS
from core.recommendations.usage import Matrix, Usage
from services.pricebook import book, instance_types
from tests.builders import ACCOUNT, LONG_AGO, REGION
from tests.known import NOW

GIB = 1 << 30
Hours = float | Matrix


def _common(service: str, own: str, name: str, state: str) -> dict[str, object]:
    return {
        "id": f"arn:aws:{service}:{REGION}:{ACCOUNT}:{own}{name}",
        "account_id": ACCOUNT,
        "region": REGION,
        "name": name,
        "state": state,
        "created_at": LONG_AGO,
    }


def a_database(name: str = "orders", **given: object) -> Database:
    """A db.m5.xlarge with PostgreSQL 16.4 and 100 GB of gp3."""
    own = {
        "instance_class": "db.m5.xlarge",
        "engine": "postgres",
        "engine_version": "16.4",
        "multi_az": False,
        "storage_type": "gp3",
        "storage_gb": 100,
    }
    return Database(**{**_common("rds", "db:", name, "available"), **own, **given})


def a_database_snapshot(name: str = "orders-final", **given: object) -> DatabaseSnapshot:
    """A snapshot of `orders`."""
    own = {"database": "orders", "engine": "postgres", "size_gb": 100}
    return DatabaseSnapshot(**{**_common("rds", "snapshot:", name, "available"), **own, **given})


def a_cache(name: str = "sessions", **given: object) -> Cache:
    """A cache.r6g.xlarge of Valkey."""
    own = {"node_type": "cache.r6g.xlarge", "engine": "valkey", "engine_version": "8.0"}
    return Cache(**{**_common("elasticache", "cluster:", name, "available"), **own, **given})


def a_warehouse(name: str = "reports", **given: object) -> DataWarehouse:
    """Two ra3.xlplus."""
    own = {"node_type": "ra3.xlplus", "nodes": 2}
    return DataWarehouse(**{**_common("redshift", "cluster:", name, "available"), **own, **given})


def a_table(name: str = "carts", **given: object) -> Table:
    """100 read and 100 write units, not scaled by anything, 10 GiB."""
    own = {"on_demand": False, "reads": 100, "writes": 100, "autoscaled": False, "stored_bytes": 10 * GIB}
    return Table(**{**_common("dynamodb", "table/", name, "ACTIVE"), **own, **given})


def a_domain(name: str = "logs", **given: object) -> SearchDomain:
    """Two m4.large with OpenSearch 2.11."""
    own = {"instance_type": "m4.large.search", "instances": 2, "engine_version": "OpenSearch_2.11"}
    return SearchDomain(**{**_common("es", "domain/", name, "Active"), **own, **given})


def every_hour(value: Hours) -> Matrix:
    """Two weeks of hours."""
    return np.broadcast_to(np.asarray(value, dtype=np.float32), (DAYS * 24,)).copy()


def once(value: float, otherwise: float = 0) -> Matrix:
    """Two weeks of hours, one of which is different."""
    hours = every_hour(otherwise)
    hours[100] = value
    return hours


SILENT = float("nan")
"""Asked for, and nothing was reported."""


def known(
    subject: Resource,
    *others: Resource,
    measured: Mapping[str, Hours] | None = None,
    of_others: Mapping[str, Hours] | None = None,
    meters: Mapping[str, str] | None = None,
    whole: tuple[Kind, ...] = (),
) -> Facts:
    """Facts with real prices: metrics of the subject (and, all alike, of the others), its USD a month by SKU meter."""
    rows: dict[str, list[tuple[list[str], Matrix]]] = {}
    for resources, series in (((subject,), measured or {}), (others, of_others or {})):
        for metric, value in series.items():
            for resource in resources:
                rows.setdefault(metric, []).append(([resource.id], np.stack([every_hour(value)])))
    parts = {meter: Decimal(usd) for meter, usd in (meters or {}).items()}
    bill = {subject.id: sum(parts.values(), Decimal(0))} if parts else {}
    return Facts(
        now=NOW,
        prices=book(),
        types=instance_types(),
        bill=bill,
        parts={subject.id: parts},
        fleet=Fleet((subject, *others)),
        usage=Usage(rows, DAYS),
        whole=frozenset((ACCOUNT, REGION, kind) for kind in whole),
        first_seen={subject.id: NOW - timedelta(days=90)},
    )
