"""Databases whose version is paid for a second time, by the vCPU."""

from core import dates
from core.figures import usd
from core.inventory import Database
from core.recommendations import engines
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule


@rule(
    title="Upgrade databases in Extended Support",
    why="Past the end of standard support AWS charges each vCPU of a database by the hour on top, often more than the instance costs.",
    effort=Effort.HIGH,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.VERSION,
    by_hand="Rehearse on a copy (`aws rds create-blue-green-deployment --source ARN --target-engine-version VERSION`), then switch over; "
    "or upgrade in place: `aws rds modify-db-instance --db-instance-identifier NAME --engine-version VERSION "
    "--allow-major-version-upgrade`.",
    reads=("rds:DescribeDBInstances",),
    peers=(
        "Thrifty: MySQL 5.7, PostgreSQL 11",
        "Flexera: by AWS's end dates",
        "Vantage: three months before the end of standard support",
        "Trusted Advisor: databases that are or will be in Extended Support",
    ),
)
def rds_extended_support(database: Database, facts: Facts) -> Finding | Undetermined | None:
    """The surcharge is what the bill says it is; a version past its date without one is not taken for cheap."""
    if not engines.has_extended_support(database):
        return None
    surcharge = facts.part(database, "ExtendedSupport")
    ended = engines.standard_support_ends(database)
    if ended is None and not surcharge:
        return Undetermined("When standard support of its version ends is not known.")
    if ended is not None and facts.now.date() <= ended:
        return None
    if surcharge <= 0:
        return Undetermined("Its version is past standard support, but the bill shows no surcharge.")
    name = f"{database.engine} {engines.major(database)}"
    when = "is over" if ended is None else f"ended on {dates.day(ended)}"
    return Finding(
        because=f"Standard support of {name} {when}; running {database.engine_version} costs {usd(surcharge)} a month on top of the "
        "instance. An upgrade to a supported version ends it the same day. Try the application against the new version first.",
        saving=surcharge,
        cost=facts.cost(database),
        part=surcharge,
        evidence={
            "engine": name,
            "standard_support_ended": None if ended is None else ended.isoformat(),
            "surcharge_usd": str(surcharge),
        },
    )
