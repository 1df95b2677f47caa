"""What AWS does of its own accord when a group is scaled or a cluster is stopped, where moto only changes a number."""

from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.ec2.models import EC2Backend
from moto.eks.models import EKSBackend
from moto.rds.models import RDSBackend

from services.demo.machines import GP3_IOPS, GP3_THROUGHPUT
from services.pricebook import instance_types

Method = Callable[..., Any]


def install() -> None:
    """Make moto do it too; a second time changes nothing."""
    for owner, name, made in (
        (FakeAutoScalingGroup, "set_desired_capacity", _oldest_first),
        (EC2Backend, "run_instances", _as_configured),
        (EKSBackend, "update_nodegroup_config", _with_its_nodes),
        (RDSBackend, "stop_db_cluster", lambda own: _with_its_instances(own, "stopped")),
        (RDSBackend, "start_db_cluster", lambda own: _with_its_instances(own, "available")),
    ):
        own = getattr(owner, name)
        if own.__module__ != __name__:
            setattr(owner, name, made(own))


def _oldest_first(own: Method) -> Method:
    """A group loses its oldest members first; in moto's order, which differs by process, a replay would end others."""

    def set_desired_capacity(self: Any, new_capacity: int | None) -> None:  # noqa: ANN401  # moto's
        self.instance_states.sort(key=lambda state: (state.instance.launch_time, state.instance.id))
        own(self, new_capacity)

    return set_desired_capacity


def _as_configured(own: Method) -> Method:
    """What a group launches has the disks of its launch configuration and no other, tagged as it is, and the chip of its type."""

    def run_instances(self: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401  # moto's
        config = named.get("launch_config")
        if config is None:
            return own(self, *given, **named)
        tags = named["tags"]["instance"]
        named["tags"]["volume"] = {key: value for key, value in tags.items() if not key.startswith("aws:")}
        named["region_name"] = self.region_name
        if config.block_device_mapping_dict:
            named["block_device_mappings"] = config.block_device_mapping_dict
        made = own(self, *given, **named)
        for one in made.instances:
            known = instance_types().get(one.instance_type)
            one.architecture = known.architecture if known else one.architecture
            one.virtualization_type = "hvm"
            for device, block in one.block_device_mapping.items():
                disk = self.volumes[block.volume_id]
                if device == one.root_device_name and "Name" in tags:
                    disk.add_tags({"Name": f"{tags['Name']}/root"})
                if disk.volume_type == "gp3":  # the speed that it has without paying more
                    disk.iops, disk.throughput = disk.iops or GP3_IOPS, disk.throughput or GP3_THROUGHPUT
        return made

    return run_instances


def _with_its_nodes(own: Method) -> Method:
    """The Auto Scaling groups behind a node group are as large as it is."""

    def update_nodegroup_config(self: Any, cluster_name: str, nodegroup_name: str, **named: Any) -> Any:  # noqa: ANN401  # moto's
        answer = own(self, cluster_name, nodegroup_name, **named)
        nodes = self.clusters[cluster_name].nodegroups[nodegroup_name]
        groups = autoscaling_backends[self.account_id][self.region_name].autoscaling_groups
        for group in (groups.get(each["name"]) for each in nodes.resources["autoScalingGroups"]):
            if group is not None and named.get("scaling_config"):
                sizes = nodes.scaling_config
                group.min_size, group.max_size = sizes["minSize"], sizes["maxSize"]
                group.set_desired_capacity(sizes["desiredSize"])
        return answer

    return update_nodegroup_config


def _with_its_instances(own: Method, state: str) -> Method:
    """A cluster of databases is stopped and started with all its instances."""

    def switch(self: Any, cluster_identifier: str) -> Any:  # noqa: ANN401  # moto's
        answer = own(self, cluster_identifier)
        for one in self.databases.values():
            if one.db_cluster_identifier == cluster_identifier:
                one.status = state
        return answer

    return switch
