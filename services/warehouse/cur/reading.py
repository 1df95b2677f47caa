"""A cost and usage report's file as FOCUS columns. `docs/reference/bill-formats.md` says the same in a table."""

from core.errors import Invalid
from services.warehouse import values
from services.warehouse.cur import charges, costs, services, tags
from services.warehouse.cur.columns import Columns
from services.warehouse.readers import Reading

REQUIRED = {
    "BilledCost": "line_item_unblended_cost",
    "ChargeCategory": "line_item_line_item_type",
    "ChargePeriodStart": "line_item_usage_start_date",
    "BillingPeriodStart": "bill_billing_period_start_date",
    "BillingAccountId": "bill_payer_account_id",
    "BillingCurrency": "line_item_currency_code",
}
"""Our column that every line must have -> the report's."""
_USUAL = {
    "line_item_line_item_type": "Usage",
    "bill_bill_type": "Anniversary",
    "bill_billing_entity": "AWS",
}
"""Kept aside where they are not as nearly always: what kind of line and bill it is."""
_TERMS = (
    "pricing_lease_contract_length",
    "pricing_offering_class",
    "pricing_purchase_option",
    "reservation_start_time",
    "reservation_end_time",
    "reservation_number_of_reservations",
    "reservation_total_reserved_units",
    "savings_plan_offering_type",
    "savings_plan_payment_option",
    "savings_plan_purchase_term",
    "savings_plan_start_time",
    "savings_plan_end_time",
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
)
"""Kept aside on the lines of a commitment's own fees: what was bought, and how long it runs."""
_DETAILS = {
    "InstanceType": "instance_type",
    "OperatingSystem": "operating_system",
    "x_DatabaseEngine": "database_engine",
    "x_DeploymentOption": "deployment_option",
    "x_ProductFamily": "product_family",
    "x_StorageClass": "storage_class",
    "x_Tenancy": "tenancy",
    "x_VolumeType": "volume_api_name",
}
"""Of the hundreds of product attributes, those that tell one price from another: FOCUS's SkuPriceDetails."""
_EC2_TYPES = {"i": "instance", "vol": "volume", "snap": "snapshot", "eni": "network-interface"}


def reading(file: Columns, format_name: str) -> Reading:
    """How to read the file. Raises `Invalid` naming the columns that are missing."""
    missing = [name for name in REQUIRED.values() if not file.has(name)]
    if missing:
        message = f"the {format_name} columns {', '.join(missing)} are missing"
        raise Invalid(message, mend="Export them too: without them a line has no cost, day, kind or payer.")
    return Reading(
        _cost(file)
        | _who(file)
        | _what(file)
        | charges.commitment(file)
        | charges.prices(file)
        | _shares(file),
        {ours: file.found[name] for ours, name in REQUIRED.items()},
        filled=tuple(REQUIRED),
        unknown=file.unknown,
        doubles=file.doubles,
        aside=_aside(file),
        inputs=file.inputs,
    )


def _cost(file: Columns) -> dict[str, str]:
    return {
        "BilledCost": costs.billed(file),
        "EffectiveCost": costs.effective(file),
        "ListCost": costs.listed(file),
        "ContractedCost": costs.contracted(file),
        "ChargeCategory": f"case when {file.text(costs.KIND)} is not null then {charges.category(file)} end",
        "ChargeClass": charges.correction(file),
        "ChargeFrequency": charges.frequency(file),
        "ChargeDescription": file.text("line_item_line_item_description"),
        "PricingCategory": charges.pricing(file),
        "BillingCurrency": file.text("line_item_currency_code"),
        "BillingPeriodStart": file.time("bill_billing_period_start_date"),
        "BillingPeriodEnd": file.time("bill_billing_period_end_date"),
        "ChargePeriodStart": file.time("line_item_usage_start_date"),
        "ChargePeriodEnd": file.time("line_item_usage_end_date"),
    }


