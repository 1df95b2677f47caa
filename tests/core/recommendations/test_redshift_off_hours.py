"""A warehouse is paused outside the hours in which somebody is connected: its nodes cost nothing then, its storage all the same."""

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_warehouse, known
from tests.known import judged, office

RULE = "redshift_off_hours"
OFFICE = {"cpu": 3, "connections": office(4, 0)}
METERS = {"Node:ra3.xlplus": "336", "RMS:ra3": "50"}


def test_nodes_are_saved_outside_the_hours_of_connections() -> None:
    warehouse = a_warehouse(tags={"environment": "data"})
    answer = judged(RULE, warehouse, known(warehouse, measured=OFFICE, meters=METERS))
    assert isinstance(answer, Finding)
    assert (answer.saving, answer.part, answer.cost.monthly) == (236, 336, 386)


def test_a_report_in_each_night_keeps_it_on_and_a_paused_one_has_nothing_to_save() -> None:
    nightly = office(4, 0)
    nightly[3::24] = 1
    warehouse = a_warehouse()
    for one, connections in ((warehouse, nightly), (a_warehouse(state="paused"), OFFICE["connections"])):
        facts = known(one, measured={"cpu": 3, "connections": connections}, meters=METERS)
        assert judged(RULE, one, facts) is None


def test_without_nodes_on_the_bill_it_cannot_be_told() -> None:
    warehouse = a_warehouse()
    facts = known(warehouse, measured=OFFICE, meters={"RMS:ra3": "50"})
    assert isinstance(judged(RULE, warehouse, facts), Undetermined)
