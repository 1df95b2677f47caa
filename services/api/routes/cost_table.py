"""The answer of `GET /costs` as a file."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from core.costs import filters
from services.api.deps import CostViewer, Ctx
from services.api.routes.costs import CostsAsked, CostsOut, RowOut, spend
from services.usecases import exporting
from services.usecases.exporting import Format

router = APIRouter(prefix="/costs", tags=["costs"])
SHARE_PLACES = 4
"""A percentage is a quotient and no sum of the bill: of its digits, those behind these places are left out."""


class TableAsked(CostsAsked):
    """What `GET /costs` is asked, and as which kind of file."""

    format: Format = Format.CSV


@router.get("/table", response_class=Response)
def table(asked: Annotated[TableAsked, Query()], ctx: Ctx, user: CostViewer) -> Response:
    """The rows of `GET /costs` as CSV, XLSX or Parquet, every digit of them; with `granularity` a row for each value and step. No cell of a CSV or XLSX is a formula."""
    found = spend(asked, ctx, user)
    by = [filters.dimension(name).name for name in asked.by]
    columns = _whole(found, by) if found.steps is None else _over_time(found, by)
    return Response(
        exporting.written(columns, asked.format),
        media_type=asked.format.media_type,
        headers={"content-disposition": f'attachment; filename="costs.{asked.format}"'},
    )


def _whole(found: CostsOut, by: Sequence[str]) -> dict[str, Sequence[object]]:
    rows = found.rows
    return {
        **_values(rows, by),
        _cost(found): [row.cost for row in rows],
        "share, %": [None if row.share is None else round(row.share * 100, SHARE_PLACES) for row in rows],
        "values in it, where it is all others": [row.other for row in rows],
    }


def _over_time(found: CostsOut, by: Sequence[str]) -> dict[str, Sequence[object]]:
    cells = [
        (row, step, amount)
        for row in found.rows
        for step, amount in zip(found.steps or (), row.over_time or (), strict=True)
    ]
    return {
        "from": [step for _, step, _ in cells],
        **_values([row for row, _, _ in cells], by),
        _cost(found): [amount for _, _, amount in cells],
        "values in it, where it is all others": [row.other for row, _, _ in cells],
    }


def _values(rows: Sequence[RowOut], by: Sequence[str]) -> dict[str, Sequence[object]]:
    """A column for each dimension, where there is no row too; empty where lines have no value of it."""
    return {name: [row.values[name] for row in rows] for name in by}


def _cost(found: CostsOut) -> str:
    return f"{found.cost} cost, {found.currency or 'no currency'}"
