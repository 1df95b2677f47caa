"""What people do with recommendations: read them, plan with them, apply them, say no."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from core.access.roles import Role, User
from core.actions.model import Action, ActionKind
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from core.inventory import Kind
from core.recommendations.finding import Effort, FindingState, Risk
from core.recommendations.selection import FindingFilter
from core.savings import MoneyFrom
from core.schedules.attachment import Attachment
from core.schedules.model import Period, ScheduleDefinition
from services.context import Beat, Context
from services.db.tables.actions import actions
from services.db.tables.records import audit
from services.usecases import actions as acting
from services.usecases import evaluation, recommendations, schedules
from tests.builders import an_instance
from tests.fleet import a_wasteful_fleet, of_rule, seen
from tests.once import Once

OTHER = "444455556666"
DEV = {"environment": "dev"}
Person = Callable[..., User]


@pytest.fixture
def wasteful(ctx: Context, organisation_id: UUID, once: Once) -> None:
    """One of each waste in one account, an address in another, all evaluated."""

    def make() -> None:
        a_wasteful_fleet(ctx, organisation_id, OTHER)
        recommendations.evaluate(ctx, Beat())

    once(f"wasteful {OTHER}", make)


@pytest.mark.usefixtures("wasteful")
def test_all_five_wastes_are_found_with_what_could_not_be_told(ctx: Context, viewer: User) -> None:
    page = recommendations.listing(ctx, viewer)
    assert {(finding.rule, finding.resource_name) for finding in page.findings} == {
        ("ec2_idle", "i-idle"),
        ("ec2_off_hours", "i-office"),
        ("ebs_gp2_to_gp3", "vol-gp2"),
        ("ebs_unattached", "vol-loose"),
        ("eip_unassociated", "eipalloc-other"),
    }
    assert page.total == 5
    savings = [finding.saving for finding in page.findings]
    assert savings == sorted(savings, reverse=True)
    assert page.saving == sum(savings)
    idle = next(seen for seen in page.coverage if seen.rule == "ec2_idle")
    assert (idle.found, idle.ok, idle.unknown) == (1, 1, 1)
    assert dict(idle.undetermined) == {"No metrics were collected for it.": 1}


@pytest.mark.usefixtures("wasteful")
def test_a_finding_shows_its_evidence_and_its_rule(ctx: Context, viewer: User) -> None:
    detail = recommendations.one(ctx, viewer, of_rule(ctx, viewer, "ebs_gp2_to_gp3").id)
    assert detail.rule is not None
    assert detail.rule.title == "Move gp2 volumes to gp3"
    assert [variant["name"] for variant in detail.finding.evidence["variants"]] == ["same speed", "baseline"]
    assert detail.finding.money_from is MoneyFrom.LIST
    assert detail.finding.cost is None
    with pytest.raises(NotFound):
        recommendations.one(ctx, viewer, uuid4())


NARROWED = [
    (FindingFilter(kinds=(Kind.VOLUME,)), {"ebs_gp2_to_gp3", "ebs_unattached"}),
    (FindingFilter(accounts=(OTHER,)), {"eip_unassociated"}),
    (FindingFilter(most_risk=Risk.LOW), {"ebs_gp2_to_gp3", "ec2_off_hours"}),
    (FindingFilter(most_effort=Effort.LOW, regions=("eu-west-1",)), set()),
    (FindingFilter(tag=("environment", "dev")), {"ec2_idle", "ec2_off_hours"}),
    (FindingFilter(text="LOOSE"), {"ebs_unattached"}),
    (FindingFilter(text="%"), {"ec2_idle", "ec2_off_hours"}),
    (FindingFilter(least_saving=Decimal(50)), {"ec2_idle"}),
    (FindingFilter(states=(FindingState.GONE,)), set()),
]


@pytest.mark.usefixtures("wasteful")
def test_findings_are_narrowed(ctx: Context, viewer: User) -> None:
    for wanted, rules in NARROWED:
        assert {finding.rule for finding in recommendations.listing(ctx, viewer, wanted).findings} == rules, (
            wanted
        )


@pytest.mark.usefixtures("wasteful")
def test_pages_add_up(ctx: Context, viewer: User) -> None:
    for sort in ("saving", "newest", "resource", "rule"):
        pages = [
            recommendations.listing(ctx, viewer, FindingFilter(sort=sort, limit=2, offset=offset))
            for offset in (0, 2, 4)
        ]
        assert len({finding.id for page in pages for finding in page.findings}) == 5
        assert {page.total for page in pages} == {5}


@pytest.mark.usefixtures("wasteful")
def test_a_scoped_user_sees_and_plans_only_the_accounts_given(
    ctx: Context, viewer: User, person: Person
) -> None:
    scoped = person(Role.OPERATOR, accounts=frozenset({OTHER}))
    page = recommendations.listing(ctx, scoped)
    assert [finding.rule for finding in page.findings] == ["eip_unassociated"]
    assert {seen.account_id for seen in page.coverage} == {OTHER}
    assert recommendations.plan(ctx, scoped).total_saving == Decimal("3.65")
    hidden = of_rule(ctx, viewer, "ec2_idle").id
    for attempt in (recommendations.apply, recommendations.dismiss):
        with pytest.raises(NotFound):
            attempt(ctx, scoped, hidden, "not mine")


@pytest.mark.usefixtures("wasteful")
def test_another_organisation_sees_nothing(ctx: Context, viewer: User, person: Person) -> None:
    with ctx.begin() as db:
        other = db.execute(
            text("insert into organisation values (gen_random_uuid(), 'Other', now()) returning id")
        ).scalar_one()
    stranger = person(Role.ADMIN, organisation=other)
    assert recommendations.listing(ctx, stranger).total == 0
    with pytest.raises(NotFound):
        recommendations.dismiss(ctx, stranger, of_rule(ctx, viewer, "ec2_idle").id, "mine now")


@pytest.mark.usefixtures("wasteful")
def test_a_plan_counts_a_resource_once(ctx: Context, viewer: User) -> None:
    made = recommendations.plan(ctx, viewer)
    assert len(made.chosen) == 5
    assert made.total_saving == recommendations.listing(ctx, viewer).saving
    careful = recommendations.plan(ctx, viewer, FindingFilter(most_risk=Risk.VERY_LOW))
    assert [choice.finding.rule for choice in careful.chosen] == ["ebs_gp2_to_gp3"]


@pytest.mark.usefixtures("wasteful")
def test_applying_queues_an_action_and_the_finding_follows_it(
    ctx: Context, operator: User, viewer: User
) -> None:
    finding = of_rule(ctx, operator, "ebs_gp2_to_gp3")
    with pytest.raises(Forbidden):
        recommendations.apply(ctx, viewer, finding.id, "cheaper")
    with pytest.raises(Invalid):
        recommendations.apply(ctx, operator, finding.id, "  ")
    action = recommendations.apply(ctx, operator, finding.id, "cheaper")
    assert isinstance(action, Action)
    assert (action.origin, action.origin_id, action.expected_saving) == (
        "recommendation",
        str(finding.id),
        finding.saving,
    )
    assert action.parameters == {"type": "gp3", "iops": 3000, "throughput": 250}
    assert of_rule(ctx, operator, "ebs_gp2_to_gp3").state is FindingState.ACCEPTED
    with pytest.raises(Conflict, match="being applied by"):
        recommendations.apply(ctx, operator, finding.id, "again")
    with ctx.begin() as db:
        db.execute(actions.update().values(state="done", settled_at=datetime.now(UTC)))
    assert of_rule(ctx, operator, "ebs_gp2_to_gp3").state is FindingState.APPLIED
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, operator, "ebs_gp2_to_gp3").state is FindingState.APPLIED


@pytest.mark.usefixtures("wasteful")
def test_a_failed_action_opens_its_finding_again(ctx: Context, operator: User) -> None:
    finding = of_rule(ctx, operator, "ec2_idle")
    recommendations.apply(ctx, operator, finding.id, "nobody uses it")
    with ctx.begin() as db:
        db.execute(actions.update().values(state="failed", settled_at=datetime.now(UTC)))
    assert of_rule(ctx, operator, "ec2_idle").state is FindingState.OPEN
    recommendations.apply(ctx, operator, finding.id, "once more")


@pytest.mark.usefixtures("wasteful")
def test_a_refused_fix_changes_nothing(ctx: Context, organisation_id: UUID, operator: User) -> None:
    finding = of_rule(ctx, operator, "ec2_idle")
    seen(ctx, organisation_id, an_instance("i-idle", tags={"pioneer:protected": "true"}))
    with pytest.raises(Refused, match="protected"):
        recommendations.apply(ctx, operator, finding.id, "nobody uses it")
    assert of_rule(ctx, operator, "ec2_idle").state is FindingState.OPEN


@pytest.mark.usefixtures("wasteful")
def test_off_hours_attaches_one_schedule_for_all_who_need_it(ctx: Context, operator: User) -> None:
    hours_of_ours = ScheduleDefinition("UTC", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
    ours = schedules.save(ctx, operator, None, "Office", hours_of_ours)
    finding = of_rule(ctx, operator, "ec2_off_hours")
    attachment = recommendations.apply(ctx, operator, finding.id, "we go home at six")
    assert isinstance(attachment, Attachment)
    assert attachment.schedule_id == ours.id
    assert attachment.selector.resource_ids == ("i-office",)
    assert of_rule(ctx, operator, "ec2_off_hours").state is FindingState.APPLIED
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, operator, "ec2_off_hours").state is FindingState.APPLIED


@pytest.mark.usefixtures("wasteful")
def test_off_hours_makes_the_schedule_where_there_is_none(ctx: Context, operator: User) -> None:
    schedules.save(ctx, operator, None, "Office hours Mon-Fri 08:00-18:00 UTC", ScheduleDefinition("UTC", ()))
    recommendations.apply(ctx, operator, of_rule(ctx, operator, "ec2_off_hours").id, "we go home at six")
    names = [view.schedule.name for view in schedules.listing(ctx, operator)]
    assert names == ["Office hours Mon-Fri 08:00-18:00 UTC", "Office hours Mon-Fri 08:00-18:00 UTC (2)"]


@pytest.mark.usefixtures("wasteful")
def test_no_is_remembered_with_its_reason(ctx: Context, finance: User, viewer: User) -> None:
    finding = of_rule(ctx, finance, "ec2_idle")
    with pytest.raises(Forbidden):
        recommendations.dismiss(ctx, viewer, finding.id, "no")
    recommendations.dismiss(ctx, finance, finding.id, "standby for the audit")
    recommendations.evaluate(ctx, Beat())
    kept = of_rule(ctx, finance, "ec2_idle")
    assert (kept.state, kept.judged_by, kept.judgement) == (
        FindingState.DISMISSED,
        finance.email,
        "standby for the audit",
    )
    assert recommendations.plan(ctx, finance).total_saving < Decimal(80)
    recommendations.reopen(ctx, finance, finding.id, "audit is over")
    assert of_rule(ctx, finance, "ec2_idle").state is FindingState.OPEN
    with pytest.raises(Conflict):
        recommendations.reopen(ctx, finance, finding.id)
    with ctx.begin() as db:
        judged = db.execute(
            select(audit.c.reason).where(audit.c.action == "FindingJudged").order_by(audit.c.seq)
        )
        assert judged.scalars().all() == ["standby for the audit", "audit is over"]


@pytest.mark.usefixtures("wasteful")
def test_a_snooze_ends_by_itself(ctx: Context, operator: User) -> None:
    finding = of_rule(ctx, operator, "ec2_idle")
    now = datetime.now(UTC)
    for until in (now - timedelta(hours=1), now + timedelta(days=400)):
        with pytest.raises(Invalid):
            recommendations.snooze(ctx, operator, finding.id, until, "later")
    recommendations.snooze(ctx, operator, finding.id, now + timedelta(days=7), "after the release")
    assert of_rule(ctx, operator, "ec2_idle").state is FindingState.SNOOZED
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '8 days')"))
    assert of_rule(ctx, operator, "ec2_idle").state is FindingState.OPEN


@pytest.mark.usefixtures("wasteful")
def test_what_was_acted_on_is_judged_again_at_once_and_the_rest_stays(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    others = {finding.id: finding for finding in recommendations.listing(ctx, operator).findings}
    finding = of_rule(ctx, operator, "ec2_idle")
    acting.request(ctx, operator, ActionKind.STOP_INSTANCE, finding.resource_id, {}, "by hand")
    with ctx.begin() as db:
        db.execute(actions.update().values(state="done", settled_at=ctx.now()))
    seen(ctx, organisation_id, an_instance("i-idle", tags={"environment": "dev"}, state="stopped"))
    assert evaluation.after_actions(ctx, Beat()) == "1 findings of what was acted on."
    assert of_rule(ctx, operator, "ec2_idle").state is FindingState.GONE
    assert evaluation.after_actions(ctx, Beat()) == "Nothing was acted on."
    left = {finding.id: finding for finding in recommendations.listing(ctx, operator).findings}
    assert left == {key: one for key, one in others.items() if key != finding.id}
