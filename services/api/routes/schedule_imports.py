"""Taking schedules over from AWS Instance Scheduler and Cloud Custodian."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from core.schedules.imported import MOST_TEXT
from services.api.deps import Ctx, Scheduler
from services.api.shape import Answer, Body
from services.usecases import schedule_imports
from services.usecases.schedule_imports import Taken

router = APIRouter(prefix="/schedules/import", tags=["schedules"])


class ImportIn(Body):
    """`definitions`: the JSON of AWS Instance Scheduler (its table's items, or what its command line answers), a list of off-hours tags, or either as text."""

    definitions: dict[str, Any] | list[Any] | Annotated[str, Field(max_length=MOST_TEXT)]
    save: bool = False


class TakenOut(Answer):
    """One schedule: what it is here (null: it cannot be), what is read otherwise than one might think, what is lost, and what carried it."""

    name: str
    schedule: dict[str, object] | None
    means: list[str]
    lost: list[str]
    tag: dict[str, str] | None
    schedule_id: UUID | None
    there_already: bool


class ImportOut(Answer):
    """From whose scheduler it is, and every schedule in it."""

    source: str
    saved: bool
    schedules: list[TakenOut]
    notes: list[str]


@router.post("")
def take_over(body: ImportIn, ctx: Ctx, user: Scheduler) -> ImportOut:
    """What other schedulers' definitions mean here and what cannot be kept; with `save`, they are saved, attached to nothing."""
    given = body.definitions if isinstance(body.definitions, str) else json.dumps(body.definitions)
    done = schedule_imports.save(ctx, user, given) if body.save else schedule_imports.preview(user, given)
    return ImportOut(
        source=done.source,
        saved=body.save,
        schedules=[_out(each) for each in done.taken],
        notes=list(done.notes),
    )


def _out(taken: Taken) -> TakenOut:
    read = taken.read
    return TakenOut(
        name=read.name if taken.saved is None else taken.saved.name,
        schedule=None if read.definition is None else read.definition.to_json(),
        means=list(read.means),
        lost=list(read.lost),
        tag=None if read.tag is None else {"key": read.tag[0], "value": read.tag[1]},
        schedule_id=None if taken.saved is None else taken.saved.id,
        there_already=taken.there,
    )
