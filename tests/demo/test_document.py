import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc

from core.inventory import Kind
from core.periods import month_back
from services.demo import bill, orders, planted, seed_costs, stories
from services.demo.company import ACCOUNTS
from services.demo.life import World
from services.demo.templates import list_price

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


def test_the_page_promises_nothing_that_is_not_planted(world: World) -> None:
    expected = PAGE.partition("## What each rule must find")[2].partition("\n## ")[0]
    tempted = PAGE.partition("## What no rule may flag")[2].partition("\n## ")[0]
    past = PAGE.partition("## Five past savings actions")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `([a-z0-9_]+)` \|", expected, re.MULTILINE)
    assert sorted(named) == sorted(planted.findings(world))
    # the header and the line below it begin with no rule
    assert len(re.findall(r"^\| `", tempted, re.MULTILINE)) == len(planted.NEAR_MISSES)
    assert len(re.findall(r"^\| \d", past, re.MULTILINE)) == len(planted.PAST_ACTIONS)


def test_the_page_tells_every_story_of_the_bill_with_its_day() -> None:
    told = PAGE.partition("## Stories in the bill")[2].partition("\n## ")[0]
    days = re.findall(r"^\| (\d[^|]*) \|", told, re.MULTILINE)
    credit, refund, later = stories.ONE_OFFS
    ended = (stories.LOAD_TEST, stories.NAT_RUNAWAY, stories.COMMITMENT_EXPIRED, stories.HADOOP_GONE)
    credits_on = f"{credit[4]} to {credit[5] + 1}, and from {later[4]}"
    assert days == [*(str(day) for day in ended), str(refund[4]), credits_on]
    fleet = 12 * 24 * list_price("us-east-1", "ec2:c5.2xlarge").usd
    row("forgotten test fleet", f"About {fleet:.0f} USD a day")
    row("NAT traffic ran away", f"{stories.NAT_FACTOR:.0f} times")
    row("A refund", refund[3].lstrip("-"))
    row("Credits", f"{-Decimal(credit[3]):.0f} USD a day", later[3].lstrip("-"))


def test_the_page_tells_of_orders_and_budgets() -> None:
    silent = orders.SILENT_BACK
    row("| orders |", f"{orders.USUAL:,} a day", f"days {silent.start} to {silent.stop - 1} before birth")
    for name, (amount, _) in seed_costs.PLANS.items():
        row(f"| budget `{name}` |", f"{int(amount):,} USD a month")


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


def test_the_budget_for_everything_holds_as_the_page_says(world: World) -> None:
    month = bill.month(world, month_back(world.born, 1), world.born)
    planned = Decimal(seed_costs.PLANS["Everything"][0])
    assert planned * Decimal("0.6") < pc.sum(month["EffectiveCost"]).as_py() < planned * Decimal("0.95")
