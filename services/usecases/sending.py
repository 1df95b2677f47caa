"""Which call of the cloud each step of an action is, and with what."""

from collections.abc import Callable, Mapping

from core.actions.kind import ACTION_TAG, Call
from core.actions.kinds.modify_database import at_once
from core.actions.kinds.set_bucket_lifecycle import rules
from core.actions.kinds.start_instance import wanted_type
from core.actions.kinds.stop_autoscaling_group import SIZED as GROUP
from core.actions.kinds.stop_instance import hibernates
from core.actions.kinds.stop_node_group import SIZED as NODES
from core.actions.kinds.stop_service import SIZED as SERVICE
from core.actions.model import Action, ActionKind
from core.inventory import Account
from core.ports import Changes

Send = Callable[[Changes, Account, Action], None]


def send(cloud: Changes, account: Account, action: Action, call: Call) -> None:
    """Send one call of an action. Raises what the cloud raises."""
    _SENT[call](cloud, account, action)


def _resize(cloud: Changes, account: Account, action: Action) -> None:
    starts = action.kind is ActionKind.START_INSTANCE
    wanted = wanted_type(action) if starts else str(action.parameters["instance_type"])
    cloud.resize_instance(account, action.region, action.short_id, wanted)


def _resize_back(cloud: Changes, account: Account, action: Action) -> None:
    cloud.resize_instance(account, action.region, action.short_id, str((action.before or {})["type"]))


def _modify(cloud: Changes, account: Account, action: Action) -> None:
    given = action.parameters
    iops, throughput = _whole(given.get("iops")), _whole(given.get("throughput"))
    cloud.modify_volume(account, action.region, action.short_id, str(given["type"]), iops, throughput)


def _snapshot(cloud: Changes, account: Account, action: Action) -> None:
    tags = {ACTION_TAG: str(action.id), "Name": f"before deleting {action.short_id}"}
    cloud.snapshot_volume(account, action.region, action.short_id, tags)


def _image(cloud: Changes, account: Account, action: Action) -> None:
    name = f"before terminating {action.short_id} {action.id.hex[:8]}"  # AWS takes an image's name once
    cloud.image_instance(account, action.region, action.short_id, {ACTION_TAG: str(action.id), "Name": name})


def _retention(cloud: Changes, account: Account, action: Action) -> None:
    days = _whole(action.parameters["days"]) or None
    cloud.set_log_retention(account, action.region, action.short_id, days)


def _class(cloud: Changes, account: Account, action: Action) -> None:
    given = action.parameters
    wanted = str(given["instance_class"])
    cloud.modify_database(account, action.region, action.short_id, wanted, at_once=at_once(given))


def _storage(cloud: Changes, account: Account, action: Action) -> None:
    given = action.parameters
    iops, throughput = _whole(given.get("iops")), _whole(given.get("throughput"))
    kind = str(given["storage_type"])
    cloud.modify_database_storage(account, action.region, action.short_id, kind, iops, throughput)


def _group(sizes: Mapping[str, int], cloud: Changes, account: Account, action: Action) -> None:
    cloud.size_group(account, action.region, action.short_id, **sizes)


def _service(desired: int, cloud: Changes, account: Account, action: Action) -> None:
    cluster, _, name = action.short_id.rpartition("/")
    cloud.size_service(account, action.region, cluster or "default", name, desired)


def _nodes(sizes: Mapping[str, int | None], cloud: Changes, account: Account, action: Action) -> None:
    cluster, name, *_ = action.short_id.split("/")
    smallest, desired = sizes["smallest"] or 0, sizes["desired"] or 0
    cloud.size_nodes(account, action.region, cluster, name, smallest, desired, sizes["largest"])


_SENT: Mapping[Call, Send] = {
    Call.START: lambda cloud, account, it: cloud.start_instance(account, it.region, it.short_id),
    Call.STOP: lambda cloud, account, it: cloud.stop_instance(
        account, it.region, it.short_id, hibernate=hibernates(it)
    ),
    Call.RESIZE: _resize,
    Call.RESIZE_BACK: _resize_back,
    Call.IMAGE: _image,
    Call.TERMINATE: lambda cloud, account, it: cloud.terminate_instance(account, it.region, it.short_id),
    Call.MODIFY: _modify,
    Call.SNAPSHOT: _snapshot,
    Call.DELETE: lambda cloud, account, it: cloud.delete_volume(account, it.region, it.short_id),
    Call.DELETE_SNAPSHOT: lambda cloud, account, it: cloud.delete_snapshot(account, it.region, it.short_id),
    Call.RELEASE: lambda cloud, account, it: cloud.release_address(account, it.region, it.short_id),
    Call.SET_RETENTION: _retention,
    Call.ADD_RULES: lambda cloud, account, it: cloud.add_lifecycle_rules(
        account, it.region, it.short_id, rules(it.parameters)
    ),
    Call.REMOVE_RULES: lambda cloud, account, it: cloud.remove_lifecycle_rules(
        account, it.region, it.short_id, tuple(rules(it.parameters))
    ),
    Call.STOP_DATABASE: lambda cloud, account, it: cloud.stop_database(account, it.region, it.short_id),
    Call.START_DATABASE: lambda cloud, account, it: cloud.start_database(account, it.region, it.short_id),
    Call.MODIFY_DATABASE: _class,
    Call.MODIFY_DATABASE_STORAGE: _storage,
    Call.DELETE_LOAD_BALANCER: lambda cloud, account, it: cloud.delete_load_balancer(
        account, it.region, it.resource_id
    ),
    Call.DELETE_NAT_GATEWAY: lambda cloud, account, it: cloud.delete_nat_gateway(
        account, it.region, it.short_id
    ),
    Call.TERMINATE_EMR_CLUSTER: lambda cloud, account, it: cloud.terminate_emr_cluster(
        account, it.region, it.short_id
    ),
    Call.PAUSE_WAREHOUSE: lambda cloud, account, it: cloud.pause_warehouse(account, it.region, it.short_id),
    Call.STOP_CLUSTER: lambda cloud, account, it: cloud.stop_database_cluster(
        account, it.region, it.short_id
    ),
    Call.START_CLUSTER: lambda cloud, account, it: cloud.start_database_cluster(
        account, it.region, it.short_id
    ),
    Call.EMPTY_GROUP: lambda cloud, account, it: _group(dict.fromkeys(GROUP.sizes, 0), cloud, account, it),
    Call.FILL_GROUP: lambda cloud, account, it: _group(GROUP.wanted(it.parameters), cloud, account, it),
    Call.EMPTY_SERVICE: lambda cloud, account, it: _service(0, cloud, account, it),
    Call.FILL_SERVICE: lambda cloud, account, it: _service(
        SERVICE.wanted(it.parameters)["desired"], cloud, account, it
    ),
    Call.EMPTY_NODES: lambda cloud, account, it: _nodes(
        {"smallest": 0, "desired": 0, "largest": None}, cloud, account, it
    ),
    Call.FILL_NODES: lambda cloud, account, it: _nodes(NODES.wanted(it.parameters), cloud, account, it),
    Call.RESUME_WAREHOUSE: lambda cloud, account, it: cloud.resume_warehouse(account, it.region, it.short_id),
}


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
