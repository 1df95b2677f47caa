"""Add lifecycle rules of ours to a bucket, beside those that are there, or take ours away again."""

import shlex
from collections.abc import Mapping

from core.actions.field import Field, Sort
from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, done, failed
from core.actions.model import Action, ActionKind
from core.errors import Invalid
from core.inventory import Bucket, Kind, Resource
from core.prices import InstanceType

CLASSES: Mapping[str, int] = {
    "STANDARD_IA": 30,
    "ONEZONE_IA": 30,
    "INTELLIGENT_TIERING": 0,
    "GLACIER_IR": 0,
    "GLACIER": 0,
    "DEEP_ARCHIVE": 0,
}
"""Storage classes that objects may go to, and after how many days at the earliest."""
_MONTH = 30


def rules(given: Parameters) -> dict[str, dict[str, object]]:
    """The rules by name, as S3 takes them but for which objects they are for: all."""
    found: dict[str, dict[str, object]] = {}
    if days := given.get("abort_days"):
        name = f"pioneer-abort-uploads-after-{days}-days"
        found[name] = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days}}
    if (days := given.get("transition_days")) is not None:
        to = given["transition_to"]
        found[f"pioneer-{to}-after-{days}-days"] = {"Transitions": [{"Days": days, "StorageClass": to}]}
    return found


def _check(given: Parameters) -> None:
    if not isinstance(given.get("remove", False), bool):
        message = "`remove` is true or false."
        raise Invalid(message)
    for name in ("abort_days", "transition_days"):
        days = given.get(name, 1)
        least = 1 if name == "abort_days" else 0
        if not isinstance(days, int) or isinstance(days, bool) or days < least:
            message = f"{name} is a whole number of days from {least}; {days!r} is not."
            raise Invalid(message)
    to, after = given.get("transition_to"), given.get("transition_days")
    if (to is None) != (after is None):
        message = "Objects move to transition_to after transition_days: give both or neither."
        raise Invalid(message)
    if to is not None and to not in CLASSES:
        message = f"Objects move to {', '.join(CLASSES)}; {to!r} is none of these."
        raise Invalid(message)
    if isinstance(after, int) and after < CLASSES[str(to)]:
        message = f"S3 moves objects to {to} after {CLASSES[str(to)]} days at the earliest."
        raise Invalid(message)
    if not rules(given):
        message = "Give abort_days, or transition_days and transition_to."
        raise Invalid(message)


def _left(bucket: Bucket, given: Parameters) -> list[str]:
    """Names of rules that are still to be added, or taken away."""
    there = bucket.lifecycle_rules or ()
    return [name for name in rules(given) if (name in there) == bool(given.get("remove"))]


def _unsuitable(resource: Resource, given: Parameters, _types: Mapping[str, InstanceType]) -> str | None:
    if not isinstance(resource, Bucket) or resource.lifecycle_rules is None or _left(resource, given):
        return None
    names = ", ".join(rules(given))
    if given.get("remove"):
        return f"{resource.short_id} has no rule {names} of ours."
    return f"{resource.short_id} has the rule {names} already."


def _next(action: Action, sight: Sight) -> Next:
    if not isinstance(sight.resource, Bucket):
        return failed(f"{action.short_id} no longer exists.")
    gone = bool(action.parameters.get("remove"))
    if _left(sight.resource, action.parameters):
        return Do(Call.REMOVE_RULES if gone else Call.ADD_RULES)
    names = ", ".join(rules(action.parameters))
    if not action.begun:
        return done(
            f"{action.short_id} was so already (rule {names} {'absent' if gone else 'there'}); nothing was done."
        )
    return done(f"The rule {names} was {'taken from' if gone else 'added to'} {action.short_id}.")


def _undo(action: Action) -> tuple[ActionKind, dict[str, object]] | None:
    """Only rules that this action itself put there, or took away."""
    if (before := (action.before or {}).get("lifecycle_rules")) is None or not isinstance(before, list):
        return None
    gone = bool(action.parameters.get("remove"))
    kept: dict[str, object] = {} if gone else {"remove": True}
    for names in (("abort_days",), ("transition_days", "transition_to")):
        part = {name: action.parameters[name] for name in names if name in action.parameters}
        if any((name in before) == gone for name in rules(part)):
            kept |= part
    return (ActionKind.SET_BUCKET_LIFECYCLE, kept) if rules(kept) else None


def _by_hand(resource: Resource, given: Parameters) -> tuple[str, ...]:
    it = f"--bucket {shlex.quote(resource.short_id)} --region {shlex.quote(resource.region)}"
    verb = "take away" if given.get("remove") else "add"
    return (
        f"aws s3api get-bucket-lifecycle-configuration {it} > rules.json  # then {verb}: {', '.join(rules(given))}",
        f"aws s3api put-bucket-lifecycle-configuration {it} --lifecycle-configuration file://rules.json",
    )


DECLARATION = Declaration(
    kind=ActionKind.SET_BUCKET_LIFECYCLE,
    title="Add lifecycle rules",
    on=Kind.BUCKET,
    permissions=("s3:ListAllMyBuckets", "s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    parameters=frozenset({"abort_days", "transition_days", "transition_to", "remove"}),
    asks=(
        Field(
            name="abort_days",
            title="Delete parts of unfinished uploads after",
            sort=Sort.NUMBER,
            unit="days",
            optional=True,
        ),
        Field(
            name="transition_to",
            title="Move objects to",
            choices=lambda _it, _known: tuple(CLASSES),
            say=lambda name, _known: (
                str(name).replace("_", " ").title().replace(" Ia", "-IA").replace(" Ir", " IR")
            ),
            optional=True,
        ),
        Field(
            name="transition_days",
            title="Move them after",
            sort=Sort.NUMBER,
            unit="days",
            applies=lambda _it, given: given.get("transition_to") is not None,
            now=lambda _it, given: CLASSES.get(str(given.get("transition_to"))) or _MONTH,
            least=0,
        ),
        Field(
            name="remove",
            title="Take such rules away again, where Cloud Pioneer added them",
            sort=Sort.FLAG,
        ),
    ),
    check=_check,
    unsuitable=_unsuitable,
    calls=lambda it, given: (
        f"s3:GetLifecycleConfiguration Bucket={it.short_id}",
        f"s3:PutLifecycleConfiguration Bucket={it.short_id}, its rules {'without' if given.get('remove') else 'and'} "
        + ", ".join(rules(given)),
    ),
    by_hand=_by_hand,
    terraform=lambda given: f"aws_s3_bucket_lifecycle_configuration: a rule {', '.join(rules(given))}",
    reversal=lambda _: (
        "Undo takes away only the rules that this added; uploads aborted and objects moved meanwhile stay so."
    ),
    undo=_undo,
    next=_next,
    sends=(Call.ADD_RULES,),
)
