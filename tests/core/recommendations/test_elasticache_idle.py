"""A cache is idle when no client is connected, to none of its group."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_cache, known, once
from tests.known import judged

RULE = "elasticache_idle"
METERS = {"NodeUsage:cache.r6g.xlarge": "300"}
QUIET = {"connections": 3, "cpu": 1}


def test_no_more_connections_than_elasticache_opens_itself() -> None:
    cache = a_cache()
    answer = judged(RULE, cache, known(cache, measured=QUIET, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(300)


def test_one_hour_with_clients_is_use() -> None:
    cache = a_cache()
    assert judged(RULE, cache, known(cache, measured={**QUIET, "connections": once(9, 3)})) is None


def test_a_cache_that_computes_is_at_work() -> None:
    cache = a_cache()
    assert judged(RULE, cache, known(cache, measured={**QUIET, "cpu": 20}, meters=METERS)) is None


def test_a_replica_of_a_busy_primary_stands_by() -> None:
    replica, primary = a_cache("shop-002", group="shop"), a_cache("shop-001", group="shop")
    busy = known(replica, primary, measured=QUIET, of_others={"connections": 80}, meters=METERS)
    assert judged(RULE, replica, busy) is None
    quiet = known(replica, primary, measured=QUIET, of_others={"connections": 2}, meters=METERS)
    assert isinstance(judged(RULE, replica, quiet), Finding)


def test_without_samples_nobody_can_tell() -> None:
    cache = a_cache()
    assert isinstance(judged(RULE, cache, known(cache, meters=METERS)), Undetermined)
