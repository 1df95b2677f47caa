"""Log groups that keep everything for ever."""

from datetime import timedelta

import numpy as np
import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.known import NOW, hours, judged
from tests.stored import GIB, a_log_group, on_the_bill, stored, used

GROUP = a_log_group()


def known(gb_day: float = 10, **given: object) -> Facts:
    incoming = hours(gb_day * GIB / 24)
    meters = {"TimedStorage-ByteHrs": 30, "DataProcessing-Bytes": 150}
    return stored(**{**on_the_bill(GROUP, meters), "usage": used(GROUP.id, incoming=incoming), **given})


def test_only_the_storage_of_what_is_older_is_saved() -> None:
    answer = judged("logs_retention", GROUP, known())
    assert isinstance(answer, Finding)
    assert float(answer.saving) == pytest.approx(30 * (1 - 10 * 90 * 0.3 / 1000))


def test_a_group_nothing_is_written_to_any_more_saves_all_of_its_storage() -> None:
    answer = judged("logs_retention", GROUP, known(gb_day=np.nan))
    assert isinstance(answer, Finding)
    assert answer.saving == 30


def test_a_group_with_a_retention_is_fine() -> None:
    assert judged("logs_retention", a_log_group(retention_days=30), known()) is None


def test_a_group_younger_than_what_would_be_kept_has_nothing_old() -> None:
    assert judged("logs_retention", a_log_group(created_at=NOW - timedelta(days=80)), known()) is None


def test_a_group_that_grew_lately_has_little_that_is_old() -> None:
    assert judged("logs_retention", GROUP, known(gb_day=40)) is None


def test_what_was_not_measured_is_said() -> None:
    answer = judged("logs_retention", GROUP, known(usage=used(GROUP.id)))
    assert answer == Undetermined("No samples of its incoming were collected.")


def test_a_group_not_on_the_bill_is_undetermined() -> None:
    assert isinstance(judged("logs_retention", GROUP, known(bill={})), Undetermined)
