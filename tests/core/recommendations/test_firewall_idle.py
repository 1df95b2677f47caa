"""A firewall that no route leads to and no packet reaches is deleted."""

from decimal import Decimal

import pytest

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import SILENT, known, once
from tests.known import judged
from tests.platforms import a_firewall

RULE = "firewall_idle"
QUIET = {"packets_1": SILENT, "packets_2": SILENT}


def answer(measured: dict[str, object] | None = None, **given: object) -> Answer:
    firewall = a_firewall(**given)
    return judged(RULE, firewall, known(firewall, measured=QUIET if measured is None else measured))


def test_each_zone_is_saved_at_list_price_before_the_bill_knows_it() -> None:
    found = answer()
    assert isinstance(found, Finding)
    assert found.saving == 2 * Decimal("0.395") * 730


def test_one_packet_in_one_zone_a_route_or_a_change_under_way_is_use() -> None:
    assert answer({**QUIET, "packets_2": once(1, SILENT)}) is None
    assert answer(routed=True) is None
    assert answer(state="PROVISIONING") is None


@pytest.mark.parametrize(
    ("measured", "given"),
    [
        (None, {"routed": None}),
        (None, {"zones": ()}),
        (None, {"zones": tuple("abcdefg")}),
        ({"packets_1": SILENT}, {}),
    ],
)
def test_unknown_routes_zones_or_metrics_are_undetermined(
    measured: dict[str, object] | None, given: dict[str, object]
) -> None:
    assert isinstance(answer(measured, **given), Undetermined)
