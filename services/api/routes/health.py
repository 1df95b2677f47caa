"""Whether the service is well, for load balancers and supervisors: no detail beyond that."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from core.errors import PioneerError
from services.api.deps import Ctx
from services.api.shape import Answer
from services.context import Context
from services.db import migrate

router = APIRouter(tags=["health"])


class HealthOut(Answer):
    """`ok` when requests can be answered."""

    status: Literal["ok", "unavailable"]


def well(ctx: Context) -> bool:
    """Whether the database answers and has the schema that this code expects."""
    try:
        return not migrate.pending(ctx.engine)
    except (PioneerError, SQLAlchemyError):
        return False


@router.get("/health", responses={503: {"model": HealthOut}})
def health(ctx: Ctx, response: Response) -> HealthOut:
    """200 when the service can answer, else 503."""
    if well(ctx):
        return HealthOut(status="ok")
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return HealthOut(status="unavailable")
