"""Virtual tags in what is asked: `virtual:<name>` is only a name until its rules stand beside it."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar, cast
from uuid import UUID

from core.costs.scope import Dimension, Filter, Scope
from core.costs.virtual_tags import VirtualTag, resolved
from core.errors import NotFound

Definitions = Callable[[UUID, str], tuple[VirtualTag, ...]]
"""The versions of one virtual tag of an organisation, by its name; none where there is no such tag."""
Asked = TypeVar("Asked", bound=Hashable)


def no_definitions(_organisation_id: UUID, _name: str) -> tuple[VirtualTag, ...]:
    """Where there are no records, there are no virtual tags."""
    return ()


def with_rules(asked: Asked, organisation_id: UUID, find: Definitions) -> Asked:
    """What is asked, with the rules of each virtual tag that it names: in a scope, its filters, a dimension, or any of several.

    Raises `NotFound` for a virtual tag that there is not: no line would have it, which is not what was asked.
    """
    made: object = asked
    if isinstance(asked, Dimension):
        made = _dimension(asked, organisation_id, find)
    elif isinstance(asked, Filter):
        made = replace(asked, dimension=_dimension(asked.dimension, organisation_id, find))
    elif isinstance(asked, Scope) and asked.filters:
        made = replace(asked, filters=with_rules(asked.filters, organisation_id, find))
    elif isinstance(asked, tuple):
        made = tuple(with_rules(each, organisation_id, find) for each in asked)
    return cast("Asked", made)


def _dimension(asked: Dimension, organisation_id: UUID, find: Definitions) -> Dimension:
    if asked.virtual is None or asked.made:
        return asked
    versions = find(organisation_id, asked.virtual)
    if not versions:
        message = f"There is no virtual tag called “{asked.virtual}”."
        raise NotFound(message, mend="See which there are under Allocation.")
    return resolved(asked, versions)
