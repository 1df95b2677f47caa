"""Every screen for every role, on an empty world and on a small one; and nobody gets past the gate."""

from collections.abc import Callable
from pathlib import Path

import pytest
from moto import mock_aws
from streamlit.testing.v1 import AppTest

from core.access.roles import Permission, Role, User
from pages.ui import navigation
from tests.pages.conftest import HOSTILE, PATIENCE, opened

PAGES = Path(__file__).parents[2] / "pages"
SignIn = Callable[[User | None], str]


def text_of(app: AppTest) -> str:
    """All Markdown and figures on the screen."""
    parts = [
        element.value
        for kind in (app.markdown, app.caption, app.error, app.warning, app.title)
        for element in kind
    ]
    return "\n".join([*parts, *(f"{each.label} {each.value}" for each in app.metric)])


def test_each_screen_has_a_row_and_each_row_a_screen() -> None:
    assert sorted(row.file for row in navigation.ROWS) == sorted(
        path.stem for path in PAGES.glob("*.py") if path.stem != "__init__"
    )


@pytest.mark.parametrize("role", list(Role))
def test_every_screen_opens_on_an_empty_world(
    person: Callable[..., User], sign_in: SignIn, role: Role
) -> None:
    user = person(role)
    sign_in(user)
    with mock_aws():
        for row in navigation.offered(user):
            app = opened(row.file)
            assert not app.exception, (row.file, app.exception)
            assert app.title[0].value == row.title
            assert not app.error, (row.file, [each.value for each in app.error])


@pytest.mark.parametrize("role", list(Role))
def test_every_screen_opens_on_a_small_world(
    small_world: User, person: Callable[..., User], sign_in: SignIn, role: Role
) -> None:
    user = person(role, organisation=small_world.organisation_id)
    sign_in(user)
    with mock_aws():
        for row in navigation.offered(user):
            app = opened(row.file)
            assert not app.exception, (row.file, app.exception)
            assert app.title[0].value == row.title
            if row.file != "live":  # its account cannot be entered here, and the screen says so
                assert not app.error, (row.file, [each.value for each in app.error])


def test_nothing_of_a_hostile_tag_is_interpreted(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    with mock_aws():
        shown = "\n".join(
            text_of(opened(file, **query))
            for file, query in (
                ("resources", {"resource": "i-1"}),
                ("actions", {}),
                ("schedules", {}),
                ("overview", {}),
                ("recommendations", {}),
            )
        )
    assert r"\<img src\=x onerror\=alert\(1\)\>" in shown
    for text in HOSTILE:
        assert text not in shown, text
    assert "](javascript" not in shown
    assert "](http" not in shown


@pytest.mark.parametrize("row", navigation.ROWS, ids=lambda row: row.file)
def test_a_page_run_past_the_front_door_shows_only_the_sign_in(sign_in: SignIn, row: navigation.Row) -> None:
    sign_in(None)
    app = AppTest.from_file(str(PAGES / f"{row.file}.py"), default_timeout=PATIENCE)
    app.run()
    assert not app.exception
    assert row.title not in [each.value for each in app.title]
    assert not app.metric


def test_a_role_without_permission_is_refused_and_told_who_can(
    person: Callable[..., User], sign_in: SignIn
) -> None:
    sign_in(person(Role.VIEWER))
    app = AppTest.from_file(str(PAGES / "team.py"), default_timeout=PATIENCE)
    app.run()
    assert "admin" in app.error[0].value
    assert not app.metric


def test_a_session_that_was_ended_sees_nothing_more(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    with mock_aws():
        app = opened("costs")
        assert app.metric
        sign_in(None)
        app.run()
    assert not app.metric


def test_who_may_not_act_is_offered_no_button(
    small_world: User, person: Callable[..., User], sign_in: SignIn
) -> None:
    sign_in(person(Role.VIEWER, organisation=small_world.organisation_id))
    with mock_aws():
        app = opened("resources")
    assert not {"Start", "Stop", "Resize"} & {each.label for each in app.button}
    assert "operator" in text_of(app)


def test_accounts_outside_the_scope_are_not_shown(
    small_world: User, person: Callable[..., User], sign_in: SignIn
) -> None:
    sign_in(
        person(Role.OPERATOR, organisation=small_world.organisation_id, accounts=frozenset({"999999999999"}))
    )
    with mock_aws():
        for file in ("costs", "resources", "recommendations"):
            app = opened(file)
            assert not app.exception
            assert not app.dataframe or all("i-1" not in str(each.value.to_dict()) for each in app.dataframe)


def test_every_screen_names_a_permission_somebody_has() -> None:
    assert all(isinstance(row.permission, Permission) for row in navigation.ROWS)
