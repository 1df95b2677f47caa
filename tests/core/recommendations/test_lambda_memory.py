from decimal import Decimal

import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from tests.computing import a_function, found, knowing, usage
from tests.known import hours, judged

RULE = "lambda_memory"


def used(percent: float | None, calls: float = 10, memory: int = 1024) -> Facts:
    """A function that costs 100 USD a month in GB-seconds and uses so much of its memory."""
    it = a_function(memory_mib=memory)
    measured = {"invocations": {it.id: hours(calls)}}
    measured |= {} if percent is None else {"memory": {it.id: hours(percent)}}
    return knowing(
        it,
        usage=usage(**measured),
        bill={it.id: Decimal(101)},
        parts={it.id: {"Lambda-GB-Second": Decimal(100), "Request": Decimal(1)}},
    )


def test_memory_never_used_is_given_back_and_slower_runs_are_counted() -> None:
    answer = found(judged(RULE, a_function(), used(39)))
    assert answer.evidence["memory_mib"] == {"now": 1024, "then": 512}
    assert answer.evidence["duration_factor"] == 1.5
    assert answer.saving == Decimal(25)


def test_above_a_whole_cpu_less_memory_slows_nothing_down() -> None:
    answer = found(judged(RULE, a_function(memory_mib=4096), used(40, memory=4096)))
    assert answer.evidence["duration_factor"] == 1
    assert answer.saving == Decimal(50)


def test_the_cpu_that_goes_with_the_memory_may_cost_all_that_is_saved() -> None:
    assert judged(RULE, a_function(), used(39), slower=100) is None


@pytest.mark.parametrize("known", [used(82), used(39, calls=0.1)])
def test_memory_in_use_and_few_calls_are_left_alone(known: Facts) -> None:
    assert judged(RULE, a_function(), known) is None


def test_without_lambda_insights_nobody_can_tell() -> None:
    assert judged(RULE, a_function(), used(None)) == Undetermined("No samples of its memory were collected.")
