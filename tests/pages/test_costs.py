"""The Costs screen: a link says the whole view, filters are chips, and each number leads to its reasons and lines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from core.costs.filters import parse_all
from core.costs.scope import CostType
from core.costs.virtual_tags import Rule, VirtualTag
from core.costs.why import Reason, Touched, Why
from core.periods import Period, months_before
from pages.ui import cost_why
from services.context import Context
from services.usecases import allocation_rules, ingest
from tests.bills import Billed, a_bill, a_line
from tests.pages.conftest import opened
from tests.pages.test_doing import SignIn, text_of

D = Decimal
MARCH = {"period": "custom", "from": "2026-03-01", "to": "2026-03-31"}
AGAINST = {"against": "custom", "against-from": "2026-02-01", "against-to": "2026-02-28"}
S3, EC2 = "Amazon Simple Storage Service", "Amazon Elastic Compute Cloud"
LINES = [
    a_line(day="2026-02-05", cost="1", ConsumedQuantity="10", SkuMeter="BoxUsage"),
    a_line(day="2026-02-06", cost="100", BillingCurrency="EUR", ResourceId="i-euro"),
    a_line(day="2026-03-02", cost="3.000000000001", ConsumedQuantity="30", SkuMeter="BoxUsage"),
    a_line(day="2026-03-05", cost="2", ServiceName=S3, ResourceId="bucket", Tags='{"squad": "red"}'),
    a_line(
        day="2026-03-05", cost="4", SubAccountId="333333333333", SubAccountName="staging", ResourceId="i-2"
    ),
    a_line(day="2026-03-06", cost="8", ChargeCategory="Tax", ResourceId="", ServiceName="", Tags=""),
    a_line(day="2026-03-07", cost="0.5", BillingCurrency="EUR", ResourceId="i-euro"),
]


@pytest.fixture
def viewer(person: Callable[..., User]) -> User:
    return person(Role.VIEWER)


@pytest.fixture
def shown(viewer: User, sign_in: SignIn, billed: Billed) -> Callable[..., AppTest]:
    """Opens Costs for March of a small bill."""
    billed(LINES)
    sign_in(viewer)

    def at(**query: str | list[str]) -> AppTest:
        app = opened("costs", **MARCH | query)
        assert not app.exception
        return app

    return at


def total_of(app: AppTest) -> str:
    return next(each.value for each in app.metric if each.label == "Total").replace("\\", "")


def said(app: AppTest) -> str:
    return text_of(app).replace("\\", "")


def test_a_link_reproduces_the_view(shown: Callable[..., AppTest]) -> None:
    app = shown(
        f=["service=" + S3, "service=" + EC2, "account!=333333333333"], by="sku", step="week", top="10"
    )
    assert total_of(app) == "$5"
    chosen = {each.label: each.value for each in app.selectbox}
    assert (chosen["Group by"], chosen["A bar is a"], chosen["Rows shown"]) == ("sku", "week", "10")
    table = app.dataframe[0].value
    assert list(table["SKU"]) == ["BoxUsage", "No SKU"]
    assert total_of(shown(without=["tax"])) == "$9"
    assert total_of(shown(currency="EUR")) == "<€1"
    assert total_of(shown(f="tag:squad~RE")) == "$2"


def test_filters_are_chips_that_are_taken_away_one_by_one(shown: Callable[..., AppTest]) -> None:
    app = shown(f=["account=333333333333", "service=" + EC2])
    assert [app.button(key=f"chip-{place}").label.replace("\\", "") for place in (0, 1)] == [
        "Account is staging",
        f"Service is {EC2}",
    ]
    app.button(key="chip-0").click().run()
    assert app.query_params["f"] == "service=" + EC2
    assert total_of(app) == "$7"
    app.button(key="chip-0").click().run()
    assert "f" not in app.query_params


def test_what_is_left_out_of_a_total_is_said_beside_it(shown: Callable[..., AppTest]) -> None:
    app = shown(without=["tax", "credits"])
    assert total_of(app) == "$9"
    assert app.button(key="chip-tax").label == "Without tax"
    app.button(key="chip-tax").click().run()
    assert app.query_params["without"] == "credits"
    assert total_of(app) == "$17"


def test_a_filter_is_added_by_dimension_how_and_value(shown: Callable[..., AppTest]) -> None:
    app = shown()
    app.selectbox(key="filter-of").select("tag:squad").run()
    values = app.multiselect(key="filter-values-tag:squad")
    assert values.options == ["red"]
    values.select("red").run()
    app.button(key="filter-add").click().run()
    assert app.query_params["f"] == "tag:squad=red"
    assert app.selectbox(key="filter-of").value is None
    assert total_of(app) == "$2"


def test_each_way_to_filter_is_offered_and_counts(shown: Callable[..., AppTest]) -> None:
    app = shown()
    for how, written, total in (
        ("is not", "tag:squad!=red", "$15"),
        ("contains", "tag:squad~RE", "$2"),
        ("has none", "tag:squad=", "$15"),
        ("has any", "tag:squad!=", "$2"),
    ):
        app.selectbox(key="filter-of").select("tag:squad").run()
        app.selectbox(key="filter-how").select(how).run()
        if how == "is not":
            app.multiselect(key="filter-values-tag:squad").select("red").run()
        elif how == "contains":
            app.text_input(key="filter-text-tag:squad").input("RE").run()
        app.button(key="filter-add").click().run()
        assert (app.query_params["f"], total_of(app)) == (written, total)
        app.button(key="chip-0").click().run()
        assert "f" not in app.query_params


def test_a_change_is_of_the_totals_currency_whatever_was_larger_before(shown: Callable[..., AppTest]) -> None:
    figures = {each.label: each.value.replace("\\", "") for each in shown(**AGAINST).metric}
    assert (figures["Total"], figures["Change"]) == ("$17", "+$16")


def test_a_month_is_compared_with_the_month_before_and_other_days_with_those_just_before(
    shown: Callable[..., AppTest],
) -> None:
    assert "against Feb 2026" in said(shown())
    assert "against the 31 days before" in said(shown(against="previous"))
    assert "against the 10 days before" in said(shown(**{"from": "2026-03-01", "to": "2026-03-10"}))


def test_a_filter_that_cannot_be_read_is_said_and_left_out(shown: Callable[..., AppTest]) -> None:
    app = shown(f=["colour=red"])
    assert "was left out" in app.warning[-1].value
    assert total_of(app) == "$17"


@pytest.mark.parametrize("days", [("0001-01-01", "9999-12-31"), ("1990-01-01", "2150-01-01")])
def test_days_far_from_any_bill_break_nothing(shown: Callable[..., AppTest], days: tuple[str, str]) -> None:
    for against in ("previous", "year"):
        assert total_of(shown(**{"from": days[0], "to": days[1], "against": against, "currency": "USD"}))


def test_a_filter_that_matches_nothing_is_named(shown: Callable[..., AppTest]) -> None:
    text = said(shown(f=["service=Nothing", "account=333333333333"]))
    assert "No line of these days has: service is Nothing." in text
    for key, sign in (("f", "="), ("in", "::")):
        together = said(shown(**{key: [f"service{sign}{S3}", f"account{sign}333333333333"]}))
        assert f"In force: service is {S3}; account is staging. Choose" in together


def test_inside_a_value_the_field_says_what_its_parts_are(shown: Callable[..., AppTest]) -> None:
    for steps, parts in (
        ([f"service::{EC2}"], "resource"),
        (["account::333333333333"], "service"),
        ([f"service::{EC2}", "resource::i-2"], "sku"),
    ):
        field = next(
            each for each in shown(by="region", **{"in": steps}).selectbox if each.label == "Group by"
        )
        assert (field.value, field.disabled) == (parts, True)


def test_every_tag_key_on_the_bill_is_offered_and_a_link_to_one_works_at_once(
    shown: Callable[..., AppTest],
) -> None:
    app = shown(by="tag:squad")
    by = next(each for each in app.selectbox if each.label == "Group by")
    assert by.value == "tag:squad"
    assert {"Tag: squad", "Tag: team", "Namespace", "SKU"} <= set(by.options)
    assert list(app.dataframe[0].value["Tag: squad"]) == ["No squad tag", "red"]


def test_two_dimensions_make_a_table_of_pairs_that_adds_up(shown: Callable[..., AppTest]) -> None:
    app = shown(**{"by": "service", "and": "account"})
    table = next(each.value for each in app.dataframe if "Share, %" in each.value.columns)
    assert list(table.columns)[1:] == ["Service", "Account", "Cost, USD", "Share, %"]
    assert sum(table["Cost, USD"]) == 17
    assert round(sum(table["Share, %"])) == 100


def test_the_smaller_values_are_one_row_and_the_table_adds_up(shown: Callable[..., AppTest]) -> None:
    app = shown(by="resource")
    table = app.dataframe[0].value
    assert "Belongs to no resource" in set(table["Resource"])
    assert sum(table["Cost, USD"]) == 17


def test_the_lines_of_a_view_add_up_to_its_total_exactly(shown: Callable[..., AppTest]) -> None:
    app = shown(show="lines", order="largest")
    assert "4 lines: exactly $17.000000000001, effective cost." in said(app)
    assert list(app.dataframe[0].value["Effective"]) == [8, 4, 3, 2]
    inside = shown(show="lines", **{"in": [f"service::{EC2}", "resource::i-2"]})
    assert "1 line: exactly $4.00" in said(inside)
    taxed = shown(**{"in": ["service::\N{EMPTY SET}", "resource::\N{EMPTY SET}"]})
    assert "1 line: exactly $8.00" in said(taxed)


def test_why_is_said_in_words_and_its_drivers_add_up(shown: Callable[..., AppTest]) -> None:
    app = shown(show="why", **AGAINST)
    text = said(app)
    assert "$6.00 more for 2 new resources" in text
    assert "$2.00 more for more use of 1 resource, at the prices before" in text
    drivers = app.dataframe[-1].value
    assert list(drivers["Resource"])[-1] == "All others (0 changed)"
    assert sum(drivers["Change"]) == 16
    assert sum(drivers["Before"]) + sum(drivers["Change"]) == sum(drivers["Now"]) == 17


def test_a_month_that_was_restated_says_by_how_much(
    ctx: Context, viewer: User, shown: Callable[..., AppTest], tmp_path: Path
) -> None:
    more = a_line(day="2026-03-20", cost="1.5")
    ingest.files(ctx, viewer.organisation_id, [a_bill(tmp_path / "later.csv", [*LINES, more])])
    text = said(shown())
    assert "was restated just now; billed changed by +$1.50" in text
    assert text.count("was restated") == 1
    assert "was restated" not in said(shown(**{"from": "2026-02-01", "to": "2026-02-10"}))


def test_a_resource_shows_its_skus_hours_tags_and_lines(shown: Callable[..., AppTest]) -> None:
    app = shown(**{"in": [f"service::{EC2}", "resource::i-1"]})
    text = said(app)
    for words in ("Billed hours", "30.0 on 1 day", "team: checkout", "1 line: exactly $3.000000000001"):
        assert words in text


def test_a_reason_is_said_by_what_it_does_to_the_cost() -> None:
    why = Why(
        Period(date(2026, 3, 1), date(2026, 4, 1)),
        Period(date(2026, 2, 1), date(2026, 3, 1)),
        D(10),
        D(7),
        {Reason.PRICE: D(-4), Reason.COVERAGE: D(1)},
        {Reason.PRICE: Touched(1, 2), Reason.COVERAGE: Touched(3, 0)},
        (),
        {},
        0,
        "USD",
        (("USD", D(7)),),
        CostType.EFFECTIVE,
        complete=True,
    )
    assert cost_why.sentences(why) == [
        "$4.00 less for lower prices of 1 resource and 2 charges of no resource",
        "$1.00 more because commitments covered less of 3 resources",
    ]


@pytest.mark.parametrize(
    ("days", "months", "earlier"),
    [
        (("2026-03-01", "2026-04-01"), 1, ("2026-02-01", "2026-03-01")),
        (("2026-03-30", "2026-03-31"), 1, ("2026-02-28", "2026-03-01")),
        (("2024-02-29", "2024-03-01"), 12, ("2023-02-28", "2023-03-01")),
        (("2026-01-05", "2026-02-04"), 1, ("2025-12-05", "2026-01-04")),
    ],
)
def test_the_same_days_a_month_or_a_year_earlier(
    days: tuple[str, str], months: int, earlier: tuple[str, str]
) -> None:
    assert months_before(Period(*map(date.fromisoformat, days)), months) == Period(
        *map(date.fromisoformat, earlier)
    )


def test_cost_is_grouped_by_a_virtual_tag_and_its_new_rules_show_at_once(
    ctx: Context, shown: Callable[..., AppTest], person: Callable[..., User], viewer: User
) -> None:
    finance = person(Role.FINANCE, organisation=viewer.organisation_id)
    first = VirtualTag("Squad", (Rule(parse_all([f"service={S3}"]), "storage"),), date(2026, 1, 1))
    allocation_rules.save(ctx, finance, first)
    app = shown(by="virtual:Squad")
    assert "Virtual tag: Squad" in next(each for each in app.selectbox if each.label == "Group by").options
    assert "storage" in text_of(app)
    assert "No Squad" in text_of(app)
    allocation_rules.save(
        ctx, finance, replace(first, rules=(Rule(parse_all([f"service={S3}"]), "buckets"),))
    )
    again = text_of(shown(by="virtual:Squad"))
    assert "buckets" in again
    assert "storage" not in again.lower().replace("amazon simple storage service", "")
