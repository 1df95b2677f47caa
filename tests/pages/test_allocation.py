"""Whose cost it is, as the screen tells it, and the rules changed on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from moto import mock_aws
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from core.costs.allocate import Allocation, Cell, explain
from core.costs.filters import parse, written
from core.costs.scope import SERVICE, CostType, Dimension
from core.costs.virtual_tags import Method, Rule, SharedCost, VirtualTag
from core.money import total
from pages.ui import allocation_tables, tag_coverage
from services.context import Context
from services.usecases import allocation_rules, costs, ingest
from tests.allocated import ONLY_MARCH, TAX
from tests.bills import a_bill, a_line
from tests.pages.conftest import opened
from tests.pages.test_doing import in_dialog, text_of

SignIn = Callable[[User | None], str]
LONG_AGO = date(2020, 1, 1)
IN_EUROS = {"BillingCurrency": "EUR", "BillingAccountId": "999999999999"}
TAG = VirtualTag("Team", (Rule((parse("resource=i-1"),), "web [x](http://evil.example)"),), LONG_AGO)


@pytest.fixture
def looking(ctx: Context, small_world: User, sign_in: SignIn) -> User:
    """An admin of a small world, in which a virtual tag takes half of the bill."""
    allocation_rules.save(ctx, small_world, TAG)
    sign_in(small_world)
    return small_world


def figures(app: AppTest) -> dict[str, Decimal]:
    return {
        each.label.lstrip("\\+= "): Decimal(each.value.replace("\\", "").lstrip("$").replace(",", ""))
        for each in app.metric
    }


@pytest.mark.usefixtures("looking")
def test_what_is_allocated_and_what_is_not_add_up_to_the_bill_on_the_screen() -> None:
    with mock_aws():
        app = opened("allocation")
    assert not app.exception
    shown = figures(app)
    assert shown == {
        "Direct": Decimal(30),
        "Shared": Decimal(0),
        "Unallocated": Decimal(30),
        "The bill": Decimal(60),
    }
    assert total([shown["Direct"], shown["Shared"], shown["Unallocated"]]) == shown["The bill"]
    table = app.dataframe[0].value
    assert table["Total, USD"].sum() == 60
    assert "](http" not in text_of(app)


def test_another_currency_and_any_days_can_be_looked_at(looking: User, ctx: Context, data_dir: Path) -> None:
    today = ctx.now().date()
    euros = [
        a_line(day=(today - timedelta(days=ago)).isoformat(), cost="0.3", **IN_EUROS) for ago in (2, 3, 9)
    ]
    ingest.files(ctx, looking.organisation_id, [a_bill(data_dir / "eur.csv", euros)])
    first, last = (today - timedelta(days=4)).isoformat(), (today - timedelta(days=2)).isoformat()
    with mock_aws():
        app = opened("allocation", period="custom", currency="EUR", **{"from": first, "to": last})
        assert not app.exception
        assert {each.label.lstrip("\\+= "): each.value for each in app.metric} == {
            "Direct": "€0\\.60",
            "Shared": "€0\\.00",
            "Unallocated": "€0\\.00",
            "The bill": "€0\\.60",
        }
        assert app.dataframe[0].value["Total, EUR"].sum() == 0.6
        app.selectbox(key="kept-currency").select("").run()
    assert figures(app)["The bill"] == 6
    assert "currency" not in app.query_params


def test_that_the_bill_cannot_be_read_is_told_once_and_the_rules_stay(ctx: Context, looking: User) -> None:
    costs.freshness(ctx, looking)  # it could be read until now, as on a server where others look at it
    gone = [each for each in (ctx.settings.data / "warehouse").rglob("*.parquet") if "lines" in each.parts]
    for each in gone:
        each.unlink()
    assert gone
    app = opened("allocation")
    assert not app.exception
    assert len(app.error) == 1
    assert [each.value for each in app.subheader] == ["Rules", "Shared cost"]


def test_what_was_deleted_is_offered_back(looking: User, ctx: Context) -> None:
    with mock_aws():
        app = opened("allocation")
        app.button(key="delete-tag").click().run()
        in_dialog(app, "delete-tag", "allocation-delete")
        assert allocation_rules.listing(ctx, looking).tags == ()
        app.run()
        app.button(key="allocation-undo-go").click().run()
    assert not app.exception
    assert [each.tag for each in allocation_rules.listing(ctx, looking).tags] == [TAG]
    assert "Undo" not in [each.label for each in app.button]


def test_one_begins_from_the_tag_that_there_is_with_what_it_takes_in_view(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    with mock_aws():
        app = opened("allocation")
        app.button(key="start").click().run()
        assert "100\\.0% of the bill" in text_of(app)
        in_dialog(app, "start", "tag-save")
    assert not app.exception
    (kept,) = allocation_rules.listing(ctx, small_world).tags
    assert (kept.tag.name, kept.tag.rules) == ("Team", (Rule((), of=Dimension("tag:team")),))


def test_a_shared_cost_is_made_with_its_split_in_view(looking: User, ctx: Context) -> None:
    with mock_aws():
        app = opened("allocation")
        app.button(key="new-shared").click().run()
        in_dialog(app, "new-shared", "shared-save-new", shared_name_new="Support")
    assert not app.exception
    (kept,) = allocation_rules.listing(ctx, looking).shared
    assert (kept.shared.tag, kept.shared.name, kept.shared.method) == (
        "Team",
        "Support",
        Method.PROPORTIONAL,
    )


def test_who_may_only_look_is_offered_no_change(
    looking: User, person: Callable[..., User], sign_in: SignIn
) -> None:
    sign_in(person(Role.VIEWER, organisation=looking.organisation_id))
    with mock_aws():
        app = opened("allocation")
    assert not {"Edit", "New virtual tag", "Add a shared cost"} & {each.label for each in app.button}
    assert "finance" in text_of(app)


def test_coverage_leads_to_what_carries_a_tag_and_to_what_does_not() -> None:
    assert [(words, written(only)) for words, only in tag_coverage.behind("tag:team")] == [
        ("What carries team", "tag:team!="),
        ("What does not carry team", "tag:team="),
    ]


@pytest.mark.parametrize(
    ("shared", "words", "apart"),
    [
        (TAX, "EC2: its lines", ["charge category!=Tax"]),
        (
            replace(TAX, filters=(parse("service~Tax"),)),
            "EC2: its lines, with shared lines: no filter tells them apart",
            [],
        ),
    ],
)
def test_what_no_rule_takes_leads_to_its_lines_and_says_when_shared_ones_are_among_them(
    shared: SharedCost, words: str, apart: list[str]
) -> None:
    label, filters = allocation_tables.behind_left(an_allocation(), [shared], SERVICE, "EC2", "EC2")
    assert label == words
    assert [written(each) for each in filters] == ["virtual:Product=", "service=EC2", *apart]
    last = allocation_tables.behind(an_allocation(), [shared], 1)[0][0]
    assert last == f"What no rule takes, in Costs{words.removeprefix('EC2: its lines')}"


def test_each_row_leads_to_its_own_lines_and_to_those_it_shares() -> None:
    found = an_allocation()
    ways = [
        (words.replace("\\", ""), *map(written, filters))
        for place in (0, 1)
        for words, filters in allocation_tables.behind(found, [TAX], place)
    ]
    assert ways == [
        ("web: its own lines", "virtual:Product=web", "charge category!=Tax"),
        ("Shared, Tax: all of it; web has $3.00", "charge category=Tax"),
        ("What no rule takes, in Costs", "virtual:Product=", "charge category!=Tax"),
    ]


def an_allocation() -> Allocation:
    """Three dollars of web, three shared and three that no rule takes."""
    parts = (("web", None), (None, 0), (None, None))
    return explain(
        "Product",
        [Cell(date(2026, 3, 1), value, pool, Decimal(3)) for value, pool in parts],
        [TAX],
        metrics={},
        period=ONLY_MARCH,
        bill=Decimal(9),
        currency="USD",
        currencies=(("USD", Decimal(9)),),
        cost=CostType.BILLED,
        unknown_lines=0,
        within_accounts=False,
    )
