"""What accounts and resources are called: a name where one is known, the id otherwise. Two questions a screen, kept for seconds."""

from collections.abc import Iterable, Mapping

from pages.ui import page
from pages.ui.page import Screen
from services.usecases import connections, resources


def accounts(screen: Screen) -> Mapping[str, str]:
    """The connected accounts' names by id."""
    found = page.lately(screen, connections.accounts) or ()
    return {each.account.id: each.account.name or each.account.id for each in found}


def of(screen: Screen, resource_ids: Iterable[str]) -> Mapping[str, str]:
    """The names of those resources that have one, by id."""
    wanted = sorted(set(resource_ids))
    found = page.lately(screen, resources.by_ids, wanted) if wanted else None
    return {key: each.name for key, each in (found or {}).items() if each.name}
