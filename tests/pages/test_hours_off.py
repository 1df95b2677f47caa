"""For how long schedules had things off, on their cards."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from core.schedules.spared import Spared
from services.usecases.schedule_savings import Observed

NIGHTS = UUID(int=1)
NOW = datetime(2026, 11, 28, tzinfo=UTC)
CARD = """
import streamlit
from pages.ui import schedule_savings
seen = streamlit.session_state["seen"]
schedule_savings.note(seen, seen.rows[0].schedule_id)
"""


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ({"i-1"}, "Off for 1,165.8 hours in the last 30 days"),
        ({"i-1", "i-2"}, "2 resources were off for 1,165.8 hours together in the last 30 days"),
    ],
)
def test_hours_off_of_several_are_said_to_be_counted_together(ids: set[str], said: str) -> None:
    row = Spared(NIGHTS, frozenset(ids), Decimal("1165.8"), Decimal(60), frozenset())
    app = AppTest.from_string(CARD)
    app.session_state["seen"] = Observed(NOW, NOW, (row,), {NIGHTS: "Nights"}, frozenset())
    app.run()
    assert not app.exception
    (line,) = app.caption
    assert line.value.replace("\\", "") == f"{said}, $60.00 saved."
