"""What was done to save, and what it came to on the bill."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from core.errors import NotFound
from core.ledger.entry import Proof, Standing, TrackRecord
from core.money import exact
from core.recommendations.lever import Lever
from services.api.deps import Ctx, FindingJudge, FindingViewer
from services.api.routes.resources import Usd
from services.api.shape import Answer, Body
from services.usecases import savings

router = APIRouter(prefix="/savings", tags=["savings"])


class SavingOut(Answer):
    """One thing done to one resource. Money in US dollars; `realised` is what the bill proves of `promised`, both for the `days` judged; null where it can tell nothing yet."""

    id: UUID
    rule: str
    title: str
    lever: Lever
    resource_id: str
    account_id: str
    region: str
    applied_at: datetime
    applied_by: str
    ended_at: datetime | None
    promised_a_month: Usd
    proof: Proof
    why: str
    days: int
    promised: Usd | None
    realised: Usd | None
    low: Usd | None
    high: Usd | None
    undone_on: date | None
    until: date | None

    @classmethod
    def of(cls, row: Standing) -> "SavingOut":
        """What we show of it."""
        entry, result = row.entry, row.result
        told = result if row.judged else None
        return cls(
            id=entry.id,
            rule=entry.rule,
            title=entry.title,
            lever=entry.lever,
            resource_id=entry.resource_id,
            account_id=entry.account_id,
            region=entry.region,
            applied_at=entry.applied_at,
            applied_by=entry.applied_by,
            ended_at=entry.ended_at,
            promised_a_month=entry.promised,
            proof=result.proof if result else Proof.WAITING,
            why=result.why if result else "It was not held against the bill yet.",
            days=row.days,
            promised=row.promised if told else None,
            realised=told.counted if told else None,
            low=told.low if told else None,
            high=told.high if told else None,
            undone_on=result.undone_on if result else None,
            until=row.until,
        )


class RecordOut(Answer):
    """How far a rule's promises came true; `ratio` is realised of promised as text, null before the bill can judge any."""

    rule: str
    entries: int
    judged: int
    promised: Usd
    realised: Usd
    ratio: str | None

    @classmethod
    def of(cls, record: TrackRecord) -> "RecordOut":
        """What we show of it."""
        ratio = None if record.ratio is None else exact(round(record.ratio, 6))
        return cls(
            rule=record.rule,
            entries=record.entries,
            judged=record.judged,
            promised=record.promised,
            realised=record.realised,
            ratio=ratio,
        )


class LedgerOut(Answer):
    """Everything that was done to save. `realised` counts only what the bill proves; the truth is between `low` and `high` nine times in ten."""

    realised: Usd
    low: Usd
    high: Usd
    promised: Usd
    promised_a_month: Usd
    currency: str = "USD"
    until: date | None
    savings: list[SavingOut]
    rules: list[RecordOut]


class DayOut(Answer):
    """One full day: what it would have cost, what it cost, what was saved."""

    day: date
    expected: Usd
    actual: Usd
    saved: Usd


class SavingDetailOut(Answer):
    """One saving day by day. Over the first `window` days, `change = otherwise - saved` exactly, as the bill tells it."""

    saving: SavingOut
    days: list[DayOut]
    window: int
    before: Usd
    after: Usd
    change: Usd
    saved: Usd
    otherwise: Usd


class ToldIn(Body):
    """Something done elsewhere to save: US dollars a month that it was to save."""

    resource_id: Annotated[str, Field(min_length=1, max_length=300)]
    lever: Annotated[Lever, Field(strict=False)]
    day: Annotated[date, Field(strict=False)]
    promised: Annotated[Decimal, Field(strict=False)]
    title: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("", summary="The ledger of savings: promised, and realised on the bill")
def ledger(ctx: Ctx, user: FindingViewer) -> LedgerOut:
    """Newest first, in the accounts the signed-in user sees."""
    book = savings.listing(ctx, user)
    return LedgerOut(
        realised=book.saved,
        low=book.low,
        high=book.high,
        promised=book.promised,
        promised_a_month=book.monthly,
        until=book.until,
        savings=[SavingOut.of(row) for row in book.rows],
        rules=[RecordOut.of(record) for record in book.records.values()],
    )


@router.get("/{saving_id}", summary="One saving, day by day against what it would have cost")
def one(saving_id: Annotated[str, Path(max_length=60)], ctx: Ctx, user: FindingViewer) -> SavingDetailOut:
    """With the same change as the bill tells it."""
    try:
        identity = UUID(saving_id)
    except ValueError as error:
        raise NotFound("There is no such saving.") from error
    detail = savings.one(ctx, user, identity)
    return SavingDetailOut(
        saving=SavingOut.of(detail.standing),
        days=[DayOut.model_validate(day) for day in detail.days],
        window=detail.window,
        before=detail.before,
        after=detail.after,
        change=detail.change,
        saved=detail.saved,
        otherwise=detail.otherwise,
    )


@router.post("", status_code=201, summary="Note something done elsewhere, so that the bill can prove it")
def tell(body: ToldIn, ctx: Ctx, user: FindingJudge) -> SavingOut:
    """It is held against the bill with the next check."""
    entry = savings.tell(ctx, user, body.resource_id, body.lever, body.day, body.promised, body.title)
    return SavingOut.of(Standing(entry, None, 0, Decimal(0), None))
