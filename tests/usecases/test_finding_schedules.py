"""A schedule that a finding proposes: attached at once or once somebody agrees, and what it is held to save."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from core.access.roles import Role, User
from core.actions.model import Action, ActionKind, ActionState
from core.errors import Conflict
from core.ledger.entry import Entry
from core.recommendations.finding import FindingState
from core.recommendations.lever import Lever
from core.schedules.attachment import Attachment, Mode
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.stores import access, findings, ledger
from services.usecases import approvals, recommendations, savings, schedules
from tests.acted_on import a_cluster
from tests.builders import ACCOUNT, an_instance
from tests.core.recommendations.test_portfolio import a_finding
from tests.databases import a_database
from tests.fleet import a_wasteful_fleet, connected, of_rule, seen
from tests.once import Once

OTHER = "444455556666"
Person = Callable[..., User]


@pytest.fixture
def wasteful(ctx: Context, organisation_id: UUID, once: Once) -> None:
    """One of each waste in one account, an address in another, all evaluated."""

    def make() -> None:
        a_wasteful_fleet(ctx, organisation_id, OTHER)
        recommendations.evaluate(ctx, Beat())

    once(f"wasteful {OTHER}", make)


@pytest.fixture
def strict(ctx: Context) -> Context:
    """Where two must agree above 1 USD a month."""
    return replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(1)}))


@pytest.mark.usefixtures("wasteful")
def test_a_schedule_above_the_limit_is_attached_once_somebody_else_agrees(
    strict: Context, operator: User, person: Person
) -> None:
    finding = of_rule(strict, operator, "ec2_off_hours")
    waiting = recommendations.apply(strict, operator, finding.id, "we go home at six")
    assert isinstance(waiting, Action)
    assert (waiting.state, waiting.kind) == (ActionState.WAITING, ActionKind.ATTACH_SCHEDULE)
    assert "more than $1.00" in waiting.waiting
    assert schedules.listing(strict, operator) == ()
    assert of_rule(strict, operator, "ec2_off_hours").state is FindingState.ACCEPTED

    approver = person(Role.APPROVER, organisation=operator.organisation_id)
    done = approvals.approve(strict, approver, waiting.id, "agreed")
    assert (done.state, done.approved_by) == (ActionState.DONE, approver.email)
    assert "is attached to i-office" in done.outcome
    (view,) = schedules.listing(strict, operator)
    assert [(each.attached_by, each.mode) for each in view.attachments] == [(operator.email, Mode.APPLY)]
    assert of_rule(strict, operator, "ec2_off_hours").state is FindingState.APPLIED
    (entry,) = promised(strict, operator)
    assert (entry.action_id, entry.resource_id, entry.ended_at) == (done.id, "i-office", None)


@pytest.mark.usefixtures("wasteful")
def test_a_schedule_that_is_rejected_is_not_attached_and_its_finding_opens(
    strict: Context, operator: User, person: Person
) -> None:
    finding = of_rule(strict, operator, "ec2_off_hours")
    waiting = recommendations.apply(strict, operator, finding.id, "we go home at six")
    approvals.reject(
        strict, person(Role.APPROVER, organisation=operator.organisation_id), waiting.id, "night batch"
    )
    assert schedules.listing(strict, operator) == ()
    assert promised(strict, operator) == ()
    assert of_rule(strict, operator, "ec2_off_hours").state is FindingState.OPEN


@pytest.mark.usefixtures("wasteful")
def test_nothing_is_attached_for_somebody_who_may_no_longer(
    strict: Context, operator: User, admin: User, person: Person
) -> None:
    finding = of_rule(strict, operator, "ec2_off_hours")
    waiting = recommendations.apply(strict, operator, finding.id, "we go home at six")
    with strict.begin() as db:
        access.change(db, operator.id, roles=[Role.VIEWER], accounts=None, status="active", end_tokens=False)
    with pytest.raises(Conflict, match="may no longer"):
        approvals.approve(
            strict, person(Role.APPROVER, organisation=operator.organisation_id), waiting.id, "ok"
        )
    assert schedules.listing(strict, admin) == ()


@pytest.mark.usefixtures("wasteful")
@pytest.mark.parametrize("how", ["detach", "delete"])
def test_a_detached_schedule_saves_nothing_more(ctx: Context, operator: User, how: str) -> None:
    finding = of_rule(ctx, operator, "ec2_off_hours")
    attachment = recommendations.apply(ctx, operator, finding.id, "we go home at six")
    (before,) = promised(ctx, operator)
    assert before.ended_at is None
    if how == "detach":
        schedules.detach(ctx, operator, attachment.id)
    else:
        schedules.delete(ctx, operator, attachment.schedule_id)
    (after,) = promised(ctx, operator)
    assert after.ended_at is not None


@pytest.mark.usefixtures("wasteful")
def test_what_another_schedule_still_switches_stays_promised(ctx: Context, operator: User) -> None:
    finding = of_rule(ctx, operator, "ec2_off_hours")
    attachment = recommendations.apply(ctx, operator, finding.id, "we go home at six")
    other = schedules.save(
        ctx, operator, None, "Night", ScheduleDefinition("UTC", (Period("06:00", "22:00"),))
    )
    schedules.attach(ctx, operator, other.id, Selector(resource_ids=("i-office",)))
    schedules.detach(ctx, operator, attachment.id)
    (entry,) = promised(ctx, operator)
    assert entry.ended_at is None


def promised(ctx: Context, user: User) -> tuple[Entry, ...]:
    """The ledger's entries."""
    with ctx.read() as db:
        return ledger.of(db, user.organisation_id)


