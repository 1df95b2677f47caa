"""Database engines as data: when standard support of a version ends, and since which version Graviton runs it."""

import re
from collections.abc import Mapping
from datetime import date

from core.inventory import Database
from core.prices import InstanceType

STANDARD_SUPPORT_ENDS: Mapping[tuple[str, str], date] = {
    ("mysql", "5.7"): date(2024, 2, 29),
    ("mysql", "8.0"): date(2026, 7, 31),
    ("mysql", "8.4"): date(2029, 7, 31),
    ("postgres", "11"): date(2024, 2, 29),
    ("postgres", "12"): date(2025, 2, 28),
    ("postgres", "13"): date(2026, 2, 28),
    ("postgres", "14"): date(2027, 2, 28),
    ("postgres", "15"): date(2028, 2, 29),
    ("postgres", "16"): date(2029, 2, 28),
    ("postgres", "17"): date(2030, 2, 28),
    ("postgres", "18"): date(2031, 2, 28),
    ("aurora-mysql", "2"): date(2024, 10, 31),
    ("aurora-mysql", "3"): date(2028, 4, 30),
    ("aurora-postgresql", "11"): date(2024, 2, 29),
    ("aurora-postgresql", "12"): date(2025, 2, 28),
    ("aurora-postgresql", "13"): date(2026, 2, 28),
    ("aurora-postgresql", "14"): date(2027, 2, 28),
    ("aurora-postgresql", "15"): date(2028, 2, 29),
    ("aurora-postgresql", "16"): date(2029, 2, 28),
    ("aurora-postgresql", "17"): date(2030, 2, 28),
}
"""By engine and major version: the last day of standard support, Extended Support from the next.

Sources: AWS's release calendars (Amazon RDS User Guide, "Supported MySQL major versions"; Amazon RDS for PostgreSQL Release Notes;
Amazon Aurora major versions), as of November 2026. RDS for MySQL was compared with endoflife.date's copy of the calendar (May 2026),
PostgreSQL and Aurora PostgreSQL with a copy of October 2026, Aurora MySQL 2 with its release notes; the date of Aurora MySQL 3 was not.
A new major version is a new row.
"""

GRAVITON_SINCE: Mapping[str, tuple[int, ...]] = {
    "mysql": (8, 0, 25),
    "postgres": (13, 3),
    "mariadb": (10, 5, 10),
    "aurora-mysql": (3,),
    "aurora-postgresql": (13, 3),
}
"""The first version that runs on every current Graviton class (Amazon RDS User Guide, "Supported DB engines for DB instance classes").

Some classes take slightly older ones: those are left alone.
"""

_AURORA_MYSQL = re.compile(r"mysql_aurora\.(.+)")


def _version(database: Database) -> str:
    """The engine's own version: `3.04.0` for Aurora's `8.0.mysql_aurora.3.04.0`."""
    found = _AURORA_MYSQL.search(database.engine_version)
    return found[1] if found else database.engine_version


def has_extended_support(database: Database) -> bool:
    """Whether AWS sells Extended Support for its engine at all."""
    return any(engine == database.engine for engine, _ in STANDARD_SUPPORT_ENDS)


def major(database: Database) -> str:
    """Its major version: `8.0` of MySQL 8.0.39, `16` of PostgreSQL 16.4."""
    return ".".join(_version(database).split(".")[: 2 if database.engine == "mysql" else 1])


def standard_support_ends(database: Database) -> date | None:
    """The last day of standard support of its version; None where we do not know it."""
    return STANDARD_SUPPORT_ENDS.get((database.engine, major(database)))


def runs_on_graviton(database: Database) -> bool:
    """Whether its engine and version surely run on Graviton classes."""
    since = GRAVITON_SINCE.get(database.engine)
    parts = [int(part) for part in _version(database).split(".") if part.isdigit()]
    return since is not None and tuple(parts) >= since


_ANY_VERSION = 5
"""Intel and AMD classes up to this generation run every version that RDS still runs; of newer ones each takes some versions only."""
_AURORA = ("r", "t", "x")
"""Families that Aurora is sold on (Amazon Aurora User Guide, "Aurora DB instance classes")."""


def runs_on(database: Database, has: InstanceType) -> bool:
    """Whether its engine and version surely run on a class made of this EC2 type, which need not be of its own family."""
    family = has.name.partition(".")[0]
    if family == database.instance_class.removeprefix("db.").partition(".")[0]:
        return True
    if database.engine.startswith("aurora") and not family.startswith(_AURORA):
        return False
    if has.architecture == "arm64":
        return runs_on_graviton(database)
    generation = re.search(r"\d+", family)
    return generation is not None and int(generation[0]) <= _ANY_VERSION
