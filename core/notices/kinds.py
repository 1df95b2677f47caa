"""The kinds of notice, what may be seen of each, and which events make one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.access.roles import Permission, User
from core.events import Event

EVERY_ACCOUNT = "*"
"""Stands among a notice's accounts where it speaks of all of them: only who sees every account reads it."""


class NoticeKind(StrEnum):
    """What a notice is about; people choose by these where they are told."""

    STOP = "stop"
    FAILURE = "failure"
    ALERT = "alert"
    APPROVAL = "approval"
    BUDGET = "budget"
    DATA = "data"


@dataclass(frozen=True)
class Described:
    """A kind in words, and the permissions of which its subject takes one."""

    title: str
    when: str
    permissions: tuple[Permission, ...]

    def open_to(self, user: User) -> bool:
        """Whether it may reach somebody at all."""
        return any(user.may(each) for each in self.permissions)


KINDS: Mapping[NoticeKind, Described] = {
    NoticeKind.STOP: Described(
        "Before a scheduled stop",
        "Of what you own by its tag, and of schedules that you attached",
        (Permission.VIEW_SCHEDULES,),
    ),
    NoticeKind.FAILURE: Described(
        "An action did not work, or was not agreed to",
        "What you asked for, what you own, and what schedules that you attached wanted",
        (Permission.VIEW_ACTIONS,),
    ),
    NoticeKind.ALERT: Described(
        "An alert fires or recovers",
        "Alerts that you set, and those on what you own",
        (Permission.VIEW_RESOURCES,),
    ),
    NoticeKind.APPROVAL: Described(
        "An approval waits", "Actions that a second person must agree to", (Permission.APPROVE,)
    ),
    NoticeKind.BUDGET: Described(
        "A budget is breached or at risk",
        "Budgets that you made, or all of them where you manage costs",
        (Permission.VIEW_COSTS,),
    ),
    NoticeKind.DATA: Described(
        "Data stopped coming",
        "Bills that could not be loaded and accounts that are no longer collected",
        (Permission.MANAGE_CONNECTIONS, Permission.MANAGE_COSTS),
    ),
}


def kinds_for(user: User) -> tuple[NoticeKind, ...]:
    """The kinds that may reach somebody at all."""
    return tuple(kind for kind, told in KINDS.items() if told.open_to(user))


def may_read(user: User, kind: NoticeKind, accounts: frozenset[str]) -> bool:
    """Whether a notice of this kind about these AWS accounts is for this person's eyes, as they are now."""
    seen = user.accounts is None or accounts <= user.accounts
    return seen and KINDS[kind].open_to(user)


_SAID = frozenset(
    {
        "ActionApproved",
        "ActionRejected",
        "ActionCancelled",
        "AlertFiring",
        "AlertRecovered",
        "BudgetBreached",
        "BudgetAtRisk",
        "BillsRefused",
    }
)


def concerns(event: Event) -> bool:
    """Whether somebody may have to be told of an event, or what they were told is settled by it."""
    if event.type == "ActionSettled":
        return event.data.get("state") in {"failed", "refused"}
    if event.type == "ActionRequested":
        return event.data.get("state") == "waiting"
    return event.type in _SAID
