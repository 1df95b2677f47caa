"""What the first look at a screen says: on a first run, when the bill cannot be read, and on a narrow phone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from moto import mock_aws

from core.access.roles import Role, User
from core.costs.budgets import Past
from core.costs.scope import CostType
from core.costs.spend import Series, Spend
from core.periods import Period
from core.recommendations.selection import FindingFilter
from pages.ui import budget_editor, filter_field, navigation, spend_chart, tables, theme
from services.context import Context
from services.db.stores import findings
from services.usecases import data_health, recommendations
from tests.pages.conftest import HOSTILE, followed, opened
from tests.pages.test_doing import SignIn, text_of


def unreadable(ctx: Context) -> None:
    """Take the bill's files away, as a lost disk would."""
    ctx.warehouse.close()
    for file in ctx.warehouse.directory.rglob("*.parquet"):
        file.unlink()


def test_a_first_run_says_the_one_next_step_and_shows_no_figures(
    person: Callable[..., User], sign_in: SignIn
) -> None:
    sign_in(person(Role.VIEWER))
    app = opened("overview")
    assert "No AWS account is connected yet" in text_of(app)
    assert "admin" in text_of(app)
    assert not app.metric


def test_a_bill_that_cannot_be_read_is_said_once_and_never_shown_as_zeros(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    unreadable(ctx)
    with mock_aws():
        for file in ("overview", "costs"):
            app = opened(file)
            assert not app.exception
            assert [each.value.count("cannot be read") for each in app.error] == [1]
            assert not app.metric
    assert "Needs attention" in [each.value for each in opened("overview").subheader]


def test_no_screen_falls_with_a_bill_that_cannot_be_read(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    unreadable(ctx)
    with mock_aws():
        shown = {row.file: opened(row.file) for row in navigation.ROWS}
    assert [file for file, app in shown.items() if app.exception] == []
    assert {row.file: shown[row.file].title[0].value for row in navigation.ROWS} == {
        row.file: row.title for row in navigation.ROWS
    }
    assert shown["resources"].dataframe, [each.value for each in shown["resources"].error]
    assert "Instances running" in [each.label for each in shown["live"].metric]


def test_what_instances_spend_an_hour_leads_to_their_bill(
    small_world: User, sign_in: Callable[[User | None], str]
) -> None:
    sign_in(small_world)
    behind = followed(opened("live"), "The bill behind it")
    assert not behind.exception
    assert behind.title[0].value == "Costs"
    assert behind.query_params["by"] == "resource"
    assert "resource=" in str(behind.query_params["f"])


def test_resources_too_many_to_be_named_lead_to_every_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    opens: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(
        filter_field.st, "page_link", lambda _page, label, query_params: opens.append((label, query_params))
    )
    week = Period(date(2026, 3, 1), date(2026, 3, 8))
    for count in (40, 41):
        filter_field.to_costs_of("Their cost", [f"i-{n}" for n in range(count)], week)
    (named, few), (all_of_them, many) = opens
    assert (named, len(few["f"])) == ("Their cost", 40)  # type: ignore[arg-type]
    assert "f" not in many
    assert "of every resource" in all_of_them


def test_overview_leads_to_just_what_its_figures_count(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("overview")
    so_far = next(each.value for each in app.metric if each.label == "This month so far")
    assert followed(app, "See this month's costs").metric[0].value == so_far
    assert not app.dataframe, "what is folded away is made once somebody looks"
    app.session_state["months-numbers-folded"] = True
    (months,) = (each.value for each in app.run().dataframe if "Total" in each.value.columns)
    whole = followed(app, "See these months' costs").metric[0].value
    assert Decimal(whole.removeprefix("\\$")) == months["Total"].sum()


def test_a_resource_and_its_finding_lead_to_just_the_days_their_costs_are_of(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    with mock_aws():
        app = opened("resources", resource="vol-2")
        assert not app.exception
        a_month = next(each.value for each in app.metric if each.label == "Costs a month")
        assert a_month == r"\$30\.42"
        assert followed(app, "The 30 days behind its cost").metric[0].value == r"\$30"
        assert followed(app, "Its bill lines").metric[0].value == r"\$31"
        found = recommendations.listing(ctx, small_world, FindingFilter(resource_ids=("vol-2",))).findings[0]
        finding = opened("recommendations", finding=str(found.id))
        assert not finding.exception
        assert followed(finding, "Its bill lines").metric[0].value == r"\$30"


def test_a_row_of_earlier_periods_is_answered_when_it_is_clicked(monkeypatch: pytest.MonkeyPatch) -> None:
    months = [Period(date(2026, place, 1), date(2026, place + 1, 1)) for place in (1, 2)]
    past = [Past(month, Decimal(7), None, whole=True) for month in months]
    monkeypatch.setattr(tables, "show", lambda *_, **__: (1,))
    assert budget_editor.past(past, "EUR", "past") == months[0]
    monkeypatch.setattr(tables, "show", lambda *_, **__: ())
    assert budget_editor.past(past, "EUR", "past") is None


def test_a_recommendation_that_is_not_known_now_says_so_and_counts_nothing(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    found = recommendations.listing(ctx, small_world, FindingFilter(resource_ids=("vol-2",))).findings[0]
    with ctx.begin() as db:
        findings.write(db, small_world.organisation_id, [replace(found, unknown="Its price is not known.")])
    row = opened("recommendations", rule=found.rule).dataframe[0].value.iloc[0]
    assert row["What"].startswith("Not known now: ")
    assert (row["USD a month"], row["In the plan"]) == (None, 0)
    detail = opened("recommendations", finding=str(found.id))
    assert "Its price is not known" in detail.warning[0].value
    assert "apply" not in {button.key for button in detail.button}


def test_the_amount_stands_second_where_a_phone_still_shows_it(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    shown = {file: list(opened(file).dataframe[0].value.columns) for file in ("costs", "recommendations")}
    assert shown["costs"][1:3] == ["Service", "Now, USD"]
    assert shown["recommendations"][:2] == ["Resource", "USD a month"]


def test_the_days_of_a_bar_are_left_by_the_breadcrumb(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    day = (ctx.now().date() - timedelta(days=3)).isoformat()
    inside = {"in": "service::Amazon Elastic Compute Cloud", "from": day, "to": day}
    app = opened("costs", before="90d", period="custom", **inside)
    assert [each.label for each in app.metric] == ["Total", "Change"]
    app.button(key="crumb-1").click().run()
    assert "in" not in app.query_params
    assert app.query_params["from"] == day
    app.button(key="crumb-0").click().run()
    assert dict(app.query_params) == {"period": "90d"}


def test_the_metric_behind_a_finding_is_drawn_and_missing_ones_are_told_with_what_makes_them_known(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    missing = [each for each in data_health.metrics(ctx, small_world) if each.known < each.total]
    shown = text_of(opened("recommendations")).replace("\\", "")
    assert [each.sentence for each in missing if each.sentence not in shown] == []
    assert "CPU known for 1 of 2 instances" in shown
    assert "Memory known for 0 of 2 instances; install the CloudWatch agent" in shown
    wanted = FindingFilter(rules=("ec2_idle",))
    (idle,) = recommendations.listing(ctx, small_world, wanted).findings
    drawn = opened("recommendations", finding=str(idle.id))
    assert [each.key for each in drawn.get("plotly_chart")] == ["evidence-cpu", "evidence-network_in"]
    (measured,) = (each.value for each in drawn.dataframe if "Threshold" in each.value)
    assert list(measured["Threshold"]) == [10, 5]


def test_filters_in_force_are_named_and_taken_away_at_once(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("recommendations", rule="ebs_gp2_to_gp3", risk="very low")
    assert "Move gp2 volumes to gp3" in text_of(app)
    app.button(key="clear-filters").click().run()
    assert not {"rule", "risk"} & set(app.query_params)


def test_a_value_that_is_not_drawn_by_itself_is_marked_as_one_of_the_others() -> None:
    one = Decimal(1)
    spend = Spend(
        (),
        (
            Series("a", "a", (), one),
            Series(None, "", (), one),
            Series(None, "other", (), one, other=True, folded=2),
        ),
        one,
        "USD",
        (),
        CostType.EFFECTIVE,
        Period(date(2026, 3, 1), date(2026, 3, 2)),
    )
    marks = spend_chart.marks(spend, {None: "No team tag"}, ["a", HOSTILE[0], None])
    assert [name for name, _ in marks] == ["a", "Other (2)", "No team tag"]
    assert marks[1][1] == theme.OTHER
    assert len({colour for _, colour in marks}) == len(marks)
