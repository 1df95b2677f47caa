"""A search domain is idle when it neither searches nor indexes."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_domain, known, once
from tests.known import judged

RULE = "opensearch_idle"
METERS = {"ESInstance:m4.large": "220", "ES:GP3-Storage": "12"}
QUIET = {"searches": 0, "indexed": 2}


def test_nobody_searched_and_nothing_was_indexed() -> None:
    domain = a_domain()
    answer = judged(RULE, domain, known(domain, measured=QUIET, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(232)


def test_one_hour_of_searching_or_indexing_is_use() -> None:
    domain = a_domain()
    for busy in ({"searches": once(50)}, {"indexed": 400}):
        assert judged(RULE, domain, known(domain, measured={**QUIET, **busy}, meters=METERS)) is None


def test_without_samples_nobody_can_tell() -> None:
    domain = a_domain()
    assert isinstance(judged(RULE, domain, known(domain, meters=METERS)), Undetermined)


def test_one_that_is_being_changed_is_left_alone() -> None:
    domain = a_domain(state="Modifying")
    assert judged(RULE, domain, known(domain, measured=QUIET, meters=METERS)) is None
