"""Change an EBS volume's type, IOPS or throughput while it is in use."""

import shlex
from collections.abc import Mapping

from core.actions import speed
from core.actions.field import Field
from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, done, failed
from core.actions.model import Action, ActionKind
from core.errors import Invalid
from core.inventory import Kind, Resource, Volume
from core.prices import InstanceType

TYPES = ("gp2", "gp3", "io1", "io2", "sc1", "st1", "standard")
_API = {"type": "VolumeType", "iops": "Iops", "throughput": "Throughput"}
_OPTION = {"type": "--volume-type", "iops": "--iops", "throughput": "--throughput"}


def _check(given: Parameters) -> None:
    wanted = given.get("type")
    if wanted not in TYPES:
        message = f"A volume's type is one of {', '.join(TYPES)}; {wanted!r} is not."
        raise Invalid(message)
    speed.check(given, "type")


def _is_so(volume: Volume, wanted: Parameters) -> bool:
    return all(getattr(volume, name) == value for name, value in wanted.items())


def _unsuitable(resource: Resource, parameters: Parameters, _types: Mapping[str, InstanceType]) -> str | None:
    it = resource.short_id
    if not isinstance(resource, Volume):
        return f"{it} is no volume."
    if resource.state not in {"in-use", "available"}:
        return f"{it} is {resource.state}; only a volume that is in use or available can be changed."
    if "standard" in {resource.type, parameters["type"]}:
        return f"{it}: AWS does not change magnetic (standard) volumes in place."
    if _is_so(resource, parameters):
        return f"{it} is so already."
    return None


def _next(action: Action, sight: Sight) -> Next:
    volume = sight.resource
    if not isinstance(volume, Volume):
        return failed(f"{action.short_id} no longer exists.")
    if _is_so(volume, action.parameters):
        words = " ".join(f"{name} {value}" for name, value in action.parameters.items())
        if not action.begun:
            return done(f"{action.short_id} was so already ({words}); nothing was done.")
        return done(f"{action.short_id} is changed: {words}.")
    if volume.state not in {"in-use", "available"}:
        return failed(f"{action.short_id} is {volume.state} and cannot be changed.")
    return Do(Call.MODIFY)


def _undo(action: Action) -> tuple[ActionKind, dict[str, object]] | None:
    before = action.before or {}
    if "type" not in before:
        return None
    names = speed.SETTABLE.get(str(before["type"]), frozenset()) | {"type"}
    return ActionKind.MODIFY_VOLUME, {
        name: value for name, value in before.items() if name in names and value is not None
    }


def _by_hand(resource: Resource, parameters: Parameters) -> tuple[str, ...]:
    words = " ".join(
        f"{_OPTION[name]} {shlex.quote(str(parameters[name]))}" for name in _OPTION if name in parameters
    )
    it, region = shlex.quote(resource.short_id), shlex.quote(resource.region)
    return (f"aws ec2 modify-volume --volume-id {it} {words} --region {region}",)


def _terraform(parameters: Parameters) -> str:
    words = [f'type = "{parameters["type"]}"']
    words += [f"{name} = {parameters[name]}" for name in ("iops", "throughput") if name in parameters]
    return f"aws_ebs_volume, or the instance's *_block_device: {', '.join(words)}"


DECLARATION = Declaration(
    kind=ActionKind.MODIFY_VOLUME,
    title="Change volume",
    on=Kind.VOLUME,
    permissions=("ec2:DescribeVolumes", "ec2:ModifyVolume"),
    parameters=frozenset(_API),
    asks=(
        Field(
            name="type",
            title="Type",
            choices=lambda _it, _known: [name for name in TYPES if name != "standard"],
            now=lambda it, _given: getattr(it, "type", None),
        ),
        *speed.fields("type"),
    ),
    check=_check,
    unsuitable=_unsuitable,
    calls=lambda it, given: (
        f"ec2:ModifyVolume VolumeId={it.short_id} "
        + " ".join(f"{_API[name]}={given[name]}" for name in _API if name in given),
    ),
    by_hand=_by_hand,
    terraform=_terraform,
    reversal=lambda it: (
        f"Undo changes it back to {getattr(it, 'type', 'the type before')}; AWS allows the next change after 6 hours."
    ),
    undo=_undo,
    next=_next,
    sends=(Call.MODIFY,),
)
