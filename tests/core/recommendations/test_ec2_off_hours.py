"""Office hours are seen in the samples of two weeks."""

from decimal import Decimal

import numpy as np

from core.recommendations.facts import Facts
from core.recommendations.finding import Answer, Finding, Undetermined
from tests.builders import an_instance
from tests.known import facts, hours, judged, office, profiles

DEV = {"environment": "dev"}


def used(cpu: object, **known: object) -> Facts:
    return facts(profiles=profiles(i_1=(cpu, hours(0))), **known)


def asked(cpu: object, tags: dict[str, str] | None = None, **given: object) -> Answer:
    return judged("ec2_off_hours", an_instance(tags=DEV if tags is None else tags, **given), used(cpu))


def test_office_hours_become_a_schedule() -> None:
    answer = asked(office(40, 1))
    assert isinstance(answer, Finding)
    assert answer.fix_parameters == {
        "name": "Office hours Mon-Fri 08:00-18:00 UTC",
        "definition": {
            "timezone": "UTC",
            "default": "stopped",
            "periods": [
                {"begin": "08:00", "end": "18:00", "weekdays": ["mon-fri"], "monthdays": None, "months": None}
            ],
        },
    }
    assert answer.saving.quantize(Decimal("0.01")) == Decimal("49.22")  # 118 of 168 hours of 70.08


def test_what_traffic_costs_is_not_saved_by_being_off_and_no_lever_acts_on_it() -> None:
    parts = {"i-1": {"BoxUsage:m5.large": Decimal(84), "DataTransfer-Out-Bytes": Decimal(16)}}
    known = used(office(40, 1), bill={"i-1": Decimal(100)}, parts=parts)
    answer = judged("ec2_off_hours", an_instance(tags=DEV), known)
    assert isinstance(answer, Finding)
    assert (answer.saving, answer.part, answer.cost.monthly) == (59, 84, 100)


def test_traffic_alone_is_activity() -> None:
    known = facts(profiles=profiles(i_1=(hours(1), office(80e6, 0))))
    assert isinstance(judged("ec2_off_hours", an_instance(tags=DEV), known), Finding)


def test_what_works_at_night_is_left_alone() -> None:
    assert asked(office(40, 12)) is None


def test_what_never_works_is_another_rules_business() -> None:
    assert asked(hours(1)) is None


def test_a_long_day_is_not_worth_a_schedule() -> None:
    assert asked(office(40, 1, begin=4, end=22)) is None


def test_production_is_left_out_however_it_is_spelt() -> None:
    for word in ("production", "PROD", "prd-eu", "live"):
        assert asked(office(40, 1), {"env": word}) is None


def test_where_no_tag_names_the_environment_the_reason_says_so() -> None:
    answer = asked(office(40, 1), {"Name": "box"})
    assert isinstance(answer, Finding)
    assert "no tag says which environment" in answer.because


def test_a_scheduled_instance_needs_no_schedule() -> None:
    known = used(office(40, 1), scheduled=frozenset({"i-1"}))
    assert judged("ec2_off_hours", an_instance(tags=DEV), known) is None


def test_instance_store_spot_and_auto_scaling_are_not_switched() -> None:
    for given in (
        {"root_device": "instance-store"},
        {"lifecycle": "spot"},
        {"autoscaling_group": "web"},
        {"state": "stopped"},
    ):
        assert asked(office(40, 1), **given) is None


def test_one_stray_evening_of_thirty_does_not_hide_the_pattern() -> None:
    cpu = office(40, 1)
    cpu[20] = 30
    others = {f"i_{number}": (office(40, 1), hours(0)) for number in range(2, 20)}
    known = facts(profiles=profiles(i_1=(cpu, hours(0)), **others))
    answer = judged("ec2_off_hours", an_instance(tags=DEV), known)
    assert isinstance(answer, Finding)


def test_half_a_week_of_samples_is_undetermined() -> None:
    cpu = office(40, 1)
    cpu.reshape(2, 7, 24)[:, 3:] = np.nan
    assert isinstance(asked(cpu), Undetermined)
