from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.activity import TOLD, tell
from core.audit import GENESIS, AuditRow, chained, first_break
from core.events import EVENT_TYPES

ORGANISATION = UUID(int=1)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def chain(length: int) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for seq in range(1, length + 1):
        before = rows[-1].hash if rows else GENESIS
        row = chained(
            ORGANISATION,
            seq,
            AT + timedelta(seconds=seq),
            "a@example.com",
            "Did",
            f"i-{seq}",
            "why",
            {"n": seq},
            before,
        )
        rows.append(row)
    return rows


@given(st.integers(0, 12))
def test_a_chain_as_written_is_whole(length: int) -> None:
    assert first_break(chain(length)) is None


@pytest.mark.parametrize(
    "forged",
    [
        {"actor": "somebody@else.com"},
        {"action": "Undid"},
        {"subject": "i-9"},
        {"reason": "another"},
        {"data": {"n": 99}},
        {"at": AT},
        {"organisation_id": UUID(int=2)},
        {"hash": bytes(32)},
        {"previous_hash": bytes(32)},
    ],
)
@given(st.integers(1, 5))
def test_a_changed_field_shows_at_its_row(forged: dict[str, object], index: int) -> None:
    rows = chain(6)
    rows[index] = replace(rows[index], **forged)
    assert first_break(rows) == index + 1


@given(st.integers(0, 4))
def test_a_removed_row_shows(index: int) -> None:
    rows = chain(6)
    del rows[index]
    assert first_break(rows) == index + 1


@given(st.integers(0, 4))
def test_two_rows_swapped_show(index: int) -> None:
    rows = chain(6)
    rows[index], rows[index + 1] = rows[index + 1], rows[index]
    assert first_break(rows) == index + 1


def test_a_row_forged_with_its_own_hash_breaks_the_one_after() -> None:
    rows = chain(3)
    old = rows[1]
    rows[1] = chained(
        ORGANISATION, 2, old.at, "mallory", old.action, old.subject, "", old.data, old.previous_hash
    )
    assert first_break(rows) == 3


def test_only_events_that_exist_are_told_and_no_sign_in_is() -> None:
    assert set(EVENT_TYPES) >= TOLD
    assert not {name for name in TOLD if "User" in name or "Password" in name}


@pytest.mark.parametrize("name", sorted(TOLD))
def test_every_told_event_makes_a_sentence_even_without_its_facts(name: str) -> None:
    row = replace(chain(1)[0], action=name, data={})
    assert tell(row).text
