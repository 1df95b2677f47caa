"""From the estate's tables to buckets, log groups and functions, each with what flows through it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from core.inventory import Bucket, Function, LogGroup
from services.demo import estate, estate_storage
from services.demo.company import BY_KEY
from services.demo.life import Charge, Flow, Lived
from services.demo.stories import ago
from services.demo.tags import tagged

DAYS_A_MONTH = 30.4
GIB = 1 << 30
CODE_BYTES = 158
"""Every function carries the same few lines, packed."""


def buckets(seed: int, born: date, rows: Iterable[estate.BucketRow] = estate.BUCKETS) -> Iterator[Lived]:
    """S3 buckets: what they store grows, and is asked for."""
    for row in rows:
        count, gigabytes = estate_storage.LEFTOVERS.get(row.name, (0, 0))
        began = ago(born, row.age)
        seen = Bucket(
            id=row.name,
            account_id=BY_KEY[row.account].id,
            region=row.region,
            name=row.name,
            state="available",
            tags=tagged(
                seed, row.name, "lake" if row.account == "data" else "storefront", "data", row.account
            ),
            created_at=began,
            has_lifecycle=row.lifecycle,
            stale_uploads=count,
            stale_upload_bytes=count * gigabytes * GIB,
        )
        flows = (
            Flow("s3:standard", row.gb / DAYS_A_MONTH, began, growth=row.growth),
            Flow("s3:put", row.puts, began, weekend=0.8),
            Flow("s3:get", row.gets, began, weekend=1.1),
        )
        yield Lived(seen, began, None, (), flows, group=row.name)


def log_groups(
    seed: int, born: date, rows: Iterable[estate.LogGroupRow] = estate.LOG_GROUPS
) -> Iterator[Lived]:
    """CloudWatch log groups: some are kept for ever."""
    for row in rows:
        account, began = BY_KEY[row.account].id, ago(born, row.age)
        seen = LogGroup(
            id=f"arn:aws:logs:{row.region}:{account}:log-group:{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=tagged(seed, row.name, row.name.rsplit("/", 1)[-1], "platform", row.account),
            created_at=began,
            retention_days=row.retention,
            stored_bytes=row.kept_gb * GIB,
        )
        flows = (Flow("logs:ingest", row.gb_day, began, weekend=0.8, growth=0.0003),)
        yield Lived(
            seen, began, None, (Charge("logs:storage", began, None, row.kept_gb),), flows, group=row.name
        )


def functions(
    seed: int, born: date, rows: Sequence[estate.FunctionRow] = estate.FUNCTIONS
) -> Iterator[Lived]:
    """Lambda functions: paid by call and by the memory-second."""
    for row in rows:
        account, began = BY_KEY[row.account].id, ago(born, 300)
        seen = Function(
            id=f"arn:aws:lambda:{row.region}:{account}:function:{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="Active",
            tags=tagged(seed, row.name, row.name, "fulfilment", row.account),
            created_at=None,  # AWS says only when its code was last changed
            runtime=row.runtime,
            memory_mib=row.memory,
            architecture=row.architecture,
            code_bytes=CODE_BYTES,
        )
        flows = (
            Flow("lambda:requests", row.invocations, began, weekend=0.9, growth=0.001),
            Flow("lambda:gb-second", row.invocations * row.gb_seconds, began, weekend=0.9, growth=0.001),
        )
        yield Lived(seen, began, None, (), flows if row.invocations else (), group=row.name)
