"""Ask the bill once before anybody comes, so that nobody's first look waits for libraries to load and files to be planned."""

import logging

from core.errors import PioneerError
from services.context import Context
from services.db.stores import access
from services.usecases import cost_resources

_log = logging.getLogger(__name__)


def up(ctx: Context) -> None:
    """Never fails: what is wrong shows on the screens that need it."""
    try:
        with ctx.read() as db:
            organisation_id = access.first_organisation(db)
        if organisation_id is not None:
            cost_resources.effective_cost_by_resource(ctx, organisation_id, days=1)
    except PioneerError as error:
        _log.info("not warmed up: %s", error.message)
