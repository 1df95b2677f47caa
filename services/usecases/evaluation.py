"""The worker's evaluation of all rules: facts gathered in a few bulk reads, findings brought up to date in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

import numpy as np
from sqlalchemy import Connection, select

from core.costs.spend import ResourceCost
from core.events import Event
from core.figures import usd
from core.inventory import KINDS, Kind, Resource
from core.measured import METRICS
from core.money import ZERO
from core.periods import midnight
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import Evaluation, evaluate
from core.recommendations.facts import Facts
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.fleet import Fleet
from core.recommendations.lifecycle import reconcile
from core.recommendations.neighbours import looked_up, neighbours
from core.recommendations.profiles import DAYS, NO_PROFILES, Profiles
from core.recommendations.selection import FindingFilter, RuleCoverage
from core.recommendations.tuning import Tuning
from core.recommendations.usage import Matrix, Usage
from core.savings import monthly_rate
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import (
    collections,
    coverage,
    findings,
    leases,
    resources,
    samples,
    switched,
    tuning,
    watched,
)
from services.db.tables.cloud import accounts
from services.usecases import cost_resources, unbilled
from services.usecases.record import Happened, record, record_all

BILL_DAYS = 30
LATELY = timedelta(minutes=10)
"""How long after an action its resource is judged again, until the findings tell of it."""
_SETTLED_KINDS = (Kind.VOLUME, Kind.INSTANCE, Kind.FUNCTION, Kind.FIREWALL)
"""Kinds whose rules ask since when a resource is in its state, or there at all where AWS does not say."""


def run(ctx: Context, beat: Beat) -> str:
    """Worker job: judge everything in every organisation and bring the findings up to date."""
    with ctx.begin() as db:
        organisations = db.execute(
            select(accounts.c.organisation_id).distinct().order_by(accounts.c.organisation_id)
        )
        ids = tuple(organisations.scalars())
    lines = [_evaluate(ctx, beat, organisation_id) for organisation_id in ids]
    return " ".join(lines) or "No account is connected."


def _evaluate(ctx: Context, beat: Beat, organisation_id: UUID) -> str:
    beat.say("Reading resources, metrics and the bill")
    fleet, facts, tuned = _known(ctx, organisation_id, None)
    beat.say(f"Judging {len(fleet)} resources by {len(catalog())} rules")
    answers = evaluate(catalog().values(), fleet, facts, tuned)
    beat.check()
    with ctx.begin() as db:
        leases.fence(db, beat.epoch)
        return _keep(db, organisation_id, answers, facts.now)


def after_actions(ctx: Context, beat: Beat) -> str:
    """Worker job: what was just acted on is judged again, so that nobody is offered what is done."""
    with ctx.begin() as db:
        acted = findings.acted_on(db, database.now(db) - LATELY)
    changed = sum(again(ctx, beat, organisation_id, ids) for organisation_id, ids in acted.items())
    return f"{changed} findings of what was acted on." if changed else "Nothing was acted on."


def again(ctx: Context, beat: Beat, organisation_id: UUID, resource_ids: Collection[str]) -> int:
    """Judge some resources again at once, as after an action; the findings of others stay as they are. Answers how many changed."""
    fleet, facts, tuned = _known(ctx, organisation_id, frozenset(resource_ids))
    answers = evaluate(catalog().values(), fleet, facts, tuned)
    with ctx.begin() as db:
        leases.fence(db, beat.epoch)
        return len(_changed(db, organisation_id, answers, facts.now, resource_ids))


def _known(
    ctx: Context, organisation_id: UUID, only: Collection[str] | None
) -> tuple[Sequence[Resource], Facts, Tuning]:
    """What is to be judged, all that is known of it, and what people set. `only` narrows the former, and what is read for it."""
    with ctx.begin() as db:
        judged, everything, kinds = _fleet(db, organisation_id, only)
    near = judged if only is None else (*judged, *neighbours(judged, everything))
    ids = None if only is None else frozenset(resource.id for resource in near)
    bill = cost_resources.effective_cost_by_resource(ctx, organisation_id, days=BILL_DAYS, only=ids)
    parts = cost_resources.effective_cost_by_meter(ctx, organisation_id, days=BILL_DAYS, only=ids)
    days = days_of(bill, near)
    with ctx.begin() as db:
        now, book = database.now(db), ctx.prices.book()
        since = unbilled.since(db, organisation_id, monthly_bill(bill, near), days, near, book)
        tuned = tuning.load(db, organisation_id, now)
        usage = _usage(db, organisation_id, near, now.date(), tuned.days(catalog().values()))
        instances = [resource.id for resource in judged if resource.kind is Kind.INSTANCE]
        chosen = None if ids is None else sorted(ids)
        facts = Facts(
            now=now,
            prices=book,
            bill=since.bill,
            parts=monthly_parts(parts, bill, since.bill),
            fleet=Fleet(everything, kinds),
            whole=collections.seen_whole(db, organisation_id),
            types=ctx.prices.instance_types(),
            usage=usage,
            profiles=_profiles(usage, instances, now.date()),
            changed_at=watched.changed_at(db, organisation_id, _SETTLED_KINDS, chosen),
            first_seen=watched.first_seen(db, organisation_id, _SETTLED_KINDS, chosen),
            changed=since.scaled,
            unpriced=since.unknown,
            scheduled=frozenset(
                one.resource_id
                for one in switched.selected(db, organisation_id, now, resource_ids=chosen)
                if one.attachments
            ),
        )
        return judged, facts, tuned


def _fleet(
    db: Connection, organisation_id: UUID, only: Collection[str] | None
) -> tuple[Sequence[Resource], Sequence[Resource], frozenset[Kind] | None]:
    """What is judged, and the fleet to look up in: of which kinds, where it is not everything."""
    if only is None:
        everything = tuple(resources.of_kinds(db, organisation_id, sorted(KINDS)))
        return everything, everything, None
    found = resources.there(db, organisation_id, sorted(only))
    accounts, kinds = {resource.account_id for resource in found}, looked_up(found)
    beside = {
        resource.id: resource
        for account in sorted(accounts)
        for resource in resources.of_kinds(db, organisation_id, sorted(kinds), account_id=account)
    }
    everything = tuple((beside | {resource.id: resource for resource in found}).values())
    return found, everything, kinds


def monthly_bill(bill: Mapping[str, ResourceCost], fleet: Iterable[Resource]) -> dict[str, Decimal]:
    """USD a month of each resource on the bill, by the full days it was there: a new one is not cheap, only young."""
    return {name: monthly_rate(bill[name].cost, count) for name, (_, count) in days_of(bill, fleet).items()}


def days_of(bill: Mapping[str, ResourceCost], fleet: Iterable[Resource]) -> dict[str, tuple[date, int]]:
    """The days that the bill's amounts in US dollars are of: the one they end before, and how many on which the resource was there."""
    found: dict[str, tuple[date, int]] = {}
    for resource in fleet:
        cost = bill.get(resource.id)
        if cost is None or cost.currency != "USD":
            continue
        there = cost.days if resource.created_at is None else _full_days(resource.created_at, cost.until)
        if there > 0:
            found[resource.id] = (cost.until, min(cost.days, there))
    return found


