"""A cache moves to a smaller node where memory and CPU of all nodes of its group fit."""

from decimal import Decimal

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import a_cache, known
from tests.known import judged

RULE = "elasticache_rightsizing"
METERS = {"NodeUsage:cache.r6g.xlarge": "300", "BackupUsage": "12"}


def answer(cpu: float, memory: float, **given: object) -> Answer:
    cache = a_cache(**given)
    return judged(RULE, cache, known(cache, measured={"cpu": cpu, "memory": memory}, meters=METERS))


def test_a_cache_that_is_mostly_empty_moves_down() -> None:
    found = answer(10, 20)
    assert isinstance(found, Finding)
    assert found.evidence["to"] == "cache.r6g.large"
    assert found.cost.monthly == Decimal(312)
    assert found.saving == Decimal(300) * (1 - Decimal("0.206") / Decimal("0.411"))


def test_a_full_or_busy_cache_stays() -> None:
    assert answer(10, 45) is None
    assert answer(35, 20) is None
    assert answer(1, 1, node_type="cache.r6g.large") is None


def test_the_fullest_node_of_a_group_decides() -> None:
    one, other = a_cache("shop-001", group="shop"), a_cache("shop-002", group="shop")
    series = {"cpu": 5, "memory": 10}
    full = known(one, other, measured=series, of_others={**series, "memory": 60}, meters=METERS)
    assert judged(RULE, one, full) is None
    empty = known(one, other, measured=series, of_others=series, meters=METERS)
    assert isinstance(judged(RULE, one, empty), Finding)


def test_burstable_nodes_and_memcached_are_undetermined() -> None:
    assert isinstance(answer(1, 1, node_type="cache.t4g.medium"), Undetermined)
    cache = a_cache(engine="memcached")
    assert isinstance(judged(RULE, cache, known(cache, measured={"cpu": 5}, meters=METERS)), Undetermined)


def test_nodes_that_the_bill_does_not_show_are_undetermined() -> None:
    cache = a_cache()
    series = {"cpu": 10, "memory": 20}
    unpaid = known(cache, measured=series, meters={"BackupUsage": "12"})
    assert judged(RULE, cache, unpaid) == Undetermined("The bill has no line for its nodes yet.")
