"""What accounts and resources are called: a name where one is known, the id otherwise. Two questions a screen, kept for seconds."""

from collections.abc import Iterable, Mapping

from core.activity import Activity
from core.inventory import short_id
from pages.ui import page
from pages.ui.page import Screen
from services.usecases import connections, resources

ACTORS: Mapping[str, str] = {
    "system:worker": "the worker",
    "system:schedules": "a schedule",
    "system:check-budgets": "the worker",
}
"""Those that are no person, in words."""


def actor(who: str) -> str:
    """Who did it: a person's e-mail, or what of the product it was, in words."""
    return ACTORS.get(who, who).removeprefix("system:")


def happened(each: Activity, known: Mapping[str, str]) -> str:
    """What happened, its thing by its name where one is `known` by the resource's id."""
    name = known.get(each.subject)
    return each.text.replace(each.subject, name).replace(short_id(each.subject), name) if name else each.text


def accounts(screen: Screen) -> Mapping[str, str]:
    """The connected accounts' names by id."""
    found = page.lately(screen, connections.accounts) or ()
    return {each.account.id: each.account.name or each.account.id for each in found}


def of(screen: Screen, resource_ids: Iterable[str]) -> Mapping[str, str]:
    """The names of those resources that have one, by id."""
    wanted = sorted(set(resource_ids))
    found = page.lately(screen, resources.by_ids, wanted) if wanted else None
    return {key: each.name for key, each in (found or {}).items() if each.name}