def _full_days(created: datetime, until: date) -> int:
    """Days between the creation and the end of the bill, begun ones counted: a resource of yesterday has one."""
    return (until - created.astimezone(UTC).date()).days


def monthly_parts(
    parts: Mapping[str, Mapping[str, Decimal]],
    bill: Mapping[str, ResourceCost],
    monthly: Mapping[str, Decimal],
) -> dict[str, dict[str, Decimal]]:
    """Each resource's month cut by SKU meter: as the bill's days are cut, so that the parts add up to its monthly cost."""
    found: dict[str, dict[str, Decimal]] = {}
    for resource_id, rate in monthly.items():
        whole = bill[resource_id].cost
        if whole > ZERO:
            cut = parts.get(resource_id, {})
            found[resource_id] = {meter: cost * rate / whole for meter, cost in cut.items()}
    return found


def _usage(
    db: Connection, organisation_id: UUID, fleet: Sequence[Resource], today: date, days: Mapping[Kind, int]
) -> Usage:
    """Every metric over the last full days, for each kind so many, of the resources that have been asked about."""
    matrices: dict[str, list[tuple[Sequence[str], Matrix]]] = {}
    for kind in METRICS:
        ids = [resource.id for resource in fleet if resource.kind is kind]
        first = today - timedelta(days=days[kind])
        for metric in {known.metric: None for known in METRICS[kind]}:
            blocks = matrices.setdefault(metric, [])
            for start in range(0, len(ids), samples.BATCH):
                asked, grid = samples.asked_hours(
                    db, organisation_id, ids[start : start + samples.BATCH], metric, first, days[kind]
                )
                blocks.append((asked, grid))
    return Usage(matrices, max(days.values()))


