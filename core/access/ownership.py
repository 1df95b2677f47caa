"""Whose a resource is, by its tags: who may start and stop it without being an operator."""

from collections.abc import Mapping
from dataclasses import replace

from core.access.roles import Permission, Role, User

OWNER_TAGS = ("owner", "Owner")
"""The tags that name a person by e-mail: the first one with a value counts."""


def owns(user: User, tags: Mapping[str, str]) -> bool:
    """Whether the tags name this very person, by the whole address."""
    named = next((tags[key] for key in OWNER_TAGS if tags.get(key)), "")
    return "@" in named and named.strip().casefold() == user.email.casefold()


def as_owner(user: User, tags: Mapping[str, str]) -> User:
    """The same person, as an operator of what is theirs; unchanged where it is not, or where they may act anyway."""
    if user.may(Permission.ACT) or not owns(user, tags):
        return user
    return replace(user, roles=user.roles | {Role.OPERATOR})
