"""Instances: CPU and network."""

from core.inventory import Kind
from services.demo.life import Lived
from services.demo.measured.series import Series, load
from services.demo.shapes import Moment, Samples, network

_RUNS = ("ec2:",)


def _traffic(life: Lived, at: Moment, share: float) -> Samples:
    return network(life.shape or "steady", load(life, at), at, share)


SERIES = (
    Series(Kind.INSTANCE, "AWS/EC2", "CPUUtilization", total=False, sample=load, runs=_RUNS),
    Series(
        Kind.INSTANCE,
        "AWS/EC2",
        "NetworkIn",
        total=True,
        sample=lambda life, at: _traffic(life, at, 1.0),
        runs=_RUNS,
    ),
    Series(
        Kind.INSTANCE,
        "AWS/EC2",
        "NetworkOut",
        total=True,
        sample=lambda life, at: _traffic(life, at, 0.7),
        runs=_RUNS,
    ),
)
