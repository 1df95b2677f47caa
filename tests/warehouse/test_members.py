"""Lines of what belongs to groups and services are theirs, by ids and by AWS's tags, and nobody else's as well."""

import json
from pathlib import Path
from uuid import UUID

from core.costs.members import Members, alone, of_group, of_service
from core.costs.scope import EVER, Scope
from services.warehouse.questions.member_costs import member_costs, member_hours
from services.warehouse.warehouse import Pin, Warehouse
from tests.bills import a_bill, a_line
from tests.warehouse.conftest import Loader

ACCOUNT, REGION = "222222222222", "us-east-1"
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/shop/1f2e"
API = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/api"
WEB = {"aws:autoscaling:groupName": "web"}
IN_SHOP = {"aws:ecs:clusterName": "shop", "aws:ecs:serviceName": "api"}
MEMBERS = Members(
    (("i-1", "web"), ("i-2", "web"), ("i-own", "i-own"), (API, API)),
    ((of_group(ACCOUNT, REGION, "web"), "web"), (of_service(ACCOUNT, REGION, "shop", "api"), API)),
)
BILL = (
    ("1", {"ResourceId": "i-1"}),
    ("2", {"ResourceId": "i-2", "Tags": json.dumps(WEB)}),
    ("4", {"ResourceId": "i-short", "Tags": json.dumps(WEB)}),
    ("8", {"ResourceId": "i-own", "Tags": json.dumps(WEB)}),
    ("16", {"ResourceId": "i-else", "Tags": json.dumps(WEB), "RegionId": "eu-west-1"}),
    ("32", {"ResourceId": TASK, "Tags": json.dumps(IN_SHOP)}),
    ("64", {"ResourceId": API}),
    ("128", {"ResourceId": "vol-1", "Tags": json.dumps(WEB), "ConsumedUnit": "GB-Mo"}),
    ("256", {"ResourceId": TASK, "Tags": json.dumps(IN_SHOP | {"aws:ecs:serviceName": "mail"})}),
    ("512", {"ResourceId": "i-1", "ChargeCategory": "Tax"}),
)


def asked(pin: Pin, members: Members) -> dict[str, int]:
    return {whole: int(cost) for whole, _, cost in pin.ask(member_costs, Scope(EVER), members)}


def test_each_line_is_one_s_at_most_by_its_id_before_its_tags(
    take: Loader, warehouse: Warehouse, organisation: UUID, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "bill.csv", [a_line(cost=cost, **line) for cost, line in BILL]))
    pin = warehouse.pin(organisation)
    assert asked(pin, MEMBERS) == {"web": 1 + 2 + 4, "i-own": 8, API: 32 + 64}
    assert asked(pin, MEMBERS.only(["web"])) == {"web": 1 + 2 + 4}
    assert asked(pin, alone(["i-1", "i-own"])) == {"i-1": 1, "i-own": 8}
    assert asked(pin, Members(())) == {}


def test_hours_are_those_of_all_members_and_what_a_commitment_paid_costs_nothing(
    take: Loader, warehouse: Warehouse, organisation: UUID, tmp_path: Path
) -> None:
    covered = {"CommitmentDiscountId": "sp-1", "CommitmentDiscountStatus": "Used"}
    lines = [
        a_line(cost="1", ResourceId="i-1"),
        a_line(cost="2", ResourceId="i-2"),
        a_line(cost="4", ResourceId="i-2", **covered),
        a_line(cost="8", ResourceId="i-1", day="2026-03-06", ChargePeriodEnd="2026-03-07T00:00:00Z"),
        a_line(cost="16", ResourceId="i-1", ConsumedUnit="GB"),
    ]
    take(a_bill(tmp_path / "bill.csv", lines))
    rows = warehouse.pin(organisation).ask(member_hours, Scope(EVER), MEMBERS)
    told = {(whole, (end - begin).total_seconds() / 3600, int(cost)) for whole, _, begin, end, cost in rows}
    assert told == {("web", 1, 3), ("web", 24, 8)}
