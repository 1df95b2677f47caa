"""What else a line of a cost and usage report says: the kind of charge, whose it is, its tags, and who shares it."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.reports import SHAPES, Row, a_row, athena_parquet, cur2_csv, cur2_parquet, legacy_csv, line, read

PLAN = "arn:aws:savingsplans::111111111111:savingsplan/1"
LEASE = "arn:aws:ec2:eu-west-1:111111111111:reserved-instances/1"


KINDS: list[tuple[Row, tuple[str | None, ...]]] = [
    (a_row(), ("Usage", None, "Usage-Based", "Standard")),
    (a_row(line_item_usage_type="EUW1-SpotUsage:m7g.large"), ("Usage", None, "Usage-Based", "Dynamic")),
    (a_row("SavingsPlanCoveredUsage"), ("Usage", None, "Usage-Based", "Committed")),
    (a_row("SavingsPlanNegation"), ("Usage", None, "Usage-Based", "Committed")),
    (a_row("DiscountedUsage"), ("Usage", None, "Usage-Based", "Committed")),
    (a_row("EdpDiscount"), ("Usage", None, "One-Time", "Other")),
    (a_row("SavingsPlanRecurringFee"), ("Purchase", None, "Recurring", "Committed")),
    (a_row("RIFee"), ("Purchase", None, "Recurring", "Committed")),
    (a_row("SavingsPlanUpfrontFee"), ("Purchase", None, "One-Time", "Standard")),
    (a_row("Fee"), ("Purchase", None, "One-Time", "Standard")),
    (
        a_row("Fee", line_item_product_code="AWSSupportEnterprise"),
        ("Purchase", None, "Recurring", "Standard"),
    ),
    (a_row("Tax"), ("Tax", None, "One-Time", None)),
    (a_row("Credit"), ("Credit", None, "One-Time", "Other")),
    (a_row("Refund"), ("Usage", "Correction", "One-Time", "Other")),
    (a_row("Refund", savings_plan_savings_plan_a_r_n=PLAN), ("Purchase", "Correction", "One-Time", "Other")),
    (a_row("Refund", line_item_usage_type=""), ("Adjustment", "Correction", "One-Time", "Other")),
    (a_row("SomethingNew"), ("Adjustment", None, "One-Time", "Other")),
]
"""A line; its category, class, frequency and pricing category."""


def test_each_type_of_line_is_a_kind_of_charge(tmp_path: Path) -> None:
    _, found = read(cur2_csv(tmp_path / "report", [row for row, _ in KINDS]), tmp_path / "scratch")
    names = ("ChargeCategory", "ChargeClass", "ChargeFrequency", "PricingCategory")
    for (row, expected), line_found in zip(KINDS, found, strict=True):
        assert tuple(line_found[name] for name in names) == expected, row


def test_a_commitment_is_named_where_it_covers_and_where_nobody_used_it(tmp_path: Path) -> None:
    rows = [
        a_row("SavingsPlanCoveredUsage", savings_plan_savings_plan_a_r_n=PLAN),
        a_row("SavingsPlanRecurringFee", savings_plan_savings_plan_a_r_n=PLAN),
        a_row("SavingsPlanNegation", savings_plan_savings_plan_a_r_n=PLAN),
        a_row(
            "DiscountedUsage",
            reservation_reservation_a_r_n=LEASE,
            line_item_usage_amount="1",
            pricing_unit="Hrs",
        ),
        a_row(
            "RIFee",
            reservation_reservation_a_r_n=LEASE,
            reservation_unused_quantity="12.5",
            pricing_unit="Hrs",
        ),
        a_row(),
    ]
    _, found = read(cur2_parquet(tmp_path / "report", rows), tmp_path / "scratch")
    names = ("Id", "Type", "Category", "Status", "Quantity", "Unit")
    assert [tuple(row[f"CommitmentDiscount{name}"] for name in names) for row in found] == [
        (PLAN, "Savings Plan", "Spend", "Used", None, None),
        (PLAN, "Savings Plan", "Spend", "Unused", None, None),
        (PLAN, "Savings Plan", "Spend", None, None, None),
        (LEASE, "Reserved Instance", "Usage", "Used", Decimal(1), "Hrs"),
        (LEASE, "Reserved Instance", "Usage", "Unused", Decimal("12.5"), "Hrs"),
        (None, None, None, None, None, None),
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_whose_and_what_a_line_is(tmp_path: Path, shape: str) -> None:
    row = a_row(
        cost="0.0816",
        bill_invoice_id="123",
        bill_invoicing_entity="Amazon Web Services EMEA SARL",
        bill_payer_account_id="11111111111",
        line_item_availability_zone="eu-west-1a",
        line_item_legal_entity="Amazon Web Services EMEA SARL",
        line_item_operation="RunInstances",
        line_item_resource_id="i-0abc",
        line_item_usage_amount="1",
        line_item_unblended_rate="0.0816",
        pricing_public_on_demand_rate="0.096",
        pricing_rate_code="SKU.TERM.RATE",
        pricing_unit="Hrs",
        product_sku="SKU",
        product={
            "product_name": "Amazon Elastic Compute Cloud",
            "region": "eu-west-1",
            "operating_system": "Linux",
        },
    )
    found = line(tmp_path, row, SHAPES[shape])
    expected = {
        "AvailabilityZone": "eu-west-1a",
        "BillingAccountId": "011111111111",
        "ConsumedQuantity": Decimal(1),
        "ConsumedUnit": "Hrs",
        "ContractedUnitPrice": Decimal("0.0816"),
        "InvoiceId": "123",
        "InvoiceIssuerName": "Amazon Web Services EMEA SARL",
        "ListUnitPrice": Decimal("0.096"),
        "PricingQuantity": Decimal(1),
        "ProviderName": "AWS",
        "PublisherName": "Amazon Web Services EMEA SARL",
        "RegionId": "eu-west-1",
        "ResourceId": "i-0abc",
        "ResourceType": "instance",
        "ServiceCategory": "Compute",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "SkuId": "SKU",
        "SkuMeter": "EUW1-BoxUsage:m7g.large",
        "SkuPriceDetails": '{"OperatingSystem":"Linux"}',
        "SkuPriceId": "SKU.TERM.RATE",
        "SubAccountId": "222222222222",
        "source": "AWS:011111111111",
        "x_Operation": "RunInstances",
        "x_Other": None,
        "x_ServiceCode": "AmazonEC2",
    }
    assert {name: found[name] for name in expected} == expected


def test_a_service_is_in_the_category_aws_puts_it(tmp_path: Path) -> None:
    services = {
        ("AmazonEC2", "EBS:VolumeUsage.gp3"): "Storage",
        ("AmazonEC2", "BoxUsage:m7g.large"): "Compute",
        ("awskms", "Requests"): "Identity",
        ("MadeUpYesterday", "Hours"): "Other",
    }
    rows = [
        a_row(line_item_product_code=code, line_item_usage_type=meter, product={}) for code, meter in services
    ]
    _, found = read(cur2_csv(tmp_path / "report", rows), tmp_path / "scratch")
    assert [row["ServiceName"] for row in found] == [code for code, _ in services]
    assert [row["ServiceCategory"] for row in found] == list(services.values())


def test_a_resources_type_is_read_from_its_id(tmp_path: Path) -> None:
    types = {
        ("arn:aws:rds:eu-west-1:1:db:orders", "AmazonRDS"): "db",
        ("arn:aws:ec2:eu-west-1:1:natgateway/nat-1", "AmazonEC2"): "natgateway",
        ("arn:aws:sqs:eu-west-1:1:orders", "AWSQueueService"): None,
        ("vol-1", "AmazonEC2"): "volume",
        ("my-bucket", "AmazonS3"): "bucket",
        ("something", "AmazonEC2"): None,
        ("", "AmazonS3"): None,
    }
    rows = [a_row(line_item_resource_id=resource, line_item_product_code=code) for resource, code in types]
    _, found = read(cur2_csv(tmp_path / "report", rows), tmp_path / "scratch")
    assert [row["ResourceType"] for row in found] == list(types.values())


TAGGED: dict[str, tuple[Callable[[Path, Iterable[Row]], Path], dict[str, str]]] = {
    "CUR 2.0 CSV": (cur2_csv, {"user_team": "web", "user_cost_center": "42", "aws_created_by": "ann"}),
    "CUR 2.0 Parquet": (
        cur2_parquet,
        {"user_team": "web", "user_cost_center": "42", "aws_created_by": "ann"},
    ),
    "legacy CSV": (legacy_csv, {"user:team": "web", "user:cost-center": "42", "aws:createdBy": "ann"}),
    "legacy Parquet": (
        athena_parquet,
        {"user_team": "web", "user_cost_center": "42", "aws_created_by": "ann"},
    ),
}


@pytest.mark.parametrize("shape", TAGGED)
def test_tags_have_the_keys_that_people_wrote(tmp_path: Path, shape: str) -> None:
    write, tags = TAGGED[shape]
    found = line(tmp_path, a_row(resource_tags=tags, cost_category={"Unit": "shop"}), write)
    assert found["Tags"] == {"team": "web", "cost-center": "42", "aws:createdBy": "ann"}
    assert (found["tag_team"], found["tag_cost_center"]) == ("web", "42")
    assert found["x_CostCategories"] == {"Unit": "shop"}


def test_tags_that_differ_by_case_alone_are_two(tmp_path: Path) -> None:
    row = a_row(resource_tags={"user:Team": "Web", "user:team": "web", "user:TEAM": "WEB"})
    assert line(tmp_path, row, legacy_csv)["Tags"] == {"Team": "Web", "team": "web", "TEAM": "WEB"}


def test_the_column_of_all_tags_holds_cost_categories_too(tmp_path: Path) -> None:
    tags = {
        "resourceTags/team": "web",
        "resourceTags/user_name": "ann",
        "accountTag/team": "it",
        "costCategory/Unit": "shop",
    }
    found = line(tmp_path, a_row(tags=tags), cur2_parquet)
    assert found["Tags"] == {"team": "web", "user_name": "ann", "accountTag/team": "it"}
    assert found["x_CostCategories"] == {"Unit": "shop"}


def test_an_untagged_line_has_no_tags(tmp_path: Path) -> None:
    rows = [a_row(resource_tags={"user:team": "web"}), a_row(resource_tags={"user:team": ""})]
    _, (_, untagged) = read(legacy_csv(tmp_path / "report", rows), tmp_path / "scratch")
    assert untagged["Tags"] is None


EKS = {"aws:eks:cluster-name": "prod", "aws:eks:namespace": "shop", "aws:eks:workload-name": "cart"}
SPLIT = {"split_line_item_split_cost": "0.02", "split_line_item_unused_cost": "0.005"}
LISTED = {
    "split_line_item_public_on_demand_split_cost": "0.04",
    "split_line_item_public_on_demand_unused_cost": "0.01",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_pod_has_its_share_of_the_instance_and_costs_nothing_itself(tmp_path: Path, shape: str) -> None:
    flat = not shape.startswith("legacy CSV")
    tags = {key.replace(":", "_").replace("-", "_") if flat else key: value for key, value in EKS.items()}
    found = line(tmp_path, a_row(resource_tags=tags, **SPLIT, **LISTED), SHAPES[shape])
    assert (found["BilledCost"], found["EffectiveCost"]) == (0, 0)
    assert (found["x_SplitCost"], found["x_SplitListCost"]) == (Decimal("0.025"), Decimal("0.05"))
    assert [found[f"x_{name}"] for name in ("Cluster", "Namespace", "Workload")] == ["prod", "shop", "cart"]


def test_a_task_is_the_workload_of_its_service(tmp_path: Path) -> None:
    tags = {"aws_ecs_cluster_name": "batch", "aws_ecs_service_name": "mail"}
    found = line(tmp_path, a_row(resource_tags=tags, split_line_item_split_cost="0.02"))
    assert [found[f"x_{name}"] for name in ("SplitCost", "Cluster", "Namespace", "Workload")] == [
        Decimal("0.02"),
        "batch",
        None,
        "mail",
    ]


def test_shares_net_of_discounts_count_where_the_report_has_them(tmp_path: Path) -> None:
    net = {"split_line_item_net_split_cost": "0.018", "split_line_item_net_unused_cost": "0.0045"}
    assert line(tmp_path, a_row(**SPLIT, **net))["x_SplitCost"] == Decimal("0.0225")


def test_an_instances_own_line_is_no_share_although_it_has_the_clusters_tag(tmp_path: Path) -> None:
    found = line(
        tmp_path,
        a_row(cost="1", resource_tags={"aws_eks_cluster_name": "prod"}, split_line_item_split_cost=""),
    )
    assert (found["x_SplitCost"], found["x_Cluster"]) == (None, None)
