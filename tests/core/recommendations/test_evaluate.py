"""Every rule is asked about every resource of its kind, and says how far it could see."""

from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from core.recommendations.tags import environment, is_production
from core.recommendations.tuning import Tuning
from tests.builders import ACCOUNT, a_volume, an_address, an_instance
from tests.known import facts, hours, profiles


def test_each_rule_says_how_far_it_could_see() -> None:
    fleet = [
        an_instance("i-1"),
        an_instance("i-2"),
        an_instance("i-3", state="stopped"),
        a_volume(type="gp2"),
        an_address(),
    ]
    known = facts(profiles=profiles(i_1=(hours(1), hours(0))))
    answers = evaluate(catalog().values(), fleet, known)
    assert {found.key for found in answers.found} == {
        ("ebs_gp2_to_gp3", "vol-1"),
        ("ec2_idle", "i-1"),
        ("eip_unassociated", fleet[4].id),
    }
    idle = answers.coverage["ec2_idle", ACCOUNT]
    assert (idle.found, idle.ok) == (1, 1)
    assert dict(idle.undetermined) == {"No metrics were collected for it.": 1}
    assert ("ec2_idle", "i-2") in answers.unsure


def test_every_resource_is_counted_once_by_each_rule_of_its_kind() -> None:
    fleet = [a_volume(f"vol-{number}", type="gp2", size_gb=number + 100) for number in range(200)]
    answers = evaluate(catalog().values(), fleet, facts())
    for rule in ("ebs_gp2_to_gp3", "ebs_unattached"):
        seen = answers.coverage[rule, ACCOUNT]
        assert seen.found + seen.ok + sum(seen.undetermined.values()) == 200


def test_options_of_the_customer_override_the_defaults() -> None:
    known = facts(profiles=profiles(i_1=(hours(1), hours(0))))
    answers = evaluate(catalog().values(), [an_instance()], known, Tuning({"ec2_idle": {"cpu_mean": 0.5}}))
    assert not answers.found


def test_protected_resources_are_left_in_peace() -> None:
    assert not evaluate(catalog().values(), [an_address(tags={"pioneer:protected": "true"})], facts()).found


def test_environments_are_read_as_people_write_them() -> None:
    assert environment({"Env": " Staging "}) == "Staging"
    assert environment({"Name": "x", "environment": ""}) is None
    assert is_production("Production")
    assert not is_production("non-prod")
