"""What tests keep for each other is whole, or not kept."""

from collections.abc import Callable

from core.access.roles import Role, User
from services.db.tables.access import users
from tests.once import Once, Worlds

Person = Callable[..., User]


def test_a_world_is_kept_with_the_people_whom_it_makes(person: Person, once: Once, worlds: Worlds) -> None:
    once("alone", lambda: person(Role.ADMIN))
    (kept,) = (each for (name, _), each in worlds.kept.items() if name == "alone")
    assert users.name in kept.rows.copied


def test_but_not_where_others_were_there_before_from_whom_they_cannot_be_told(
    person: Person, once: Once, worlds: Worlds
) -> None:
    person(Role.VIEWER)
    once("beside others", lambda: person(Role.ADMIN))
    assert not any(name == "beside others" for name, _ in worlds.kept)
