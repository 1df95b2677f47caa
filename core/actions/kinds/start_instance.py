"""Start a stopped EC2 instance, and see it running: as another type where one is asked for, or where AWS has no capacity for its own."""

import shlex
from collections.abc import Mapping, Sequence

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.errors import Invalid, NoCapacity, PioneerError
from core.inventory import Instance, Kind, Resource
from core.prices import InstanceType

MOST_ALTERNATIVES = 10


def wanted_type(action: Action) -> str:
    """What it is to be started as: the type asked for, or its own, else the first alternative that AWS has capacity for; empty: none."""
    return next((each for each in _candidates(action) if each not in action.without), "")


def _candidates(action: Action) -> Sequence[str]:
    own = action.parameters.get("instance_type") or (action.before or {}).get("type") or ""
    return tuple(dict.fromkeys((str(own), *_alternatives(action.parameters))))


def _alternatives(given: Parameters) -> Sequence[str]:
    kept = given.get("alternatives")
    return [str(each) for each in kept] if isinstance(kept, list | tuple) else []


def _check(given: Parameters) -> None:
    kept = given.get("alternatives", [])
    named = [given["instance_type"]] if "instance_type" in given else []
    if not isinstance(kept, list | tuple) or len(kept) > MOST_ALTERNATIVES:
        message = f"Alternatives are a list of at most {MOST_ALTERNATIVES} instance types."
        raise Invalid(message)
    if not all(isinstance(each, str) and "." in each for each in [*named, *kept]):
        message = "An instance type is written like m7g.large."
        raise Invalid(message)


def _unsuitable(resource: Resource, parameters: Parameters, types: Mapping[str, InstanceType]) -> str | None:
    it = resource.short_id
    if resource.state != "stopped":
        return f"{it} is {resource.state}; only a stopped instance can be started."
    asked = [str(each) for each in (parameters.get("instance_type"), *_alternatives(parameters)) if each]
    for wanted in asked:
        if wanted not in types:
            return f"We do not know the instance type {wanted}, so we cannot tell whether {it} would start as one."
        if isinstance(resource, Instance) and types[wanted].architecture != resource.architecture:
            return f"{it} runs {resource.architecture} software; a {wanted} is {types[wanted].architecture} and could not start it."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        return failed(f"{action.short_id} no longer exists.")
    match sight.resource.state:
        case "running":
            return _running(action, sight.resource)
        case "pending":
            return Wait(f"{action.short_id} is starting.")
        case "stopping":
            return Wait(f"{action.short_id} is still stopping; it can be started once it has stopped.")
        case "stopped":
            return _stopped(action, sight.resource)
        case state:
            return failed(f"{action.short_id} is {state} and cannot be started.")


def _running(action: Action, resource: Resource) -> Next:
    if not action.begun:
        return done(f"{action.short_id} was running already; nothing was done.")
    if not action.without:
        return done(f"{action.short_id} is running.")
    now = f" as a {resource.type}" if isinstance(resource, Instance) else ""
    return done(
        f"{action.short_id} is running{now}; AWS had no capacity for a {' or a '.join(action.without)}."
    )


def _stopped(action: Action, resource: Resource) -> Next:
    wanted = wanted_type(action)
    if not wanted and action.without:
        return failed(
            f"{action.short_id}: AWS has no capacity right now for a {' or a '.join(action.without)}."
        )
    if isinstance(resource, Instance) and wanted and resource.type != wanted:
        return Do(Call.RESIZE)
    return Do(Call.START)


def _instead(action: Action, call: Call, error: PioneerError) -> str | None:
    """The next type, where AWS has no capacity for this one and others were given."""
    if call is not Call.START or not isinstance(error, NoCapacity) or not _alternatives(action.parameters):
        return None
    return wanted_type(action) or None


def _calls(resource: Resource, parameters: Parameters) -> tuple[str, ...]:
    it, wanted = resource.short_id, parameters.get("instance_type")
    start = f"ec2:StartInstances InstanceIds=[{it}]"
    if not wanted or (isinstance(resource, Instance) and resource.type == wanted):
        return (start,)
    return (f"ec2:ModifyInstanceAttribute InstanceId={it} InstanceType={wanted}", start)


def _by_hand(resource: Resource, parameters: Parameters) -> tuple[str, ...]:
    it, region = shlex.quote(resource.short_id), f"--region {shlex.quote(resource.region)}"
    start = f"aws ec2 start-instances --instance-ids {it} {region}"
    wanted = parameters.get("instance_type")
    if not wanted or (isinstance(resource, Instance) and resource.type == wanted):
        return (start,)
    value = shlex.quote(f'{{"Value": "{wanted}"}}')
    return (f"aws ec2 modify-instance-attribute --instance-id {it} --instance-type {value} {region}", start)


DECLARATION = Declaration(
    kind=ActionKind.START_INSTANCE,
    title="Start instance",
    on=Kind.INSTANCE,
    permissions=("ec2:DescribeInstances", "ec2:StartInstances", "ec2:ModifyInstanceAttribute"),
    parameters=frozenset({"instance_type", "alternatives"}),
    check=_check,
    unsuitable=_unsuitable,
    calls=_calls,
    by_hand=_by_hand,
    terraform=lambda _: "aws_ec2_instance_state, where it is used: running",
    reversal=lambda _: "Undo stops it again.",
    undo=lambda _: (ActionKind.STOP_INSTANCE, {}),
    next=_next,
    instead=_instead,
    sends=(Call.START,),
)
