"""Fills moto with the company's Auto Scaling groups and model endpoints."""

from collections.abc import Iterable

from moto.autoscaling.models import autoscaling_backends
from moto.sagemaker.models import sagemaker_backends

from core.inventory import AutoScalingGroup, ModelEndpoint
from services.demo.company import ROLE_NAME
from services.demo.life import Lived
from services.demo.stock import naive


def stock_compute(lives: Iterable[Lived]) -> None:
    """Create them all; groups take the machines that are there."""
    for life in lives:
        if isinstance(life.resource, AutoScalingGroup):
            _scaling(life.resource)
        if isinstance(life.resource, ModelEndpoint):
            _endpoint(life.resource)


def _tags(of: AutoScalingGroup | ModelEndpoint) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in of.tags.items()]


def _scaling(one: AutoScalingGroup) -> None:
    """Made empty over its first machine's launch configuration, so that moto starts none of its own; later ones carry its tags."""
    backend = autoscaling_backends[one.account_id][one.region]
    made = backend.create_auto_scaling_group(
        name=one.name,
        availability_zones=[one.region + "a"],
        desired_capacity=0,
        max_size=one.largest,
        min_size=0,
        launch_config_name="",
        launch_template={},
        vpc_zone_identifier=None,
        default_cooldown=None,
        health_check_period=None,
        health_check_type=None,
        load_balancers=[],
        target_group_arns=[],
        placement_group=None,
        termination_policies=[],
        tags=[
            {"ResourceId": one.name, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True, **tag}
            for tag in _tags(one)
        ],
        instance_id=one.instance_ids[0],
    )
    made._id = one.id.split(":")[6]  # noqa: SLF001  # moto offers no other way to name it
    backend.attach_instances(one.name, list(one.instance_ids))
    made.min_size = one.smallest
    if one.created_at is not None:
        made.created_time = one.created_at.replace(tzinfo=None).isoformat()


def _endpoint(one: ModelEndpoint) -> None:
    backend = sagemaker_backends[one.account_id][one.region]
    backend.create_model(one.name, f"arn:aws:iam::{one.account_id}:role/{ROLE_NAME}", None, None, None, None)
    variant = {
        "VariantName": one.variant,
        "ModelName": one.name,
        "InstanceType": one.instance_type,
        "InitialInstanceCount": one.instance_count,
        "InitialVariantWeight": 1.0,
    }
    backend.create_endpoint_config(one.name, [variant], {}, {}, [], "")
    made = backend.create_endpoint(one.name, one.name, _tags(one))
    made.creation_time = made.last_modified_time = naive(one.created_at)
