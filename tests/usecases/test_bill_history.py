"""How long a bill that was replaced can still be asked is a setting, and the worker's job goes by it."""

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.access.roles import User
from core.costs.scope import EVER, CostType, Scope
from core.errors import NotFound
from services.context import Beat, Context
from services.usecases import bill_history, costs, ingest
from services.warehouse.warehouse import Warehouse
from tests.bills import a_bill, a_line

DAY = 86_400
BILLED = Scope(EVER, cost=CostType.BILLED)


def test_a_state_replaced_forty_days_ago_is_there_for_sixty_and_not_for_thirty(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path, database_url: str
) -> None:
    tokens = []
    for cost in ("1", "2"):
        ingest.files(ctx, organisation_id, [a_bill(tmp_path / "bill.csv", [a_line(cost=cost)])])
        tokens.append(costs.pin(ctx, viewer))
    for file in (each for each in ctx.warehouse.directory.rglob("*") if each.is_file()):
        at = file.stat().st_mtime - 40 * DAY
        os.utime(file, (at, at))

    def kept_for(days: int) -> str:
        settings = ctx.settings.model_copy(update={"bill_history_days": days})
        return bill_history.keep(replace(ctx, settings=settings), Beat())

    assert kept_for(60).startswith("0 old states of the bill forgotten")
    assert [costs.table(ctx, viewer, BILLED, (), at=at).total for at in tokens] == [Decimal(1), Decimal(2)]
    assert kept_for(30).startswith("1 old states of the bill forgotten")
    kept_for(
        -1
    )  # the table's own time of a state cannot be made older: as if it were tomorrow, with no day kept
    later = replace(ctx, warehouse=Warehouse(database_url, ctx.warehouse.directory))
    with pytest.raises(NotFound, match="no longer kept"):
        costs.table(later, viewer, BILLED, (), at=tokens[0])
    assert costs.table(later, viewer, BILLED, (), at=tokens[1]).total == Decimal(2)
    later.warehouse.close()
