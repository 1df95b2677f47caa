"""How numbers, times and other people's text become text."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recommendations.lever import Lever
from core.savings import MoneyFrom
from pages.ui import evidence, finding_money, tables, theme
from pages.ui import format as fmt
from tests.core.recommendations.test_portfolio import a_finding

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "places", "said"),
    [
        (Decimal("1234.5"), 0, "$1,234"),
        (Decimal("1234.567"), 2, "$1,234.57"),
        (Decimal("-3.5"), 2, f"{fmt.MINUS}$3.50"),
        (Decimal(0), 2, "$0.00"),
        (Decimal("0.004"), 2, "<$0.01"),
        (Decimal("-0.004"), 2, f">{fmt.MINUS}$0.01"),
        (None, 2, "unknown"),
    ],
)
def test_money_is_said_one_way(amount: Decimal | None, places: int, said: str) -> None:
    assert fmt.money(amount, places=places) == said


def test_an_unknown_currency_is_named_not_guessed() -> None:
    assert fmt.money(Decimal(5), "NOK") == "NOK 5"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_what_is_not_zero_never_looks_like_zero(amount: Decimal) -> None:
    digits = {char for char in fmt.money(amount, places=2) if char.isdigit()}
    assert (digits == {"0"}) == (amount == 0)


@given(st.text())
def test_no_text_keeps_a_character_that_markdown_would_interpret(text: str) -> None:
    said = fmt.plain(text)
    bare = said.replace("\\\\", "")
    assert all(bare[place - 1] == "\\" for place, char in enumerate(bare) if char in "`*_[]()#<>$|~!")
    assert "\n" not in said
    assert not any(char in said for char in "\x00\u202e\u2066")


@pytest.mark.parametrize(
    "text", ["http://evil.example", "https://e.example", "www.evil.example", "a@evil.example", ":smile:"]
)
def test_no_text_becomes_a_link_or_an_icon_by_itself(text: str) -> None:
    assert fmt.JOINER in fmt.plain(text)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=30), "30 hours ago"),
        (timedelta(hours=-3), "in 3 hours"),
    ],
)
def test_how_long_ago(passed: timedelta, said: str) -> None:
    assert fmt.ago(NOW - passed, NOW) == said


def test_days_are_said_with_their_last_included() -> None:
    assert fmt.span_of(date(2026, 3, 1), date(2026, 3, 8)) == "1 to 7 Mar 2026"
    assert fmt.span_of(date(2025, 12, 30), date(2026, 1, 2)) == "30 Dec 2025 to 1 Jan 2026"


@given(st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=len(theme.PALETTE) + 1))
def test_up_to_eight_things_never_share_a_colour_whatever_their_order(keys: list[str]) -> None:
    painted = theme.colours(keys)
    assert len(set(painted.values())) == len(keys)
    assert painted == theme.colours(list(reversed(keys)))


def test_what_every_bill_holds_has_its_colour_on_every_screen() -> None:
    alone = theme.colours(["Amazon Elastic Compute Cloud"])
    among = theme.colours(["AWS Lambda", "x", "y", "Amazon Elastic Compute Cloud", "z"])
    assert alone["Amazon Elastic Compute Cloud"] == among["Amazon Elastic Compute Cloud"]


def test_no_two_services_that_bills_hold_share_a_colour() -> None:
    services = [key for key in theme._KNOWN if "-" not in key]
    painted = theme.colours(services)
    assert len(set(painted.values())) == len(services)
    assert all(theme.colours([each, "x", "y"])[each] == painted[each] for each in services)


def test_a_click_on_a_cell_and_a_ticked_box_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables.st, "session_state", {})
    turns = [
        (((), ()), ()),
        (((), (3,)), (3,)),
        (((1,), (3,)), (1,)),
        (((1,), (3,)), (1,)),
        (((1,), (0,)), (0,)),
        (((), (0,)), ()),
    ]
    assert [tables._last("t", boxes, cells) for (boxes, cells), _ in turns] == [said for _, said in turns]


def test_both_ends_of_a_long_name_stay() -> None:
    said = fmt.short("arn:aws:ec2:us-east-1:111122223333:natgateway/nat-0123456789", 24)
    assert len(said) == 24
    assert said.startswith("arn:aws")
    assert said.endswith("23456789")


def test_commands_in_our_sentences_are_shown_as_code_and_the_rest_letter_by_letter() -> None:
    said = fmt.with_code("Ask `aws eks list *`, *then* go.")
    assert said == f"Ask `aws eks list *`{fmt.plain(', *then* go.')}"
    assert fmt.with_code("A lone ` stays") == fmt.plain("A lone ` stays")


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Decimal("0.0912"), "$0.0912"),
        (Decimal("3.2"), "$3.20"),
        (Decimal(-21), f"{fmt.MINUS}$21.00"),
        (Decimal("17.000000000001"), "$17.000000000001"),
        (
            Decimal("12345678901234567890.12345678901234567890"),
            "$12,345,678,901,234,567,890.1234567890123456789",
        ),
    ],
)
def test_an_unrounded_amount_keeps_every_digit_and_its_cents(amount: Decimal, said: str) -> None:
    assert fmt.unrounded(amount) == said


def test_a_change_has_its_sign_and_none_is_no_change() -> None:
    assert [fmt.change(Decimal(each)) for each in (12, 0, -12)] == ["+$12", "no change", f"{fmt.MINUS}$12"]
    percents = [fmt.signed_percent(each if each is None else Decimal(each)) for each in (9, 0, -9, None)]
    assert percents == ["+9.0%", "no change", f"{fmt.MINUS}9.0%", "new"]


def test_the_style_sheet_survives_what_the_browser_does_to_it() -> None:
    assert "<" not in theme.SHEET, "it is dropped whole, then"


def test_a_column_of_changes_is_said_in_words_and_stays_numbers() -> None:
    config = {
        "Change, USD": tables.change_column("Change, USD"),
        "Change": tables.percent_column("Change", sign=True),
    }
    said, _ = tables.worded(
        tables.arrow({"Change, USD": [1234.5, 0.0, -2.0], "Change": [9.0, 0.0, None]}), config, "new"
    )
    assert list(said.data["Change, USD"]) == [1234.5, 0, -2]
    shown = said.to_html()
    for words in ("+1,234.50", "no change", f"{fmt.MINUS}2.00", "+9.0%", "new"):
        assert words in shown


def test_a_price_of_the_evidence_is_an_amount_with_all_its_digits() -> None:
    assert evidence.priced("gp3", "236.000") == ("Price: gp3", "$236.00")
    assert evidence.priced("now_usd_per_hour", "0.09120") == ("Price: now per hour", "$0.0912")
    assert evidence.priced("before", None) == ("Price: before", "none")


def test_a_negative_amount_has_a_true_minus_sign_and_others_are_left_to_the_browser() -> None:
    config = {"Cost": tables.money_column("Cost")}
    frame = tables.arrow({"Cost": [12.5, None]})
    assert tables.worded(frame, config, "unknown") == (frame, config)
    said, then = tables.worded(tables.arrow({"Cost": [-237.5, None]}), config, "unknown")
    assert f"{fmt.MINUS}237.50" in said.to_html()
    assert "format" not in then["Cost"]["type_config"]


def test_a_very_large_table_shows_its_numbers_instead_of_failing() -> None:
    frame = tables.arrow({"Cost": [-237.5] * 100_001})
    config = {"Cost": tables.money_column("Cost")}
    assert tables.worded(frame, config, "unknown") == (frame, config)


def test_what_a_schedule_of_a_group_saves_is_said_to_be_its_members() -> None:
    group = a_finding("asg_off_hours", lever=Lever.SCHEDULE, claims={"i-1": Decimal(5), "i-2": Decimal(5)})
    assert finding_money.words(group) == (
        "its members' own bill lines, discounts included",
        "for running its members",
    )
    alone = ("its own bill lines, discounts included", "this resource alone")
    assert finding_money.words(replace(group, claims={})) == alone
    assert finding_money.words(replace(group, lever=Lever.REMOVE)) == alone
    scaled = replace(group, money_from=MoneyFrom.SCALED)
    assert finding_money.words(scaled) == finding_money.words(replace(scaled, claims={}))
