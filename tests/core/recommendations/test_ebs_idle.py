"""Attached volumes that nothing reads or writes, and those that only seem so."""

from decimal import Decimal

import numpy as np

from core.recommendations.finding import Finding, Undetermined
from core.recommendations.usage import Usage
from tests.builders import a_volume
from tests.known import hours, judged
from tests.stored import stored, used


def quiet(reads: float = 0, writes: float = 1) -> Usage:
    return used("vol-1", read_ops=hours(reads), write_ops=hours(writes))


def test_a_volume_nobody_touches_saves_all_but_its_snapshot() -> None:
    answer = judged("ebs_idle", a_volume(), stored(usage=quiet()))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("5.5")  # 8 USD, less 2.50 for a snapshot of the half
    assert answer.evidence["metrics"][0]["mean"] == 24


def test_a_few_writes_an_hour_are_use() -> None:
    assert judged("ebs_idle", a_volume(), stored(usage=quiet(writes=10))) is None


def test_one_backup_in_two_weeks_is_use() -> None:
    reads = hours(0)
    reads[100] = 1000
    seldom = used("vol-1", read_ops=reads, write_ops=hours(0))
    assert judged("ebs_idle", a_volume(), stored(usage=seldom)) is None


def test_a_volume_attached_to_nothing_is_another_rules() -> None:
    loose = a_volume(state="available", attached_to=None)
    assert judged("ebs_idle", loose, stored(usage=quiet())) is None


def test_a_volume_of_a_stopped_instance_has_no_samples_and_is_undetermined() -> None:
    silent = used("vol-1", read_ops=hours(np.nan), write_ops=hours(np.nan))
    answer = judged("ebs_idle", a_volume(), stored(usage=silent))
    assert answer == Undetermined("No samples of its read ops were collected.")


def test_a_volume_too_cheap_for_its_snapshot_is_left_alone() -> None:
    cheap = stored(usage=quiet(), bill={"vol-1": Decimal(2)})
    assert judged("ebs_idle", a_volume(), cheap) is None
