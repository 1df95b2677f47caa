from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import Invalid
from services.demo.birth import FILE, birthday
from services.demo.clock import Clock, keep_offset


def test_it_follows_the_product_clock_while_it_runs(data_dir: Path) -> None:
    clock = Clock(data_dir)
    before = clock.now()
    keep_offset(data_dir, timedelta(hours=3))

    assert timedelta(0) <= clock.now() - before - timedelta(hours=3) < timedelta(minutes=1)


def test_it_stands_still_while_a_journal_is_replayed(data_dir: Path) -> None:
    clock = Clock(data_dir)
    then = datetime(2026, 1, 1, tzinfo=UTC)
    clock.hold(then)
    assert clock.now() == then
    clock.hold(None)
    assert clock.now() > then


def test_the_company_is_born_once(data_dir: Path) -> None:
    first = birthday(data_dir / "new", date(2026, 11, 22))

    assert birthday(data_dir / "new", date(2027, 1, 1)) == first == date(2026, 11, 22)


def test_a_birthday_that_is_no_day_is_refused(data_dir: Path) -> None:
    (data_dir / FILE).write_text("yesterday")

    with pytest.raises(Invalid, match="should hold the day"):
        birthday(data_dir, date(2026, 11, 22))
