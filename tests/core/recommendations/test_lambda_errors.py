from decimal import Decimal

from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from tests.computing import SILENT, a_function, found, knowing, usage
from tests.known import hours, judged

RULE = "lambda_errors"
IT = a_function()


def failing(share: float, calls: float = 100, last_hours: int = 336) -> Facts:
    """A function that costs 50 USD a month and fails so often in the last hours."""
    errors = SILENT.copy()
    errors[-last_hours:] = calls * share
    samples = usage(invocations={IT.id: hours(calls)}, errors={IT.id: errors})
    return knowing(IT, usage=samples, bill={IT.id: Decimal(50)})


def test_what_fails_often_costs_its_share() -> None:
    assert found(judged(RULE, IT, failing(0.2))).saving == Decimal(10)


def test_one_bad_day_is_enough_and_its_share_of_the_week_is_counted() -> None:
    answer = found(judged(RULE, IT, failing(0.5, last_hours=24)))
    assert answer.saving == Decimal(50) * Decimal("0.071429")


def test_few_failures_and_few_calls_are_left_alone() -> None:
    assert judged(RULE, IT, failing(0.04)) is None
    assert judged(RULE, IT, failing(0.5, calls=1)) is None


def test_silence_of_errors_is_none_but_never_asked_is_unknown() -> None:
    quiet = usage(invocations={IT.id: hours(100)}, errors={IT.id: SILENT})
    assert judged(RULE, IT, knowing(IT, usage=quiet)) is None
    assert isinstance(judged(RULE, IT, knowing(IT)), Undetermined)
