"""Delivers the bill as AWS Data Exports does: Parquet for each billing month, then the manifest that names it."""

import io
import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
from moto.s3.models import s3_backends

from core.inventory import ExportLocation
from services.demo import bill
from services.demo.changes import Change
from services.demo.company import EXPORT, PAYER
from services.demo.life import World


def keys(month: date, location: ExportLocation = EXPORT) -> tuple[str, str]:
    """Where a month's data file and its manifest lie in the bucket."""
    root, partition = f"{location.prefix}/{location.name}", f"BILLING_PERIOD={month:%Y-%m}"
    data = f"{root}/data/{partition}/{location.name}-00001.snappy.parquet"
    return data, f"{root}/metadata/{partition}/{location.name}-Manifest.json"


def parquet(lines: pa.Table) -> bytes:
    """The lines as one Parquet file."""
    file = io.BytesIO()
    pq.write_table(lines, file, compression="snappy", store_schema=False)
    return file.getvalue()


def manifest(lines: pa.Table, month: date, content: bytes) -> bytes:
    """What was delivered: columns, files, period and rows. The same content has the same manifest, so a restart restates nothing."""
    data, _ = keys(month)
    kept = {
        "executionId": sha256(content).hexdigest()[:32],
        "accountId": PAYER.id,
        "exportName": EXPORT.name,
        "table": "FOCUS_1_2_AWS",
        "billingPeriod": f"{month:%Y-%m}",
        "contentType": "Parquet",
        "columns": [
            {"name": field.name, "type": "string" if field.type == bill.WORD else str(field.type)}
            for field in lines.schema
        ],
        "dataFiles": [f"s3://{EXPORT.bucket}/{data}"],
        "rows": lines.num_rows,
        "bytes": len(content),
    }
    return json.dumps(kept, indent=1).encode()


def deliver(world: World, months: Sequence[date], today: date, changes: Sequence[Change]) -> int:
    """Put these months into the payer's bucket, replacing what was there; answer the number of lines."""
    backend, count = s3_backends[PAYER.id]["aws"], 0
    for month in months:
        lines = bill.month(world, month, today, changes)
        content, (data, about) = parquet(lines), keys(month)
        backend.put_object(EXPORT.bucket, data, content)
        backend.put_object(EXPORT.bucket, about, manifest(lines, month, content))
        count += lines.num_rows
    pa.default_memory_pool().release_unused()
    return count
