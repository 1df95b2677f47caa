"""How far metrics are known, within what somebody sees."""

from collections.abc import Callable
from uuid import UUID

from core.access.roles import Role, User
from services.context import Context
from services.usecases import data_health
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, sampled, seen
from tests.known import hours


def test_metrics_are_counted_of_what_runs_and_is_seen(
    ctx: Context, organisation_id: UUID, viewer: User, person: Callable[..., User]
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1"), an_instance("i-2"), an_instance("i-3", state="stopped"))
    sampled(ctx, organisation_id, "i-1", "cpu", hours(5))
    found = {each.metric: (each.known, each.total) for each in data_health.metrics(ctx, viewer)}
    assert found["cpu"] == (1, 2)
    assert found["memory"] == (0, 2)
    elsewhere = person(Role.VIEWER, organisation=organisation_id, accounts=frozenset({"999999999999"}))
    assert data_health.metrics(ctx, elsewhere) == ()
