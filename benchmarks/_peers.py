"""Who we are held against, each in the words its own users would write: DuckDB's SQL, PostgreSQL, Polars, pandas.

DuckDB and Polars read the same Parquet files as we do, at each question. PostgreSQL has a table with indexes, pandas a frame in memory.
"""

import csv
import io
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
from _eleven import EC2, TAG, Days, Question
from sqlalchemy import Engine, text

from core.periods import Period

try:
    import polars as pl
except ImportError:  # a peer that is not installed is left out, and the report says so
    pl = None

Rows = Iterable[tuple[Any, ...]]
TOLERANCE = Decimal("1e-9")
"""How far sums of binary floating-point numbers may lie from ours, relatively."""
ASKED = (
    "billing_month", "charge_day", "tag_team", "tag_environment", "ServiceName", "SubAccountId", "RegionId", "ResourceId", "ResourceName",
    "ChargeCategory", "SkuMeter", "BillingCurrency", "EffectiveCost", "BilledCost", "ConsumedQuantity",
)  # fmt: skip
"""The columns that any of the questions looks at: all that PostgreSQL and pandas are given."""
INDEXES = (
    "charge_day",
    "billing_month, ServiceName",
    "ResourceId",
    "SubAccountId, RegionId",
    "ServiceName, SubAccountId",
)


@dataclass(frozen=True)
class Peer:
    """An engine: how it answers a question, how long it took to be made ready, and whether its amounts are exact."""

    name: str
    ask: Callable[[Question], Rows]
    ready: float = 0.0
    exact: bool = True


def raw_duckdb(files: Sequence[str]) -> Peer:
    """Hand-written SQL on the lines' files."""
    connection = duckdb.connect()
    lines = f"read_parquet([{', '.join(repr(file) for file in files)}], hive_partitioning=false)"
    return Peer("DuckDB", lambda question: connection.execute(_sql(question, lines, "Tags[{}]")).fetchall())


def _sql(question: Question, lines: str, tag: str) -> str:
    return question.sql.replace("{lines}", lines).replace("{tag}", tag.format(repr(TAG)))


