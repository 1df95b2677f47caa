"""The audit log: read, told, and checked for breaks."""

from dataclasses import dataclass

from core.access.roles import Permission, User
from core.activity import TOLD, Activity, tell
from core.audit import AuditRow, first_break
from services.context import Context
from services.db.stores import records

MAX_ROWS = 1000


@dataclass(frozen=True)
class ChainCheck:
    """Whether every audit row follows from the one before it. `broken_at` is the number of the first that does not."""

    rows: int
    broken_at: int | None

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, removed or put between."""
        return self.broken_at is None


def newest(ctx: Context, user: User, limit: int = 100) -> tuple[AuditRow, ...]:
    """The newest rows, newest first; at most 1000."""
    user.require(Permission.VIEW_AUDIT)
    with ctx.read() as db:
        return tuple(records.audit_rows(db, user.organisation_id, limit=min(limit, MAX_ROWS)))


def verify(ctx: Context, user: User) -> ChainCheck:
    """Work the whole chain out again, in batches. Rows cut off at the end show too: the head remembers them."""
    user.require(Permission.VIEW_AUDIT)
    with ctx.begin() as db:
        last = records.audit_head(db, user.organisation_id)
        broken_at = first_break(records.audit_chain(db, user.organisation_id, last))
        if broken_at is None and last and not records.audit_ends_so(db, user.organisation_id):
            broken_at = last
    return ChainCheck(last, broken_at)


def activity(ctx: Context, user: User, limit: int = 20) -> tuple[Activity, ...]:
    """What happened lately, newest first; somebody who sees some accounts only is told of those only."""
    user.require(Permission.VIEW_ACTIONS)
    with ctx.read() as db:
        rows = records.audit_of(
            db, user.organisation_id, sorted(TOLD), accounts=user.accounts, limit=min(limit, MAX_ROWS)
        )
    return tuple(tell(row) for row in rows)
