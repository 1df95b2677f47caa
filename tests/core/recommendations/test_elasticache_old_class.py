"""Old nodes of a cache move to Graviton of the same size."""

from decimal import Decimal

import pytest

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import a_cache, known
from tests.known import judged

RULE = "elasticache_old_class"
METERS = {"NodeUsage:cache.r5.large": "150", "BackupUsage": "12"}


def answer(meters: dict[str, str] | None = None, **given: object) -> Answer:
    cache = a_cache(**{"node_type": "cache.r5.large", **given})
    return judged(RULE, cache, known(cache, meters=meters or METERS))


def test_the_same_size_on_graviton_takes_the_list_prices_share_of_the_nodes_cost_alone() -> None:
    found = answer()
    assert isinstance(found, Finding)
    assert found.evidence["to"] == "cache.r6g.large"
    assert found.saving == Decimal(150) * (1 - Decimal("0.206") / Decimal("0.216"))
    assert found.cost.monthly == Decimal(162)


@pytest.mark.parametrize(
    "given",
    [
        {"node_type": "cache.r6g.large"},
        {"state": "modifying"},
        {"engine": "redis", "engine_version": "5.0.5"},
        {"engine": "memcached", "engine_version": "1.5.10"},
    ],
)
def test_what_is_current_busy_changing_or_too_old_for_graviton_stays(given: dict[str, object]) -> None:
    assert answer(**given) is None


@pytest.mark.parametrize(
    "given", [{"engine": "other"}, {"node_type": "cache.m4.large"}, {"engine_version": "?"}]
)
def test_an_unknown_engine_version_or_price_is_undetermined(given: dict[str, object]) -> None:
    assert isinstance(answer(**given), Undetermined)


def test_nodes_that_the_bill_does_not_show_are_undetermined() -> None:
    assert answer({"BackupUsage": "12"}) == Undetermined("The bill has no line for its nodes yet.")
