"""Units and budgets on their screens: what is uploaded, saved and deleted there is so."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.access.roles import Role, User
from core.costs.budgets import Every, Plan, Standing, State
from core.costs.samples import Sample
from core.costs.scope import SERVICE, WEEK, Dimension, Filter, Match, Scope
from core.costs.spend import Choices
from core.costs.units import CloudWatchMetric, UnitMetric
from core.periods import Period, month_of
from pages.ui import budget_chart, charts, theme, unit_chart, unit_editor
from pages.ui import format as fmt
from services.context import Context
from services.usecases import budgets, costs, ingest, units
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT
from tests.pages.conftest import HOSTILE, followed, opened
from tests.pages.test_doing import in_dialog
from tests.pages.test_every_page import text_of

SignIn = Callable[[User | None], str]


@pytest.fixture
def orders(ctx: Context, small_world: User) -> User:
    """Sixty days of orders, and one service's budget whose name is hostile."""
    today = ctx.now().date()
    days = [Sample(today - timedelta(days=back), Decimal(4)) for back in range(1, 60)]
    units.send(ctx, small_world, "orders", days)
    units.save(ctx, small_world, UnitMetric(HOSTILE[5]))
    wanted = (Filter(SERVICE, Match.IS, HOSTILE[4]),)
    plan = Plan(HOSTILE[0], Decimal("0.5"), "USD", Every.YEAR, today.replace(month=1, day=1), filters=wanted)
    budgets.save(ctx, small_world, None, plan)
    return small_world


