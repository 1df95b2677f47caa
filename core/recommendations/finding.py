"""What a rule answers, and what we keep of it: finding, ok (None) or undetermined with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core import dates
from core.actions.model import ActionKind
from core.errors import PioneerError
from core.inventory import Kind
from core.recommendations.lever import Lever
from core.savings import Cost, MoneyFrom


class Effort(StrEnum):
    """Work for people until the saving is there."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Risk(StrEnum):
    """How likely the change is to be noticed by somebody who depends on the resource."""

    VERY_LOW = "very low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Undo(StrEnum):
    """Whether the fix can be taken back."""

    EASY = "reversible"
    COSTLY = "reversible with effort"
    NEVER = "irreversible"


class FindingState(StrEnum):
    """Where a finding stands: `accepted` has its action in the queue, `verified` saved on the bill, `gone` no longer holds."""

    OPEN = "open"
    ACCEPTED = "accepted"
    APPLIED = "applied"
    VERIFIED = "verified"
    DISMISSED = "dismissed"
    SNOOZED = "snoozed"
    GONE = "gone"

    @property
    def words(self) -> str:
        """As people read it: what was accepted is only done once the worker has settled its action."""
        return "being applied" if self is FindingState.ACCEPTED else self.value


class UnknownFact(PioneerError):
    """A fact a rule needs is not known; the rule's answer becomes `Undetermined` with this reason."""

    title = "Not known"


@dataclass(frozen=True)
class Undetermined:
    """The rule cannot tell, and why: shown as unknown, never as “all good”. Keep reasons few: they are counted."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A saving found. `saving` is in US dollars a month and above zero; `because` and the evidence (JSON values) let a reader check it."""

    because: str
    saving: Decimal
    cost: Cost
    part: Decimal | None = None
    """USD a month of the cost that its lever acts on: a database's instance without its storage. None: all of it."""
    fix_parameters: Mapping[str, object] = field(default_factory=dict)
    evidence: Mapping[str, object] = field(default_factory=dict)
    claims: Mapping[str, Decimal] = field(default_factory=dict)
    """What of the saving is other resources' cost, by their ids: the volumes of a stopped instance. The rest is the subject's own."""


Answer = Finding | Undetermined | None


@dataclass(frozen=True, kw_only=True)
class StoredFinding:
    """A finding as we keep it, with what people said of it. Money in US dollars a month; `cost` None: not on the bill yet."""

    id: UUID
    rule: str
    resource_id: str
    resource_kind: Kind
    resource_name: str
    account_id: str
    region: str
    state: FindingState
    because: str
    saving: Decimal
    cost: Decimal | None
    money_from: MoneyFrom
    effort: Effort
    risk: Risk
    undo: Undo
    lever: Lever
    fix: ActionKind | None
    fix_parameters: Mapping[str, object]
    evidence: Mapping[str, object]
    claims: Mapping[str, Decimal] = field(default_factory=dict)
    part: Decimal | None = None
    """Of the cost, what its lever acts on; None: all of it."""
    seen: Mapping[str, object] = field(default_factory=dict)
    """The resource as the rule saw it; see `core.actions.facts`."""
    first_found_at: datetime
    last_found_at: datetime
    owner: str | None = None
    """Who sees to it, an e-mail."""
    judged_by: str | None = None
    judged_at: datetime | None = None
    judgement: str | None = None
    until: datetime | None = None
    action_id: UUID | None = None
    unknown: str | None = None
    """Why it cannot be told now whether it still holds; None: the last look could."""

    @property
    def doubt(self) -> str:
        """That it is not known now, why, and when it last was, in words; empty where it is known."""
        last = dates.day(self.last_found_at.date())
        return f"Not known now: {self.unknown} Last known on {last}." if self.unknown else ""
