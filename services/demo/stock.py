"""Fills moto's EC2 with the company's machines, volumes, snapshots, addresses and gateways, under their own ids and ages."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from moto.ec2.models import ec2_backends, elastic_block_store, elastic_ip_addresses, instances, nat_gateways

from core.inventory import Address, Instance, NatGateway, Resource, Snapshot, Volume

IMAGE = "ami-0hekla00000000001"
Backend = Any
"""A moto EC2 backend: one account and region of it. moto has no types to check against."""


@contextmanager
def named(module: object, generator: str, ids: Iterable[str]) -> Iterator[None]:
    """Let moto's `generator` of random ids answer `ids` instead, one after the other."""
    own, given = getattr(module, generator), iter(ids)
    setattr(module, generator, lambda *_, **__: next(given))
    try:
        yield
    finally:
        setattr(module, generator, own)


def naive(at: datetime | None) -> datetime | None:
    """Moto keeps times naive, in UTC."""
    return None if at is None else at.replace(tzinfo=None)


def stock_ec2(resources: Iterable[Resource]) -> None:
    """Create them all, in the order they depend on each other."""
    everything = list(resources)
    for kind, create in _ORDER:
        for resource in everything:
            if isinstance(resource, kind):
                create(ec2_backends[resource.account_id][resource.region], resource)
    for account, region in sorted({(one.account_id, one.region) for one in everything}):
        _index(ec2_backends[account][region])


def _index(backend: Backend) -> None:
    """Touch the lists that moto builds on first use, so that the first caller does not wait for them."""
    backend.describe_instances()


def _instance(backend: Backend, one: Instance) -> None:
    # reservations are looked through for every instance by id, so seed without volumes and attach those by hand
    with named(instances, "random_instance_id", [one.id]):
        reservation = backend.run_instances(
            IMAGE,
            1,
            None,
            [],
            instance_type=one.type,
            is_instance_type_default=False,
            placement=one.zone,
            region_name=one.region,
            block_device_mappings=[],
            tags={"instance": dict(one.tags)},
        )
    made = reservation.instances[0]
    made.architecture = one.architecture
    made.virtualization_type = "hvm"
    made.launch_time = naive(one.launched_at)
    for nic in made.nics.values():
        nic.attach_time = naive(one.created_at)
    if one.state == "stopped":
        made.stop()


def _volume(backend: Backend, one: Volume) -> None:
    zone = one.region + "a"
    holder = None if one.attached_to is None else _by_id(backend, one.attached_to)
    if holder is not None:
        zone = holder.placement.zone
    speed = {"iops": one.iops if one.type in {"gp3", "io1", "io2"} else None}
    with named(elastic_block_store, "random_volume_id", [one.id]):
        made = backend.create_volume(
            one.size_gb,
            zone,
            volume_type=one.type,
            throughput=one.throughput if one.type == "gp3" else None,
            **speed,
        )
    made.create_time = naive(one.created_at)
    made.add_tags(dict(one.tags))
    if holder is not None:
        root = one.name.endswith("/root") or not holder.block_device_mapping
        device = (
            holder.root_device_name if root else "/dev/sd" + "fghij"[len(holder.block_device_mapping) - 1]
        )
        attachment = backend.attach_volume(one.id, holder.id, device, root)
        attachment.attach_time = naive(one.created_at)
        holder.block_device_mapping[
            device
        ].volume_type = one.type  # what an Auto Scaling group launches alike


def _by_id(backend: Backend, instance_id: str) -> Any:  # noqa: ANN401  # a moto instance
    return backend.get_instance(instance_id)


def _snapshot(backend: Backend, one: Snapshot) -> None:
    volume = backend.volumes.get(one.volume_id)
    if volume is None:  # its volume was deleted long ago
        volume = elastic_block_store.Volume(
            backend, one.volume_id, one.size_gb, backend.get_zone_by_name(one.region + "a")
        )
    made = elastic_block_store.Snapshot(
        backend, one.short_id, volume, f"Backup of {one.volume_id}", owner_id=one.account_id
    )
    made.start_time = naive(one.created_at)
    backend.snapshots[one.short_id] = made
    made.add_tags(dict(one.tags))


def _address(backend: Backend, one: Address) -> None:
    with named(elastic_ip_addresses, "random_eip_allocation_id", [one.short_id]):
        made = backend.allocate_address("vpc", address=None, tags=dict(one.tags))
    made.public_ip = one.public_ip
    if one.associated_with is not None and one.associated_with.startswith("i-"):
        backend.associate_address(instance=_by_id(backend, one.associated_with), allocation_id=one.short_id)


def _gateway(backend: Backend, one: NatGateway) -> None:
    subnet = next(iter(backend.get_default_subnets().values()))
    held = [
        address.allocation_id
        for address in backend.addresses
        if any(tag["value"] == f"{one.name}-1" for tag in address.get_tags())
    ]
    with named(nat_gateways, "random_nat_gateway_id", [one.short_id]):
        made = backend.create_nat_gateway(subnet.id, held[0], dict(one.tags))
    made._created_at = naive(one.created_at)  # noqa: SLF001  # moto offers no other way to age it


_ORDER: tuple[tuple[type[Resource], Callable[[Backend, Any], None]], ...] = (
    (Instance, _instance),
    (Volume, _volume),
    (Snapshot, _snapshot),
    (Address, _address),
    (NatGateway, _gateway),
)
