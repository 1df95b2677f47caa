"""How AWS names what it charges for: one row for each family of price items."""

from functools import cache

from services.demo.sku import Sku
from services.demo.skus_platform import ELB, PLATFORM

EC2 = "Amazon Elastic Compute Cloud"


_EBS = (EC2, "AmazonEC2", "Storage", "Block Storage", "Volume")
_RDS = ("Amazon Relational Database Service", "AmazonRDS", "Databases", "Relational Databases", "DB Instance")
_VPC = ("Amazon Virtual Private Cloud", "AmazonVPC", "Networking", "Network Connectivity")
_S3 = ("Amazon Simple Storage Service", "AmazonS3", "Storage", "Object Storage", "Bucket")
_ECR = (
    "Amazon EC2 Container Registry (ECR)",
    "AmazonECR",
    "Compute",
    "Containers",
    "Repository",
)
_LOGS = ("AmazonCloudWatch", "AmazonCloudWatch", "Management and Governance", "Observability", "Log Group")
_BACKUP = (
    "Amazon Relational Database Service",
    "AmazonRDS",
    "Databases",
    "Relational Databases",
    "DB Snapshot",
)
_CACHE = ("Amazon ElastiCache", "AmazonElastiCache", "Databases", "Caching", "Cache Node")
_REDSHIFT = ("Amazon Redshift", "AmazonRedshift", "Databases", "Data Warehouses", "Cluster")
_DYNAMO = ("Amazon DynamoDB", "AmazonDynamoDB", "Databases", "NoSQL Databases", "Table")
_SEARCH = ("Amazon OpenSearch Service", "AmazonES", "Analytics", "Search", "Domain")
_LAMBDA = ("AWS Lambda", "AWSLambda", "Compute", "Serverless Compute", "Function")

