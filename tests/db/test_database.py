"""What happens to a question when the database goes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.errors import Unavailable
from services.context import Context


def test_a_question_whose_connection_breaks_is_told_so_in_our_words(ctx: Context) -> None:
    with pytest.raises(Unavailable, match="went away"), ctx.read() as db:
        db.execute(text("select pg_terminate_backend(pg_backend_pid())"))
    with ctx.read() as db:
        assert db.execute(text("select 1")).scalar_one() == 1


def test_what_the_database_refuses_is_no_loss_of_it(ctx: Context) -> None:
    with pytest.raises(DBAPIError), ctx.read() as db:
        db.execute(text("select 1 / 0"))
