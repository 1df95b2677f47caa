"""Tables, one file per subject. Importing this package knows them all."""

from services.db.tables import (
    access,
    actions,
    alerts,
    cloud,
    loads,
    metadata,
    recommendations,
    records,
    schedules,
)

__all__ = [
    "access",
    "actions",
    "alerts",
    "cloud",
    "loads",
    "metadata",
    "recommendations",
    "records",
    "schedules",
]
