"""Rules as people set them, for those who may and within what they see."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from core.access.roles import Role, User
from core.errors import Forbidden, Invalid, NotFound
from core.recommendations.finding import FindingState
from core.recommendations.tuning import Exclusion
from services.context import Beat, Context
from services.usecases import recommendations, rules
from tests.builders import ACCOUNT
from tests.databases import a_warehouse
from tests.fleet import a_wasteful_fleet, of_rule, sampled, seen

OTHER = "444455556666"


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> None:
    """One of each waste, judged once."""
    a_wasteful_fleet(ctx, organisation_id, OTHER)
    recommendations.evaluate(ctx, Beat())


def wanted(ctx: Context, **given: object) -> Exclusion:
    return Exclusion(**{"id": uuid4(), "reason": "ours", "by": "", "at": ctx.now(), **given})


@pytest.mark.usefixtures("fleet")
def test_a_threshold_holds_from_the_next_evaluation_and_can_be_put_back(ctx: Context, operator: User) -> None:
    rules.set_option(ctx, operator, "ec2_idle", "cpu_mean", 0, "nothing is idle here")
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, operator, "ec2_idle").state is FindingState.GONE
    view = next(view for view in rules.listing(ctx, operator) if view.rule.id == "ec2_idle")
    assert (view.options["cpu_mean"], view.tuned) == (0, {"cpu_mean"})
    rules.set_option(ctx, operator, "ec2_idle", "cpu_mean", None, "")
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, operator, "ec2_idle").state is FindingState.OPEN


@pytest.mark.usefixtures("fleet")
def test_a_longer_lookback_reads_what_is_kept_of_the_days_before(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    warehouse = a_warehouse(account_id=ACCOUNT)
    seen(ctx, organisation_id, warehouse)
    connections = np.zeros(24 * 30, dtype=np.float32)
    connections[24 * 10] = 1  # twenty days ago
    sampled(ctx, organisation_id, warehouse.id, "connections", connections)
    sampled(ctx, organisation_id, warehouse.id, "cpu", np.ones_like(connections))

    def counted() -> tuple[int, int]:
        recommendations.evaluate(ctx, Beat())
        view = next(view for view in rules.listing(ctx, operator) if view.rule.id == "redshift_idle")
        return sum(row.ok for row in view.coverage), sum(row.unknown for row in view.coverage)

    assert counted() == (0, 1)  # idle for two weeks, and not on the bill yet
    rules.set_option(ctx, operator, "redshift_idle", "days", 30, "its month end counts")
    assert counted() == (1, 0)  # somebody connected


@pytest.mark.usefixtures("fleet")
def test_what_is_excluded_is_gone_until_it_is_taken_back_or_ends(ctx: Context, operator: User) -> None:
    finding = of_rule(ctx, operator, "ebs_unattached")
    made = rules.exclude(ctx, operator, wanted(ctx, resource_id=finding.resource_id))
    assert (made.by, rules.exclusions(ctx, operator)) == (operator.email, (made,))
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, operator, "ebs_unattached").state is FindingState.GONE
    covered = next(view for view in rules.listing(ctx, operator) if view.rule.id == "ebs_unattached").coverage
    assert sum(row.excluded for row in covered) == 1
    rules.include(ctx, operator, made.id)
    with pytest.raises(NotFound):
        rules.include(ctx, operator, made.id)
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, operator, "ebs_unattached").state is FindingState.OPEN


@pytest.mark.usefixtures("fleet")
def test_who_sees_some_accounts_decides_for_those_alone(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    limited = person(Role.OPERATOR, accounts=frozenset({ACCOUNT}))
    with pytest.raises(Forbidden):
        rules.set_option(ctx, limited, "ebs_unattached", "days", 60, "")
    with pytest.raises(Forbidden):
        rules.exclude(ctx, limited, wanted(ctx, rule="ec2_idle"))
    with pytest.raises(NotFound):
        rules.exclude(ctx, limited, wanted(ctx, account_id=OTHER))
    theirs = of_rule(ctx, operator, "eip_unassociated")
    with pytest.raises(NotFound):
        rules.exclude(ctx, limited, wanted(ctx, resource_id=theirs.resource_id))
    rules.exclude(ctx, operator, wanted(ctx, resource_id=theirs.resource_id))
    own = rules.exclude(ctx, limited, wanted(ctx, account_id=ACCOUNT, rule="ec2_idle"))
    assert rules.exclusions(ctx, limited) == (own,)


@pytest.mark.usefixtures("fleet")
def test_what_cannot_be_is_refused_in_words(ctx: Context, operator: User, viewer: User) -> None:
    with pytest.raises(Forbidden):
        rules.exclude(ctx, viewer, wanted(ctx, rule="ec2_idle"))
    with pytest.raises(Invalid, match="reason"):
        rules.exclude(ctx, operator, wanted(ctx, rule="ec2_idle", reason=" "))
    with pytest.raises(Invalid, match="left alone"):
        rules.exclude(ctx, operator, wanted(ctx))
    with pytest.raises(Invalid, match="future"):
        rules.exclude(ctx, operator, wanted(ctx, rule="ec2_idle", until=ctx.now() - timedelta(days=1)))
    with pytest.raises(NotFound, match="no rule"):
        rules.exclude(ctx, operator, wanted(ctx, rule="nonsense"))
    with pytest.raises(Invalid):
        rules.set_option(ctx, operator, "ec2_idle", "cpu_mean", 400, "")


@pytest.mark.usefixtures("fleet")
def test_a_finding_is_given_to_somebody_who_sees_it_and_its_history_is_kept(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    finding = of_rule(ctx, operator, "ebs_unattached")
    recommendations.assign(ctx, operator, finding.id, operator.email)
    recommendations.evaluate(ctx, Beat())
    assert of_rule(ctx, operator, "ebs_unattached").owner == operator.email
    stranger = person(Role.OPERATOR, accounts=frozenset({OTHER}))
    with pytest.raises(NotFound, match="nobody here"):
        recommendations.assign(ctx, operator, finding.id, stranger.email)
    with pytest.raises(NotFound):
        recommendations.history(ctx, stranger, finding.id)
    recommendations.dismiss(ctx, operator, finding.id, "needed for the audit")
    told = recommendations.history(ctx, operator, finding.id)
    assert [each.type for each in told] == ["FindingJudged", "FindingAssigned"]
    assert told[0].reason == "needed for the audit"
