"""Around every screen: one question a run for who looks, asked again on the very next."""

from collections.abc import Callable
from dataclasses import replace

from moto import mock_aws
from sqlalchemy import create_engine, event

from core.access.roles import Role, User
from pages.ui import frame
from services import bootstrap
from services.context import Context
from services.usecases import sign_in as sign_ins
from tests.pages.conftest import opened


def test_a_run_asks_once_who_looks_and_the_next_run_asks_again(
    ctx: Context, person: Callable[..., User], sign_in: Callable[[User | None], str]
) -> None:
    token = sign_in(person(Role.VIEWER))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "session.token_hash" in statement:
            asked.append(statement)

    with mock_aws():
        event.listen(ctx.engine, "before_cursor_execute", note)
        app = opened("overview")
        assert len(asked) == 1
        app.run()
        assert len(asked) == 2
        event.remove(ctx.engine, "before_cursor_execute", note)
        sign_ins.log_out(ctx, token)
        app.run()
    assert "Overview" not in [each.value for each in app.title]
    assert not app.metric


def test_while_the_database_does_not_answer_nobody_is_asked_to_sign_in_again(
    ctx: Context, person: Callable[..., User], sign_in: Callable[[User | None], str]
) -> None:
    sign_in(person(Role.VIEWER))
    gone = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 2})
    bootstrap.share(replace(ctx, engine=gone))
    app = opened("schedules")
    assert not app.exception
    assert "The database does not answer" in app.error[0].value.replace("\\", "")
    assert (list(app.text_input), [each.key for each in app.button]) == ([], ["try-again"])
    bootstrap.share(ctx)
    app.button(key="try-again").click().run()
    assert app.title[0].value == "Schedules"
    assert not app.error
    gone.dispose()


def test_a_screen_that_one_may_not_open_says_so_and_who_may(
    person: Callable[..., User], sign_in: Callable[[User | None], str]
) -> None:
    sign_in(person(Role.VIEWER))
    app = opened("team")
    assert app.title[0].value == "Team"
    assert "admin" in app.error[0].value
    assert "Team" not in [each.label for each in app.sidebar.get("page_link")]


def test_accounts_and_regions_follow_from_costs_to_resources_and_back() -> None:
    costs = {"f": ["account=1", "account=2", "account!=3", "service=S3"], "by": ["region"]}
    limited = frame.places("costs", costs)
    assert limited == {"account": ["1", "2"]}
    resources = frame.narrowed("resources", {"region": ["eu-west-1"], "kind": ["volume"]}, limited)
    assert resources == {"kind": ["volume"], "account": ["1", "2"]}
    back = frame.narrowed("costs", costs, frame.places("resources", {"region": ["us-east-1"]}))
    assert back == {"by": ["region"], "f": ["account!=3", "service=S3", "region=us-east-1"]}
