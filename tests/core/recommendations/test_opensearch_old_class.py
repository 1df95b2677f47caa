"""Old instances of a search domain move to Graviton of the same size."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.databases import a_domain, known
from tests.known import judged

RULE = "opensearch_old_class"
METERS = {"ESInstance:m4.large": "151", "ESInstance:m5.large": "71", "ES:GP3-Storage": "12"}


def test_only_the_instances_of_that_type_cost_less() -> None:
    domain = a_domain()
    answer = judged(RULE, domain, known(domain, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.evidence["to"] == "m6g.large.search"
    assert round(answer.saving, 6) == Decimal(23)


def test_graviton_and_small_burstable_nodes_stay() -> None:
    for kept in ("m6g.large.search", "t3.small.search"):
        domain = a_domain(instance_type=kept)
        assert judged(RULE, domain, known(domain, meters=METERS)) is None


def test_old_elasticsearch_does_not_run_there() -> None:
    for version, runs in (("Elasticsearch_6.8", False), ("Elasticsearch_7.10", True)):
        domain = a_domain(engine_version=version)
        assert isinstance(judged(RULE, domain, known(domain, meters=METERS)), Finding) is runs


def test_without_a_version_a_price_or_lines_on_the_bill_nobody_can_tell() -> None:
    for given in ({"engine_version": "?"}, {"instance_type": "c5.large.search"}):
        domain = a_domain(**given)
        assert isinstance(judged(RULE, domain, known(domain, meters=METERS)), Undetermined)
    domain = a_domain()
    assert isinstance(judged(RULE, domain, known(domain, meters={"ES:GP3-Storage": "12"})), Undetermined)
