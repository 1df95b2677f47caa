"""Databases: CPU and connections."""

from core.inventory import Kind
from services.demo.measured.series import Series, load
from services.demo.shapes import connections

_RUNS = ("rds:db.", "rds-multi-az:db.")

SERIES = (
    Series(Kind.DATABASE, "AWS/RDS", "CPUUtilization", total=False, sample=load, runs=_RUNS),
    Series(
        Kind.DATABASE,
        "AWS/RDS",
        "DatabaseConnections",
        total=False,
        sample=lambda life, at: connections(load(life, at)),
        runs=_RUNS,
    ),
)