def test_the_unit_cost_is_told_with_its_table(orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    app = opened("units", metric="orders", step="day", period="30d")
    assert not app.exception
    assert not app.error
    assert app.metric[0].label == "Unit cost of orders"
    assert app.metric[0].value == r"\$0\.5000"
    table = app.dataframe[0].value
    assert list(table["Unit cost of orders, USD"]) == [0.5] * 30


def test_another_currency_and_any_days_can_be_looked_at(
    ctx: Context, orders: User, sign_in: SignIn, data_dir: Path
) -> None:
    today = ctx.now().date()
    euros = {"BillingCurrency": "EUR", "BillingAccountId": "999999999999", "cost": "3"}
    lines = [a_line(day=(today - timedelta(days=ago)).isoformat(), **euros) for ago in (2, 3, 9)]
    ingest.files(ctx, orders.organisation_id, [a_bill(data_dir / "eur.csv", lines)])
    sign_in(orders)
    first, last = (today - timedelta(days=4)).isoformat(), (today - timedelta(days=2)).isoformat()
    days = {"from": first, "to": last, "period": "custom"}
    app = opened("units", metric="orders", step="day", currency="EUR", **days)
    assert not app.exception
    assert [each.value for each in app.metric if each.label in {"Their cost", "Days known"}] == [
        "€6",
        "3 of 3",
    ]
    assert list(app.dataframe[0].value["Cost, EUR"]) == [3, 3, 0]
    assert "kept apart and not in it: $6." in text_of(app).replace("\\", "")
    assert followed(app, "See their cost").metric[0].value == "€6"


def test_ninety_days_are_ninety_and_weeks_known_in_part_are_named(orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    app = opened("units", metric="orders")
    assert not app.exception
    days = next(each.value for each in app.metric if each.label == "Days known")
    assert days.endswith(" of 90")
    parts = [row for row in app.dataframe[0].value["Days known"] if not row.startswith(("0", "7"))]
    told = (
        text_of(app).replace("\\", "").partition("Pale, because known in part only: ")[2].partition("\n")[0]
    )
    assert told.count("of 7 days") == len(parts) > 0


def test_a_cost_narrower_than_what_is_counted_says_so(ctx: Context, orders: User, sign_in: SignIn) -> None:
    only = Filter(SERVICE, Match.IS, "Amazon Elastic Compute Cloud")
    units.save(ctx, orders, UnitMetric("orders", filters=(only,)), was="orders")
    sign_in(orders)
    text = text_of(opened("units", metric="orders")).replace("\\", "")
    assert (
        "Only this cost is shared by all orders: Service is Amazon Elastic Compute Cloud. What else they use is not in it."
        in text
    )


def test_a_metric_that_was_not_read_yet_says_when_it_will_be(
    ctx: Context, orders: User, sign_in: SignIn
) -> None:
    source = CloudWatchMetric("Shop", "Calls", (), "Sum", ACCOUNT, "us-east-1")
    units.save(ctx, orders, UnitMetric("calls", source=source))
    sign_in(orders)
    text = text_of(opened("units", metric="calls")).replace("\\", "")
    assert "Its days are not read yet" in text
    assert "Read once a day, next within 15 minutes." in text


def test_a_count_read_where_the_cost_is_left_out_says_so() -> None:
    counted = CloudWatchMetric("Shop", "OrdersPlaced", (), "Sum", "111", "us-east-1")
    choices = Choices((), (("111", "Shop"), ("222", "Staging")), (), {}, ())

    by = Dimension("account")

    def said(*wanted: Filter) -> str | None:
        return unit_chart.narrowed(UnitMetric("orders", filters=wanted, source=counted), choices)

    assert said() is None
    for one in (Filter(by, Match.IS, "222"), Filter(by, Match.IS_NOT, "111")):
        assert (said(one) or "").endswith("They are counted in Shop, whose cost is left out.")
    assert (said(Filter(by, Match.IS, "111")) or "").endswith("What else they use is not in it.")


def test_each_week_leads_to_the_cost_of_just_the_days_it_counts(ctx: Context, orders: User) -> None:
    today = ctx.now().date()
    held = [Sample(today - timedelta(days=back), Decimal(2)) for back in (2, 3, 5, 9, 10, 30)]
    units.send(ctx, orders, "parcels", held)
    period = Period(today - timedelta(days=35), today)
    found = units.cost(ctx, orders, "parcels", WEEK, period)
    for point in found.points:
        if point.counted is None:
            assert point.known == 0
            continue
        wanted, whole = unit_chart.behind(found, point)
        scope = Scope(point.counted, cost=found.metric.cost, currency=found.currency, filters=wanted)
        assert whole
        assert costs.table(ctx, orders, scope, ()).total == point.cost
    assert found.whole.counted == Period(today - timedelta(days=30), today - timedelta(days=1))
    assert len(found.whole.between) == found.whole.counted.length - len(held)
    assert not unit_chart.behind(found, found.whole)[1]


def test_the_days_that_a_unit_cost_counts_are_told(ctx: Context, orders: User, sign_in: SignIn) -> None:
    today = ctx.now().date()
    units.send(ctx, orders, "parcels", [Sample(today - timedelta(days=back), Decimal(2)) for back in (2, 5)])
    sign_in(orders)
    app = opened("units", metric="parcels", step="day", period="30d")
    assert not app.exception
    assert "without 2 days on which parcels is not known; the link leaves them out" in text_of(app)


def test_a_file_with_a_bad_row_is_refused_naming_it(ctx: Context, orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    app = opened("units", metric="orders")
    app.file_uploader[0].set_value(("orders.csv", b"date,value\n2026-03-01,many\n", "text/csv")).run()
    app.button(key="unit-upload").click().run()
    assert "Row 2" in app.error[0].value
    app.file_uploader[0].set_value(("orders.csv", b"date,value\n2026-03-01,7\n", "text/csv")).run()
    app.button(key="unit-upload").click().run()
    assert not app.exception
    assert next(each for each in units.listing(ctx, orders) if each.metric.name == "orders").days == 60


def test_a_metric_is_made_and_deleted(ctx: Context, orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    app = opened("units", metric="orders")
    app.button(key="unit-new").click().run()
    app.selectbox(key="unit-per").select(1000)
    in_dialog(app, "unit-new", "unit-save", unit_name="requests")
    assert not app.exception
    assert {"requests": 1000}.items() <= {
        each.metric.name: each.metric.per for each in units.listing(ctx, orders)
    }.items()
    app = opened("units", metric="requests")
    app.button(key="unit-delete").click().run()
    in_dialog(app, "unit-delete", "unit-delete-go")
    assert "requests" not in [each.metric.name for each in units.listing(ctx, orders)]


def test_a_metric_of_cloudwatch_is_named_on_the_screen(ctx: Context, orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    app = opened("units", metric="orders")
    app.button(key="unit-new").click().run()
    app.radio(key="unit-kind").set_value(unit_editor.CLOUDWATCH)
    app.button(key="unit-new").click().run()
    assert app.button(key="unit-save").disabled, "a metric that is not named yet"
    typed = {"name": "calls", "namespace": "Shop", "metric": "Calls", "dimensions": "Store=all, Stage=live"}
    for field, text in typed.items():
        app.text_input(key=f"unit-{field}").input(text)
    app.button(key="unit-new").click().run()
    in_dialog(app, "unit-new", "unit-save")
    assert not app.exception
    kept = next(each.metric for each in units.listing(ctx, orders) if each.metric.name == "calls")
    dimensions = (("Store", "all"), ("Stage", "live"))
    assert kept.source == CloudWatchMetric("Shop", "Calls", dimensions, "Sum", ACCOUNT, "us-east-1")


def test_a_budget_is_made_after_a_look_at_what_was_spent(ctx: Context, orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    app = opened("budgets")
    app.button(key="new-budget").click().run()
    in_dialog(app, "new-budget", "budget-save", budget_name="All", budget_amount="no")
    assert "is no amount" in app.error[0].value
    app = opened("budgets")
    app.button(key="new-budget").click().run()
    in_dialog(app, "new-budget", "budget-save", budget_name="All", budget_amount="35,000", budget_growth="-2")
    assert not app.exception
    (found,) = (view.plan for view in budgets.listing(ctx, orders) if view.plan.name == "All")
    assert (found.amount, found.growth, found.every) == (Decimal(35_000), Decimal(-2), Every.MONTH)
    app = opened("overview")
    assert "of a budget of $35,000, within plan" in text_of(app).replace("\\", "")


def test_a_budget_that_is_breached_needs_attention(ctx: Context, orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    today = ctx.now().date()
    budgets.save(ctx, orders, None, Plan("Roomy", Decimal(10**6), "USD", Every.YEAR, today.replace(day=1)))
    said = text_of(opened("overview")).replace("\\", "").replace(fmt.JOINER, "")
    assert f"Budget {HOSTILE[0]}: breached on" in said
    assert "of <$1 spent" in said
    assert "Budget Roomy:" not in said


def test_a_breach_is_told_by_its_day_and_today_by_its_name() -> None:
    today = date(2026, 11, 27)
    spent, planned = Decimal(90), Decimal(100)
    soon = Standing(month_of(today), planned, spent, today, planned, "", State.AT_RISK, breach_expected=today)
    assert budget_chart.verdict(soon, today) == "breach expected today"
    assert budget_chart.verdict(soon, today - timedelta(days=1)) == "breach expected on 27 Nov"


def test_hostile_names_are_shown_letter_by_letter(orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    shown = "\n".join(text_of(opened(file)) for file in ("units", "budgets"))
    assert r"\<img src\=x onerror\=alert\(1\)\>" in shown
    for text in HOSTILE:
        assert text not in shown, text


def test_who_may_only_look_is_told_whom_to_ask(
    orders: User, person: Callable[..., User], sign_in: SignIn
) -> None:
    sign_in(person(Role.VIEWER, organisation=orders.organisation_id))
    for file in ("units", "budgets"):
        app = opened(file)
        assert "ask one of: finance, admin" in text_of(app).replace("\\", "")
        assert not [each for each in app.button if each.key in {"unit-new", "new-budget", "unit-edit"}]


def test_the_legend_of_budgets_has_the_colours_of_their_bars(
    ctx: Context, orders: User, sign_in: SignIn
) -> None:
    sign_in(orders)
    budgets.save(
        ctx, orders, None, Plan("Roomy", Decimal(10**6), "USD", Every.MONTH, ctx.now().date().replace(day=1))
    )
    found = next(each.value for each in opened("budgets").markdown if "even" in each.value)
    legend = found.replace(charts.GLUE, " ")
    assert f'"{theme.BAD}"}} Spent, breached' in legend
    assert f'"{theme.CALM}"}} Spent, within plan' in legend
    assert legend.index("breached") < legend.index("within")


def test_budgets_are_shown_by_how_they_stand(orders: User, sign_in: SignIn) -> None:
    sign_in(orders)
    app = opened("budgets", state="breached")
    assert len(app.dataframe[0].value) == 1
    app.selectbox(key="kept-state").select("at risk").run()
    assert not app.exception
    assert app.query_params["state"] == "at risk"
    assert "No budget stands so now" in text_of(app)
