"""A metric as it is declared of a kind of resource."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.inventory import Resource

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Metric:
    """A metric pulled hourly for a kind of resource. `dimension` is named after the resource's short id, or `called`.

    `also` are further dimensions, their values filled from the resource (`{0.account_id}`); `of` picks the resources that have it.
    """

    metric: str
    title: str
    unit: str
    namespace: str
    name: str
    dimension: str
    statistic: str
    also: Dimensions = ()
    of: Callable[[Resource], bool] = lambda _: True
    called: str = "{0.short_id}"
    """What `dimension` is called, filled from the resource."""

    @property
    def every(self) -> timedelta:
        """How far apart its values are: S3 says once a day what a bucket holds."""
        return timedelta(days=1) if self.namespace == "AWS/S3" else timedelta(hours=1)
