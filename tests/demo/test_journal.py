from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from services.demo.journal import FILE, Entry, Journal

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def entry(body: bytes = b"Action=StopInstances") -> Entry:
    return Entry(AT, "POST", "/", "", {"content-type": "application/x-www-form-urlencoded"}, body)


@given(body=st.binary(max_size=200), path=st.text(max_size=20))
def test_what_was_written_is_read_again(body: bytes, path: str) -> None:
    written = Entry(AT, "PUT", path, "a=b", {"x-amz-target": path}, body)

    assert Entry.read(written.line()) == written
    assert written.line().count(b"\n") == 1


def test_a_fresh_directory_has_an_empty_journal(data_dir: Path) -> None:
    assert Journal(data_dir / "new").entries() == []


@pytest.mark.parametrize("torn", [1, 10, 100])
def test_a_torn_last_line_is_dropped_and_the_next_is_kept(data_dir: Path, torn: int) -> None:
    journal = Journal(data_dir)
    journal.append(entry(b"one"))
    journal.append(entry(b"two"))
    file = data_dir / FILE
    file.write_bytes(file.read_bytes()[:-torn])

    assert [one.body for one in journal.entries()] == [b"one"]
    journal.append(entry(b"three"))
    assert [one.body for one in journal.entries()] == [b"one", b"three"]


def test_a_damaged_line_in_the_middle_is_named(data_dir: Path) -> None:
    journal = Journal(data_dir)
    journal.append(entry())
    file = data_dir / FILE
    file.write_bytes(b"{}\n" + file.read_bytes())

    with pytest.raises(Invalid, match="Line 1 of the demo cloud's journal"):
        journal.entries()
