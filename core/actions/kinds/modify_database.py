"""Change an RDS instance's class, at once (with an interruption of minutes) or in its maintenance window."""

import shlex
from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.actions.field import Field, Known, named, smaller_first
from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.kinds.stop_database import PASSING
from core.actions.model import Action, ActionKind
from core.errors import Invalid
from core.inventory import Database, Kind, Resource
from core.prices import InstanceType

NOW, WINDOW = "now", "window"
_WHEN = {WINDOW: "In its next maintenance window", NOW: "At once, with minutes of interruption"}


def _check(given: Parameters) -> None:
    wanted = given.get("instance_class")
    if not isinstance(wanted, str) or not wanted.startswith("db."):
        message = "Changing a database needs the class to change to, such as db.m7g.large."
        raise Invalid(message)
    if given.get("when", WINDOW) not in {NOW, WINDOW}:
        message = "`when` is `now` or, in its next maintenance window, `window`."
        raise Invalid(message)


def at_once(given: Parameters) -> bool:
    """Whether it is not to wait for the maintenance window: only where that was asked for."""
    return given.get("when") == NOW


def _classes(resource: Resource, known: Known) -> Sequence[str]:
    """Classes that have a price where it runs, the next smaller of its family first."""
    if not isinstance(resource, Database):
        return ()
    family = "rds-multi-az:" if resource.multi_az else "rds:"
    fit = [
        each.item.removeprefix(family)
        for each in known.prices
        if each.region == resource.region and each.item.startswith(f"{family}db.")
    ]
    others = [name for name in fit if name != resource.instance_class]
    return smaller_first(others, resource.instance_class, known.types)


def _is_so(database: Database, wanted: object) -> bool:
    return database.instance_class == wanted and database.pending_class in {None, wanted}


def _unsuitable(resource: Resource, given: Parameters, _types: Mapping[str, InstanceType]) -> str | None:
    it, wanted = resource.short_id, given["instance_class"]
    if not isinstance(resource, Database):
        return f"{it} is no database."
    if resource.state != "available":
        return f"{it} is {resource.state}; only a database that is available can be changed."
    if _is_so(resource, wanted):
        return f"{it} is a {wanted} already."
    if resource.pending_class == wanted and not at_once(given):
        return f"{it} becomes a {wanted} in its next maintenance window already."
    return None


def _next(action: Action, sight: Sight) -> Next:
    it, wanted = action.short_id, action.parameters["instance_class"]
    database = sight.resource
    if not isinstance(database, Database):
        return failed(f"{it} no longer exists.")
    if database.state in PASSING:
        return Wait(f"{it} is {database.state}, a {database.instance_class} so far.")
    if _is_so(database, wanted):
        if not action.begun:
            return done(f"{it} was a {wanted} already; nothing was done.")
        return done(f"{it} is now a {wanted} and is {database.state}.")
    if database.pending_class == wanted and not at_once(action.parameters):
        if not action.begun:
            return done(f"{it} was to become a {wanted} in its next maintenance window already.")
        return done(f"{it} becomes a {wanted} in its next maintenance window.")
    if database.pending_class == wanted and action.begun:
        return Wait(f"{it} is about to become a {wanted}.")
    return Do(Call.MODIFY_DATABASE)


def _undo(action: Action) -> tuple[ActionKind, dict[str, object]] | None:
    if (before := (action.before or {}).get("instance_class")) is None:
        return None
    pending = (action.after or {}).get(
        "pending_class"
    ) is not None  # taken back before it happens, which harms nobody
    when = NOW if pending else action.parameters.get("when", WINDOW)
    return ActionKind.MODIFY_DATABASE, {"instance_class": before, "when": when}


def _calls(resource: Resource, given: Parameters) -> tuple[str, ...]:
    how = f"DBInstanceClass={given['instance_class']} ApplyImmediately={str(at_once(given)).lower()}"
    return (f"rds:ModifyDBInstance DBInstanceIdentifier={resource.short_id} {how}",)


def _by_hand(resource: Resource, given: Parameters) -> tuple[str, ...]:
    it, region = shlex.quote(resource.short_id), shlex.quote(resource.region)
    when = "--apply-immediately" if at_once(given) else "--no-apply-immediately"
    wanted = shlex.quote(str(given["instance_class"]))
    return (
        f"aws rds modify-db-instance --db-instance-identifier {it} --db-instance-class {wanted} {when} --region {region}",
    )


DECLARATION = Declaration(
    kind=ActionKind.MODIFY_DATABASE,
    title="Change database class",
    on=Kind.DATABASE,
    permissions=("rds:DescribeDBInstances", "rds:ModifyDBInstance"),
    parameters=frozenset({"instance_class", "when"}),
    asks=(
        Field(
            name="instance_class",
            title="New class",
            choices=_classes,
            say=lambda name, known: named(str(name), known.types.get(str(name).removeprefix("db."))),
        ),
        Field(
            name="when",
            title="When",
            choices=lambda _it, _known: (WINDOW, NOW),
            say=lambda when, _known: _WHEN[str(when)],
        ),
    ),
    check=_check,
    unsuitable=_unsuitable,
    calls=_calls,
    by_hand=_by_hand,
    terraform=lambda given: f'aws_db_instance: instance_class = "{given["instance_class"]}"',
    reversal=lambda it: (
        f"Undo changes it back to {getattr(it, 'instance_class', 'the class before')}, with another interruption of minutes."
    ),
    undo=_undo,
    next=_next,
    sends=(Call.MODIFY_DATABASE,),
    deadline=timedelta(hours=6),
)
