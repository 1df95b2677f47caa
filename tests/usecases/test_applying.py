"""Applying what was found: what is not known any more is not applied, and counts in no sum."""

from decimal import Decimal
from uuid import UUID

import pytest

from core.access.roles import User
from core.actions.model import ActionKind
from core.errors import Conflict
from services.context import Context
from services.db.stores import findings as store
from services.usecases import recommendations
from tests.builders import ACCOUNT, an_instance
from tests.core.recommendations.test_portfolio import a_finding
from tests.fleet import connected, seen


def test_a_finding_that_is_not_known_now_is_listed_last_counts_nothing_and_is_not_applied(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1"), an_instance("i-2"))
    doubted = a_finding(resource_id="i-1", saving=Decimal(90), unknown="Its CPU is not known.")
    known = a_finding(resource_id="i-2", saving=Decimal(10), fix=ActionKind.STOP_INSTANCE)
    with ctx.begin() as db:
        store.write(db, organisation_id, [doubted, known])
    page = recommendations.listing(ctx, operator)
    assert [each.id for each in page.findings] == [known.id, doubted.id]
    assert (page.total, page.saving) == (2, 10)
    assert recommendations.plan(ctx, operator).total_saving == 10
    with pytest.raises(Conflict, match=r"Its CPU is not known\. Last known on 22 Nov 2026"):
        recommendations.apply(ctx, operator, doubted.id, "idle")
    recommendations.apply(ctx, operator, known.id, "idle")
