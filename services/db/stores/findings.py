"""What rules found, and what people said of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from core.actions.model import ActionKind, ActionState
from core.inventory import Kind
from core.money import ZERO
from core.recommendations.finding import Effort, FindingState, Risk, StoredFinding, Undo
from core.recommendations.lever import Lever
from core.recommendations.lifecycle import Settled
from core.recommendations.selection import FindingFilter
from core.savings import MoneyFrom
from services.db.tables.actions import actions
from services.db.tables.cloud import resources
from services.db.tables.recommendations import findings

_KEY = ("organisation_id", "rule", "resource_id")
_KEPT = [column for column in findings.c if column.name != "organisation_id"]
_WITHOUT_EVIDENCE = [column for column in _KEPT if column.name not in {"evidence", "state"}]


def known(
    db: Connection, organisation_id: UUID, only: Collection[str] | None = None
) -> tuple[StoredFinding, ...]:
    """Every finding kept, or those on some resources, with its evidence, locked: nobody judges one while it is brought up to date."""
    query = select(*_KEPT).where(findings.c.organisation_id == organisation_id).order_by(findings.c.id)
    if only is not None:
        query = query.where(findings.c.resource_id.in_(sorted(only)))
    return _found(db.execute(query.with_for_update()))


def settled(db: Connection, organisation_id: UUID) -> Mapping[UUID, Settled]:
    """How the actions of accepted findings stand."""
    query = (
        select(actions.c.id, actions.c.state, actions.c.settled_at)
        .join(findings, findings.c.action_id == actions.c.id)
        .where(findings.c.organisation_id == organisation_id, findings.c.state == FindingState.ACCEPTED)
    )
    return {row.id: Settled(ActionState(row.state), row.settled_at) for row in db.execute(query)}


def asked_for(db: Connection, organisation_id: UUID) -> Mapping[UUID, Decimal]:
    """USD a month that the actions of accepted findings were asked for to save, by finding, where they say so."""
    query = (
        select(findings.c.id, actions.c.expected_saving)
        .join(actions, actions.c.id == findings.c.action_id)
        .where(
            findings.c.organisation_id == organisation_id,
            findings.c.state == FindingState.ACCEPTED,
            actions.c.expected_saving.is_not(None),
        )
    )
    return {row.id: row.expected_saving for row in db.execute(query)}


def acted_on(db: Connection, since: datetime) -> Mapping[UUID, frozenset[str]]:
    """By organisation, resources with findings that do not know yet of an action settled since then."""
    query = (
        select(findings.c.organisation_id, findings.c.resource_id)
        .join(
            actions,
            (actions.c.organisation_id == findings.c.organisation_id)
            & (actions.c.resource_id == findings.c.resource_id),
        )
        .where(
            actions.c.settled_at > since,
            actions.c.settled_at > findings.c.last_found_at,
            findings.c.state.in_([FindingState.OPEN, FindingState.ACCEPTED]),
        )
        .distinct()
    )
    found: dict[UUID, set[str]] = {}
    for row in db.execute(query):
        found.setdefault(row.organisation_id, set()).add(row.resource_id)
    return {organisation_id: frozenset(ids) for organisation_id, ids in found.items()}


def write(db: Connection, organisation_id: UUID, changed: Sequence[StoredFinding]) -> None:
    """Insert or replace, in bulk."""
    if not changed:
        return
    statement = upsert(findings)
    columns = [column.name for column in findings.c if column.name not in {*_KEY, "id"}]
    kept = {name: statement.excluded[name] for name in columns}
    db.execute(
        statement.on_conflict_do_update(index_elements=_KEY, set_=kept),
        [_row(finding) | {"organisation_id": organisation_id} for finding in changed],
    )


def page(
    db: Connection,
    organisation_id: UUID,
    accounts: Sequence[str] | None,
    wanted: FindingFilter,
    now: datetime,
) -> tuple[int, Decimal, tuple[StoredFinding, ...]]:
    """How many match, what they would save together as far as is known now, and one page of them without evidence."""
    narrowed = _matching(organisation_id, accounts, wanted, now)
    count, saving = db.execute(
        select(func.count(), func.sum(findings.c.saving).filter(findings.c.unknown.is_(None)))
        .select_from(with_actions())
        .where(narrowed)
    ).one()
    rows = db.execute(
        _lean(now).where(narrowed).order_by(*_order(wanted.sort)).limit(wanted.limit).offset(wanted.offset)
    )
    return count, saving if saving is not None else ZERO, _found(rows)


def matching(
    db: Connection,
    organisation_id: UUID,
    accounts: Sequence[str] | None,
    wanted: FindingFilter,
    now: datetime,
    *,
    evidence: bool = False,
) -> tuple[StoredFinding, ...]:
    """All that match, in no order, without evidence unless that is asked for: it is long."""
    query = _lean(now).add_columns(findings.c.evidence) if evidence else _lean(now)
    rows = db.execute(query.where(_matching(organisation_id, accounts, wanted, now)))
    return _found(rows)


def entangled(
    db: Connection,
    organisation_id: UUID,
    accounts: Sequence[str] | None,
    finding: StoredFinding,
    now: datetime,
) -> tuple[StoredFinding, ...]:
    """Open findings that a finding shares resources with, by what each is about and what it claims, directly or through others."""
    claiming = select(findings.c.resource_id, findings.c.claims).select_from(with_actions())
    narrowed = _matching(organisation_id, accounts, FindingFilter(), now)
    rows = db.execute(claiming.where(narrowed, findings.c.claims != text("'{}'::jsonb")))
    groups = [{row.resource_id, *row.claims} for row in rows]
    reached, before = {finding.resource_id, *finding.claims}, 0
    while len(reached) > before:
        before = len(reached)
        for group in groups:
            if not reached.isdisjoint(group):
                reached |= group
    return matching(db, organisation_id, accounts, FindingFilter(resource_ids=tuple(sorted(reached))), now)


def find(
    db: Connection, organisation_id: UUID, finding_id: UUID, now: datetime, *, lock: bool = False
) -> StoredFinding | None:
    """One finding with its evidence, or None; with `lock` until the transaction ends."""
    if lock:
        db.execute(select(findings.c.id).where(findings.c.id == finding_id).with_for_update())
    query = _lean(now).add_columns(findings.c.evidence)
    row = db.execute(query.where(findings.c.organisation_id == organisation_id, findings.c.id == finding_id))
    return next(iter(_found(row)), None)


def locked(
    db: Connection, organisation_id: UUID, ids: Sequence[UUID], now: datetime
) -> Mapping[UUID, StoredFinding]:
    """Those of these that there are, without evidence, locked until the transaction ends."""
    mine = and_(findings.c.organisation_id == organisation_id, findings.c.id.in_(list(ids)))
    db.execute(select(findings.c.id).where(mine).order_by(findings.c.id).with_for_update())
    return {finding.id: finding for finding in _found(db.execute(_lean(now).where(mine)))}


def judge(db: Connection, organisation_id: UUID, *judged: StoredFinding) -> None:
    """Write the state and judgement of findings."""
    names = ("state", "judged_by", "judged_at", "judgement", "until", "owner", "action_id")
    if judged:
        statement = update(findings).where(
            findings.c.organisation_id == organisation_id, findings.c.id == bindparam("which")
        )
        rows = [
            {"which": each.id, **{f"to_{name}": getattr(each, name) for name in names}} for each in judged
        ]
        db.execute(statement.values({name: bindparam(f"to_{name}") for name in names}), rows)


def state_at(now: datetime | ColumnElement[datetime]) -> ColumnElement[str]:
    """A finding's state as it is now: its action may have ended, its snooze run out, since it was written."""
    return case(
        (and_(findings.c.state == "accepted", actions.c.state == "done"), literal("applied")),
        (
            and_(findings.c.state == "accepted", actions.c.state.in_(["failed", "refused", "cancelled"])),
            literal("open"),
        ),
        (and_(findings.c.state == "snoozed", findings.c.until <= now), literal("open")),
        else_=findings.c.state,
    )


