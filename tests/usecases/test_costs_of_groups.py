"""What a group costs is what all its members do: on its page, and where it decides whether a second person must agree."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.access.roles import Role, User
from core.actions.model import ActionKind
from core.inventory import Resource
from core.resources import ResourceFilter, ResourceSort
from services.context import Context
from services.usecases import cost_resources, ingest, resources, second_person
from tests.acted_on import a_cluster
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT
from tests.databases import a_database
from tests.fleet import connected, seen
from tests.usecases.test_savings_of_groups import API, DAYS, DONE, EKS, NODES, WEB, done

__all__ = ["done"]


@pytest.mark.usefixtures("done")
def test_a_group_costs_what_all_that_belonged_to_it_did(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    cost, ids = cost_resources.cost_with_members(ctx, operator, WEB.id)
    assert cost is not None
    three, two = (
        30 - (DAYS - DONE - 1),
        DAYS - DONE - 1,
    )  # days of so many instances, of the last 30 full ones
    assert cost.cost == (3 * three + 2 * two) * Decimal("2.4")
    assert {"i-own", "i-day-29"} <= set(ids)
    for whole in (NODES, EKS):
        found, _ = cost_resources.cost_with_members(ctx, operator, whole.id)
        assert found is not None
        assert (found.resource_id, found.cost) == (whole.id, 72)
    assert cost_resources.cost_with_members(ctx, operator, "i-else")[1] == ()
    stranger = person(Role.OPERATOR, accounts=frozenset({"999999999999"}))
    assert cost_resources.cost_with_members(ctx, stranger, WEB.id)[0] is None


@pytest.mark.usefixtures("done")
def test_a_group_stands_among_others_by_what_its_members_cost(ctx: Context, operator: User) -> None:
    wanted = ResourceFilter(sort=ResourceSort.COST, descending=True)
    found = [each.id for each in resources.search(ctx, operator, wanted).rows]
    assert found[0] == WEB.id
    assert {API.id, NODES.id, EKS.id, "i-own", "i-node", "i-else"} == set(found[1:7])


@pytest.mark.parametrize(
    ("whole", "stop"),
    [
        (WEB, ActionKind.STOP_AUTOSCALING_GROUP),
        (NODES, ActionKind.STOP_NODE_GROUP),
        (API, ActionKind.STOP_SERVICE),
    ],
    ids=lambda each: str(getattr(each, "kind", each)),
)
@pytest.mark.usefixtures("done")
def test_a_second_person_must_agree_by_what_its_members_cost(
    ctx: Context, operator: User, whole: Resource, stop: ActionKind
) -> None:
    strict = replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(60)}))
    said = second_person.foretold(strict, operator, [(stop, whole, {})])
    assert "it acts on a resource that costs $" in said
    assert "more than $60.00" in said
    loose = replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(1000)}))
    assert second_person.foretold(loose, operator, [(stop, whole, {})]) == ""


def test_a_cluster_of_databases_is_at_stake_with_its_instances(
    ctx: Context, organisation_id: UUID, tmp_path: Path
) -> None:
    cluster, member = (
        a_cluster(account_id=ACCOUNT),
        a_database("ledger-1", cluster="ledger", account_id=ACCOUNT),
    )
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, cluster, member)
    first = ctx.now().date() - timedelta(days=DAYS)
    lines = [
        a_line(day=f"{first + timedelta(days=offset)}", SubAccountId=ACCOUNT, ResourceId=each.id, cost=cost)
        for offset in range(DAYS)
        for each, cost in ((cluster, "1"), (member, "2"))
    ]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "databases.csv", lines)])
    asked = cost_resources.effective_cost_with_members(ctx, organisation_id, [cluster.id, member.id])
    assert {name: cost.cost for name, cost in asked.items()} == {cluster.id: 90, member.id: 60}
