"""Instances used in office hours only that run day and night."""

import numpy as np

from core.actions.model import ActionKind
from core.inventory import Instance
from core.recommendations import tags
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.profiles import DAYS
from core.recommendations.rule import Option, rule
from core.recommendations.shapes import OfficeHours
from core.savings import switched_off
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.use import QUIET_CPU


@rule(
    title="Switch instances off outside office hours",
    why="A week has 168 hours and an office about 50; the others are paid for without being used.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SCHEDULE,
    fix=ActionKind.ATTACH_SCHEDULE,
    reads=("ec2:DescribeInstances", "cloudwatch:GetMetricData"),
    peers=("OptScale: 14 days in 168 hour-of-week buckets, CPU at most 5% and network at most 1,000 B/s",),
    options=(
        Option("hours_known", 160, "hours", "Of a week's 168 hours so many must have samples."),
        Option("stray", 2, "%", "Share of the hours outside the window that may have been active."),
    ),
)
def ec2_off_hours(instance: Instance, facts: Facts) -> Finding | Undetermined | None:
    """Production is left out; where no tag names the environment, the reason says so."""
    named = tags.environment(instance.tags)
    if not _switchable(instance) or instance.id in facts.scheduled or (named and tags.is_production(named)):
        return None
    profile = facts.profile(instance)
    if profile.hours_of_week_known < facts.option("hours_known"):
        return Undetermined(f"The samples of {DAYS} days leave parts of the week unseen.")
    if profile.office is None:
        return None
    window = profile.office
    stray = float(np.nanmean(profile.active[~window.mask()])) * 100
    if stray > facts.option("stray"):
        return None
    cost = facts.cost(instance)
    where = (
        f"environment “{named}”"
        if named
        else "no tag says which environment it is, so check that it is not production"
    )
    return Finding(
        because=f"Over {DAYS} days it was busy {window.words} UTC and quiet in {100 - stray:.0f}% of the other hours "
        f"({where}). A schedule would switch it off {window.hours_off} of 168 hours a week.",
        saving=switched_off(cost, window.hours_off),
        cost=cost,
        fix_parameters={
            "name": f"Office hours {window.words} UTC",
            "definition": schedule(window).to_json(),
        },
        evidence={
            "hours_off_a_week": window.hours_off,
            "window": {"weekdays": list(window.weekdays), "begin": window.begin, "end": window.end},
            "instances_alike": window.alike,
            "environment": named,
            "threshold": f"An hour is active above {QUIET_CPU:.0f}% CPU.",
            "active": [None if np.isnan(share) else round(float(share), 2) for share in profile.active],
        },
    )


def _switchable(instance: Instance) -> bool:
    """Whether stopping it loses nothing and nobody else starts it again."""
    plain = (
        instance.lifecycle == "on-demand"
        and instance.root_device == "ebs"
        and instance.autoscaling_group is None
    )
    return plain and instance.state == "running"


def schedule(window: OfficeHours) -> ScheduleDefinition:
    """The schedule that keeps an instance running in the window."""
    days = tuple(day.lower() for day in window.days)
    return ScheduleDefinition(
        "UTC", (Period(f"{window.begin:02d}:00", f"{window.end:02d}:00", weekdays=days),)
    )
