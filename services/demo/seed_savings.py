"""What the company did to save before Cloud Pioneer came: told to the ledger, so that the bill can prove it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid5

from sqlalchemy import Connection

from core.events import Event
from core.inventory import Resource, Volume
from core.ledger.entry import DAYS_PER_MONTH, Entry
from core.recommendations.lever import Lever
from services.db.stores import ledger
from services.demo.company import ORGANISATION_ID
from services.demo.stories import PAST_ACTIONS, PastAction, ago
from services.demo.world import group, make

ABOUT: Mapping[str, tuple[str, Lever]] = {
    "rightsize-reports": ("ec2_rightsizing", Lever.SIZE),
    "gp3-checkout": ("ebs_gp2_to_gp3", Lever.STORAGE),
    "delete-restores": ("ebs_unattached", Lever.REMOVE),
    "end-previews": ("ec2_idle", Lever.REMOVE),
    "schedule-stage": ("ec2_off_hours", Lever.SCHEDULE),
}
"""Which rule would have found it, and the lever it pulled."""
_OF_VOLUMES = frozenset({"gp3-checkout", "delete-restores"})


def seed(db: Connection, by: str, born: date) -> list[tuple[Event, str]]:
    """Tell the ledger; answers what is to be recorded, each with its subject."""
    said = []
    for action in PAST_ACTIONS:
        entries = list(_entries(action, by, born))
        ledger.add(db, ORGANISATION_ID, entries)
        for entry in entries:
            data = {
                "resource_id": entry.resource_id,
                "lever": entry.lever.value,
                "promised": f"{entry.promised:.2f}",
            }
            said.append((Event("SavingTold", f"saving:{entry.id}", data), entry.resource_id))
    return said


def touched(action: PastAction, born: date) -> tuple[Resource, ...]:
    """The resources it was done to: a group's volumes but their roots, or its instances."""
    volumes = action.key in _OF_VOLUMES
    return tuple(
        life.resource
        for life in group(make(born), action.account, action.group)
        if (isinstance(life.resource, Volume) is volumes)
        and life.resource.kind in {"instance", "volume"}
        and not life.resource.name.endswith("/root")
    )


def _entries(action: PastAction, by: str, born: date) -> Iterator[Entry]:
    rule, lever = ABOUT[action.key]
    resources = touched(action, born)
    for resource in resources:
        yield Entry(
            id=uuid5(ORGANISATION_ID, f"saving {action.key} {resource.id}"),
            rule=rule,
            title=action.title,
            lever=lever,
            resource_id=resource.id,
            resource_name=resource.name,
            account_id=resource.account_id,
            region=resource.region,
            promised=Decimal(action.usd_per_day) * DAYS_PER_MONTH / len(resources),
            applied_at=ago(born, action.from_days) - timedelta(hours=2),
            applied_by=by,
        )