def _who(file: Columns) -> dict[str, str]:
    return {
        "BillingAccountId": _account(file.text("bill_payer_account_id")),
        "BillingAccountName": file.text("bill_payer_account_name"),
        "SubAccountId": _account(file.text("line_item_usage_account_id")),
        "SubAccountName": file.text("line_item_usage_account_name"),
        "ProviderName": "'AWS'",
        "HostProviderName": "'AWS'",
        "PublisherName": file.text("line_item_legal_entity"),
        "InvoiceIssuerName": file.text("bill_invoicing_entity"),
        "InvoiceId": file.text("bill_invoice_id"),
        "Tags": tags.tags(file),
        "x_CostCategories": tags.categories(file),
    }


def _what(file: Columns) -> dict[str, str]:
    code, meter = file.text("line_item_product_code"), file.text("line_item_usage_type")
    details = values.kept({ours: file.product(name) for ours, name in _DETAILS.items()})
    regions = (file.text("product_region_code"), file.product("region_code"), file.product("region"))
    return {
        "ServiceName": f"coalesce({file.product('product_name')}, {code})",
        "ServiceCategory": services.category(code, meter),
        "RegionId": f"coalesce({', '.join(regions)})",
        "AvailabilityZone": file.text("line_item_availability_zone"),
        "ResourceId": file.text("line_item_resource_id"),
        "ResourceType": _resource_type(file.text("line_item_resource_id"), code),
        "SkuId": file.product("sku"),
        "SkuPriceId": file.text("pricing_rate_code"),
        "SkuMeter": meter,
        "SkuPriceDetails": f"to_json({details})::varchar",
        "x_ServiceCode": code,
        "x_Operation": file.text("line_item_operation"),
    }


def _shares(file: Columns) -> dict[str, str]:
    """Of split lines alone: an instance's own line carries the tags of its cluster too."""
    split, listed = costs.shared(file), costs.shared_list(file)
    shared = f"({split}) is not null"
    return {
        "x_SplitCost": split,
        "x_SplitListCost": listed,
        "x_Cluster": f"case when {shared} then {tags.tag(file, tags.CLUSTER)} end",
        "x_Namespace": f"case when {shared} then {tags.tag(file, tags.NAMESPACE)} end",
        "x_Workload": f"case when {shared} then {tags.tag(file, tags.WORKLOAD)} end",
    }


def _account(text: str) -> str:
    """Twelve digits: files that hold account numbers as numbers lose the leading zeros."""
    return f"case when regexp_full_match({text}, '[0-9]{{1,11}}') then lpad({text}, 12, '0') else {text} end"


def _resource_type(resource: str, code: str) -> str:
    """The type in an ARN such as arn:aws:rds:...:db:orders, of EC2's ids, and of S3's, which are bare names of buckets."""
    kinds = " ".join(
        f"when {resource} like '{prefix}-%' then '{kind}'" for prefix, kind in _EC2_TYPES.items()
    )
    arn = f"nullif(regexp_extract({resource}, '^arn:[^:]*:[^:]*:[^:]*:[^:]*:([a-zA-Z-]+)[:/]', 1), '')"
    return f"case when {resource} like 'arn:%' then {arn} {kinds} when {code} = 'AmazonS3' and {resource} is not null then 'bucket' end"


def _aside(file: Columns) -> str:
    """SQL for what is kept of other columns: a bounded few of the report's own, and all that nobody expected."""
    plain = {
        name: f"nullif({file.text(name)}, {values.literal(usual)})" for name, usual in _USUAL.items()
    } | {"line_item_tax_type": file.text("line_item_tax_type")}
    plain["split_line_item_parent_resource_id"] = file.text("split_line_item_parent_resource_id")
    if file.has("discount"):
        column = file.found["discount"]
        plain["x_Discounts"] = f"nullif({values.text(values.identifier(column), file.kinds[column])}, '{{}}')"
    plain |= {name: values.text(values.identifier(name), file.kinds[name]) for name in file.unknown}
    fees = costs.one_of(file, ("Fee", *costs.COMMITTING))
    terms = {name: f"case when {fees} then {file.text(name)} end" for name in _TERMS if file.has(name)}
    some = " or ".join(f"({value}) is not null" for value in plain.values())
    return f"case when {fees} or {some} then {values.kept(plain | terms)} end"
