"""One's own notices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from core.errors import NotFound
from core.notices.kinds import NoticeKind
from services.api.deps import Ctx, Oneself
from services.api.shape import Answer, Asked
from services.usecases import notify

router = APIRouter(prefix="/notices", tags=["notices"])


class NoticesAsked(Asked):
    """Which, and which page of them: newest first, `limit` from `offset` on."""

    kind: NoticeKind | None = None
    unread: bool = False
    limit: Annotated[int, Field(ge=1, le=notify.MOST)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class NoticeOut(Answer):
    """What one was told, and where it is seen: a screen's name and the query of its link. `mail` is how its mail stands, empty for none."""

    id: UUID
    kind: NoticeKind
    title: str
    text: str
    page: str
    query: Mapping[str, str]
    at: datetime
    read_at: datetime | None
    mail: str


class NoticesOut(Answer):
    """How many there are of those asked for, how many of all are unread, and the page."""

    total: int
    unread: int
    notices: list[NoticeOut]


class ReadOut(Answer):
    """How many were unread until now."""

    read: int


@router.get("")
def inbox(asked: Annotated[NoticesAsked, Query()], ctx: Ctx, user: Oneself) -> NoticesOut:
    """One's own inbox, newest first."""
    found = notify.inbox(
        ctx, user, kind=asked.kind, unread=asked.unread, limit=asked.limit, offset=asked.offset
    )
    rows = [NoticeOut.model_validate(each) for each in found.rows]
    return NoticesOut(total=found.total, unread=found.unread, notices=rows)


@router.post("/read")
def read_all(ctx: Ctx, user: Oneself) -> ReadOut:
    """Mark all of one's own notices as read."""
    return ReadOut(read=notify.read_all(ctx, user))


@router.post("/{notice_id}/read", status_code=204)
def read(notice_id: Annotated[str, Path(max_length=60)], ctx: Ctx, user: Oneself) -> None:
    """Mark one of one's own notices as read; it is no error if it was."""
    try:
        identity = UUID(notice_id)
    except ValueError as error:
        raise NotFound("There is no such notice in your inbox.") from error
    notify.read(ctx, user, identity)
