"""Functions and model endpoints: how often they are asked, how often they fail. Where nothing happens nothing is reported."""

import numpy as np

from core.inventory import Kind
from services.demo import estate_compute as estate
from services.demo.life import Lived
from services.demo.measured.series import Series, level
from services.demo.shapes import Moment, Samples

_STEPS_A_DAY, _RARELY = 288, 1.0
_MONDAY_AT_THREE = 4 * _STEPS_A_DAY + 36
"""Steps of five minutes since a week began: 1970 began on a Thursday."""
_CALLS = {row.name: row.calls for row in estate.ENDPOINTS}


def _a_day(life: Lived, item: str) -> float:
    return sum(flow.per_day for flow in life.flows if flow.item == item)


def _invocations(life: Lived, at: Moment) -> Samples:
    """As often as it is billed for; what runs less than daily runs once a week."""
    a_day = _a_day(life, "lambda:requests")
    if a_day >= _RARELY:
        return np.rint(a_day / _STEPS_A_DAY * (0.5 + at.noise()))
    weekly = at.index % (7 * _STEPS_A_DAY) == _MONDAY_AT_THREE
    return np.where(weekly & (a_day > 0), 1.0, np.nan)


def _errors(life: Lived, at: Moment) -> Samples:
    return np.rint(_invocations(life, at) * estate.FAILING.get(life.group, 0.002))


def _duration(life: Lived, at: Moment) -> Samples:
    """Milliseconds: the GB-seconds of a call, by its memory."""
    calls, memory = _a_day(life, "lambda:requests"), getattr(life.resource, "memory_mib", 1024)
    each = _a_day(life, "lambda:gb-second") / calls if calls else np.nan
    return each / (memory / 1024) * 1000 * (0.9 + 0.2 * at.noise()) + 0 * _invocations(life, at)


def _asked(life: Lived, at: Moment) -> Samples:
    calls = _CALLS.get(life.group, 0.0)
    return np.rint(calls / _STEPS_A_DAY * (0.5 + at.noise())) if calls else np.full(len(at.index), np.nan)


def _insight(life: Lived, at: Moment) -> Samples:
    return level(estate.FUNCTION_MEMORY.get(life.group), at)


SERIES = (
    Series(Kind.FUNCTION, "AWS/Lambda", "Invocations", total=True, sample=_invocations),
    Series(Kind.FUNCTION, "AWS/Lambda", "Errors", total=True, sample=_errors),
    Series(Kind.FUNCTION, "AWS/Lambda", "Duration", total=False, sample=_duration),
    Series(Kind.FUNCTION, "LambdaInsights", "memory_utilization", total=False, sample=_insight),
    Series(Kind.MODEL_ENDPOINT, "AWS/SageMaker", "Invocations", total=True, sample=_asked),
)
