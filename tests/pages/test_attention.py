"""What needs somebody stands in the order in which it is to be looked at, and what comes is said in sentences."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.access.client import Client
from core.access.roles import User
from core.schedules.model import State
from pages.ui import attention
from pages.ui import format as fmt
from pages.ui.attention import Matter, ordered
from services.context import Context
from services.usecases import sign_in as door
from services.usecases.transitions import Transition
from tests.pages.conftest import opened

FRIDAY = datetime(2026, 11, 27, 19, tzinfo=UTC)


def matter(text: str, colour: str, usd: int = 0) -> Matter:
    return Matter("", colour, text, "overview", "", Decimal(usd))


def test_the_worst_stands_first_and_of_what_is_as_bad_what_costs_most() -> None:
    found = [
        matter("somebody waits", "blue"),
        matter("large at risk", "orange", 9_000),
        matter("small breach", "red", 10),
        matter("an action failed", "red"),
        matter("large breach", "red", 2_000),
        matter("unknown", "orange"),
    ]
    assert [each.text for each in ordered(found)] == [
        "large breach",
        "small breach",
        "an action failed",
        "large at risk",
        "unknown",
        "somebody waits",
    ]


def test_a_coming_start_is_a_sentence_with_its_day_and_hour() -> None:
    monday = FRIDAY + timedelta(days=2, hours=13)
    coming = Transition("i-1", "web-1", "1", monday, State.RUNNING, ("Office",), dry_run=False)
    said = attention.transition(coming, FRIDAY)
    assert said == f"**{fmt.plain('web-1')}** starts :gray[{fmt.plain('Mon 30 Nov 08:00 UTC, in 3 days')}]"


def test_before_an_account_is_connected_an_admin_sees_who_waits_and_that_a_file_will_do(
    ctx: Context, admin: User, sign_in: Callable[[User | None], str]
) -> None:
    door.sign_up(ctx, "nora@acme.example", "orchid-tunnel-58x", "Nora", Client("127.0.0.1", ""))
    sign_in(admin)
    app = opened("overview")
    seen = "\n".join(each.value for kind in (app.markdown, app.caption) for each in kind).replace("\\", "")
    assert "Welcome. No AWS account is connected yet" in seen
    assert "./pioneer ingest FILE" in seen
    assert "1 person waits to be let in." in seen
