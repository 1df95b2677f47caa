"""How far a schedule's attachments reach, judged against the AWS accounts that a user sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import User
from core.errors import Forbidden, NotFound
from core.schedules.attachment import Attachment, Schedule
from core.schedules.naming import slug
from core.schedules.selector import Selector
from services.db.stores import schedules, switched


@dataclass(frozen=True)
class Reach:
    """What of some attachments a user sees.

    `shown`, cut down to that; `beyond`, those among them that also reach other accounts; `elsewhere`, how many reach none of the user's.
    """

    shown: tuple[Attachment, ...]
    beyond: frozenset[UUID]
    elsewhere: int

    @property
    def within(self) -> bool:
        """Whether none reaches an account that the user does not see."""
        return not self.beyond and not self.elsewhere


NOWHERE = Reach((), frozenset(), 0)
"""Of a schedule that is attached to nothing."""


def reach(db: Connection, user: User, attachments: Sequence[Attachment]) -> dict[UUID, Reach]:
    """By schedule; one query at most, whatever the number of attachments."""
    own = _own(db, user, attachments)
    by_schedule: dict[UUID, list[Attachment]] = {}
    for attachment in attachments:
        by_schedule.setdefault(attachment.schedule_id, []).append(attachment)
    return {schedule_id: _reach(user, held, own) for schedule_id, held in by_schedule.items()}


def demand_within(
    db: Connection, user: User, schedule: Schedule, attachments: Iterable[Attachment], what: str
) -> None:
    """Raise `Forbidden` when one of these attachments of the schedule reaches an account that the user does not see."""
    held = [attachment for attachment in attachments if attachment.schedule_id == schedule.id]
    if not all(one.within for one in reach(db, user, held).values()):
        message = f"“{schedule.name}” also switches instances in AWS accounts that you do not see; you may not {what}."
        raise Forbidden(message, mend="Ask somebody who sees those accounts, or make a schedule of your own.")


def demand_name(db: Connection, user: User, name: str, what: str) -> None:
    """Raise `Forbidden` when instances in accounts that the user does not see name this schedule by their tag."""
    if named_beyond(user, name, () if user.accounts is None else switched.names(db, user.organisation_id)):
        message = (
            f"Instances in AWS accounts that you do not see name “{name}” by their tag; you may not {what}."
        )
        raise Forbidden(message, mend="Ask somebody who sees those accounts, or choose another name.")


def demand_there(db: Connection, user: User, selector: Selector) -> None:
    """Raise `NotFound` for a named resource that no schedule can switch, or that the user does not see."""
    scope = None if user.accounts is None else tuple(sorted(user.accounts))
    named = selector.resource_ids or ()
    missing = set(named) - schedules.switchable(db, user.organisation_id, named, scope) if named else set()
    if missing:
        message = f"There is nothing to switch called {min(missing)}" + (
            f", nor {len(missing) - 1} others." if len(missing) > 1 else "."
        )
        raise NotFound(message, mend="Only what the last collection saw can be scheduled.")


def named_beyond(user: User, name: str, names: Iterable[tuple[str, str, int]]) -> bool:
    """Whether one of these (tag's value, account, instances) names the schedule from where the user does not see."""
    return any(value == slug(name) and not user.sees(account) for value, account, _ in names)


def _own(db: Connection, user: User, attachments: Iterable[Attachment]) -> frozenset[str]:
    """Which of the resources that attachments name are in accounts the user sees."""
    if user.accounts is None:
        return frozenset()
    named = {name for attachment in attachments for name in attachment.selector.resource_ids or ()}
    return schedules.known(db, user.organisation_id, sorted(named), sorted(user.accounts))


def _reach(user: User, held: Sequence[Attachment], own: frozenset[str]) -> Reach:
    if user.accounts is None:
        return Reach(tuple(held), frozenset(), 0)
    shown, beyond = [], set()
    for attachment in held:
        seen = _seen(attachment.selector, user.accounts, own)
        if seen is not None:
            shown.append(replace(attachment, selector=seen))
        if not _within(attachment.selector, user.accounts, own):
            beyond.add(attachment.id)
    ids = {attachment.id for attachment in shown}
    return Reach(tuple(shown), frozenset(beyond & ids), len(beyond - ids))


def _within(selector: Selector, accounts: frozenset[str], own: frozenset[str]) -> bool:
    """Whether it can select nothing outside `accounts`; an id of which we know no account may be anywhere."""
    if selector.accounts is not None and accounts.issuperset(selector.accounts):
        return True
    return selector.resource_ids is not None and own.issuperset(selector.resource_ids)


def _seen(selector: Selector, accounts: frozenset[str], own: frozenset[str]) -> Selector | None:
    """The selector without what lies outside `accounts`; None when nothing is left of it."""
    if selector.accounts is not None and accounts.issuperset(selector.accounts):
        return selector
    common = accounts if selector.accounts is None else accounts.intersection(selector.accounts)
    ids = None if selector.resource_ids is None else tuple(one for one in selector.resource_ids if one in own)
    if not common or ids == ():
        return None
    return replace(selector, resource_ids=ids, accounts=tuple(sorted(common)))
