"""The shop's orders, as CloudWatch answers them and as our records hold them at first."""

from datetime import UTC, timedelta

from core.periods import midnight
from services.demo import orders
from services.demo.life import World
from services.demo.metrics import Watch
from tests.demo.conftest import BORN


def query(statistic: str = "Sum", period: int = 86_400, store: str = "all") -> dict[str, object]:
    metric = {
        "Namespace": "Hekla/Shop",
        "MetricName": "OrdersPlaced",
        "Dimensions": [{"Name": "Store", "Value": store}],
    }
    return {"Id": "q0", "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic}}


def test_cloudwatch_answers_the_orders_that_the_records_hold(world: World) -> None:
    watch, end = Watch(world, []), midnight(BORN)
    place = (orders.METRIC.account_id, orders.METRIC.region)
    found = watch.answer(*place, query(), end - timedelta(days=395), end)
    assert found is not None
    answered = dict(zip((at.replace(tzinfo=UTC).date() for at in found[0]), found[1], strict=True))
    assert answered == orders.history(world.seed, BORN, 395)
    assert len(answered) == 395 - len(orders.SILENT_BACK)


def test_days_after_birth_are_answered_too(world: World) -> None:
    start = midnight(BORN)
    times, counts = orders.answer(world.seed, BORN, start, start + timedelta(days=3))
    days = [start + timedelta(days=number) for number in range(3)]
    assert times == [day.replace(tzinfo=None) for day in days]
    assert all(1_000 < count < 6_000 for count in counts)


def test_it_answers_nothing_else(world: World) -> None:
    watch, end = Watch(world, []), midnight(BORN)
    start, place = end - timedelta(days=2), (orders.METRIC.account_id, orders.METRIC.region)
    for other in (query("Average"), query(period=3600), query(store="one")):
        assert watch.answer(*place, other, start, end) is None
    assert watch.answer("527619038846", "us-east-1", query(), start, end) is None
