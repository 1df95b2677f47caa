"""A secret that nobody reads is deleted."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import known
from tests.known import NOW, judged
from tests.platforms import a_secret

RULE = "secret_unused"


def answer(**given: object) -> Answer:
    secret = a_secret(**given)
    return judged(RULE, secret, known(secret))


@pytest.mark.parametrize("given", [{}, {"last_read": NOW - timedelta(days=91)}])
def test_never_read_or_not_for_long_costs_its_month_for_nothing(given: dict[str, object]) -> None:
    found = answer(**given)
    assert isinstance(found, Finding)
    assert found.saving == Decimal("0.40")


@pytest.mark.parametrize(
    "given", [{"last_read": NOW - timedelta(days=80)}, {"owner": "rds"}, {"copy_of": "eu-west-1"}]
)
def test_what_is_read_or_not_ours_to_delete_stays(given: dict[str, object]) -> None:
    assert answer(**given) is None


def test_a_young_secret_is_undetermined() -> None:
    assert isinstance(answer(created_at=NOW - timedelta(days=30)), Undetermined)
