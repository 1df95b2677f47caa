"""Trails that record again what another records already."""

from collections.abc import Iterator

from core.figures import usd
from core.inventory import Kind, Trail
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom

PAID = "PaidEventsRecorded"


@rule(
    title="Record management events once",
    why="CloudTrail delivers one copy of an account's management events in a region for nothing, and bills every further one by the event.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.TRAFFIC,
    by_hand="Find out who reads its bucket. Nobody: `aws cloudtrail stop-logging --name ARN`. Somebody: let them read the other trail's, or record "
    "data events here alone (`aws cloudtrail put-event-selectors` with `IncludeManagementEvents` false).",
    reads=("cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"),
    peers=("Thrifty: more than one trail of all regions, or of a region",),
    options=(Option("least", 1, "USD a month", "Below this it is not worth asking who reads it."),),
)
def trail_duplicate(trail: Trail, facts: Facts) -> Finding | Undetermined | None:
    """Which of two trails pays is the bill's to say: whoever was first in a region has the free copy."""
    if trail.state != "logging":
        return None
    if trail.reads is None or trail.writes is None:
        return Undetermined("Which events it records could not be read.")
    if not trail.reads and not trail.writes:
        return None
    facts.seen_whole(trail, Kind.TRAIL)
    others = list(_recording_the_same(trail, facts))
    if not others and not trail.under_another:
        return None
    paid = facts.part(trail, PAID)
    if paid < max(facts.option("least"), 0):
        return None
    same = " and ".join(sorted(others)) or "a trail of the organisation"
    return Finding(
        because=f"{same} records the same management events, and the bill has {usd(paid)} a month of paid copies for this one. "
        "Check who reads its bucket, and what the auditors were promised.",
        saving=paid,
        cost=Cost(max(paid, facts.bill.get(trail.id, paid)), MoneyFrom.BILL),
        evidence={
            "recorded_by": sorted(others),
            "organisation_records_too": trail.under_another,
            "every_region": trail.every_region,
            "prices": {"paid_copies_usd_per_month": str(paid)},
        },
    )


def _recording_the_same(trail: Trail, facts: Facts) -> Iterator[str]:
    """Names of the account's other trails that record some of the same events where this one does."""
    for other in facts.fleet.all(Trail):
        if other.id == trail.id or other.account_id != trail.account_id or other.state != "logging":
            continue
        meets = other.every_region or trail.every_region or other.region == trail.region
        if meets and ((trail.reads and other.reads) or (trail.writes and other.writes)):
            yield other.name
