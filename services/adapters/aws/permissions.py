"""From boto3's names to IAM's: which action a call needs."""

_PREFIXES = {
    "cloudwatch": "cloudwatch",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
}
_ACTIONS = {
    ("s3", "list_buckets"): "s3:ListAllMyBuckets",
    ("s3", "get_bucket_lifecycle_configuration"): "s3:GetLifecycleConfiguration",
    ("s3", "put_bucket_lifecycle_configuration"): "s3:PutLifecycleConfiguration",
    ("s3", "delete_bucket_lifecycle"): "s3:PutLifecycleConfiguration",
    ("s3", "list_multipart_uploads"): "s3:ListBucketMultipartUploads",
    ("s3", "list_parts"): "s3:ListMultipartUploadParts",
    ("s3", "list_objects_v2"): "s3:ListBucket",
    ("s3", "head_object"): "s3:GetObject",
    ("s3", "head_bucket"): "s3:ListBucket",
}
"""Where IAM's word is not the call's."""
_CASED = {
    "DescribeDbInstances": "DescribeDBInstances",
    "DescribeDbSnapshots": "DescribeDBSnapshots",
    "DescribeDbClusters": "DescribeDBClusters",
    "StopDbCluster": "StopDBCluster",
    "StartDbCluster": "StartDBCluster",
}


def permission(service: str, operation: str) -> str:
    """The IAM action of a boto3 call: `("ec2", "describe_volumes")` is `ec2:DescribeVolumes`."""
    if (service, operation) in _ACTIONS:
        return _ACTIONS[service, operation]
    words = "".join(part.capitalize() for part in operation.split("_"))
    return f"{_PREFIXES.get(service, service)}:{_CASED.get(words, words.replace('DbInstance', 'DBInstance'))}"
