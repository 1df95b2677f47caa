from collections import Counter
from pathlib import Path

from core.inventory import Kind
from services.demo import planted
from services.demo.company import ACCOUNTS
from services.demo.life import World

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "demo-world.md").read_text(encoding="utf-8")


def row(*words: str) -> str:
    """The line of the page that has all these words."""
    found = [line for line in PAGE.splitlines() if all(word in line for word in words)]
    assert found, words
    return found[0]


def test_the_page_tells_what_each_rule_must_find(world: World) -> None:
    groups = {life.resource.id: life.group for life in world.living()}
    for rule, ids in planted.findings(world).items():
        line = row(f"`{rule}`", f"| {len(ids)} |")
        for group, count in Counter(groups[one] for one in ids).items():
            assert f"`{group}`" in line
            assert count == 1 or f"`{group}` ({count})" in line


def test_the_page_tells_every_near_miss() -> None:
    for miss in planted.NEAR_MISSES:
        row(f"`{miss.rule}`", miss.why, *(f"`{group}`" for group in miss.groups))


def test_the_page_tells_every_past_action() -> None:
    for action in planted.PAST_ACTIONS:
        row(action.title, f"{float(action.usd_per_day):.2f}", str(action.from_days))


def test_the_page_counts_right(world: World) -> None:
    count = Counter(life.resource.kind for life in world.living())
    line = row("| inventory |")

    assert [word for word in line.replace(",", "").split() if word.isdigit()] == [
        str(number)
        for number in (
            count[Kind.INSTANCE],
            len({life.resource.type for life in world.living() if life.resource.kind is Kind.INSTANCE}),
            count[Kind.VOLUME],
            count[Kind.SNAPSHOT],
            count[Kind.DATABASE],
            count[Kind.ADDRESS],
            count[Kind.NAT_GATEWAY],
            count[Kind.LOAD_BALANCER],
            count[Kind.ENDPOINT],
            count[Kind.BUCKET],
            count[Kind.LOG_GROUP],
            count[Kind.FUNCTION],
        )
    ]
    assert all(account.id in PAGE for account in ACCOUNTS)


def test_the_page_counts_data_stores_right(world: World) -> None:
    count = Counter(life.resource.kind for life in world.living())
    kinds = (Kind.DATABASE_SNAPSHOT, Kind.CACHE, Kind.DATA_WAREHOUSE, Kind.TABLE, Kind.SEARCH_DOMAIN)
    line = row("| data stores |")

    assert [word for word in line.split() if word.isdigit()] == [str(count[kind]) for kind in kinds]
