"""What a cluster pays for a version past standard support, as the bill has it."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.containers import a_cluster
from tests.databases import known
from tests.known import judged

RULE = "eks_extended_support"
EXTENDED = {"AmazonEKS-Hours:extendedSupport": "438"}


def test_five_sixths_of_the_price_are_the_surcharge() -> None:
    cluster = a_cluster(version="1.31")
    answer = judged(RULE, cluster, known(cluster, meters=EXTENDED))
    assert isinstance(answer, Finding)
    assert round(answer.saving, 6) == Decimal(365)
    assert answer.evidence["standard_support_ended"] == "2025-11-26"


def test_in_two_lines_it_is_the_same() -> None:
    cluster = a_cluster(version="1.31")
    lines = {"AmazonEKS-Hours:extendedSupport": "365", "AmazonEKS-Hours:perCluster": "73"}
    answer = judged(RULE, cluster, known(cluster, meters=lines))
    assert isinstance(answer, Finding)
    assert round(answer.saving, 6) == Decimal(365)


def test_a_supported_version_is_fine_and_one_on_its_way_out_too() -> None:
    for given in ({"version": "1.34"}, {"version": "1.31", "state": "DELETING"}):
        cluster = a_cluster(**given)
        assert judged(RULE, cluster, known(cluster, meters={"AmazonEKS-Hours:perCluster": "73"})) is None


def test_past_its_date_without_a_surcharge_or_of_an_unknown_version_nobody_can_tell() -> None:
    for version in ("1.31", "1.99"):
        cluster = a_cluster(version=version)
        standard = known(cluster, meters={"AmazonEKS-Hours:perCluster": "73"})
        assert isinstance(judged(RULE, cluster, standard), Undetermined)
    unknown = a_cluster(version="1.99")
    assert isinstance(judged(RULE, unknown, known(unknown, meters=EXTENDED)), Finding)
