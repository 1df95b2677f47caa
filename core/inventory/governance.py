"""What keeps secrets, and records what was done."""

from dataclasses import dataclass, field
from datetime import datetime

from core.inventory.resource import Kind, Resource


@dataclass(frozen=True, kw_only=True)
class Secret(Resource):
    """A secret of Secrets Manager. AWS tells the day, not the hour, when one was last read; `last_read` None: never, as far as it knows."""

    kind: Kind = field(init=False, default=Kind.SECRET)
    last_read: datetime | None = None
    owner: str | None = None
    """The AWS service that made it and will delete it again, such as `rds`."""
    copy_of: str | None = None
    """The region it is a replica from; it goes with the secret there."""


@dataclass(frozen=True, kw_only=True)
class Trail(Resource):
    """A trail of CloudTrail, seen in its home region. States: logging, stopped."""

    kind: Kind = field(init=False, default=Kind.TRAIL)
    every_region: bool
    reads: bool | None = None
    """Whether it records management events that only read; None: its selectors could not be read."""
    writes: bool | None = None
    """The same of those that change something."""
    organisation: bool = False
    """Whether it records all accounts of the organisation."""
    under_another: bool = False
    """Whether a trail of the organisation records this account, too."""
