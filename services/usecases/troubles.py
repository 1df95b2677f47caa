"""A database that fails in the middle of a use-case, in words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from services.db import database

LOG = logging.getLogger(__name__)


@contextmanager
def told() -> Iterator[None]:
    """Within, a failure of the database is raised as one of our own errors, as screens show and the API answers it; the log has the failure itself."""
    try:
        yield
    except database.Failure as failure:
        LOG.exception("database error")
        raise database.in_words(failure) from failure
