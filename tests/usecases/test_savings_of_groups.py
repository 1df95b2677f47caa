"""The ledger follows a group, whichever its members were on each day, and no dollar is any two entries'."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations
from pathlib import Path
from uuid import UUID

import pytest

from core.access.roles import User
from core.inventory import Kind
from core.ledger import book
from core.ledger.entry import Proof
from core.periods import midnight
from core.recommendations.lever import Lever
from services.context import Beat, Context
from services.db.stores import findings, ledger, members, resources
from services.usecases import ingest, savings, scheduled_savings
from services.usecases.unbilled import promises, since
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT, REGION, an_instance
from tests.computing import a_group
from tests.containers import a_node_group, a_service
from tests.core.recommendations.test_portfolio import a_finding
from tests.fleet import connected, seen
from tests.once import Once

DAYS, DONE = 40, 30
"""Days of the bill, and after how many of them something was done."""
WEB, EKS = a_group("web"), a_group("eks-1", tags={"eks:nodegroup-name": "workers"})
NODES, API = a_node_group(groups=("eks-1",)), a_service()
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/shop/%d"
COVERED = {
    WEB.id: ("i-day-%d", "i-tagged-%d", "i-own"),
    EKS.id: ("i-node",),
    NODES.id: ("i-node",),
    API.id: (TASK,),
    "i-own": ("i-own",),
    "i-else": ("i-else",),
}
"""What is billed of each; `%d` is another one on each day."""


def _lines(offset: int, day: date) -> list[dict[str, str]]:
    """A day: two instances of the group that live for that day, one of which is known by its tag alone; after 30 days one of them less."""
    in_web = {"Tags": json.dumps({"aws:autoscaling:groupName": "web"})}
    in_api = {"Tags": json.dumps({"aws:ecs:clusterName": "shop", "aws:ecs:serviceName": "api"})}
    told = [("i-tagged-%d", in_web), ("i-own", in_web), ("i-node", {}), (TASK, in_api), ("i-else", {})]
    told += [("i-day-%d", {})] if offset < DONE else []
    common = {"cost": "2.4", "SubAccountId": ACCOUNT, "RegionId": REGION, "SkuMeter": "BoxUsage:m5.large"}
    common |= {"PricingUnit": "Hrs", "PricingQuantity": "24", "day": f"{day}"}
    return [
        a_line(ResourceId=name % offset if "%" in name else name, **common, **tags) for name, tags in told
    ]


@pytest.fixture
def done(ctx: Context, organisation_id: UUID, data_dir: Path, once: Once) -> date:
    """The bill and what was seen; answers the day before which something was done."""
    once("groups billed", lambda: _world(ctx, organisation_id, data_dir))
    return ctx.now().date() - timedelta(days=DAYS - DONE)


def _world(ctx: Context, organisation_id: UUID, data_dir: Path) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    first = ctx.now().date() - timedelta(days=DAYS)
    for offset in range(DONE):
        gone = an_instance(f"i-day-{offset}", autoscaling_group="web")
        with ctx.begin() as db:
            resources.publish(db, organisation_id, [gone], midnight(first + timedelta(days=offset)))
    with ctx.begin() as db:
        at = ctx.now() - timedelta(minutes=1)
        resources.end(db, organisation_id, ACCOUNT, REGION, frozenset({Kind.INSTANCE}), at)
    own, node = (
        an_instance("i-own", autoscaling_group="web"),
        an_instance("i-node", autoscaling_group="eks-1"),
    )
    seen(ctx, organisation_id, WEB, EKS, NODES, API, own, node, an_instance("i-else"))
    lines = [line for offset in range(DAYS) for line in _lines(offset, first + timedelta(days=offset))]
    ingest.files(ctx, organisation_id, [a_bill(data_dir / "groups.csv", lines)])


def told(ctx: Context, user: User, day: date, resource_id: str, lever: Lever = Lever.SIZE) -> UUID:
    return savings.tell(ctx, user, resource_id, lever, day, Decimal(73), "Made smaller").id


def test_a_group_made_smaller_is_proven_by_all_its_members_of_each_day(
    ctx: Context, operator: User, done: date
) -> None:
    entry = told(ctx, operator, done - timedelta(days=1), WEB.id)
    assert savings.prove(ctx, Beat()).startswith("1 of 1 savings proven by the bill")
    found = savings.one(ctx, operator, entry)
    days = DAYS - DONE - 1
    assert {(day.expected, day.actual) for day in found.days} == {(Decimal("7.2"), Decimal("4.8"))}
    assert (found.before, found.after, found.saved) == tuple(
        days * Decimal(each) for each in ("7.2", "4.8", "2.4")
    )
    assert found.otherwise == 0
    assert {"i-own", "i-day-29"} <= set(found.billed)


def test_a_member_that_the_group_merely_replaced_saved_nothing(
    ctx: Context, operator: User, done: date
) -> None:
    told(ctx, operator, done - timedelta(days=1), API.id, Lever.SCHEDULE)
    assert savings.prove(ctx, Beat()).startswith("0 of 1 savings")
    (row,) = savings.listing(ctx, operator).rows
    assert row.result is not None
    assert (row.result.proof, row.result.counted) == (Proof.UNPROVEN, 0)


@pytest.mark.usefixtures("done")
def test_whatever_has_entries_no_dollar_is_two_of_theirs(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    at = ctx.now() - timedelta(days=DAYS - DONE)
    every = list(COVERED)
    for chosen in chain.from_iterable(combinations(every, count) for count in (1, 2, len(every))):
        with ctx.begin() as db:
            known = resources.by_ids(db, organisation_id, chosen)
            made = [
                savings.told(known[each], Lever.SCHEDULE, at, Decimal(1), "Off", operator.email)
                for each in chosen
            ]
            whose = members.of(db, organisation_id, chosen, at - timedelta(days=29))
        came = savings.held(ctx.warehouse.pin(organisation_id), made, whose, ctx.now().date())
        first = {whose.whose(entry.resource_id): one for entry, one in came.items()}
        actual = sum((day.actual for one in first.values() for day in one.days), Decimal(0))
        billed = {name for each in chosen for name in COVERED[each]} - {"i-day-%d"}
        assert actual == len(billed) * (DAYS - DONE - 1) * Decimal("2.4"), chosen


@pytest.mark.usefixtures("done")
def test_a_finding_about_a_group_is_one_entry_that_ends_with_its_schedule_and_is_promised_of_its_members_once(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    finding = a_finding(
        "asg_off_hours",
        WEB.id,
        resource_kind=Kind.AUTOSCALING_GROUP,
        lever=Lever.SCHEDULE,
        saving=Decimal(30),
        cost=Decimal(0),
        claims={"i-own": Decimal(20), "i-day-29": Decimal(10)},
    )
    entries = book.of_finding(finding, "Office hours", ctx.now(), operator.email)
    assert [(each.resource_id, each.promised) for each in entries] == [(WEB.id, 30)]
    bill = {"i-own": Decimal(60), "i-day-29": Decimal(40), "i-node": Decimal(9)}
    days = dict.fromkeys(bill, (ctx.now().date(), 30))
    with ctx.begin() as db:
        findings.write(db, organisation_id, [finding])
        ledger.add(db, organisation_id, entries)
        left = since(db, organisation_id, bill, days, (), ctx.prices.book())
        assert left.bill == {"i-own": Decimal(30), "i-day-29": Decimal(40), "i-node": Decimal(9)}
        again = a_finding("ec2_rightsizing", "i-own")
        owed = promises(db, organisation_id, [again, finding], ctx.now())
        assert owed(again) == {("i-own", Lever.SCHEDULE): 30}
        assert sum(owed(finding).values()) == 30
        scheduled_savings.end(db, organisation_id, ctx.now(), [WEB.id])
        assert ledger.promising(db, organisation_id, ctx.now() - timedelta(days=1)) == ()
