"""Tables of amounts are offered as files, with every digit of what a chart rounds."""

import ast
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.costs.commitments import Cover, Slot, Use
from core.periods import Period
from pages.ui import charts, commitment_charts, tables

PAGES = Path(charts.__file__).parents[1]
AMOUNT = Decimal("0.00123456789")


def undownloaded(source: str) -> list[str]:
    """The functions that draw a table of amounts without offering it as a file."""
    return [
        each.name
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.FunctionDef)
        and {"tables.show", "fmt.pixel"} <= (calls := _calls(each))
        and "tables.export" not in calls
    ]


def _calls(function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(each.func) for each in ast.walk(function) if isinstance(each, ast.Call)}


def test_every_table_of_amounts_is_offered_as_a_file() -> None:
    found = {str(path): undownloaded(path.read_text()) for path in PAGES.rglob("*.py")}
    assert {path: names for path, names in found.items() if names} == {}
    assert undownloaded("def bare(): tables.show({'Cost': [fmt.pixel(amount)]})") == ["bare"]


def test_the_hours_of_commitments_and_what_none_covers_are_saved_to_the_last_digit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saved: dict[str, dict[str, list[object]]] = {}
    monkeypatch.setattr(tables, "folded", lambda *_: nullcontext(enter_result=True))
    monkeypatch.setattr(tables, "export", lambda columns, file, **_: saved.update({file: columns}))
    slot = Slot(date(2026, 3, 1), 5, Use(AMOUNT, AMOUNT * 2), Cover(AMOUNT, AMOUNT * 3))
    commitment_charts.by_hour([slot], Period(slot.day, date(2026, 3, 2)), "EUR")
    commitment_charts.uncovered([slot], "EUR")
    commitment_charts.over_time([slot], utilised=True)
    hours, uncovered, ratios = saved.values()
    assert hours == {
        "Hour, UTC": [datetime(2026, 3, 1, 5, tzinfo=UTC)],
        "Used, EUR": [AMOUNT],
        "Not used, EUR": [AMOUNT * 2],
    }
    assert uncovered["Value, EUR"] == [slot.cover.on_demand]
    assert ratios["Series"] == ["Coverage", "Utilisation"]
    assert ratios["Value, %"] == [(slot.cover.coverage or 0) * 100, (slot.use.utilisation or 0) * 100]
