"""Resources for a screen: by cost while the bill can be read, else by name."""

from dataclasses import replace

from core.resources import ResourceFilter, ResourcePage, ResourceSort
from pages.ui import page
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import resources


def found(screen: Screen, wanted: ResourceFilter, ours: Bill | None) -> ResourcePage:
    """What matches. Without the bill an order by cost is one of names instead."""
    if ours is None and wanted.sort is ResourceSort.COST:
        wanted = replace(wanted, sort=ResourceSort.NAME, descending=False)
    at = None if ours is None else ours.at
    return page.need(resources.search, screen.ctx, screen.user, wanted, at=at)
