"""Buckets that nobody asks for anything."""

from datetime import timedelta

import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.known import NOW, judged
from tests.stored import a_bucket, on_the_bill, stored


def known(writes: float = 0.01, reads: float = 0.001, storage: float = 40) -> Facts:
    meters = {"TimedStorage-ByteHrs": storage, "Requests-Tier1": writes, "Requests-Tier2": reads}
    return stored(**on_the_bill(a_bucket(), meters))


def test_a_bucket_nobody_asks_saves_all_it_costs() -> None:
    answer = judged("s3_abandoned", a_bucket(), known())
    assert isinstance(answer, Finding)
    assert answer.saving == answer.cost.monthly
    assert answer.evidence["metrics"][0]["mean"] == pytest.approx(460, abs=1)  # 2,000 a month


@pytest.mark.parametrize("given", [{"writes": 0.05}, {"reads": 0.004}])
def test_some_thousand_requests_a_week_are_use(given: dict[str, float]) -> None:
    assert judged("s3_abandoned", a_bucket(), known(**given)) is None


def test_an_empty_bucket_is_not_worth_asking() -> None:
    assert judged("s3_abandoned", a_bucket(), known(storage=0.2)) is None


def test_a_young_bucket_is_undetermined() -> None:
    young = a_bucket(created_at=NOW - timedelta(days=12))
    assert judged("s3_abandoned", young, known()) == Undetermined("Known for fewer than 30 days.")


def test_a_bucket_not_on_the_bill_is_undetermined() -> None:
    assert isinstance(judged("s3_abandoned", a_bucket(), stored()), Undetermined)
