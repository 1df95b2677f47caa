"""Resources, what is recommended for them, and schedules that switch them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field, PlainSerializer

from core.inventory import Kind, Resource
from core.money import ZERO, exact
from core.recommendations.finding import Effort, FindingState, Risk, StoredFinding, Undo
from core.recommendations.lever import Lever
from core.recommendations.selection import FindingFilter
from core.resources import ResourceFilter, ResourceSort
from services.api.deps import Ctx, FindingViewer, ResourceViewer
from services.api.shape import Answer, Asked
from services.usecases import data_health, recommendations, resources

router = APIRouter(prefix="/resources", tags=["resources"])
Usd = Annotated[Decimal, PlainSerializer(exact, return_type=str)]
"""US dollars as text, all digits."""
LONGEST_PAGE = 500


class ResourcesAsked(Asked):
    """Which resources; repeat a word to allow several."""

    kind: tuple[Kind, ...] = ()
    account: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    tag: Annotated[str, Field(description="`key` or `key=value`", max_length=400)] = ""
    text: Annotated[str, Field(max_length=200)] = ""
    has_finding: bool | None = None
    sort: ResourceSort = ResourceSort.NAME
    descending: bool = False
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 100
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0

    def filter(self) -> ResourceFilter:
        """The same in core's words."""
        key, equals, value = self.tag.partition("=")
        return ResourceFilter(
            kinds=self.kind,
            accounts=self.account,
            regions=self.region,
            states=self.state,
            tag=(key, value if equals else None) if key else None,
            text=self.text,
            has_finding=self.has_finding,
            sort=self.sort,
            descending=self.descending,
            limit=self.limit,
            offset=self.offset,
        )


class ResourceOut(Answer):
    """A resource as the last collection saw it. `details` is what only its kind has."""

    id: str
    kind: Kind
    account_id: str
    region: str
    name: str
    state: str
    tags: dict[str, str]
    created_at: datetime | None
    last_seen_at: datetime | None
    details: dict[str, object]

    @classmethod
    def of(cls, resource: Resource, last_seen_at: datetime | None) -> "ResourceOut":
        """What we show of it."""
        held = dict(vars(resource))
        shown = {name: held.pop(name) for name in cls.model_fields if name in held}
        return cls(
            **shown | {"kind": resource.kind, "tags": dict(resource.tags)},
            last_seen_at=last_seen_at,
            details=held,
        )


class ResourcesOut(Answer):
    """One page; `total` counts all that match."""

    total: int
    limit: int
    offset: int
    resources: list[ResourceOut]


class FindingOut(Answer):
    """A saving found; money in US dollars a month. `cost` null: not on the bill yet; `fix` null: done by hand.

    `money_from`: `bill`, `list` (list price), or `scaled`: the bill, scaled to what was done since and is not on it yet. `judgement`
    is the reason that somebody gave, `until` the end of a snooze, `action_id` what its fix was asked for as.

    `claims` is what of the saving is other resources' cost, by their ids. `unknown`: why it cannot be told now whether it still holds; it
    then counts in no sum, and its money is as of `last_found_at`.
    """

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    rule: str
    resource_id: str
    resource_kind: Kind
    resource_name: str
    account_id: str
    region: str
    state: FindingState
    because: str
    saving: Usd
    cost: Usd | None
    money_from: str
    effort: Effort
    risk: Risk
    undo: Undo
    lever: Lever
    fix: str | None
    fix_parameters: dict[str, object]
    claims: dict[str, Usd]
    first_found_at: datetime
    last_found_at: datetime
    owner: str | None
    judged_by: str | None
    judged_at: datetime | None
    judgement: str | None
    until: datetime | None
    action_id: UUID | None
    unknown: str | None

    @classmethod
    def of(cls, finding: StoredFinding) -> "FindingOut":
        """What we show of it."""
        return cls.model_validate(finding)


