from datetime import timedelta
from decimal import Decimal

from core.recommendations.finding import Undetermined
from tests.computing import SILENT, an_endpoint, found, knowing, usage
from tests.known import NOW, judged

RULE = "sagemaker_endpoint_idle"
IT = an_endpoint()
QUIET = usage(invocations={IT.id: SILENT})


def test_an_endpoint_nobody_asks_costs_all_it_costs() -> None:
    assert found(judged(RULE, IT, knowing(usage=QUIET, bill={IT.id: Decimal(80)}))).saving == Decimal(80)
    assert found(judged(RULE, IT, knowing(usage=QUIET))).saving == Decimal("0.115") * 730


def test_an_endpoint_that_was_asked_once_or_is_being_made_is_left_alone() -> None:
    once = SILENT.copy()
    once[5] = 1
    assert judged(RULE, IT, knowing(usage=usage(invocations={IT.id: once}))) is None
    assert judged(RULE, an_endpoint(state="Creating"), knowing(usage=QUIET)) is None


def test_a_young_one_one_never_asked_about_and_one_of_two_variants_are_unknown() -> None:
    young = an_endpoint(created_at=NOW - timedelta(days=2))
    assert isinstance(judged(RULE, young, knowing(usage=QUIET)), Undetermined)
    assert isinstance(judged(RULE, IT, knowing()), Undetermined)
    assert isinstance(judged(RULE, an_endpoint(variants=2), knowing(usage=QUIET)), Undetermined)
