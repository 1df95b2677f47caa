"""What happened to the company before Cloud Pioneer came: when, in days before its birth, and to what."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from core.periods import midnight
from services.demo.company import DATA, OFFICE_HOURS, PRODUCTION

HISTORY_DAYS = 400
"""Nothing is older; the bill begins twelve months before the month of birth."""
NAT_RUNAWAY = 23
"""Days before birth on which a job read a whole lake through the NAT gateway."""
NAT_FACTOR = 52.0
COMMITMENT_EXPIRED = 38
HADOOP_GONE = 62
LOAD_TEST = 45
RIGHTSIZED, GP3_MOVED, RESTORES_DELETED, PREVIEWS_ENDED = 150, 110, 200, 75
SCHEDULED, UNSCHEDULED = 130, 95
SCHEDULED_GROUP = "stage-web"
MOVED_GROUP = "checkout"
SAVINGS_PLAN_RATE = "0.72"
"""A made-up discount, near what one-year Compute Savings Plans without upfront payment give."""
PLANS = (
    ("sp-core", 250, 365, ("web", "api", "checkout"), "1.05"),
    ("sp-search", 365 + COMMITMENT_EXPIRED, 365, ("search", "queue"), "1.02"),
)
"""Name, age in days, term in days, groups covered, and how much more is committed than these use."""
ONE_OFFS = (
    ("AWS Migration Acceleration credit", PRODUCTION.id, "AWS Credits", "-45.00", 210, 150, False),
    (
        "Refund: RDS availability service credit",
        PRODUCTION.id,
        "Amazon Relational Database Service",
        "-214.70",
        50,
        49,
        True,
    ),
    ("AWS Promotional credit", DATA.id, "AWS Credits", "-12.50", 20, -40, False),
)


@dataclass(frozen=True)
class PastAction:
    """A saving made before: `usd_per_day` is its effect on a full day of the bill, at list price."""

    key: str
    title: str
    account: str
    group: str
    from_days: int
    to_days: int | None
    usd_per_day: str


PAST_ACTIONS = (
    PastAction(
        "rightsize-reports",
        "Halved four report servers, m5.2xlarge to m5.xlarge",
        "production",
        "reports",
        RIGHTSIZED,
        None,
        "18.432",
    ),
    PastAction(
        "gp3-checkout",
        "Moved four checkout volumes from gp2 to gp3",
        "production",
        MOVED_GROUP,
        GP3_MOVED,
        None,
        "1.0520547945",
    ),
    PastAction(
        "delete-restores",
        "Deleted twelve volumes left from a restore",
        "staging",
        "old-restore",
        RESTORES_DELETED,
        None,
        "7.8904109589",
    ),
    PastAction(
        "end-previews",
        "Terminated three preview servers nobody used",
        "staging",
        "preview",
        PREVIEWS_ENDED,
        None,
        "7.0698082192",
    ),
    PastAction(
        "schedule-stage",
        "Ran the staging web servers in office hours only; undone after five weeks",
        "staging",
        SCHEDULED_GROUP,
        SCHEDULED,
        UNSCHEDULED,
        "9.7097142857",
    ),
)
"""For storage the day's effect is that of an average month of 730 hours; for the schedule, of an average day of a week."""


def ago(born: date, days: int, hour: int = 0) -> datetime:
    """Midnight (or `hour`) of the day that lies `days` before birth."""
    return midnight(born) - timedelta(days=days) + timedelta(hours=hour)


def office_spans(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Office hours between two midnights: Monday to Friday."""
    days = [start + timedelta(days=offset) for offset in range((end - start).days)]
    opening, closing = OFFICE_HOURS.start, OFFICE_HOURS.stop
    saturday = 5
    return [
        (day + timedelta(hours=opening), day + timedelta(hours=closing))
        for day in days
        if day.weekday() < saturday
    ]


def runaway_day(born: date) -> date:
    """The day on which NAT traffic ran away."""
    return ago(born, NAT_RUNAWAY).astimezone(UTC).date()