class MeasuredOut(Answer):
    """Of how many resources of a kind that are on a metric is known that rules ask for; `sentence` says what makes it known for the rest."""

    model_config = ConfigDict(from_attributes=True)
    kind: Kind
    metric: str
    known: int
    total: int
    sentence: str


class CoverageOut(Answer):
    """How far a rule could see in an account: what it could not tell, by reason, is unknown and not fine."""

    rule: str
    account_id: str
    found: int
    ok: int
    undetermined: dict[str, int]
    evaluated_at: datetime


class FindingsOut(Answer):
    """One page. `saving` adds up all that match, though some exclude each other; `plan_saving` is what the best of them save together."""

    total: int
    limit: int
    offset: int
    saving: Usd
    plan_saving: Usd
    currency: str = "USD"
    recommendations: list[FindingOut]
    coverage: list[CoverageOut]
    metrics: list[MeasuredOut]


def tagged(tag: str) -> tuple[str, str] | None:
    """A tag's key and value of `key=value`; None of an empty one."""
    key, _, value = tag.partition("=")
    return (key, value) if key else None


class FindingsAsked(Asked):
    """Which recommendations; repeat a word to allow several."""

    state: tuple[FindingState, ...] = (FindingState.OPEN,)
    rule: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    resource_id: tuple[str, ...] = ()
    most_risk: Risk | None = None
    most_effort: Effort | None = None
    hardest_undo: Undo | None = None
    least_saving: Annotated[Decimal, Field(ge=0, description="US dollars a month")] = ZERO
    tag: Annotated[
        str, Field(description="`key=value` on the resource", pattern="^([^=]+=.*)?$", max_length=400)
    ] = ""
    text: Annotated[str, Field(description="Part of the name, the id or the reason", max_length=200)] = ""
    owner: Annotated[str, Field(description="Who sees to it, an e-mail", max_length=254)] = ""
    sort: Literal["saving", "newest", "resource", "rule"] = "saving"
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 100
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0

    def filter(self) -> FindingFilter:
        """The same in core's words."""
        return FindingFilter(
            states=self.state,
            rules=self.rule,
            accounts=self.account,
            regions=self.region,
            kinds=self.kind,
            resource_ids=self.resource_id,
            most_risk=self.most_risk,
            most_effort=self.most_effort,
            hardest_undo=self.hardest_undo,
            least_saving=self.least_saving,
            tag=tagged(self.tag),
            text=self.text,
            owner=self.owner,
            sort=self.sort,
            limit=self.limit,
            offset=self.offset,
        )


@router.get("")
def search(
    asked: Annotated[ResourcesAsked, Query()], ctx: Ctx, user: ResourceViewer, response: Response
) -> ResourcesOut:
    """What runs, as far as the signed-in user may see."""
    page = resources.search(ctx, user, asked.filter())
    response.headers["X-Total-Count"] = str(page.total)
    rows = [ResourceOut.of(row, page.last_seen.get(row.id)) for row in page.rows]
    return ResourcesOut(total=page.total, limit=asked.limit, offset=asked.offset, resources=rows)


@router.get("/recommendations")
def findings(
    asked: Annotated[FindingsAsked, Query()], ctx: Ctx, user: FindingViewer, response: Response
) -> FindingsOut:
    """What could be saved, largest first unless sorted otherwise, and how far each rule could see."""
    page = recommendations.listing(ctx, user, asked.filter())
    response.headers["X-Total-Count"] = str(page.total)
    return FindingsOut(
        total=page.total,
        limit=asked.limit,
        offset=asked.offset,
        saving=page.saving,
        plan_saving=recommendations.plan(ctx, user, asked.filter()).total_saving,
        recommendations=[FindingOut.of(finding) for finding in page.findings],
        coverage=[CoverageOut.model_validate(row) for row in page.coverage],
        metrics=[MeasuredOut.model_validate(each) for each in data_health.metrics(ctx, user)],
    )
