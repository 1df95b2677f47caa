"""Which findings one wants to see or plan with, and the pages they come in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.actions.model import Action, ActionState
from core.inventory import Kind
from core.ledger.entry import TrackRecord
from core.money import ZERO
from core.recommendations.finding import Effort, FindingState, Risk, StoredFinding, Undo
from core.recommendations.rule import Rule

_EFFORTS, _RISKS, _UNDOS = tuple(Effort), tuple(Risk), tuple(Undo)


@dataclass(frozen=True, kw_only=True)
class FindingFilter:
    """Empty tuples and None do not narrow. `most_risk`, `most_effort` and `hardest_undo` are limits, included. Sorts: saving, newest, resource, rule."""

    states: tuple[FindingState, ...] = (FindingState.OPEN,)
    rules: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    resource_ids: tuple[str, ...] = ()
    tag: tuple[str, str] | None = None
    text: str = ""
    owner: str = ""
    """Somebody's e-mail: what they see to."""
    most_risk: Risk | None = None
    most_effort: Effort | None = None
    hardest_undo: Undo | None = None
    least_saving: Decimal = ZERO
    sort: str = "saving"
    limit: int = 100
    offset: int = 0

    @property
    def whole(self) -> "FindingFilter":
        """The same without pages and order."""
        return replace(self, sort="saving", limit=100, offset=0)

    @property
    def risks(self) -> tuple[Risk, ...]:
        """The risks that are within the limit."""
        return _RISKS if self.most_risk is None else _RISKS[: _RISKS.index(self.most_risk) + 1]

    @property
    def efforts(self) -> tuple[Effort, ...]:
        """The efforts that are within the limit."""
        return _EFFORTS if self.most_effort is None else _EFFORTS[: _EFFORTS.index(self.most_effort) + 1]

    @property
    def undos(self) -> tuple[Undo, ...]:
        """What may be taken back no harder than the limit."""
        return _UNDOS if self.hardest_undo is None else _UNDOS[: _UNDOS.index(self.hardest_undo) + 1]


@dataclass(frozen=True)
class RuleCoverage:
    """How far one rule could see in one account: findings, ok, and for each reason how many it could not tell."""

    rule: str
    account_id: str
    found: int
    ok: int
    undetermined: Mapping[str, int]
    evaluated_at: datetime
    excluded: int = 0
    """How many were left alone because somebody said so."""

    @property
    def unknown(self) -> int:
        """How many resources the rule could not judge."""
        return sum(self.undetermined.values())


@dataclass(frozen=True)
class FindingPage:
    """One page of findings, without their evidence. `saving` sums all that match, so it may count a resource twice: the plan does not."""

    total: int
    saving: Decimal
    findings: tuple[StoredFinding, ...]
    coverage: tuple[RuleCoverage, ...]


@dataclass(frozen=True)
class FixStanding:
    """How the fix of a finding stands, and when the rule looked again after it had ended (None: not yet), and whether it found it still.

    `late`: it ended so long ago that the rule has had its turn and could not tell.
    """

    action: Action
    evaluated_at: datetime | None = None
    found: bool = False
    late: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing more is to come soon: it was not done, or the rule has looked again, or could not tell."""
        return not self.action.open and (
            self.action.state is not ActionState.DONE or self.evaluated_at is not None or self.late
        )


@dataclass(frozen=True)
class FindingDetail:
    """One finding with its evidence, the rule that found it (None: no longer shipped) and what else was found on the resource.

    `counts` is what it adds to the plan, USD a month, of what was found on this resource; `because` says why that is not its whole
    saving. `record` is how far the rule's promises came true (None: none judged yet). `fix` is how its fix stands (None: not asked for).
    """

    finding: StoredFinding
    rule: Rule | None
    others: tuple[StoredFinding, ...]
    counts: Decimal = ZERO
    because: str = ""
    record: TrackRecord | None = None
    fix: FixStanding | None = None
