"""Tags that a load has met are looked up; what comes of a file is the same either way."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.costs.scope import EVER, Scope
from services.warehouse import familiar
from services.warehouse.questions import resource_profile
from services.warehouse.staging import Staged
from services.warehouse.warehouse import Warehouse
from tests.bills import a_bill, a_line

Loader = Callable[..., Staged]
TAGS = ('{"team":"a"}', "", '{"team":"b","n":null}', '{ "team" : "a" }', "null", "{}", '{"team":"\\u00e9"}')
ASKED = Scope(EVER)


def lines(count: int) -> list[dict[str, str]]:
    """One a tag text in turn, each day another."""
    return [
        a_line(Tags=TAGS[number % len(TAGS)], ChargePeriodStart=f"2026-03-{1 + number % 28:02}T00:00:00Z")
        for number in range(count)
    ]


@pytest.mark.parametrize(("looked_at", "room"), [(0, 50), (1, 1), (2, 50), (10_000, 50)])
def test_tags_are_the_same_whether_they_were_met_or_not(
    take: Loader,
    warehouse: Warehouse,
    organisation: UUID,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    looked_at: int,
    room: int,
) -> None:
    monkeypatch.setattr(familiar, "LOOKED_AT", looked_at)
    monkeypatch.setattr(familiar, "ROOM", room)
    given = lines(28)
    found = take(a_bill(tmp_path / "1.csv", given[:14]), a_bill(tmp_path / "2.csv", given[14:]))
    assert found.months[0].rows == len(given)
    expected = [json.loads(line["Tags"] or "null") for line in given]
    rows = warehouse.ask(organisation, resource_profile.tags, ASKED)
    assert [tags for _, tags in rows] == expected


def test_many_small_files_are_one_month_to_the_last_digit(take: Loader, tmp_path: Path) -> None:
    paths = [a_bill(tmp_path / f"{place}.csv", [a_line(cost=f"0.{place + 1:020}")]) for place in range(9)]
    (month,) = take(*paths).months
    assert month.totals["BilledCost"] == {"USD": Decimal("45e-20")}
