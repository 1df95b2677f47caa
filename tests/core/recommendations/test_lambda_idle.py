from decimal import Decimal

from core.recommendations.finding import Undetermined
from core.savings import MoneyFrom
from tests.computing import SILENT, a_function, found, knowing, usage
from tests.known import judged

RULE = "lambda_idle"
IT = a_function()
QUIET = usage(invocations={IT.id: SILENT})


def test_a_function_nobody_calls_is_reported_for_next_to_nothing() -> None:
    answer = found(judged(RULE, IT, knowing(IT, usage=QUIET)))
    assert answer.saving < Decimal("0.001")
    assert "no saving" in answer.because


def test_what_it_costs_all_the_same_is_saved() -> None:
    answer = found(judged(RULE, IT, knowing(IT, usage=QUIET, bill={IT.id: Decimal(12)})))
    assert (answer.saving, answer.cost.source) == (Decimal(12), MoneyFrom.BILL)


def test_one_call_in_two_weeks_is_a_use() -> None:
    once = SILENT.copy()
    once[100] = 1
    assert judged(RULE, IT, knowing(IT, usage=usage(invocations={IT.id: once}))) is None


def test_silence_of_what_was_just_found_is_unknown() -> None:
    assert isinstance(judged(RULE, IT, knowing(usage=QUIET)), Undetermined)
    assert isinstance(judged(RULE, IT, knowing(IT)), Undetermined)
