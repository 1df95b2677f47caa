"""Versions of Kubernetes as data: when EKS's standard support of each ends."""

from collections.abc import Mapping
from datetime import date

STANDARD_SUPPORT_ENDS: Mapping[str, date] = {
    "1.23": date(2023, 10, 11),
    "1.24": date(2024, 1, 31),
    "1.25": date(2024, 5, 1),
    "1.26": date(2024, 6, 11),
    "1.27": date(2024, 7, 24),
    "1.28": date(2024, 11, 26),
    "1.29": date(2025, 3, 23),
    "1.30": date(2025, 7, 23),
    "1.31": date(2025, 11, 26),
    "1.32": date(2026, 3, 23),
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
}
"""The last day of standard support; extended support begins the next, for twelve months.

Source: Amazon EKS User Guide, "Kubernetes versions on EKS", as endoflife.date had copied it in January 2026. A new version is a new row.
"""
