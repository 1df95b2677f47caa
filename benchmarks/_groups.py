"""What it takes to add up what belongs to groups: their members are joined to the lines, and found by tags on them."""

import time
from datetime import date, timedelta
from statistics import median

from _bill import Bill

from core.costs.members import Members, of_group, of_service
from core.costs.scope import Scope
from core.periods import Period
from services.warehouse.questions import member_costs, resource_costs
from services.warehouse.warehouse import Pin

DAYS, A_GROUP, LOOKS = 30, 10, 5
ACCOUNT, REGION = "1" * 12, "us-east-1"
TAGGED = 50


def groups_said(bill: Bill, last: date) -> str:
    """Medians of five, in milliseconds."""
    pinned = bill.ctx.warehouse.pin(bill.organisation_id)
    scope = Scope(Period(last - timedelta(days=DAYS), last))
    every = sorted(str(row[0]) for row in pinned.run(pinned.sql(resource_costs.resource_spend, scope)))
    ids = [each for each in every if each.startswith("i-")]
    numbers = range(TAGGED)
    instances = tuple((of_group(ACCOUNT, REGION, f"g{each}"), f"g{each}") for each in numbers)
    tasks = tuple((of_service(ACCOUNT, REGION, "shop", f"s{each}"), f"s{each}") for each in numbers)
    lines = []
    for count in (50, 500):
        by_id = tuple((each, f"g{place // A_GROUP}") for place, each in enumerate(ids[:count]))
        for name, tags in (
            ("ids", ()),
            ("ids and tasks' tags", tasks),
            ("and instances' tags", (*tasks, *instances)),
        ):
            took, rows = _asked(pinned, scope, Members(by_id, tags))
            lines.append(f"{len(by_id)} members by {name}: {took:.0f} ms, {rows} hours of groups")
    return "\n".join(lines)


def _asked(pinned: Pin, scope: Scope, members: Members) -> tuple[float, int]:
    sql, times, rows = pinned.sql(member_costs.member_hours, scope, members), [], 0
    for _ in range(LOOKS):
        began = time.perf_counter()
        rows = len(pinned.run(sql))
        times.append(time.perf_counter() - began)
    return median(times) * 1000, rows
