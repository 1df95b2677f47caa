"""Things for the stand-in of AWS that take several calls to make."""

import boto3

REGION = "us-east-1"


def an_endpoint(name: str, instance_type: str, *, serverless: bool = False, **tags: str) -> None:
    """A SageMaker endpoint with one variant `main`, of two instances where it is not serverless."""
    sagemaker = boto3.client("sagemaker", region_name=REGION)
    sagemaker.create_model(ModelName=name, ExecutionRoleArn="arn:aws:iam::123456789012:role/model")
    variant = {"VariantName": "main", "ModelName": name}
    own = (
        {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 1}}
        if serverless
        else {"InstanceType": instance_type, "InitialInstanceCount": 2}
    )
    sagemaker.create_endpoint_config(EndpointConfigName=f"{name}-1", ProductionVariants=[variant | own])
    sagemaker.create_endpoint(
        EndpointName=name,
        EndpointConfigName=f"{name}-1",
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )


def a_fargate_service(cluster: str, name: str, **given: object) -> None:
    """An ECS service of three tasks of 1 vCPU and 4 GB on ARM; its cluster and task definition, too."""
    ecs = boto3.client("ecs", region_name=REGION)
    ecs.create_cluster(clusterName=cluster)
    ecs.register_task_definition(
        family="api",
        cpu="1024",
        memory="4096",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        containerDefinitions=[{"name": "api", "image": "api", "memory": 4096}],
    )
    own = {"taskDefinition": "api:1", "desiredCount": 3, "launchType": "FARGATE"}
    ecs.create_service(cluster=cluster, serviceName=name, **{**own, **given})
