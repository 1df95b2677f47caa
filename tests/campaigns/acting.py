"""What the campaign of actions acts on: one thing of each kind in the stand-in cloud, and whether AWS shows the wish come true."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import boto3

from core.actions.model import ActionKind
from core.inventory import Resource
from tests import acted_on
from tests.stand_in import ACCOUNT, REGION, Fleet

PATIENCE = 30
"""Seconds until the stand-in must listen."""


@contextmanager
def stand_in() -> Iterator[str]:
    """A stand-in for AWS in a process of its own: it outlives whoever is killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(PATIENCE * 10):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        url = f"http://127.0.0.1:{port}"
        os.environ |= {
            "PIONEER_AWS_ENDPOINT": url,
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
        }
        yield url
    finally:
        served.terminate()
        served.wait()


def aws(service: str) -> Any:  # noqa: ANN401  botocore has no types
    """AWS as a stranger sees it."""
    return boto3.client(service, region_name=REGION)


@dataclass(frozen=True)
class Deed:
    """A kind of action, what it is given, the thing it is done to, whether AWS shows it done, and what it kept of it."""

    kind: ActionKind
    given: dict[str, object]
    make: Callable[[Fleet, int], Resource]
    achieved: Callable[[str], bool]
    kept: Callable[[str], int] = lambda _: 0


def _instance(fleet: Fleet, _number: int) -> Resource:
    return fleet.instance("m5.large")


def _stopped(fleet: Fleet, _number: int) -> Resource:
    instance = fleet.instance("m5.large")
    fleet.ec2.stop_instances(InstanceIds=[instance.id])
    return fleet.collect(instance)[0]


def _volume(fleet: Fleet, _number: int) -> Resource:
    return fleet.volume("gp2")


def _logs(fleet: Fleet, number: int) -> Resource:
    name = f"/campaign/{number}"
    aws("logs").create_log_group(logGroupName=name)
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
    group = replace(acted_on.a_log_group(), id=arn, name=name, account_id=ACCOUNT, region=REGION)
    return fleet.collect(group)[0]


def _database(fleet: Fleet, number: int) -> Resource:
    made = aws("rds").create_db_instance(
        DBInstanceIdentifier=f"db-{number}",
        DBInstanceClass="db.m5.large",
        Engine="postgres",
        MasterUsername="someone",
        MasterUserPassword="long-enough-1",
        AllocatedStorage=20,
    )["DBInstance"]["DBInstanceArn"]
    return fleet.collect(replace(acted_on.a_database(), id=made, account_id=ACCOUNT, region=REGION))[0]


def _seen(instance_id: str) -> dict[str, Any]:
    answer = aws("ec2").describe_instances(InstanceIds=[instance_id])
    found: dict[str, Any] = answer["Reservations"][0]["Instances"][0]
    return found


def _state(wanted: str) -> Callable[[str], bool]:
    return lambda it: _seen(it)["State"]["Name"] == wanted


def _resized(it: str) -> bool:
    found = _seen(it)
    return (found["InstanceType"], found["State"]["Name"]) == ("m5.xlarge", "running")


def _of_volume(it: str) -> list[dict[str, Any]]:
    return [each for each in aws("ec2").describe_volumes()["Volumes"] if each["VolumeId"] == it]


def _snapshots(it: str) -> int:
    found = aws("ec2").describe_snapshots(Filters=[{"Name": "volume-id", "Values": [it]}])["Snapshots"]
    return len(found)


def _images(it: str) -> int:
    found = aws("ec2").describe_images(Owners=["self"])["Images"]
    return sum(it in image["Name"] for image in found)


def _retained(arn: str) -> bool:
    name = arn.split("log-group:")[1]
    (found,) = aws("logs").describe_log_groups(logGroupNamePrefix=name, limit=1)["logGroups"]
    return bool(found.get("retentionInDays") == acted_on.GIVEN[ActionKind.SET_LOG_RETENTION]["days"])


def _database_stopped(arn: str) -> bool:
    name = arn.rsplit(":", 1)[1]
    (found,) = aws("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    return bool(found["DBInstanceStatus"] == "stopped")


DEEDS = (
    Deed(ActionKind.DELETE_VOLUME, {}, _volume, lambda it: not _of_volume(it), _snapshots),
    Deed(ActionKind.STOP_INSTANCE, {}, _instance, _state("stopped")),
    Deed(ActionKind.RESIZE_INSTANCE, {"instance_type": "m5.xlarge"}, _instance, _resized),
    Deed(
        ActionKind.MODIFY_VOLUME,
        {"type": "gp3"},
        _volume,
        lambda it: _of_volume(it)[0]["VolumeType"] == "gp3",
    ),
    Deed(ActionKind.TERMINATE_INSTANCE, {}, _stopped, _state("terminated"), _images),
    Deed(ActionKind.SET_LOG_RETENTION, {"days": 30}, _logs, _retained),
    Deed(ActionKind.STOP_DATABASE, {}, _database, _database_stopped),
)
