"""What screens say when the database fails in the middle of an answer: words, on the screen that asked, and nothing shown as zero."""

from collections.abc import Callable

import pytest
from moto import mock_aws
from sqlalchemy import text

from core.access.roles import User
from pages.ui import navigation
from services.context import Context
from services.db.tables.metadata import METADATA
from tests.pages.conftest import opened

SignIn = Callable[[User | None], str]
STAY = {
    *("organisation", "app_user", "user_identity", "session", "session_ticket", "rate_counter"),
    *("clock_shift", "lease", "job"),
}
"""What says who looks and what time it is; without it there is no screen at all."""
TOLD = "The database could not do this; nothing was changed."
FAILING = """
create function fail() returns boolean language plpgsql as $$
begin
  raise exception 'out of memory' using errcode = '53200';
end $$
"""


@pytest.fixture
def failing(ctx: Context, small_world: User, sign_in: SignIn) -> User:
    """An admin of a small world, whose records fail as soon as they are read."""
    with ctx.begin() as db:
        db.execute(text(FAILING))
        for table in METADATA.tables.keys() - STAY:
            db.execute(text(f"alter table {table} rename to {table}_kept"))
            view = f"create view {table} as select * from {table}_kept where (select fail())"  # noqa: S608  our own names
            db.execute(text(view))
    sign_in(small_world)
    return small_world


def test_each_screen_says_that_the_database_could_not_answer(failing: User) -> None:
    assert failing
    with mock_aws():
        shown = {row.file: opened(row.file) for row in navigation.ROWS}
    assert {file: app.exception for file, app in shown.items() if app.exception} == {}
    assert {file: app.title[0].value for file, app in shown.items()} == {
        row.file: row.title for row in navigation.ROWS
    }
    said = {file: [each.value.replace("\\", "") for each in app.main.error] for file, app in shown.items()}
    assert [file for file, words in said.items() if not any(TOLD in each for each in words)] == []
    assert not [file for file, words in said.items() if any("out of memory" in each for each in words)]
    figures = {(file, each.label) for file, app in shown.items() for each in app.metric}
    of_what_was_read = {
        *(("overview", label) for label in ("This month so far", "Expected for the month")),
        *(("team", label) for label in ("Admins", "May sign in", "Wait for approval")),
    }
    assert figures == of_what_was_read, "what cannot be read is no figure, and never zero"
