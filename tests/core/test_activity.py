"""What happened lately is told with its days as people read them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from core.activity import tell
from core.audit import AuditRow

AT = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("action", "data", "said"),
    [
        (
            "BudgetAtRisk",
            {"name": "All", "day": "2026-11-28"},
            "Budget All is expected to be breached on 28 Nov 2026",
        ),
        ("BudgetAtRisk", {"name": "All", "day": None}, "Budget All is expected to be breached"),
        ("BillsIngested", {"month": "2026-11-01"}, "The bill of Nov 2026 was loaded"),
        ("BillsIngested", {"month": "2026-11"}, "The bill of Nov 2026 was loaded"),
        ("ActionsBatched", {"asked": 12}, "12 recommendations were applied at once"),
    ],
)
def test_a_row_of_the_audit_log_is_told_in_a_sentence(
    action: str, data: dict[str, object], said: str
) -> None:
    row = AuditRow(UUID(int=0), 1, AT, "system:worker", action, "x", "", data, b"", b"")
    assert tell(row).text == said
