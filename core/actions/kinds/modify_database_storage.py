"""Change the type and speed of an RDS instance's storage while it is in use. RDS never makes storage smaller."""

import shlex
from collections.abc import Mapping
from datetime import timedelta

from core.actions import speed
from core.actions.field import Field
from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.kinds.stop_database import PASSING
from core.actions.model import Action, ActionKind
from core.errors import Invalid
from core.inventory import Database, Kind, Resource
from core.prices import InstanceType

TYPES = ("gp2", "gp3", "io1", "io2")
_API = {"storage_type": "StorageType", "iops": "Iops", "throughput": "StorageThroughput"}
_OPTION = {"storage_type": "--storage-type", "iops": "--iops", "throughput": "--storage-throughput"}


def _check(given: Parameters) -> None:
    wanted = given.get("storage_type")
    if wanted not in TYPES:
        message = f"A database's storage is one of {', '.join(TYPES)}; {wanted!r} is not."
        raise Invalid(message)
    speed.check(given, "storage_type")


def _is_so(database: Database, wanted: Parameters) -> bool:
    return all(getattr(database, name) == value for name, value in wanted.items())


def _unsuitable(resource: Resource, given: Parameters, _types: Mapping[str, InstanceType]) -> str | None:
    it = resource.short_id
    if not isinstance(resource, Database):
        return f"{it} is no database."
    if resource.state == "storage-optimization":
        return f"{it} is still moving its data after the last change; RDS takes the next one hours later."
    if resource.state != "available":
        return f"{it} is {resource.state}; only a database that is available can be changed."
    if resource.storage_type not in TYPES:
        return f"{it} has {resource.storage_type or 'unknown'} storage, which is not changed in place."
    return f"{it} is so already." if _is_so(resource, given) else None


def _next(action: Action, sight: Sight) -> Next:
    database = sight.resource
    if not isinstance(database, Database):
        return failed(f"{action.short_id} no longer exists.")
    if database.state in PASSING:
        return Wait(f"{action.short_id} is {database.state}.")
    if not _is_so(database, action.parameters):
        return Do(Call.MODIFY_DATABASE_STORAGE)
    words = " ".join(str(value) for value in action.parameters.values())
    if not action.begun:
        return done(f"{action.short_id} was so already ({words}); nothing was done.")
    return done(f"The storage of {action.short_id} is changed: {words}.")


def _undo(action: Action) -> tuple[ActionKind, dict[str, object]] | None:
    before = action.before or {}
    if "storage_type" not in before:
        return None
    names = speed.SETTABLE.get(str(before["storage_type"]), frozenset()) | {"storage_type"}
    back = {name: value for name, value in before.items() if name in names and value is not None}
    return ActionKind.MODIFY_DATABASE_STORAGE, back


def _by_hand(resource: Resource, given: Parameters) -> tuple[str, ...]:
    it, region = shlex.quote(resource.short_id), shlex.quote(resource.region)
    words = " ".join(f"{_OPTION[name]} {shlex.quote(str(given[name]))}" for name in _OPTION if name in given)
    return (
        f"aws rds modify-db-instance --db-instance-identifier {it} {words} --apply-immediately --region {region}",
    )


def _terraform(given: Parameters) -> str:
    words = [f'storage_type = "{given["storage_type"]}"']
    words += [f"{name} = {given[name]}" for name in ("iops", "throughput") if name in given]
    return f"aws_db_instance: {', '.join(words).replace('throughput', 'storage_throughput')}"


DECLARATION = Declaration(
    kind=ActionKind.MODIFY_DATABASE_STORAGE,
    title="Change database storage",
    on=Kind.DATABASE,
    permissions=("rds:DescribeDBInstances", "rds:ModifyDBInstance"),
    parameters=frozenset(_API),
    asks=(
        Field(
            name="storage_type",
            title="Storage type",
            choices=lambda _it, _known: TYPES,
            now=lambda it, _given: getattr(it, "storage_type", None),
        ),
        *speed.fields("storage_type"),
    ),
    check=_check,
    unsuitable=_unsuitable,
    calls=lambda it, given: (
        f"rds:ModifyDBInstance DBInstanceIdentifier={it.short_id} "
        + " ".join(f"{_API[name]}={given[name]}" for name in _API if name in given)
        + " ApplyImmediately=true",
    ),
    by_hand=_by_hand,
    terraform=_terraform,
    reversal=lambda it: (
        f"Undo changes it back to {getattr(it, 'storage_type', '') or 'the type before'}; RDS takes the next change hours later."
    ),
    undo=_undo,
    next=_next,
    sends=(Call.MODIFY_DATABASE_STORAGE,),
    deadline=timedelta(hours=24),
)
