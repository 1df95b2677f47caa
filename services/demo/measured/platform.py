"""Brokers of Kafka and load balancers of the first generation: what passes through them. No packet reaches the company's firewalls."""

from collections.abc import Mapping

import numpy as np

from core.inventory import Kind
from services.demo import estate_platform as estate
from services.demo.life import Lived
from services.demo.measured.series import Series, load
from services.demo.shapes import STEP, Moment, Samples
from services.demo.usage import DAY

_KAFKA: Mapping[str, estate.KafkaRow] = {row.name: row for row in estate.KAFKA}
_CLASSICS: Mapping[str, estate.ClassicRow] = {row.name: row for row in estate.CLASSICS}
_HALF = 50
"""Per cent of load at which the tables of the estate say what passes."""
_CANARY = 120
"""Bytes a second that MSK's own checks write to each broker."""


def _bytes(life: Lived, at: Moment) -> Samples:
    """Bytes a second through one broker."""
    own: Samples = _CANARY * (0.9 + 0.2 * at.noise())
    return own + _KAFKA[life.group].bytes_a_second * load(life, at) / _HALF


def _requests(life: Lived, at: Moment) -> Samples:
    """At most one request in five minutes, and silence where there was none."""
    return np.where(at.noise() < _CLASSICS[life.group].requests * STEP / DAY, 1.0, np.nan)


SERIES = (
    Series(Kind.KAFKA_CLUSTER, "AWS/Kafka", "BytesInPerSec", total=False, sample=_bytes),
    Series(Kind.KAFKA_CLUSTER, "AWS/Kafka", "BytesOutPerSec", total=False, sample=_bytes),
    Series(Kind.CLASSIC_LOAD_BALANCER, "AWS/ELB", "RequestCount", total=True, sample=_requests),
)