def test_what_a_finding_counts_knows_what_others_claim_of_its_resource(
    ctx: Context, organisation_id: UUID, viewer: User
) -> None:
    claims = {"vol-1": Decimal(80), "vol-2": Decimal(10)}
    claiming = a_finding("ec2_stopped_paying", "i-1", saving=Decimal(90), claims=claims)
    alone = a_finding("ebs_gp2_to_gp3", "vol-1", saving=Decimal(20), lever=Lever.STORAGE)
    with ctx.begin() as db:
        findings.write(db, organisation_id, [claiming, alone])
    seen_from = recommendations.one(ctx, viewer, alone.id)
    assert seen_from.counts == 0
    assert "change to another resource" in seen_from.because
    planned = {each.finding.id: each.counts for each in recommendations.plan(ctx, viewer).chosen}
    assert recommendations.one(ctx, viewer, claiming.id).counts == planned[claiming.id] == 90


def test_levers_on_an_instance_are_planned_on_what_it_costs_without_its_storage(
    ctx: Context, organisation_id: UUID, viewer: User
) -> None:
    off = a_finding("rds_off_hours", "db-1", lever=Lever.SCHEDULE, saving=Decimal(36), part=Decimal(60))
    half = a_finding("rds_rightsizing", "db-1", lever=Lever.SIZE, saving=Decimal(30), part=Decimal(60))
    gp3 = a_finding("rds_storage_to_gp3", "db-1", lever=Lever.STORAGE, saving=Decimal(3), part=Decimal(40))
    with ctx.begin() as db:
        findings.write(db, organisation_id, [off, half, gp3])
    assert recommendations.plan(ctx, viewer).total_saving == 36 + 12 + 3
    assert recommendations.one(ctx, viewer, half.id).counts == 12


def test_what_a_cluster_saves_on_its_instances_is_promised_until_its_own_schedule_is_detached(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    cluster = a_cluster(account_id=ACCOUNT)
    member = a_database("ledger-1", cluster="ledger", account_id=ACCOUNT)
    seen(ctx, organisation_id, cluster, member, an_instance("i-1", tags={"team": "web"}))
    hours = ScheduleDefinition("UTC", (Period("08:00", "18:00"),))
    found = a_finding(
        "rds_cluster_off_hours",
        cluster.id,
        resource_kind=cluster.kind,
        saving=Decimal(60),
        cost=Decimal(0),
        claims={member.id: Decimal(60)},
        lever=Lever.SCHEDULE,
        fix=ActionKind.ATTACH_SCHEDULE,
        fix_parameters={"name": "Office", "definition": hours.to_json()},
    )
    with ctx.begin() as db:
        findings.write(db, organisation_id, [found])
    held = recommendations.apply(ctx, operator, found.id, "we go home at six")
    assert isinstance(held, Attachment)

    def promised() -> list[tuple[str, Decimal]]:
        rows = savings.listing(ctx, operator).rows
        return [(row.entry.resource_id, row.entry.promised) for row in rows if row.holds]

    other = schedules.attach(ctx, operator, held.schedule_id, Selector(tag=("team", "web")))
    schedules.detach(ctx, operator, other.id)
    assert promised() == [(member.id, 60)]
    schedules.detach(ctx, operator, held.id)
    assert promised() == []
