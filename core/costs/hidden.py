"""Filters as somebody may read them who sees some accounts only: no account that they do not see is named, nor hinted at."""

import re
from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl

from core.costs.scope import ACCOUNT, Dimension, Filter, Match

Accounts = Collection[str] | None
"""The accounts that somebody sees; None: all."""
_ACCOUNT_ID = re.compile(r"(?<!\d)\d{12}(?!\d)")
"""An AWS account's id, also inside of an ARN or the name of a source."""


def told(filters: Iterable[Filter], accounts: Accounts) -> tuple[Filter, ...] | None:
    """The filters without what is about accounts not seen; None where they leave nothing that this person sees.

    Of lines in the accounts seen, both take the same: "is not" an account that none of them is in holds for each of them, and of
    several values of which one must hold, those not seen never do.
    """
    if accounts is None:
        return tuple(filters)
    kept: list[Filter] = []
    asked: set[Dimension] = set()
    for each in filters:
        if each.match is Match.IS:
            asked.add(each.dimension)
        if not _unseen(each, accounts):
            kept.append(each)
        elif each.match is Match.CONTAINS:
            return None
    reached = {each.dimension for each in kept if each.match is Match.IS}
    return tuple(kept) if asked == reached else None


def names_unseen(text: str, accounts: Accounts) -> bool:
    """Whether a text holds the id of an AWS account that is not seen."""
    return accounts is not None and not set(_ACCOUNT_ID.findall(text)).issubset(accounts)


def link_names_unseen(query: str, accounts: Accounts) -> bool:
    """Whether a link's query names an account that is not seen: by its id, or as a filter's or a step's value of `account`."""
    if accounts is None:
        return False
    values = [value for _, value in parse_qsl(query, keep_blank_values=True)]
    steps = [
        found["account"]
        for value in values
        if (found := re.fullmatch(r"account(?:!=|=|~|:)(?P<account>.+)", value)) is not None
    ]
    return any(names_unseen(value, accounts) for value in values) or not set(steps).issubset(accounts)


def _unseen(wanted: Filter, accounts: Collection[str]) -> bool:
    if wanted.value is None:
        return False
    if wanted.dimension != ACCOUNT:
        return names_unseen(wanted.value, accounts)
    if wanted.match is Match.CONTAINS:
        return not any(wanted.value.lower() in account.lower() for account in accounts)
    return wanted.value not in accounts