def _profiles(usage: Usage, instances: Sequence[str], today: date) -> Profiles:
    """How instances were used over the last two weeks of full days; those never sampled are left out."""
    sampled: list[str] = []
    cpu: list[Matrix] = []
    network: list[Matrix] = []
    nothing = np.full(DAYS * samples.STEPS, np.nan, dtype=np.float32)
    usage = usage.last(DAYS)
    for name in instances:
        load, into, out = (
            nothing if found is None else found.values
            for found in (usage.find(name, metric) for metric in ("cpu", "network_in", "network_out"))
        )
        if load is nothing and (into is nothing or out is nothing):
            continue
        sampled.append(name)
        cpu.append(load)
        network.append(into + out)
    if not sampled:
        return NO_PROFILES
    return Profiles(sampled, midnight(today - timedelta(days=DAYS)), np.stack(cpu), np.stack(network))


def _keep(db: Connection, organisation_id: UUID, answers: Evaluation, now: datetime) -> str:
    """Write findings and coverage, and that they were written."""
    _changed(db, organisation_id, answers, now)
    coverage.cover(
        db,
        organisation_id,
        [
            RuleCoverage(rule, account, seen.found, seen.ok, seen.undetermined, now, seen.excluded)
            for (rule, account), seen in answers.coverage.items()
        ],
    )
    opened = findings.matching(db, organisation_id, None, FindingFilter(states=(FindingState.OPEN,)), now)
    saving = unbilled.plan(db, organisation_id, opened, now).total_saving
    event = Event(
        "RecommendationsEvaluated",
        f"organisation:{organisation_id}",
        {"open": len(opened), "saving": f"{saving:.2f}"},
    )
    record(db, System(organisation_id, "recommendations"), event, subject="recommendations")
    return f"{len(opened)} open findings, {usd(saving)} a month together."


def _changed(
    db: Connection,
    organisation_id: UUID,
    answers: Evaluation,
    now: datetime,
    only: Collection[str] | None = None,
) -> Sequence[StoredFinding]:
    """Bring findings up to date, of some resources or of all; answers those that were written."""

    def identify(rule: str, resource_id: str) -> UUID:
        return uuid5(organisation_id, f"finding:{rule}:{resource_id}")

    known = findings.known(db, organisation_id, only)
    changed = reconcile(known, answers, findings.settled(db, organisation_id), now, identify)
    findings.write(db, organisation_id, changed)
    _followed(db, organisation_id, known, changed, now)
    return changed


def _followed(
    db: Connection,
    organisation_id: UUID,
    known: Iterable[StoredFinding],
    changed: Iterable[StoredFinding],
    now: datetime,
) -> None:
    """Write down which findings were evaluated again after their fix had ended, and whether they were found still."""
    under_way = {finding.id for finding in known if finding.state is FindingState.ACCEPTED}
    happened = [
        Happened(
            Event(
                "FindingFollowed",
                f"finding:{each.id}",
                {"rule": each.rule, "resource_id": each.resource_id, "found": each.last_found_at == now},
            ),
            each.resource_id,
        )
        for each in changed
        if each.id in under_way and each.state is not FindingState.ACCEPTED
    ]
    record_all(db, System(organisation_id, "recommendations"), happened)
