"""The IAM policy that a role of ours needs: exactly the calls that the adapters declare."""

from collections.abc import Iterable
from typing import Any

from core.inventory import ExportLocation
from services.adapters.aws import guarded
from services.adapters.aws.inventory import lifecycle, listings
from services.adapters.aws.permissions import permission

CHECKING = (("sts", "get_caller_identity"), ("ec2", "describe_regions"))
METRICS = (("cloudwatch", "get_metric_data"),)
GUARDING = (
    guarded.TERMINATION,
    guarded.ROUTES,
    guarded.DELETION,
    ("ec2", "describe_snapshots"),
    ("ec2", "describe_images"),
)
ACTING = (
    ("ec2", "start_instances"),
    ("ec2", "stop_instances"),
    ("ec2", "modify_instance_attribute"),
    ("ec2", "modify_volume"),
    ("ec2", "create_snapshot"),
    ("ec2", "create_image"),
    ("ec2", "create_tags"),  # a copy's tags are given as it is made
    ("logs", "put_retention_policy"),
    ("logs", "delete_retention_policy"),
    lifecycle.WRITE,
    lifecycle.CLEAR,
    ("rds", "stop_db_instance"),
    ("rds", "start_db_instance"),
    ("rds", "modify_db_instance"),
    ("rds", "stop_db_cluster"),
    ("rds", "start_db_cluster"),
    ("autoscaling", "update_auto_scaling_group"),
    ("ecs", "update_service"),
    ("eks", "update_nodegroup_config"),
    ("redshift", "pause_cluster"),
    ("redshift", "resume_cluster"),
)
ENDING = (
    ("ec2", "delete_volume"),
    ("ec2", "release_address"),
    ("ec2", "delete_snapshot"),
    ("ec2", "delete_nat_gateway"),
    ("ec2", "terminate_instances"),
    ("elbv2", "delete_load_balancer"),
    ("emr", "terminate_job_flows"),
)
"""Calls that cannot be undone: the policy forbids them on what is tagged as protected."""
EXPORT = (("s3", "list_objects_v2"), ("s3", "get_object"))
KMS = "kms:CreateGrant"
"""Starting an instance whose volumes are encrypted with a key of yours needs a grant on that key."""


def declared() -> frozenset[tuple[str, str]]:
    """Every (service, operation) that the adapters may call in somebody's account."""
    reading = (call for listing in listings() for call in listing.calls)
    return frozenset((*reading, *CHECKING, *METRICS, *GUARDING, *ACTING, *ENDING, *EXPORT))


def document(export: ExportLocation | None = None) -> dict[str, Any]:
    """The policy as IAM takes it: reading, acting, and, where an export is given, its bucket.

    Leave out the statements whose Sid begins with `Act` for an account that is only to be looked at.
    """
    reading = [call for listing in listings() for call in listing.calls]
    statements = [
        _allow("ReadInventoryAndMetrics", (*reading, *CHECKING, *METRICS, *GUARDING), "*"),
        _allow("ActReversibly", ACTING, "*"),
        {
            **_allow("ActForGood", ENDING, "*"),
            "Condition": {"StringNotEqualsIgnoreCaseIfExists": {"aws:ResourceTag/pioneer:protected": "true"}},
        },
        {
            "Sid": "ActOnEncryptedVolumes",
            "Effect": "Allow",
            "Action": [KMS],
            "Resource": "*",
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]
    if export is not None:
        bucket = f"arn:aws:s3:::{export.bucket}"
        statements.append(_allow("ReadBillingExport", EXPORT, [bucket, f"{bucket}/{export.prefix}/*"]))
    return {"Version": "2012-10-17", "Statement": statements}


def trust(principal: str, external_id: str) -> dict[str, Any]:
    """The role's trust policy: only `principal`, and only with our ExternalId."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "CloudPioneer",
                "Effect": "Allow",
                "Principal": {"AWS": principal},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
            }
        ],
    }


def _allow(sid: str, calls: Iterable[tuple[str, str]], resource: str | list[str]) -> dict[str, Any]:
    actions = sorted({permission(*call) for call in calls})
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