SKUS: dict[str, Sku] = {
    **PLATFORM,
    "ec2": Sku(
        EC2,
        "AmazonEC2",
        "Compute",
        "Virtual Machines",
        "Instance",
        "BoxUsage:{}",
        "RunInstances",
        "On Demand Linux {} Instance Hour",
    ),
    "ebs": Sku(*_EBS, "EBS:VolumeUsage.{}", "CreateVolume", "GB-month of {} provisioned storage"),
    "ebs:gp2": Sku(
        *_EBS,
        "EBS:VolumeUsage.gp2",
        "CreateVolume-Gp2",
        "GB-month of General Purpose SSD (gp2) provisioned storage",
    ),
    "ebs:gp3": Sku(
        *_EBS,
        "EBS:VolumeUsage.gp3",
        "CreateVolume-Gp3",
        "GB-month of General Purpose (gp3) provisioned storage",
    ),
    "ebs:gp3-iops": Sku(
        *_EBS, "EBS:VolumeP-IOPS.gp3", "CreateVolume-Gp3", "provisioned IOPS-month above 3,000 (gp3)"
    ),
    "ebs:gp3-throughput": Sku(
        *_EBS, "EBS:VolumeP-Throughput.gp3", "CreateVolume-Gp3", "provisioned MiBps-month above 125 (gp3)"
    ),
    "ebs:io1-iops": Sku(
        *_EBS, "EBS:VolumeP-IOPS.piops", "CreateVolume-P-IOPS", "provisioned IOPS-month (io1)"
    ),
    "ebs:io2-iops": Sku(*_EBS, "EBS:VolumeP-IOPS.io2", "CreateVolume-P-IOPS", "provisioned IOPS-month (io2)"),
    "docdb": Sku(
        "Amazon DocumentDB (with MongoDB compatibility)",
        "AmazonDocDB",
        "Databases",
        "NoSQL Databases",
        "DB Instance",
        "InstanceUsage:{}",
        "CreateDBInstance",
        "{} instance hour running Amazon DocumentDB",
    ),
    "neptune": Sku(
        "Amazon Neptune",
        "AmazonNeptune",
        "Databases",
        "Graph Databases",
        "DB Instance",
        "InstanceUsage:{}",
        "CreateDBInstance",
        "{} instance hour running Amazon Neptune",
    ),
    "ebs:snapshot": Sku(
        EC2,
        "AmazonEC2",
        "Storage",
        "Backup Storage",
        "Snapshot",
        "EBS:SnapshotUsage",
        "CreateSnapshot",
        "GB-month of snapshot data stored",
    ),
    "rds": Sku(*_RDS, "InstanceUsage:{}", "CreateDBInstance", "RDS {} Single-AZ instance hour"),
    "rds-multi-az": Sku(*_RDS, "Multi-AZUsage:{}", "CreateDBInstance", "RDS {} Multi-AZ instance hour"),
    "rds:storage-gp3": Sku(*_RDS, "RDS:GP3-Storage", "CreateDBInstance", "GB-month of Single-AZ gp3 storage"),
    "rds-multi-az:storage-gp3": Sku(
        *_RDS, "RDS:Multi-AZ-GP3-Storage", "CreateDBInstance", "GB-month of Multi-AZ gp3 storage"
    ),
    "rds:storage-io1": Sku(
        *_RDS, "RDS:PIOPS-Storage", "CreateDBInstance", "GB-month of provisioned IOPS (io1) storage"
    ),
    "rds:io1-iops": Sku(*_RDS, "RDS:PIOPS", "CreateDBInstance", "IOPS-month provisioned (io1)"),
    "rds:extended-support-yr3": Sku(
        *_RDS,
        "ExtendedSupport:Yr3:MySQL5.7",
        "CreateDBInstance:0002",
        "vCPU-hour running RDS Extended Support for MySQL 5.7 in Year 3",
    ),
    "rds:backup": Sku(
        *_BACKUP,
        "RDS:ChargedBackupUsage",
        "",
        "additional GB-month of backup storage exceeding free allocation",
    ),
    "elasticache": Sku(*_CACHE, "NodeUsage:{}", "CreateCacheCluster:0002", "{} node hour running Redis"),
    "redshift": Sku(*_REDSHIFT, "Node:{}", "RunComputeNode:0001", "Redshift {} compute node hour"),
    "dynamodb:rcu": Sku(
        *_DYNAMO, "ReadCapacityUnit-Hrs", "CommittedThroughput", "hour for a unit of read capacity"
    ),
    "dynamodb:wcu": Sku(
        *_DYNAMO, "WriteCapacityUnit-Hrs", "CommittedThroughput", "hour for a unit of write capacity"
    ),
    "dynamodb:storage": Sku(*_DYNAMO, "TimedStorage-ByteHrs", "StandardStorage", "GB-month of storage used"),
    "dynamodb:read-request": Sku(
        *_DYNAMO, "ReadRequestUnits", "PayPerRequestThroughput", "read request unit"
    ),
    "dynamodb:write-request": Sku(
        *_DYNAMO, "WriteRequestUnits", "PayPerRequestThroughput", "write request unit"
    ),
    "opensearch": Sku(*_SEARCH, "ESInstance:{}", "ESDomain", "{} instance hour"),
    "opensearch:storage-gp3": Sku(
        *_SEARCH, "ES:GP3-Storage", "ESDomain", "GB-month of gp3 provisioned storage"
    ),
    "eip:idle": Sku(
        *_VPC,
        "Elastic IP",
        "PublicIPv4:IdleAddress",
        "AllocateAddressVPC",
        "Idle public IPv4 address per hour",
    ),
    "eip:in-use": Sku(
        *_VPC,
        "Elastic IP",
        "PublicIPv4:InUseAddress",
        "AllocateAddressVPC",
        "In-use public IPv4 address per hour",
    ),
    "nat:hour": Sku(
        EC2,
        "AmazonEC2",
        "Networking",
        "Network Connectivity",
        "NAT Gateway",
        "NatGateway-Hours",
        "NatGateway",
        "per NAT Gateway hour",
    ),
    "nat:gb": Sku(
        EC2,
        "AmazonEC2",
        "Networking",
        "Network Connectivity",
        "NAT Gateway",
        "NatGateway-Bytes",
        "NatGateway",
        "per GB data processed by NAT Gateways",
    ),
    "vpce:hour": Sku(
        *_VPC, "VPC Endpoint", "VpcEndpoint-Hours", "VpcEndpoint", "per VPC Endpoint Hour in each zone"
    ),
    "vpce:gb": Sku(
        *_VPC, "VPC Endpoint", "VpcEndpoint-Bytes", "VpcEndpoint", "per GB data processed by VPC Endpoints"
    ),
    "alb:hour": Sku(
        *ELB, "LoadBalancerUsage", "LoadBalancing:Application", "per Application LoadBalancer-hour"
    ),
    "alb:lcu": Sku(
        *ELB,
        "LCUUsage",
        "LoadBalancing:Application",
        "per used Application load balancer capacity unit-hour",
    ),
    "nlb:hour": Sku(*ELB, "LoadBalancerUsage", "LoadBalancing:Network", "per Network LoadBalancer-hour"),
    "nlb:lcu": Sku(
        *ELB, "LCUUsage", "LoadBalancing:Network", "per used Network load balancer capacity unit-hour"
    ),
    "transfer:out": Sku(
        "AWS Data Transfer",
        "AWSDataTransfer",
        "Networking",
        "Content Delivery",
        "Load Balancer",
        "DataTransfer-Out-Bytes",
        "LoadBalancing",
        "per GB data transfer out",
    ),
    "s3:standard": Sku(*_S3, "TimedStorage-ByteHrs", "StandardStorage", "per GB-month of storage used"),
    "s3:put": Sku(*_S3, "Requests-Tier1", "PutObject", "PUT, COPY, POST, or LIST requests"),
    "s3:get": Sku(*_S3, "Requests-Tier2", "GetObject", "GET and all other requests"),
    "ecr:storage": Sku(
        *_ECR, "TimedStorage-ByteHrs", "EcrStorage", "per GB-month of data storage in a private repository"
    ),
    "logs:ingest": Sku(*_LOGS, "DataProcessing-Bytes", "PutLogEvents", "per GB log data ingested"),
    "logs:storage": Sku(
        *_LOGS, "TimedStorage-ByteHrs", "HourlyStorageMetering", "per GB-month of log storage"
    ),
    "lambda:requests": Sku(*_LAMBDA, "Request", "Invoke", "per Lambda request"),
    "cpu-credits": Sku(
        EC2,
        "AmazonEC2",
        "Compute",
        "Virtual Machines",
        "CPU Credits",
        "CPUCredits:{}",
        "RunInstances",
        "vCPU-hour of {} CPU credits",
    ),
    "sagemaker": Sku(
        "Amazon SageMaker",
        "AmazonSageMaker",
        "AI and Machine Learning",
        "AI Platforms",
        "Endpoint",
        "Host:{}",
        "RunInstance",
        "{} hosting hour",
    ),
    "lambda:gb-second": Sku(*_LAMBDA, "Lambda-GB-Second", "Invoke", "per GB-second of compute time"),
}


@cache
def sku(item: str) -> Sku:
    """The words for a price item: its own row, else its family's with the detail filled in."""
    family, _, detail = item.partition(":")
    found = SKUS.get(item) or SKUS[family]
    return Sku(
        found.service,
        found.code,
        found.category,
        found.subcategory,
        found.resource_type,
        found.meter.format(detail),
        found.operation,
        found.described.format(detail),
    )
