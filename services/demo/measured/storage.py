"""Volumes: operations and bytes, in the shape of their instance; buckets: bytes and objects; log groups: bytes in."""

from collections.abc import Callable, Mapping

import numpy as np

from core.inventory import Kind, Volume
from services.demo.estate_storage import OBJECT_KB
from services.demo.life import Lived
from services.demo.measured.series import Series, load
from services.demo.serverless import DAYS_A_MONTH, GIB
from services.demo.shapes import STEP, Moment, Samples

MIB = 1 << 20
READS = 0.6
"""Share of what a volume does that is reading."""
ROOT, DATA = (120, 3), (900, 30)
DRIVEN: Mapping[str, tuple[float, float]] = {
    "search": (1500, 60),
    "checkout-eu": (1500, 60),
    "airflow": (1500, 60),
    "kafka": (2200, 120),
    "spark": (3600, 230),
    "lake-eu": (2500, 200),
    "ledger": (9000, 200),
    "scratch": (600, 20),
    "journal": (4200, 70),
    "index": (4400, 60),
    "redo": (46_000, 400),
    "cache": (400, 15),
}
"""IOPS and MiB/s that volumes of a group would do at full load; those of groups not named do `DATA`, boot volumes `ROOT`."""
_USUAL_KB = 16_000
_COPIED_AT = 3
"""The hour (UTC) in which a copy is written to a volume of the shape `copied`."""


def _untouched(at: Moment) -> Samples:
    return np.zeros(len(at.index))


def _copied(at: Moment) -> Samples:
    return np.where(at.hour == _COPIED_AT, 60 + 10 * at.noise(), 0.0)


_OWN: Mapping[str, Callable[[Moment], Samples]] = {"untouched": _untouched, "copied": _copied}


def _busy(life: Lived, at: Moment) -> Samples:
    """Per cent of what its group would do at full load."""
    own = _OWN.get(life.shape or "")
    return own(at) if own is not None else load(life, at)


def _full(life: Lived) -> tuple[float, float]:
    return ROOT if life.resource.name.endswith("/root") else DRIVEN.get(life.group, DATA)


def _operations(life: Lived, at: Moment, share: float) -> Samples:
    return np.rint(_busy(life, at) / 100 * _full(life)[0] * STEP * share)


def _bytes(life: Lived, at: Moment, share: float) -> Samples:
    return np.rint(_busy(life, at) / 100 * _full(life)[1] * MIB * STEP * share)


def _driven(life: Lived) -> bool:
    """Attached to something that runs: others say nothing."""
    return (
        isinstance(life.resource, Volume) and life.resource.attached_to is not None and life.shape is not None
    )


def _volume(name: str, sample: Callable[[Lived, Moment, float], Samples], share: float) -> Series:
    return Series(
        Kind.VOLUME,
        "AWS/EBS",
        name,
        total=True,
        sample=lambda life, at: sample(life, at, share),
        of=_driven,
    )


def _stored(life: Lived, at: Moment) -> Samples:
    """Bytes in a bucket, as they are billed."""
    flow = next(flow for flow in life.flows if flow.item == "s3:standard")
    return flow.per_day * DAYS_A_MONTH * GIB * (1 + flow.growth * np.maximum(at.age, 0))


def _objects(life: Lived, at: Moment) -> Samples:
    return np.rint(_stored(life, at) / (OBJECT_KB.get(life.group, _USUAL_KB) * 1024))


def _incoming(life: Lived, at: Moment) -> Samples:
    """Bytes written to a log group in five minutes, more by day."""
    flow = next(flow for flow in life.flows if flow.item == "logs:ingest")
    by_hour = np.where((at.hour >= 8) & (at.hour < 20), 1.4, 0.6)  # noqa: PLR2004  # twelve hours of the day
    weekend = np.where(at.workday, 1.0, flow.weekend)
    a_step = flow.per_day * GIB * STEP / 86_400
    return np.rint(a_step * by_hour * weekend * (0.9 + 0.2 * at.noise()))


SERIES = (
    _volume("VolumeReadOps", _operations, READS),
    _volume("VolumeWriteOps", _operations, 1 - READS),
    _volume("VolumeReadBytes", _bytes, READS),
    _volume("VolumeWriteBytes", _bytes, 1 - READS),
    Series(Kind.BUCKET, "AWS/S3", "BucketSizeBytes", total=False, sample=_stored),
    Series(Kind.BUCKET, "AWS/S3", "NumberOfObjects", total=False, sample=_objects),
    Series(Kind.LOG_GROUP, "AWS/Logs", "IncomingBytes", total=True, sample=_incoming),
)
