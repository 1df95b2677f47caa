"""What stores, for tests, and what is known of it: prices, hourly samples, the bill by meter."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.inventory import Bucket, Image, Kind, LogGroup, Repository, Resource, Snapshot
from core.prices import Price, PriceBook
from core.recommendations.facts import Facts
from core.recommendations.fleet import Fleet
from core.recommendations.profiles import DAYS
from core.recommendations.usage import Usage
from tests.builders import ACCOUNT, LONG_AGO, REGION
from tests.known import PRICES, facts, hours

MORE_USD = {
    "ebs:io1": "0.125",
    "ebs:io1-iops": "0.065",
    "ebs:io2-iops-tier2": "0.046",
    "ebs:io2-iops-tier3": "0.032",
    "s3:standard": "0.02",
    "s3:intelligent-ia": "0.01",
    "s3:intelligent-monitoring": "0.0000025",
    "s3:intelligent-transition": "0.00001",
    "s3:put": "0.000005",
    "s3:get": "0.0000004",
}
BOOK = PriceBook(
    [
        *PRICES,
        *(
            Price(item, REGION, "a unit", Decimal(usd), "test", date(2026, 7, 20))
            for item, usd in MORE_USD.items()
        ),
    ]
)
SECONDS, MIB, GIB = 3600, 1 << 20, 1 << 30
WHOLE = frozenset((ACCOUNT, REGION, kind) for kind in Kind)


def stored(*fleet: Resource, **given: object) -> Facts:
    """Facts with all prices that storage needs, everything of the account seen."""
    return facts(**{"prices": BOOK, "fleet": Fleet(fleet), "whole": WHOLE, **given})


def used(resource_id: str, **metrics: NDArray[np.float32]) -> Usage:
    """Two weeks of samples of one resource."""
    return Usage({name: [([resource_id], row[np.newaxis])] for name, row in metrics.items()}, DAYS)


def driven(iops: float, mib: float, resource_id: str = "vol-1") -> Usage:
    """A volume that does so many operations and MiB a second in every hour, half of them reads."""
    half = {"read_ops": iops, "write_ops": iops, "read_bytes": mib * MIB, "write_bytes": mib * MIB}
    return used(resource_id, **{name: hours(value * SECONDS / 2) for name, value in half.items()})


def on_the_bill(resource: Resource, meters: Mapping[str, float]) -> dict[str, object]:
    """The resource's month by SKU meter, USD."""
    cut = {meter: Decimal(str(usd)) for meter, usd in meters.items()}
    return {"bill": {resource.id: sum(cut.values(), Decimal(0))}, "parts": {resource.id: cut}}


def _common(resource_id: str, given: Mapping[str, object]) -> dict[str, object]:
    return {
        "id": resource_id,
        "account_id": ACCOUNT,
        "region": REGION,
        "name": resource_id.rpartition("/")[2],
        "state": "available",
        "created_at": LONG_AGO,
        **given,
    }


def a_snapshot(short: str = "snap-1", **given: object) -> Snapshot:
    """A completed snapshot of `vol-1`, 100 GB large, made by hand in January."""
    own = {"state": "completed", "volume_id": "vol-1", "size_gb": 100, **given}
    return Snapshot(**_common(f"arn:aws:ec2:{REGION}:{ACCOUNT}:snapshot/{short}", own))


def an_image(short: str = "ami-1", **given: object) -> Image:
    """An image made of `snap-1` that nothing uses."""
    own = {"snapshot_ids": ("snap-1",), "size_gb": 15, "used_by": (), **given}
    return Image(**_common(f"arn:aws:ec2:{REGION}::image/{short}", own))


def a_bucket(name: str = "box", **given: object) -> Bucket:
    """A bucket without lifecycle rules and without unfinished uploads."""
    return Bucket(
        **_common(name, {"has_lifecycle": False, "stale_uploads": 0, "stale_upload_bytes": 0, **given})
    )


def a_log_group(name: str = "/app", **given: object) -> LogGroup:
    """A log group that keeps its 1,000 GB for ever."""
    own = {"stored_bytes": 1000 * GIB, **given}
    return LogGroup(**_common(f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}", own))


def a_repository(name: str = "app", **given: object) -> Repository:
    """A repository without a policy; 60 of its 100 GB have no tag."""
    own = {"has_lifecycle": False, "stored_bytes": 100 * GIB, "untagged_bytes": 60 * GIB, **given}
    return Repository(**_common(f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{name}", own))
