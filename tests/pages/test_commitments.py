"""The screen of commitments: what it says of one, of none, and where its figures lead."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from core.costs.commitments import Cover, Slot, Use
from services.context import Context
from services.usecases import ingest
from tests.bills import a_bill, a_line
from tests.pages.conftest import HOSTILE, followed, opened
from tests.pages.test_every_page import text_of

SignIn = Callable[[User | None], str]
PLAN = "arn:aws:savingsplans::222222222222:savingsplan/1"


def a_plan(ctx: Context, who: User, folder: Path, name: str = "sp-core", **columns: str) -> None:
    """A plan of which, two days ago, three quarters of a thousand dollars were used; the bill has a day more."""
    mark = {
        "CommitmentDiscountId": PLAN,
        "CommitmentDiscountName": name,
        "PricingCategory": "Committed",
        "day": (ctx.now().date() - timedelta(days=2)).isoformat(),
    } | columns
    lines = [
        a_line(cost="750", ListCost="1000", CommitmentDiscountStatus="Used", **mark),
        a_line(cost="250", ListCost="0", CommitmentDiscountStatus="Unused", **mark),
        a_line(day=(ctx.now().date() - timedelta(days=1)).isoformat(), cost="3"),
    ]
    ingest.files(ctx, who.organisation_id, [a_bill(folder / "bill.csv", lines)])


def test_hours_that_are_all_alike_are_a_sentence_and_those_that_differ_a_picture() -> None:
    day = date(2026, 11, 1)

    def shown(least: str, hours: int = 24) -> AppTest:
        used = [Decimal("2.09")] * (hours - 1) + [Decimal(least)]
        slots = [Slot(day, hour, Use(amount, Decimal(0)), Cover()) for hour, amount in enumerate(used)]
        return AppTest.from_function(_by_hour, kwargs={"slots": slots, "day": day}).run()

    for least, hours, words, drawn in (
        ("2.09", 24, "$2.09 an hour was used in all 24 hours", False),
        ("1.05", 24, "$1.05 to $2.09 an hour was used in all 24 hours", True),
        ("2.09", 23, "$2.09 an hour was used in 23 of 24 hours, and none in the others", True),
    ):
        app = shown(least, hours)
        assert not app.exception
        assert words in text_of(app).replace("\\", "")
        assert bool(app.get("plotly_chart")) is drawn


def _by_hour(slots: "list[Slot]", day: "date") -> None:
    from core.periods import Period  # noqa: PLC0415  run as a script of its own
    from pages.ui import commitment_charts  # noqa: PLC0415  as above

    commitment_charts.by_hour(slots, Period(day, day.replace(day=day.day + 1)), "USD")


def test_no_commitment_says_what_one_is(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    shown = text_of(opened("commitments"))
    assert "There is no Savings Plan" in shown
    assert "pays less" in shown


def test_the_next_expiry_stands_first_and_is_unknown_aloud(
    ctx: Context, person: Callable[..., User], sign_in: SignIn, data_dir: Path
) -> None:
    who = person(Role.VIEWER)
    a_plan(ctx, who, data_dir)
    sign_in(who)
    app = opened("commitments")
    assert not app.exception
    assert [(each.label, each.value) for each in app.metric][:3] == [
        ("Next expiry", "unknown"),
        ("Utilisation", r"75\.0%"),
        ("Waste", r"\$250"),
    ]
    assert "CUR 2" in text_of(app)


def test_an_expiry_that_the_bill_tells_is_counted_down_to(
    ctx: Context, person: Callable[..., User], sign_in: SignIn, data_dir: Path
) -> None:
    who = person(Role.VIEWER)
    ends = ctx.now() + timedelta(days=20)
    a_plan(ctx, who, data_dir, HOSTILE[0], savings_plan_end_time=ends.isoformat())
    sign_in(who)
    app = opened("commitments")
    assert "in 20 days" in text_of(app)
    assert "as long as one runs, it is saved already" in text_of(app)
    assert HOSTILE[0] not in text_of(app)


def test_a_commitment_leads_to_its_lines(
    ctx: Context, person: Callable[..., User], sign_in: SignIn, data_dir: Path
) -> None:
    who = person(Role.VIEWER)
    a_plan(ctx, who, data_dir)
    sign_in(who)
    day = (ctx.now().date() - timedelta(days=2)).isoformat()
    app = opened("commitments", period="custom", **{"from": day, "to": day})
    assert "$750 used of $1,000 committed" in text_of(app).replace("\\", "")
    for label in ("Its bill lines", "What they cost, used or not"):
        lines = followed(app, label)
        assert (lines.metric[0].label, lines.metric[0].value) == ("Total", r"\$1,000")
        assert lines.query_params["from"] == day


def three_weeks(ctx: Context, who: User, folder: Path) -> None:
    """A dollar of compute in every hour, on demand."""
    today = ctx.now().date()
    marks = {"SkuMeter": "BoxUsage:m5.large", "PricingCategory": "Standard"}
    lines = [
        a_line(
            day=(today - timedelta(days=ago)).isoformat(),
            cost="24",
            ChargePeriodEnd=f"{today - timedelta(days=ago - 1)}T00:00:00Z",
            **marks,
        )
        for ago in range(1, 22)
    ]
    ingest.files(ctx, who.organisation_id, [a_bill(folder / "bill.csv", lines)])


def test_what_to_commit_to_is_told_with_what_it_rests_on(
    ctx: Context, person: Callable[..., User], sign_in: SignIn, data_dir: Path
) -> None:
    who = person(Role.VIEWER)
    three_weeks(ctx, who, data_dir)
    sign_in(who)
    app = opened("commitments")
    assert not app.exception
    shown = {each.label: each.value for each in app.metric}
    assert shown["Commit an hour"] == r"\$0\.730"
    assert shown["Saves a month"] == r"\$197"
    assert shown["Months to break even"] == r"8\.8"
    text = text_of(app)
    assert "an assumption" in text
    assert "billed by the day" in text


def test_a_discount_that_is_chosen_is_used(
    ctx: Context, person: Callable[..., User], sign_in: SignIn, data_dir: Path
) -> None:
    who = person(Role.VIEWER)
    three_weeks(ctx, who, data_dir)
    sign_in(who)
    app = opened("commitments", discount="50")
    assert {each.label: each.value for each in app.metric}["Commit an hour"] == r"\$0\.500"
    assert "as you chose" in text_of(app)


def test_who_sees_some_accounts_only_is_told_why_nothing_is_advised(
    ctx: Context, person: Callable[..., User], sign_in: SignIn, data_dir: Path
) -> None:
    who = person(Role.VIEWER, accounts=frozenset({"222222222222"}))
    three_weeks(ctx, who, data_dir)
    sign_in(who)
    app = opened("commitments")
    assert not app.exception
    assert "those who see all of them" in text_of(app)
    assert "Commit an hour" not in {each.label for each in app.metric}
