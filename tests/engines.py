"""One bill with something for every question, and the answers of two engines side by side."""

from pathlib import Path

from services.warehouse.warehouse import Pin
from tests.allocated import LINES
from tests.bills import FOCUS_SAMPLE, a_bill
from tests.reports import LEGACY_SAMPLE, a_row, cur2_parquet
from tests.warehouse.asked import every

SHARED = {
    "split_line_item_split_cost": "0.02",
    "split_line_item_unused_cost": "0.005",
    "line_item_resource_id": "i-1",
}
PLAN = {
    "savings_plan_savings_plan_arn": "arn:aws:savingsplans::111111111111:savingsplan/p",
    "line_item_resource_id": "i-2",
}


def much(folder: Path) -> list[Path]:
    """Real FOCUS and legacy lines, tags and tax, an instance shared by workloads, and a Savings Plan half used."""
    tags = {"aws_eks_cluster_name": "prod", "aws_eks_namespace": "shop", "aws_eks_workload_name": "web"}
    rows = [
        a_row(cost="0.1", line_item_resource_id="i-1", cost_category={"department": "web"}),
        a_row(resource_tags=tags, **SHARED),
        a_row("SavingsPlanCoveredUsage", "0.1", savings_plan_savings_plan_effective_cost="0.07", **PLAN),
        a_row("SavingsPlanNegation", "-0.1", **PLAN),
        a_row("SavingsPlanRecurringFee", "0.1", **PLAN),
    ]
    split = cur2_parquet(folder / "split", [row | {"bill_payer_account_id": "444444444444"} for row in rows])
    return [FOCUS_SAMPLE, LEGACY_SAMPLE, a_bill(folder / "tagged.csv", LINES), split]


def compared(pinned: Pin) -> tuple[int, list[str]]:
    """How many questions were asked of the pin's engine and of this process's, and those they answer otherwise."""
    here, asked = pinned.here(), list(every())
    differing = []
    for name, question, about, ordered in asked:
        ours, theirs = (list(each.run(each.sql(question, *about))) for each in (here, pinned))
        if not ordered:
            ours.sort(key=repr)
            theirs.sort(key=repr)
        if ours != theirs:
            differing.append(f"{name}: {ours} here, {theirs} there")
    return len(asked), differing
