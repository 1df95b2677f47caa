"""Virtual tags and shared costs: what there is, saving and deleting."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from core.costs import filters
from core.costs.virtual_tags import (
    MOST_FILTERS,
    MOST_RULES,
    MOST_TARGETS,
    Method,
    SharedCost,
    Target,
    VirtualTag,
    rule_of,
)
from services.api.deps import CostManager, CostViewer, Ctx
from services.api.routes.costs import FILTER, Exact
from services.api.shape import Answer, Body
from services.usecases import allocation_rules

router = APIRouter(prefix="/allocation", tags=["allocation"])
Name = Annotated[str, Field(min_length=1, max_length=100)]
Day = Annotated[date, Field(strict=False)]
Filters = Annotated[list[str], Field(description=FILTER, max_length=MOST_FILTERS)]


class RuleIn(Body):
    """Lines that pass all filters get `value`, or their own value of the dimension `of`, such as tag:team."""

    filters: Annotated[Filters, Field(default_factory=list)]
    value: str | None = None
    of: str | None = None


class TagIn(Body):
    """The first rule that takes a line says its value; before `effective_from` no line has one."""

    name: Name
    effective_from: Day
    rules: Annotated[list[RuleIn], Field(min_length=1, max_length=MOST_RULES)]

    def tag(self) -> VirtualTag:
        """The same in core's words. Raises `Invalid`."""
        rules = tuple(rule_of(each.filters, each.value, each.of) for each in self.rules)
        return VirtualTag(self.name, rules, self.effective_from)


class TargetIn(Body):
    """A value that shares, by a weight (as text) or by a daily metric's name."""

    value: Name
    weight: Annotated[str | None, Field(pattern=r"^\d{1,12}(\.\d{1,12})?$")] = None
    metric: str | None = None


class SharedIn(Body):
    """Lines that are nobody's alone, and how they are split among the values of the virtual tag `tag`. `among` empty: all with cost."""

    tag: Name
    name: Name
    effective_from: Day
    filters: Filters
    method: Annotated[Method, Field(strict=False)]
    among: Annotated[list[TargetIn], Field(max_length=MOST_TARGETS, default_factory=list)]

    def shared(self) -> SharedCost:
        """The same in core's words. Raises `Invalid`."""
        among = tuple(
            Target(each.value, None if each.weight is None else Decimal(each.weight), each.metric)
            for each in self.among
        )
        wanted = filters.parse_all(self.filters)
        return SharedCost(self.tag, self.name, wanted, self.method, self.effective_from, among)


class RuleOut(Answer):
    """A rule in its text form."""

    filters: list[str]
    value: str | None
    of: str | None


class TagOut(Answer):
    """A version of a virtual tag."""

    name: str
    effective_from: date
    rules: list[RuleOut]
    created_by: str
    created_at: datetime


class TargetOut(Answer):
    """A value that shares."""

    value: str
    weight: Exact | None
    metric: str | None


class SharedOut(Answer):
    """A version of a shared cost."""

    tag: str
    name: str
    effective_from: date
    filters: list[str]
    method: Method
    among: list[TargetOut]
    created_by: str
    created_at: datetime


class TagsOut(Answer):
    """All versions of virtual tags, by name and day."""

    tags: list[TagOut]


class SharedCostsOut(Answer):
    """All versions of shared costs, by virtual tag, name and day."""

    shared: list[SharedOut]


class DeletedOut(Answer):
    """What was deleted, and when."""

    name: str
    deleted_at: datetime


@router.get("/tags")
def tags(ctx: Ctx, user: CostViewer) -> TagsOut:
    """The virtual tags."""
    return TagsOut(
        tags=[
            TagOut(
                name=each.tag.name,
                effective_from=each.tag.effective_from,
                rules=[
                    RuleOut(
                        filters=[filters.written(one) for one in rule.filters],
                        value=rule.value,
                        of=rule.of.name if rule.of else None,
                    )
                    for rule in each.tag.rules
                ],
                created_by=each.created_by,
                created_at=each.created_at,
            )
            for each in allocation_rules.listing(ctx, user).tags
        ]
    )


@router.post("/tags", status_code=201)
def save_tag(body: TagIn, ctx: Ctx, user: CostManager) -> TagsOut:
    """Keep a virtual tag from its day on; earlier versions hold for the days before."""
    allocation_rules.save(ctx, user, body.tag())
    return tags(ctx, user)


@router.delete("/tags/{name}")
def delete_tag(name: Name, ctx: Ctx, user: CostManager) -> DeletedOut:
    """Delete a virtual tag with its shared costs."""
    return DeletedOut(name=name, deleted_at=allocation_rules.delete(ctx, user, name))


@router.get("/shared")
def shared(ctx: Ctx, user: CostViewer) -> SharedCostsOut:
    """The shared costs."""
    return SharedCostsOut(
        shared=[
            SharedOut(
                tag=each.shared.tag,
                name=each.shared.name,
                effective_from=each.shared.effective_from,
                filters=[filters.written(one) for one in each.shared.filters],
                method=each.shared.method,
                among=[TargetOut.model_validate(one) for one in each.shared.among],
                created_by=each.created_by,
                created_at=each.created_at,
            )
            for each in allocation_rules.listing(ctx, user).shared
        ]
    )


@router.post("/shared", status_code=201)
def save_shared(body: SharedIn, ctx: Ctx, user: CostManager) -> SharedCostsOut:
    """Keep a shared cost from its day on."""
    allocation_rules.save_shared(ctx, user, body.shared())
    return shared(ctx, user)


@router.delete("/shared/{tag}/{name}")
def delete_shared(tag: Name, name: Name, ctx: Ctx, user: CostManager) -> DeletedOut:
    """Delete a shared cost: its lines are direct or unallocated again."""
    return DeletedOut(name=name, deleted_at=allocation_rules.delete(ctx, user, tag, name))
