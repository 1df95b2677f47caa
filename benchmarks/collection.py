"""A full collection of the demo cloud (target 20 s), and how many GetMetricData calls it took against the least possible."""

import math
import time
from datetime import timedelta

from _demo import fresh_data, running

from core.inventory import Kind
from core.metrics import METRICS
from services.bootstrap import open_context
from services.context import Beat
from services.settings import load
from services.usecases import inventory, metrics, resources  # noqa: F401

QUERIES_A_CALL, POINTS_A_CALL = 500, 100_800


def least_calls(series_by_place: dict[tuple[str, str], int], hours: int) -> int:
    """AWS allows 500 series and 100,800 points a call, and a call reaches one account and region."""
    return sum(
        math.ceil(count / min(QUERIES_A_CALL, POINTS_A_CALL // hours)) for count in series_by_place.values()
    )
