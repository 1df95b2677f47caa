"""Secrets that nobody reads."""

from core import dates
from core.inventory import Secret
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete secrets that nobody reads",
    why="Secrets Manager bills each secret and each replica of it by the month, and one that nobody reads is still one that can leak.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.REMOVE,
    by_hand="`aws secretsmanager delete-secret --secret-id NAME --recovery-window-in-days 30`; it is no longer billed, and until the window ends "
    "`aws secretsmanager restore-secret --secret-id NAME` brings it back.",
    reads=("secretsmanager:ListSecrets",),
    peers=("Thrifty: not read for 90 days",),
    options=(Option("days", 90, "days", "How long nobody may have read it, and how old it must be."),),
)
def secret_unused(secret: Secret, facts: Facts) -> Finding | None:
    """Those that an AWS service made for itself are its own to delete; a replica goes with the secret that it is one of."""
    if secret.owner is not None or secret.copy_of is not None:
        return None
    days = facts.option("days")
    age = facts.there_for(secret, days)
    unread = age if secret.last_read is None else facts.now - secret.last_read
    if unread.days < days:
        return None
    cost = facts.cost(secret)
    since = f"since {dates.day(secret.last_read)}" if secret.last_read else f"in its {age.days} days"
    return Finding(
        because=f"Nobody read it {since}, as far as AWS knows: it counts whole days, in this region. Check that it is none for an "
        "emergency or a yearly job.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "days_unread": unread.days,
            "threshold": f"unread for {days:g} days",
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )
