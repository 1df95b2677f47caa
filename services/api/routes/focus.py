"""The bill's lines as a FOCUS 1.2 file."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from services.api.deps import CostViewer, Ctx
from services.api.routes.costs import ScopeAsked
from services.usecases import focus_export
from services.warehouse.focus_file import FocusFormat

router = APIRouter(prefix="/costs", tags=["costs"])
MEDIA_TYPES = {
    FocusFormat.CSV: "text/csv",
    FocusFormat.CSV_GZ: "application/gzip",
    FocusFormat.PARQUET: "application/vnd.apache.parquet",
}


class FocusAsked(ScopeAsked):
    """Which part of the bill, and as which kind of file; without `currency` all there are."""

    format: FocusFormat = FocusFormat.CSV_GZ


@router.get("/focus", response_class=FileResponse)
def focus(asked: Annotated[FocusAsked, Query()], ctx: Ctx, user: CostViewer) -> FileResponse:
    """All lines of the scope with every column of FOCUS 1.2, exact; ours follow as `x_` columns. Meant for programs: nothing is put before a text."""
    path = focus_export.for_sending(ctx, user, asked.scope(), asked.format, at=asked.at)
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[asked.format],
        filename=f"focus-1.2{'' if asked.month is None else f'-{asked.month}'}.{asked.format}",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )
