"""The connections screen tells which bills came in, what was left out, and what a later version changed."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.access.roles import User
from core.costs.load import PartlyTaken
from pages.ui import tables
from services.context import Context
from services.usecases import bill_runs, ingest
from services.warehouse.watched import Step
from tests.bills import a_bill, a_line
from tests.pages.conftest import opened
from tests.pages.test_doing import SignIn, text_of


def test_loads_are_listed_with_what_changed_and_what_was_left_out(
    ctx: Context, admin: User, sign_in: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = admin.organisation_id
    ingest.files(ctx, owner, [a_bill(tmp_path / "old.csv", [a_line(cost="10")])])
    newer = a_bill(tmp_path / "new.csv", [a_line(cost="12.30")])
    bad = a_bill(tmp_path / "<b>bad.csv", [a_line(cost="x", day="2026-04-01")])
    with pytest.raises(PartlyTaken):
        ingest.files(ctx, owner, [newer, bad])
    sign_in(admin)
    saved = {}
    monkeypatch.setattr(tables, "export", lambda columns, file, **_: saved.update({file: columns}))
    app = opened("connections")
    assert not app.exception
    assert saved["bills.csv"]["Billed, USD"] == [Decimal("12.30"), Decimal(10)]
    assert saved["bills.csv"]["Change, USD"] == [Decimal("2.30"), None]
    (listed,) = (each.value for each in app.dataframe if "Outcome" in each.value.columns)
    assert list(listed["Outcome"]) == ["replaced", "loaded"]
    assert list(listed["Change"]) == ["+$2.30", "first"]
    text = text_of(app).replace("\\", "")
    assert "<b>" not in text_of(app)
    assert "left out in part" in text
    assert text.count("row 2: BilledCost") == 1
    assert "Apr 2026 of AWS:111111111111" in text


def test_a_load_under_way_is_shown(ctx: Context, admin: User, sign_in: SignIn, tmp_path: Path) -> None:
    seen = []

    def look(message: str) -> None:
        if message == "Publishing" and not seen:
            sign_in(admin)
            seen.append(text_of(opened("connections")).replace("\\", ""))

    ingest.files(ctx, admin.organisation_id, [a_bill(tmp_path / "big.csv", [a_line()])], on_progress=look)
    assert "big.csv" in seen[0]
    assert "loading" in seen[0]


def test_how_far_a_long_load_is_is_shown_as_a_bar_and_in_words(
    ctx: Context, admin: User, sign_in: SignIn
) -> None:
    with bill_runs.running(
        ctx, admin.organisation_id, "huge.csv.gz", ingest.silent, tell=lambda _: True
    ) as run:
        run.step(Step("Reading huge.csv.gz: 40 %", 0.4))
        sign_in(admin)
        app = opened("connections")
    assert not app.exception
    assert "Reading huge.csv.gz: 40 %" in text_of(app).replace("\\", "")
    assert [bar.proto.value for bar in app.get("progress")] == [40]
