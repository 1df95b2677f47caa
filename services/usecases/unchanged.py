"""Answers kept in the process for as long as what they rest on stays as it is: that is asked on every run, in one cheap question."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import TypeVar, cast
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import User
from core.recommendations.portfolio import Plan
from core.recommendations.selection import FindingFilter, FindingPage
from services.context import Context
from services.db.stores import loads, stamps
from services.db.stores.loads import Load

R = TypeVar("R")
F = TypeVar("F", FindingPage, Plan)


def _none(_answer: object) -> int:
    return 0


def unchanged(
    ctx: Context, stamp: str, ask: Callable[[], R], *key: Hashable, rows: Callable[[R], int] = _none
) -> R:
    """What `ask` answered before under this key, while the stamp is the same; else what it answers now.

    `stamp` is of the records that it reads, and taken before it reads them. The key holds all else that it follows from: whose it is
    (organisation, accounts seen) and what was asked. `rows` counts what an answer holds. It is shared, so nobody changes it.
    """
    held = cast("tuple[str, R] | None", ctx.kept.get(key))
    if held is not None and held[0] == stamp:
        return held[1]
    answer = ask()
    ctx.kept.put(key, (stamp, answer), 1 + rows(answer))
    return answer


def by_findings(
    ctx: Context, user: User, what: str, asked: FindingFilter, ask: Callable[[Connection, datetime], F]
) -> F:
    """The same for what follows from findings as a user sees them; never kept by tags, which are the resources' and change without them."""
    scope = None if user.accounts is None else tuple(sorted(user.accounts))
    with ctx.read() as db:
        stamp, now = stamps.of_findings(db, user.organisation_id)
        if asked.tag is not None:
            return ask(db, now)
        key = (what, user.organisation_id, scope, asked)
        return unchanged(ctx, stamp, lambda: ask(db, now), *key, rows=_rows)


def _rows(answer: FindingPage | Plan) -> int:
    if isinstance(answer, Plan):
        return len(answer.chosen) + len(answer.alternatives)
    return len(answer.findings) + len(answer.coverage)


def standing_and_failing(
    ctx: Context, db: Connection, organisation_id: UUID
) -> tuple[Sequence[Load], Sequence[Load], datetime]:
    """The loads that the warehouse shows, and for each month whose newest load failed that load; and the product's time."""
    stamp, now = stamps.of_loads(db, organisation_id)

    def read() -> tuple[Sequence[Load], Sequence[Load]]:
        return loads.standing(db, organisation_id), loads.failing(db, organisation_id)

    held = unchanged(ctx, stamp, read, "standing", organisation_id, rows=lambda two: sum(map(len, two)))
    return *held, now
