"""Actions asked for at once, and how far they are together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.actions.model import OPEN, ActionState

NOT_BEGUN = (ActionState.WAITING, ActionState.QUEUED)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Fixes asked for at once: what became of each at the door, and how their actions stand, counted by state."""

    id: UUID
    organisation_id: UUID
    reason: str
    requested_by: str
    requested_at: datetime
    asked: int
    outcomes: Sequence[Mapping[str, str | None]] = ()
    stopped_by: str | None = None
    stopped_at: datetime | None = None
    states: Mapping[ActionState, int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """How many need nothing more: carried out, failed, refused at the door or later, or withdrawn."""
        return self.asked - self.left - self.untold

    @property
    def left(self) -> int:
        """How many actions are still open."""
        return sum(count for state, count in self.states.items() if state in OPEN)

    @property
    def untold(self) -> int:
        """How many have not come to the door yet; none once it was stopped."""
        return 0 if self.stopped_at else max(self.asked - len(self.outcomes), 0)

    @property
    def stoppable(self) -> int:
        """How many have not begun."""
        return self.untold + sum(self.states.get(state, 0) for state in NOT_BEGUN)
