"""Stop a running EC2 instance, and see it stopped; hibernated where asked for, if AWS lets it."""

import shlex
from collections.abc import Mapping

from core.actions.field import Field, Sort
from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.errors import Invalid, PioneerError, Refused
from core.inventory import Instance, Kind, Resource
from core.prices import InstanceType

HIBERNATION = "hibernation"


def hibernates(action: Action) -> bool:
    """Whether its memory is to be kept; not once AWS would not."""
    return action.parameters.get("hibernate") is True and HIBERNATION not in action.without


def _check(given: Parameters) -> None:
    if not isinstance(given.get("hibernate", False), bool):
        message = "“hibernate” is true or false."
        raise Invalid(message)


def _unsuitable(resource: Resource, parameters: Parameters, _types: Mapping[str, InstanceType]) -> str | None:
    if resource.state != "running":
        return f"{resource.short_id} is {resource.state}; only a running instance can be stopped."
    if isinstance(resource, Instance) and resource.root_device != "ebs":
        return f"{resource.short_id} starts from an instance store: it cannot be stopped, only terminated, and its data would be lost."
    if parameters.get("hibernate") is True and isinstance(resource, Instance) and not resource.hibernation:
        return f"{resource.short_id} was not launched so that it can hibernate; it can only be stopped."
    return None


def _instead(action: Action, call: Call, error: PioneerError) -> str | None:
    """A plain stop, where AWS would not hibernate it: the night must not be paid for."""
    return HIBERNATION if call is Call.STOP and isinstance(error, Refused) and hibernates(action) else None


def _stopped(action: Action) -> str:
    if action.parameters.get("hibernate") is not True:
        return f"{action.short_id} is stopped."
    if hibernates(action):
        return f"{action.short_id} is hibernated."
    return f"{action.short_id} is stopped; AWS would not hibernate it."


def _calls(resource: Resource, parameters: Parameters) -> tuple[str, ...]:
    how = " Hibernate=true" if parameters.get("hibernate") is True else ""
    return (f"ec2:StopInstances InstanceIds=[{resource.short_id}]{how}",)


def _by_hand(resource: Resource, parameters: Parameters) -> tuple[str, ...]:
    how = " --hibernate" if parameters.get("hibernate") is True else ""
    it, region = shlex.quote(resource.short_id), shlex.quote(resource.region)
    return (f"aws ec2 stop-instances --instance-ids {it}{how} --region {region}",)


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        return failed(f"{action.short_id} no longer exists.")
    match sight.resource.state:
        case "stopped" if action.begun:
            return done(_stopped(action))
        case "stopped":
            return done(f"{action.short_id} was stopped already; nothing was done.")
        case "stopping":
            return Wait(f"{action.short_id} is stopping.")
        case "pending":
            return Wait(f"{action.short_id} is still starting; it can be stopped once it runs.")
        case "running":
            return Do(Call.STOP)
        case state:
            return failed(f"{action.short_id} is {state} and cannot be stopped.")


DECLARATION = Declaration(
    kind=ActionKind.STOP_INSTANCE,
    title="Stop instance",
    on=Kind.INSTANCE,
    permissions=("ec2:DescribeInstances", "ec2:StopInstances"),
    parameters=frozenset({"hibernate"}),
    asks=(
        Field(
            name="hibernate",
            title="Hibernate: keep what is in its memory",
            sort=Sort.FLAG,
            applies=lambda it, _given: bool(getattr(it, "hibernation", False)),
        ),
    ),
    check=_check,
    unsuitable=_unsuitable,
    calls=_calls,
    by_hand=_by_hand,
    terraform=lambda _: "aws_ec2_instance_state, where it is used: stopped",
    reversal=lambda _: (
        "Undo starts it again; a public address that is not an Elastic IP will be another one."
    ),
    undo=lambda _: (ActionKind.START_INSTANCE, {}),
    next=_next,
    instead=_instead,
    sends=(Call.STOP,),
)
