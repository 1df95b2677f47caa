"""Applying a plan on a database that fails on the way: the answer tells what became of each fix."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from core.access.roles import User
from services.context import Context
from services.db.tables.actions import actions
from tests.api.test_resources import found

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]
FAILING = """
create function fail() returns trigger language plpgsql as $$
begin
  if new.resource_id = '{resource}' then {how}; end if;
  return new;
end $$;
create trigger failing before insert on action for each row execute function fail()
"""
WAYS = {
    "the statement fails": "raise exception 'out of memory' using errcode = '53200'",
    "the connection breaks": "perform pg_terminate_backend(pg_backend_pid())",
}


@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(
    ("fails_at", "outcomes"),
    [
        ("i-1", ["unknown", "not_tried", "not_tried"]),
        ("i-2", ["queued", "unknown", "not_tried"]),
        ("i-3", ["queued", "queued", "unknown"]),
    ],
)
def test_when_the_database_fails_the_answer_tells_of_each_fix(
    client: TestClient,
    ctx: Context,
    operator: User,
    bearer: Headers,
    instance: Instance,
    how: str,
    fails_at: str,
    outcomes: list[str],
) -> None:
    for number, name in enumerate(("i-1", "i-2", "i-3")):
        found(ctx, operator.organisation_id, instance(name), saving=str(90 - number))
    with ctx.begin() as db:
        db.execute(text(FAILING.format(resource=fails_at, how=how)))
    answer = client.post(
        "/resources/optimize", json={"apply": True, "reason": "Idle."}, headers=bearer(operator)
    )
    assert answer.status_code == 202
    told = answer.json()["applied"]
    assert [row["outcome"] for row in told] == outcomes
    assert "nothing was changed" not in answer.text
    with ctx.begin() as db:
        queued = db.execute(select(actions.c.id).order_by(actions.c.resource_id)).scalars().all()
    assert [row["action_id"] for row in told if row["outcome"] == "queued"] == [str(one) for one in queued]
