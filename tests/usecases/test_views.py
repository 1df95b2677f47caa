"""Saved views: whose they are, who sees and changes them, and that their link is the same screen."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access.roles import Role, User
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.views import name_of, query_of
from services.context import Context
from services.usecases import views

Person = Callable[..., User]


def names(ctx: Context, user: User, page: str | None = None) -> list[str]:
    return [view.name for view in views.listing(ctx, user, page)]


def test_a_view_is_seen_by_its_owner_and_once_shared_by_all(ctx: Context, person: Person) -> None:
    mine, other = person(Role.VIEWER), person(Role.VIEWER)
    view = views.save(ctx, mine, " Web  team ", "costs", "?by=account&tag=team=web")
    assert (view.name, view.link) == ("Web  team", "/costs?by=account&tag=team%3Dweb")
    assert (names(ctx, mine), names(ctx, other)) == (["Web  team"], [])
    views.change(ctx, mine, view.id, shared=True)
    assert names(ctx, other, "costs") == ["Web  team"]
    assert names(ctx, other, "resources") == []
    stranger = User(uuid4(), uuid4(), "x@example.com", "X", frozenset({Role.ADMIN}))
    assert names(ctx, stranger) == []


def test_a_shared_view_that_names_an_account_one_does_not_see_is_none_of_one_s(
    ctx: Context, person: Person
) -> None:
    mine = person(Role.FINANCE)
    some = person(Role.FINANCE, organisation=mine.organisation_id, accounts=frozenset({"111111111111"}))
    other = views.save(ctx, mine, "Theirs", "costs", "f=account=222222222222", shared=True)
    named = views.save(ctx, mine, "Costs of 222222222222", "costs", "", shared=True)
    views.save(ctx, mine, "Ours", "costs", "f=account=111111111111", shared=True)
    assert names(ctx, some) == ["Ours"]
    for view in (other, named):
        with pytest.raises(NotFound):
            views.delete(ctx, some, view.id)


def test_only_its_owner_and_of_shared_ones_who_manages_costs_may_change_it(
    ctx: Context, person: Person
) -> None:
    mine, other, finance = person(Role.VIEWER), person(Role.OPERATOR), person(Role.FINANCE)
    view = views.save(ctx, mine, "A", "costs", "")
    with pytest.raises(NotFound):
        views.change(ctx, finance, view.id, name="B")
    views.change(ctx, mine, view.id, shared=True)
    with pytest.raises(Forbidden):
        views.delete(ctx, other, view.id)
    assert views.change(ctx, finance, view.id, name="B").name == "B"


def test_a_deleted_view_comes_back_unless_its_name_was_taken(ctx: Context, viewer: User) -> None:
    view = views.save(ctx, viewer, "A", "costs", "by=region")
    views.delete(ctx, viewer, view.id)
    assert names(ctx, viewer) == []
    assert views.restore(ctx, viewer, view.id) == view
    views.delete(ctx, viewer, view.id)
    views.save(ctx, viewer, "A", "costs", "")
    with pytest.raises(Conflict):
        views.restore(ctx, viewer, view.id)


def test_a_name_is_used_once_by_each_person(ctx: Context, person: Person) -> None:
    mine, other = person(Role.VIEWER), person(Role.VIEWER)
    views.save(ctx, mine, "A", "costs", "")
    views.save(ctx, other, "A", "costs", "")
    second = views.save(ctx, mine, "B", "costs", "")
    with pytest.raises(Conflict):
        views.save(ctx, mine, "A", "resources", "")
    with pytest.raises(Conflict):
        views.change(ctx, mine, second.id, name="A")


def test_one_without_the_permission_is_refused(ctx: Context, person: Person) -> None:
    with pytest.raises(Forbidden):
        views.listing(ctx, person())
    with pytest.raises(Forbidden):
        views.save(ctx, person(), "A", "costs", "")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101, "a\u202eb"])
def test_a_name_is_one_line_that_can_be_read(name: str) -> None:
    with pytest.raises(Invalid):
        name_of(name)


@given(st.text(alphabet=st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=200))
def test_a_query_is_kept_in_one_form(text: str) -> None:
    assert query_of(query_of(text)) == query_of(text)
