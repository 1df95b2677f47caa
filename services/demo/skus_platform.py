"""How AWS names what it charges for, of what others build on: containers, streams, brokers, firewalls, secrets, trails."""

from services.demo.sku import Sku

_FARGATE = ("Amazon Elastic Container Service", "AmazonECS", "Compute", "Containers", "Service")
_EKS = ("Amazon Elastic Kubernetes Service", "AmazonEKS", "Compute", "Containers", "Cluster")
_KINESIS = ("Amazon Kinesis", "AmazonKinesis", "Analytics", "Streaming Analytics", "Stream")
_MSK = (
    "Amazon Managed Streaming for Apache Kafka",
    "AmazonMSK",
    "Analytics",
    "Streaming Analytics",
    "Cluster",
)
_FIREWALL = ("AWS Network Firewall", "AWSNetworkFirewall", "Security", "Network Security", "Firewall")
ELB = ("Elastic Load Balancing", "AWSELB", "Networking", "Application Networking", "Load Balancer")
_SECRETS = ("AWS Secrets Manager", "AWSSecretsManager", "Security", "Secrets", "Secret")
_TRAIL = ("AWS CloudTrail", "AWSCloudTrail", "Management and Governance", "Compliance", "Trail")

PLATFORM: dict[str, Sku] = {
    "fargate:vcpu": Sku(*_FARGATE, "Fargate-vCPU-Hours:perCPU", "FargateTask", "vCPU hour of Fargate"),
    "fargate:gb": Sku(*_FARGATE, "Fargate-GB-Hours", "FargateTask", "GB hour of Fargate"),
    "fargate:vcpu-arm": Sku(
        *_FARGATE, "Fargate-ARM-vCPU-Hours:perCPU", "FargateTask", "ARM vCPU hour of Fargate"
    ),
    "fargate:gb-arm": Sku(*_FARGATE, "Fargate-ARM-GB-Hours", "FargateTask", "ARM GB hour of Fargate"),
    "eks:cluster": Sku(*_EKS, "AmazonEKS-Hours:perCluster", "CreateOperation", "EKS cluster hour"),
    "eks:extended": Sku(
        *_EKS,
        "AmazonEKS-Hours:extendedSupport",
        "ExtendedSupport",
        "EKS cluster hour in extended support",
    ),
    "kinesis:shard": Sku(*_KINESIS, "Storage-ShardHour", "shardHourStorage", "provisioned shard hour"),
    "kinesis:stream": Sku(*_KINESIS, "OnDemand-StreamHour", "OnDemandStreamHr", "on-demand stream hour"),
    "msk": Sku(*_MSK, "{}", "RunBroker", "{} broker hour"),
    "msk:storage": Sku(*_MSK, "Kafka.Storage.GP2", "RunVolume", "GB-month of broker storage"),
    "firewall:endpoint": Sku(
        *_FIREWALL, "NFW-Endpoint-Hour", "", "Network Firewall endpoint hour in each zone"
    ),
    "clb:hour": Sku(*ELB, "LoadBalancerUsage", "LoadBalancing", "per Classic LoadBalancer-hour"),
    "secrets:secret": Sku(*_SECRETS, "AWSSecretsManager-Secrets", "", "per secret and month"),
    "cloudtrail:paid-event": Sku(*_TRAIL, "PaidEventsRecorded", "None", "per paid management event recorded"),
}
