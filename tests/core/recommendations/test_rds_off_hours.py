"""Databases keep the hours in which somebody is connected; storage is paid for all the same."""

from dataclasses import replace

import numpy as np

from core.inventory import Database
from core.recommendations.finding import Answer, Finding, Undetermined
from core.schedules.model import ScheduleDefinition
from tests.databases import SILENT, Hours, a_database, known
from tests.known import judged, office

DEV = {"environment": "dev"}
METERS = {"InstanceUsage:db.m5.xlarge": "168", "RDS:GP3-Storage": "32"}
OFFICE = {"cpu": 3, "connections": office(12, 0)}


def asked(
    measured: dict[str, Hours] | None = None, others: tuple[Database, ...] = (), **given: object
) -> Answer:
    database = a_database(**{"tags": DEV, **given})
    return judged(
        "rds_off_hours", database, known(database, *others, measured=measured or OFFICE, meters=METERS)
    )


def test_the_hours_of_connections_become_a_schedule_and_storage_is_not_counted() -> None:
    answer = asked()
    assert isinstance(answer, Finding)
    definition = ScheduleDefinition.from_json(answer.fix_parameters["definition"])
    (period,) = definition.periods
    assert (period.begin, period.end, period.weekdays) == ("08:00", "18:00", ("mon-fri",))
    assert (answer.saving, answer.part, answer.cost.monthly) == (118, 168, 200)
    assert "connected to Mon-Fri 08:00-18:00 UTC and left alone in 100% of the other hours" in answer.because
    assert "storage is still paid for" in answer.because


def test_what_an_application_stays_connected_to_is_left_alone_however_quiet_it_is() -> None:
    assert asked({"cpu": office(40, 1), "connections": 5}) is None


def test_one_who_connects_at_night_keeps_it_on() -> None:
    at_night = office(12, 0)
    at_night[2::24] = 1
    assert asked({"cpu": 3, "connections": at_night}) is None


def test_what_rds_does_not_stop_is_left_alone() -> None:
    for given in (
        {"state": "stopped"},
        {"cluster": "shop"},
        {"replica_of": "orders-primary"},
        {"replicas": ("orders-2",)},
        {"engine": "docdb"},
        {"engine": "sqlserver-se", "multi_az": True},
    ):
        assert asked(**given) is None, given
    assert asked(others=(a_database("copy", replica_of="orders"),)) is None
    assert isinstance(asked(engine="sqlserver-se"), Finding)


def test_production_and_what_a_schedule_switches_are_left_out() -> None:
    assert asked(tags={"env": "production"}) is None
    database = a_database(tags=DEV)
    facts = known(database, measured=OFFICE, meters=METERS)
    assert judged("rds_off_hours", database, replace(facts, scheduled=frozenset({database.id}))) is None


def test_without_samples_or_a_bill_it_cannot_be_told() -> None:
    unseen = office(12, 0)
    cpu = np.full_like(unseen, 3)
    cpu.reshape(2, 7, 24)[:, 3:] = SILENT
    assert isinstance(asked({"cpu": cpu, "connections": unseen}), Undetermined)
    database = a_database(tags=DEV)
    for facts in (known(database, meters=METERS), known(database, measured=OFFICE)):
        assert isinstance(judged("rds_off_hours", database, facts), Undetermined)