def postgresql(engine: Engine, files: Sequence[str]) -> Peer:
    """A table of the columns asked about, indexed and analysed; as much memory a sort as it wants."""
    began = time.monotonic()
    source = duckdb.connect()
    kinds = {
        "EffectiveCost": "numeric",
        "BilledCost": "numeric",
        "ConsumedQuantity": "numeric",
        "charge_day": "date",
    }
    columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in ASKED)
    with engine.begin() as db:
        db.execute(text("drop table if exists bench_lines"))
        db.execute(text(f"create table bench_lines ({columns}, tags jsonb)"))
        cursor = db.connection.cursor()
        with cursor.copy("copy bench_lines from stdin (format csv)") as copy:
            found = source.execute(
                f"select {', '.join(ASKED)}, to_json(Tags)::varchar from read_parquet({list(files)!r})"
            )
            while rows := found.fetchmany(20_000):
                block = io.StringIO()
                csv.writer(block).writerows(rows)
                copy.write(block.getvalue())
        for place, index in enumerate(INDEXES):
            db.execute(text(f"create index bench_lines_{place} on bench_lines ({index})"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("vacuum analyze bench_lines"))
    connection = engine.connect()
    connection.execute(text("set work_mem = '256MB'"))

    def ask(question: Question) -> Rows:
        sql = _sql(question, "bench_lines", "tags->>{}")
        return connection.exec_driver_sql(sql).fetchall()

    return Peer("PostgreSQL", ask, time.monotonic() - began)


def polars(files: Sequence[str], days: Days, account: str) -> Peer | None:
    """Lazy frames over the lines' files; None where Polars is not installed."""
    if pl is None:
        return None
    frames = _polars_frames(list(files), days, account)
    return Peer("Polars", lambda question: frames[question.name]().collect().rows())


def _polars_frames(files: list[str], days: Days, account: str) -> dict[str, Callable[[], Any]]:
    currency, cost, name = pl.col("BillingCurrency"), pl.col("EffectiveCost").sum(), pl.col("ServiceName")

    def lines(period: Period | None = None) -> Any:  # noqa: ANN401  an optional package
        scan = pl.scan_parquet(files)
        if period is None:
            return scan
        return scan.filter(pl.col("charge_day") >= period.start, pl.col("charge_day") < period.end)

    def top(period: Period | None) -> Any:  # noqa: ANN401  frames of libraries without types
        named = lines(period).filter(pl.col("ResourceId").is_not_null()).group_by("ResourceId")
        words = ("ResourceName", "ServiceName", "SubAccountId", "RegionId", "BillingCurrency")
        found = named.agg(*(pl.col(word).max() for word in words), cost=cost)
        return found.sort(["cost", "ResourceId"], descending=[True, False]).head(50)

    def distinct() -> Any:  # noqa: ANN401  frames of libraries without types
        columns = {"service": "ServiceName", "account": "SubAccountId", "region": "RegionId"}
        return pl.concat(
            [
                lines()
                .select(pl.lit(what).alias("what"), pl.col(column).alias("value"))
                .unique()
                .drop_nulls()
                for what, column in columns.items()
            ]
        )

    tag = pl.col("Tags").map.get(TAG).alias("tag")
    four = (
        name == EC2,
        pl.col("RegionId") == "us-east-1",
        pl.col("SubAccountId") == account,
        pl.col("tag_environment") == "production",
    )
    quantity, prices = pl.col("ConsumedQuantity"), ("billing_month", "SkuMeter", "BillingCurrency")
    return {
        "month x service": lambda: lines().group_by("billing_month", name, currency).agg(cost),
        "daily by service, 90 days": lambda: (
            lines(days.quarter).group_by("charge_day", name, currency).agg(cost)
        ),
        "top 50 resources, a month": lambda: top(days.whole),
        "top 50 resources, all": lambda: top(None),
        "by tag (in the map)": lambda: (
            lines().select(tag, currency, "EffectiveCost").group_by("tag", currency).agg(cost)
        ),
        "account x region": lambda: lines().group_by("SubAccountId", "RegionId", currency).agg(cost),
        "month to date, and the one before": lambda: (
            lines(days.two_months).group_by("charge_day", "ChargeCategory", currency).agg(cost)
        ),
        "distinct dimensions": distinct,
        "unit price trend": lambda: (
            lines().filter(quantity.is_not_null()).group_by(*prices).agg(cost, quantity.sum())
        ),
        "amortised against billed": lambda: (
            lines().group_by("billing_month", name, currency).agg(cost, pl.col("BilledCost").sum())
        ),
        "four filters": lambda: lines().filter(*four).group_by("charge_day", currency).agg(cost),
    }


def pandas(files: Sequence[str], days: Days, account: str) -> Peer:
    """A frame of the columns asked about in memory, with doubles for amounts and the tag already taken out of the map."""
    began = time.monotonic()
    chosen = ", ".join(
        f"{name}::double as {name}" if name.endswith(("Cost", "Quantity")) else name for name in ASKED
    )
    sql = f"select {chosen}, Tags['{TAG}'] as tag from read_parquet({list(files)!r})"
    frame = duckdb.connect().execute(sql).df()
    asked = _pandas_questions(frame, days, account)
    return Peer("pandas", lambda question: asked[question.name](), time.monotonic() - began, exact=False)


def _pandas_questions(frame: Any, days: Days, account: str) -> dict[str, Callable[[], Rows]]:  # noqa: ANN401  pandas is not typed here
    def during(period: Period) -> Any:  # noqa: ANN401  frames of libraries without types
        day = frame.charge_day
        return frame[(day >= str(period.start)) & (day < str(period.end))]

    def spent(found: Any, keys: list[str], amounts: Sequence[str] = ("EffectiveCost",)) -> Rows:  # noqa: ANN401  frames of libraries without types
        sums = found.groupby([*keys, "BillingCurrency"], dropna=False)[list(amounts)].sum().reset_index()
        return list(sums.itertuples(index=False, name=None))

    def top(found: Any) -> Rows:  # noqa: ANN401  frames of libraries without types
        words = dict.fromkeys(
            ("ResourceName", "ServiceName", "SubAccountId", "RegionId", "BillingCurrency"), "max"
        )
        sums = found.groupby("ResourceId").agg({**words, "EffectiveCost": "sum"}).reset_index()
        ordered = sums.sort_values(["EffectiveCost", "ResourceId"], ascending=[False, True]).head(50)
        return list(ordered.itertuples(index=False, name=None))

    def distinct() -> Rows:
        columns = {"service": "ServiceName", "account": "SubAccountId", "region": "RegionId"}
        return [
            (what, value) for what, column in columns.items() for value in frame[column].dropna().unique()
        ]

    def four() -> Any:  # noqa: ANN401  frames of libraries without types
        return frame[
            (frame.ServiceName == EC2)
            & (frame.RegionId == "us-east-1")
            & (frame.SubAccountId == account)
            & (frame.tag_environment == "production")
        ]

    return {
        "month x service": lambda: spent(frame, ["billing_month", "ServiceName"]),
        "daily by service, 90 days": lambda: spent(during(days.quarter), ["charge_day", "ServiceName"]),
        "top 50 resources, a month": lambda: top(during(days.whole)),
        "top 50 resources, all": lambda: top(frame),
        "by tag (in the map)": lambda: spent(frame, ["tag"]),
        "account x region": lambda: spent(frame, ["SubAccountId", "RegionId"]),
        "month to date, and the one before": lambda: spent(
            during(days.two_months), ["charge_day", "ChargeCategory"]
        ),
        "distinct dimensions": distinct,
        "unit price trend": lambda: spent(
            frame[frame.ConsumedQuantity.notna()],
            ["billing_month", "SkuMeter"],
            ("EffectiveCost", "ConsumedQuantity"),
        ),
        "amortised against billed": lambda: spent(
            frame, ["billing_month", "ServiceName"], ("EffectiveCost", "BilledCost")
        ),
        "four filters": lambda: spent(four(), ["charge_day"]),
    }
