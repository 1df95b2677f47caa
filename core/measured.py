"""What is measured of which kind of resource: one row a metric, named as CloudWatch names it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from core.inventory import Database, Endpoint, Instance, Kind, LoadBalancer, Resource
from core.measured_groups import GROUPS, SAMPLES
from core.measured_platform import PLATFORM
from core.metric import Metric
from core.metrics import SETTLING, MetricQuery


def _burstable(resource: Resource) -> bool:
    return isinstance(resource, Instance) and resource.type.startswith("t")


def _balances(*types: str) -> Callable[[Resource], bool]:
    return lambda resource: isinstance(resource, LoadBalancer) and resource.type in types


def _run_by(service: str) -> Callable[[Resource], bool]:
    return lambda resource: isinstance(resource, Database) and resource.service == service


_EC2, _EBS, _RDS, _NAT = "AWS/EC2", "AWS/EBS", "AWS/RDS", "AWS/NATGateway"
_ALB, _NLB, _LAMBDA, _S3 = "AWS/ApplicationELB", "AWS/NetworkELB", "AWS/Lambda", "AWS/S3"
_CACHE, _REDSHIFT, _DYNAMO, _ES = "AWS/ElastiCache", "AWS/Redshift", "AWS/DynamoDB", "AWS/ES"
_DOCDB, _NEPTUNE, _KINESIS = "AWS/DocDB", "AWS/Neptune", "AWS/Kinesis"
_VPCE, _LOGS, _SAGEMAKER = "AWS/PrivateLinkEndpoints", "AWS/Logs", "AWS/SageMaker"
_DB, _NODE, _DOMAIN = "DBInstanceIdentifier", "CacheClusterId", (("ClientId", "{0.account_id}"),)
_WAY = (("Endpoint Type", "{0.type}"), ("Service Name", "{0.service}"), ("VPC Id", "{0.vpc_id}"))
_ECS, _CLUSTER = "AWS/ECS", (("ClusterName", "{0.cluster}"),)
_VARIANT = (("VariantName", "{0.variant}"),)
_BALANCER = "LoadBalancer"

_OF_INSTANCES = (
    Metric("cpu", "CPU", "%", _RDS, "CPUUtilization", _DB, "Average"),
    Metric("connections", "Connections", "count", _RDS, "DatabaseConnections", _DB, "Maximum"),
    Metric("cpu_peak", "CPU, highest", "%", _RDS, "CPUUtilization", _DB, "Maximum"),
    Metric("free_memory", "Free memory, lowest", "bytes", _RDS, "FreeableMemory", _DB, "Minimum"),
    Metric("read_iops", "Reads a second", "count", _RDS, "ReadIOPS", _DB, "Average"),
    Metric("write_iops", "Writes a second", "count", _RDS, "WriteIOPS", _DB, "Average"),
)
"""What RDS and DocumentDB measure of their instances under the same names, each in a namespace of its own."""
_TRAFFIC = (
    Metric("read_throughput", "Read a second", "bytes", _RDS, "ReadThroughput", _DB, "Average"),
    Metric("write_throughput", "Written a second", "bytes", _RDS, "WriteThroughput", _DB, "Average"),
    Metric("network_in", "Received a second", "bytes", _RDS, "NetworkReceiveThroughput", _DB, "Average"),
    Metric("network_out", "Sent a second", "bytes", _RDS, "NetworkTransmitThroughput", _DB, "Average"),
)
"""What RDS moves, by the second: a smaller class carries less."""

METRICS: Mapping[Kind, tuple[Metric, ...]] = {
    **PLATFORM,
    **GROUPS,
    Kind.INSTANCE: (
        Metric("cpu", "CPU", "%", _EC2, "CPUUtilization", "InstanceId", "Average"),
        Metric("network_in", "Network in", "bytes", _EC2, "NetworkIn", "InstanceId", "Sum"),
        Metric("network_out", "Network out", "bytes", _EC2, "NetworkOut", "InstanceId", "Sum"),
        Metric("cpu_peak", "CPU, highest", "%", _EC2, "CPUUtilization", "InstanceId", "Maximum"),
        Metric("memory", "Memory, highest", "%", "CWAgent", "mem_used_percent", "InstanceId", "Maximum"),
        Metric(
            "surplus_credits",
            "Surplus credits charged",
            "count",
            _EC2,
            "CPUSurplusCreditsCharged",
            "InstanceId",
            "Sum",
            of=_burstable,
        ),
    ),
    Kind.VOLUME: (
        Metric("read_ops", "Reads", "count", _EBS, "VolumeReadOps", "VolumeId", "Sum"),
        Metric("write_ops", "Writes", "count", _EBS, "VolumeWriteOps", "VolumeId", "Sum"),
        Metric("read_bytes", "Bytes read", "bytes", _EBS, "VolumeReadBytes", "VolumeId", "Sum"),
        Metric("write_bytes", "Bytes written", "bytes", _EBS, "VolumeWriteBytes", "VolumeId", "Sum"),
    ),
    Kind.DATABASE: (
        *(replace(each, of=_run_by("rds")) for each in (*_OF_INSTANCES, *_TRAFFIC)),
        *(replace(each, namespace=_DOCDB, of=_run_by("docdb")) for each in _OF_INSTANCES),
        Metric("cpu", "CPU", "%", _NEPTUNE, "CPUUtilization", _DB, "Average", of=_run_by("neptune")),
        Metric(
            "requests",
            "Requests a second, highest",
            "count",
            _NEPTUNE,
            "TotalRequestsPerSec",
            _DB,
            "Maximum",
            of=_run_by("neptune"),
        ),
    ),
    Kind.LOAD_BALANCER: (
        Metric(
            "requests",
            "Requests",
            "count",
            _ALB,
            "RequestCount",
            _BALANCER,
            "Sum",
            of=_balances("application"),
        ),
        Metric(
            "flows", "New flows", "count", _NLB, "NewFlowCount", _BALANCER, "Sum", of=_balances("network")
        ),
    ),
    Kind.NAT_GATEWAY: (
        Metric("bytes_out", "Bytes out", "bytes", _NAT, "BytesOutToDestination", "NatGatewayId", "Sum"),
        Metric("bytes_in", "Bytes in", "bytes", _NAT, "BytesInFromDestination", "NatGatewayId", "Sum"),
        Metric(
            "connections", "Connections", "count", _NAT, "ActiveConnectionCount", "NatGatewayId", "Maximum"
        ),
    ),
    Kind.ENDPOINT: (
        Metric(
            "bytes",
            "Bytes",
            "bytes",
            _VPCE,
            "BytesProcessed",
            "VPC Endpoint Id",
            "Sum",
            also=_WAY,
            of=lambda resource: isinstance(resource, Endpoint) and resource.by_the_hour,
        ),
    ),
    Kind.FUNCTION: (
        Metric("invocations", "Invocations", "count", _LAMBDA, "Invocations", "FunctionName", "Sum"),
        Metric("errors", "Errors", "count", _LAMBDA, "Errors", "FunctionName", "Sum"),
        Metric("duration", "Duration", "ms", _LAMBDA, "Duration", "FunctionName", "Average"),
        Metric(
            "memory",
            "Memory, highest",
            "%",
            "LambdaInsights",
            "memory_utilization",
            "function_name",
            "Maximum",
        ),
    ),
    Kind.BUCKET: (
        Metric(
            "standard_bytes",
            "Standard storage",
            "bytes",
            _S3,
            "BucketSizeBytes",
            "BucketName",
            "Average",
            also=(("StorageType", "StandardStorage"),),
        ),
        Metric(
            "objects",
            "Objects",
            "count",
            _S3,
            "NumberOfObjects",
            "BucketName",
            "Average",
            also=(("StorageType", "AllStorageTypes"),),
        ),
    ),
    Kind.LOG_GROUP: (Metric("incoming", "Bytes in", "bytes", _LOGS, "IncomingBytes", "LogGroupName", "Sum"),),
    Kind.CACHE: (
        Metric("cpu", "CPU", "%", _CACHE, "CPUUtilization", _NODE, "Average"),
        Metric("connections", "Connections", "count", _CACHE, "CurrConnections", _NODE, "Maximum"),
        Metric("memory", "Memory, highest", "%", _CACHE, "DatabaseMemoryUsagePercentage", _NODE, "Maximum"),
    ),
    Kind.DATA_WAREHOUSE: (
        Metric("cpu", "CPU", "%", _REDSHIFT, "CPUUtilization", "ClusterIdentifier", "Average"),
        Metric(
            "connections",
            "Connections",
            "count",
            _REDSHIFT,
            "DatabaseConnections",
            "ClusterIdentifier",
            "Maximum",
        ),
        Metric(
            "disk", "Disk used", "%", _REDSHIFT, "PercentageDiskSpaceUsed", "ClusterIdentifier", "Average"
        ),
    ),
    Kind.TABLE: (
        Metric("reads", "Read units", "count", _DYNAMO, "ConsumedReadCapacityUnits", "TableName", "Sum"),
        Metric("writes", "Write units", "count", _DYNAMO, "ConsumedWriteCapacityUnits", "TableName", "Sum"),
    ),
    Kind.SEARCH_DOMAIN: (
        Metric("cpu", "CPU", "%", _ES, "CPUUtilization", "DomainName", "Average", also=_DOMAIN),
        Metric("searches", "Searches", "count", _ES, "SearchRate", "DomainName", "Sum", also=_DOMAIN),
        Metric(
            "indexed", "Documents indexed", "count", _ES, "IndexingRate", "DomainName", "Sum", also=_DOMAIN
        ),
    ),
    Kind.CONTAINER_SERVICE: (
        Metric("cpu", "CPU", "%", _ECS, "CPUUtilization", "ServiceName", "Average", also=_CLUSTER),
        Metric(
            "cpu_peak", "CPU, highest", "%", _ECS, "CPUUtilization", "ServiceName", "Maximum", also=_CLUSTER
        ),
        Metric(
            "memory",
            "Memory, highest",
            "%",
            _ECS,
            "MemoryUtilization",
            "ServiceName",
            "Maximum",
            also=_CLUSTER,
        ),
        Metric(
            SAMPLES,
            "Tasks, as samples of CPU",
            "count",
            _ECS,
            "CPUUtilization",
            "ServiceName",
            "SampleCount",
            also=_CLUSTER,
        ),
    ),
    Kind.STREAM: (
        Metric("written", "Records written", "count", _KINESIS, "IncomingRecords", "StreamName", "Sum"),
        Metric("read", "Records read", "count", _KINESIS, "GetRecords.Records", "StreamName", "Sum"),
    ),
    Kind.MODEL_ENDPOINT: (
        Metric(
            "invocations",
            "Invocations",
            "count",
            _SAGEMAKER,
            "Invocations",
            "EndpointName",
            "Sum",
            also=_VARIANT,
        ),
    ),
}
"""Pulled hourly for every resource of these kinds. Memory is there where the CloudWatch agent (instances, aggregated by InstanceId)
or Lambda Insights (functions) reports it."""


def metric_of(kind: Kind, name: str) -> Metric | None:
    """The metric of this name of a kind; None where we read none."""
    return next((each for each in METRICS.get(kind, ()) if each.metric == name), None)


def queries_of(resource: Resource, metrics: Collection[str] | None = None) -> tuple[MetricQuery, ...]:
    """What to ask CloudWatch about a resource: every metric that it has, or those named."""
    return tuple(
        MetricQuery(
            resource.id,
            known.metric,
            known.namespace,
            known.name,
            (
                (known.dimension, known.called.format(resource)),
                *((name, value.format(resource)) for name, value in known.also),
            ),
            known.statistic,
        )
        for known in METRICS.get(resource.kind, ())
        if (metrics is None or known.metric in metrics) and known.of(resource)
    )


_LATE = frozenset({_S3})
"""Namespaces whose points come once a day, a day or more after the fact."""
LATEST = timedelta(days=2)


def settling(metric: str) -> timedelta:
    """How long after a day's end points of a metric may still come."""
    return LATEST if metric in _LATE_ONES else SETTLING


_LATE_ONES = frozenset(
    one.metric for of_kind in METRICS.values() for one in of_kind if one.namespace in _LATE
)