def with_actions() -> Any:  # noqa: ANN401  SQLAlchemy's join is generic in a way nobody can write down
    """Findings, each beside the action that it was accepted with."""
    return findings.outerjoin(actions, actions.c.id == findings.c.action_id)


def _lean(now: datetime) -> Select[Any]:
    return select(*_WITHOUT_EVIDENCE, state_at(now).label("state")).select_from(with_actions())


def _matching(
    organisation_id: UUID, accounts: Sequence[str] | None, wanted: FindingFilter, now: datetime
) -> ColumnElement[bool]:
    column = findings.c
    terms: list[ColumnElement[bool]] = [
        column.organisation_id == organisation_id,
        column.saving >= wanted.least_saving,
        column.risk.in_(wanted.risks),
        column.effort.in_(wanted.efforts),
        column.undo.in_(wanted.undos),
    ]
    if accounts is not None:
        terms.append(column.account_id.in_(accounts))
    chosen = (
        (state_at(now), wanted.states),
        (column.rule, wanted.rules),
        (column.account_id, wanted.accounts),
        (column.region, wanted.regions),
        (column.resource_kind, wanted.kinds),
        (column.resource_id, wanted.resource_ids),
    )
    terms += [what.in_(values) for what, values in chosen if values]
    if wanted.text:
        terms.append(
            or_(
                *(
                    what.icontains(wanted.text, autoescape=True)
                    for what in (column.resource_name, column.resource_id, column.because)
                )
            )
        )
    if wanted.owner:
        terms.append(column.owner == wanted.owner)
    if wanted.tag:
        tagged = select(resources.c.id).where(
            resources.c.organisation_id == organisation_id, resources.c.tags.contains(dict([wanted.tag]))
        )
        terms.append(column.resource_id.in_(tagged))
    return and_(*terms)


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    column = findings.c
    firsts: Mapping[str, ColumnElement[Any]] = {
        "newest": column.first_found_at.desc(),
        "resource": column.resource_name.asc(),
        "rule": column.rule.asc(),
    }
    known = column.unknown.is_not(None)  # what is not known now comes last: its amount is of another day
    return firsts.get(sort, known), column.saving.desc(), column.rule, column.resource_id


def _row(finding: StoredFinding) -> dict[str, object]:
    return {**finding.__dict__, "claims": {name: str(usd) for name, usd in finding.claims.items()}}


def _found(rows: CursorResult[Any]) -> tuple[StoredFinding, ...]:
    return tuple(_finding(dict(zip(rows.keys(), row, strict=True))) for row in rows)


def _finding(row: dict[str, Any]) -> StoredFinding:
    return StoredFinding(
        **{
            **row,
            "resource_kind": Kind(row["resource_kind"]),
            "state": FindingState(row["state"]),
            "money_from": MoneyFrom(row["money_from"]),
            "effort": Effort(row["effort"]),
            "risk": Risk(row["risk"]),
            "undo": Undo(row["undo"]),
            "lever": Lever(row["lever"]),
            "fix": None if row["fix"] is None else ActionKind(row["fix"]),
            "claims": {name: Decimal(usd) for name, usd in row["claims"].items()},
            "evidence": row.get("evidence", {}),
        }
    )
