"""Failures as application/problem+json (RFC 9457): one shape for all of them, without stack, SQL or secret."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from core import errors
from services.api.headers import SECURITY
from services.db import database

LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
STATUS: Mapping[type[errors.PioneerError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.Unconditional: HTTPStatus.PRECONDITION_REQUIRED,
    errors.Refused: HTTPStatus.CONFLICT,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.NoCapacity: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Lost: HTTPStatus.BAD_GATEWAY,
    errors.Untried: HTTPStatus.CONFLICT,
}
RETRY_SECONDS = 5


def problem(
    request: Request,
    status: int,
    title: str,
    detail: str,
    *,
    kind: str,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """One problem document. `kind` is stable, for programs; `detail` is for people."""
    body: dict[str, object] = {
        "type": f"urn:cloud-pioneer:problem:{kind}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "instance": request.scope["path"],
        "request_id": request.scope.get("state", {}).get("request_id", ""),
    }
    return JSONResponse(
        body | dict(more or {}), status_code=int(status), headers=dict(headers or {}), media_type=MEDIA_TYPE
    )


def pioneer(request: Request, error: errors.PioneerError) -> Response:
    """Our own errors, in their own words."""
    status = next(
        (STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR
    )
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.TooMany):
        headers |= {
            "Retry-After": str(error.retry_after),
            "RateLimit": f'"default";r=0;t={error.retry_after}',
        }
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_SECONDS)
    kind = type(error).__name__.lower()
    more = {"mend": error.mend} if error.mend else None
    return problem(request, status, error.title, error.message, kind=kind, headers=headers, more=more)


def invalid(request: Request, error: RequestValidationError) -> Response:
    """A request of the wrong shape: where and why, never what was sent."""
    wrong = [
        {"at": ".".join(str(part) for part in item["loc"]), "why": item["msg"]} for item in error.errors()
    ]
    where = ", ".join(item["at"] for item in wrong)
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.Invalid.title,
        f"This request cannot be used; see what is wrong with: {where}.",
        kind="invalid",
        more={"errors": wrong},
    )


def http(request: Request, error: HTTPException) -> Response:
    """What the framework refuses: unknown paths, wrong methods."""
    status = HTTPStatus(error.status_code)
    detail = {
        HTTPStatus.NOT_FOUND: "There is nothing at this path.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This path does not answer this method.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body of this request is too large.",
    }.get(status, status.description or status.phrase)
    kind = status.phrase.lower().replace(" ", "-")
    return problem(request, status, status.phrase, detail, kind=kind, headers=error.headers)


def failed_database(request: Request, error: database.Failure) -> Response:
    """The database refused or went away."""
    told = database.in_words(error)
    if not isinstance(told, errors.Invalid):
        LOG.error("database error", exc_info=error, extra={"path": request.scope["path"]})
    return pioneer(request, told)


def unexpected(request: Request, error: Exception) -> Response:
    """A defect of ours: the log has it under the request's id, the client learns nothing of our inside."""
    LOG.error(
        "unexpected error",
        exc_info=error,
        extra={
            "path": request.scope["path"],
            "request_id": request.scope.get("state", {}).get("request_id", ""),
        },
    )
    return problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.PioneerError.title,
        "This is a defect of Cloud Pioneer. The log has it under this request_id.",
        kind="defect",
        headers=SECURITY,  # this answer is sent outside the middleware that adds them to others
    )


def install(app: FastAPI) -> None:
    """Let every failure of `app` answer in this shape."""
    app.add_exception_handler(errors.PioneerError, pioneer)  # type: ignore[arg-type]  # Starlette's type knows Exception only
    app.add_exception_handler(RequestValidationError, invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, http)  # type: ignore[arg-type]
    app.add_exception_handler(database.Failure, failed_database)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, unexpected)
