"""Tables, one file per subject. Importing this package knows them all."""

from services.db.tables import (
    access,
    actions,
    alerts,
    allocation,
    budgets,
    cloud,
    invoices,
    ledger,
    loads,
    metadata,
    recommendations,
    records,
    schedules,
    tuning,
    units,
    views,
)

__all__ = [
    "access",
    "actions",
    "alerts",
    "allocation",
    "budgets",
    "cloud",
    "invoices",
    "ledger",
    "loads",
    "metadata",
    "recommendations",
    "records",
    "schedules",
    "tuning",
    "units",
    "views",
]
