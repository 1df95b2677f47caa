"""AWS as one account and region show it, and the few things we do to it."""

from dataclasses import replace
from typing import Any

from core.errors import NotFound, PioneerError, Refused
from core.inventory import Account, ExportLocation, Instance, Kind, RegionInventory, Resource
from core.ports import AccountCheck
from services.adapters.aws import policy
from services.adapters.aws.check import check
from services.adapters.aws.failures import TRANSPORT, in_words
from services.adapters.aws.inventory import listings
from services.adapters.aws.inventory.listing import Listed
from services.adapters.aws.session import HOME_REGION, Place, Sessions

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What comes of an answer in a shape we do not know."""


class AwsCloud:
    """Implements `core.ports.Cloud` with boto3."""

    def __init__(self, sessions: Sessions) -> None:
        """Nothing is asked of AWS yet."""
        self._sessions = sessions
        self._listings = listings()

    def _place(self, account: Account, region: str) -> Place:
        return Place(self._sessions, account, region)

    def check(self, account: Account) -> AccountCheck:
        """Try the role, its ExternalId, every region, and each listing in the first region. Raises nothing of AWS's."""
        return check(self._sessions, account, self._listings)

    def principal(self) -> str:
        """The ARN that trust policies name: who AWS says this process is. Raises `Unavailable` or `Forbidden`."""
        try:
            answer = self._sessions.client(None, "sts", HOME_REGION).get_caller_identity()
        except TRANSPORT as error:
            raise in_words(error, "sts:GetCallerIdentity", "our own account", writes=False) from error
        return f"arn:aws:iam::{answer['Account']}:root"

    def policy(self, export: ExportLocation | None = None) -> dict[str, Any]:
        """The IAM policy that makes all of this work, as a JSON document."""
        return policy.document(export)

    def trust(self, principal: str, external_id: str) -> dict[str, Any]:
        """The trust policy of the role, as a JSON document."""
        return policy.trust(principal, external_id)

    def regions(self, account: Account) -> tuple[str, ...]:
        """Regions that the account has enabled, sorted."""
        answer = self._place(account, HOME_REGION).read("ec2", "describe_regions")
        return tuple(sorted(item["RegionName"] for item in answer["Regions"]))

    def inventory(self, account: Account, region: str) -> RegionInventory:
        """All there is in one account and region. What one service would not say is a gap; the others go on.

        Raises `Forbidden` or `Unavailable` when the account cannot be entered at all.
        """
        place = self._place(account, region)
        place.open()
        listed = Listed(place)
        resources: list[Resource] = []
        seen: set[Kind] = set()
        for listing in self._listings:
            try:
                found = list(listing.read(listed))
            except PioneerError as error:
                listed.missing(listing.title, error, listing.needs)
            except UNREADABLE as error:
                listed.unreadable(listing.title, error)
            else:
                resources += found
                seen.add(listing.kind)
        gaps = tuple(listed.gaps.values())
        return RegionInventory(account.id, region, tuple(resources), gaps, frozenset(seen), place.calls)

    def look(self, account: Account, resource: Resource) -> Resource | None:
        """The same resource as AWS has it now; an instance with its termination protection filled in. None when it is gone.

        Raises `Refused` for kinds that no action touches.
        """
        look = next((listing.look for listing in self._listings if listing.kind is resource.kind), None)
        if look is None:
            raise Refused(f"A {resource.kind.replace('_', ' ')} is not looked at one by one.")
        place = self._place(account, resource.region)
        try:
            fresh = next(look(Listed(place), resource), None)
            if isinstance(fresh, Instance):
                answer = place.read(
                    "ec2",
                    "describe_instance_attribute",
                    InstanceId=fresh.short_id,
                    Attribute="disableApiTermination",
                )
                return replace(
                    fresh, termination_protected=answer["DisableApiTermination"].get("Value", False)
                )
        except NotFound:
            return None
        return fresh

    def start_instance(self, account: Account, region: str, instance_id: str) -> None:
        """Start a stopped instance; nothing happens to one that runs."""
        self._place(account, region).write("ec2", "start_instances", InstanceIds=[instance_id])

    def stop_instance(self, account: Account, region: str, instance_id: str) -> None:
        """Stop an instance; nothing happens to one that is stopped."""
        self._place(account, region).write("ec2", "stop_instances", InstanceIds=[instance_id])

    def resize_instance(self, account: Account, region: str, instance_id: str, instance_type: str) -> None:
        """Change the type of a stopped instance."""
        self._place(account, region).write(
            "ec2", "modify_instance_attribute", InstanceId=instance_id, InstanceType={"Value": instance_type}
        )

    def modify_volume(
        self,
        account: Account,
        region: str,
        volume_id: str,
        volume_type: str,
        iops: int | None,
        throughput: int | None,
    ) -> None:
        """Change a volume's type and speed while it is in use. IOPS and MiB/s; None leaves it to AWS."""
        speed = {"Iops": iops, "Throughput": throughput}
        given = {name: value for name, value in speed.items() if value is not None}
        self._place(account, region).write(
            "ec2", "modify_volume", VolumeId=volume_id, VolumeType=volume_type, **given
        )

    def snapshot_volume(self, account: Account, region: str, volume_id: str, tags: dict[str, str]) -> str:
        """Begin a snapshot carrying `tags`; answer its short id."""
        answer = self._place(account, region).write(
            "ec2",
            "create_snapshot",
            VolumeId=volume_id,
            Description=f"Cloud Pioneer, before {volume_id} is deleted",
            TagSpecifications=[
                {
                    "ResourceType": "snapshot",
                    "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
                }
            ],
        )
        return str(answer["SnapshotId"])

    def snapshots_tagged(
        self, account: Account, region: str, key: str, value: str
    ) -> tuple[tuple[str, str], ...]:
        """(snapshot id, state) of the account's own snapshots carrying this tag."""
        found = self._place(account, region).pages(
            "ec2",
            "describe_snapshots",
            "Snapshots",
            OwnerIds=["self"],
            Filters=[{"Name": f"tag:{key}", "Values": [value]}],
        )
        return tuple((item["SnapshotId"], item["State"]) for item in found)

    def delete_volume(self, account: Account, region: str, volume_id: str) -> None:
        """Delete a volume that is attached to nothing. Cannot be undone but from a snapshot."""
        self._place(account, region).write("ec2", "delete_volume", VolumeId=volume_id)

    def release_address(self, account: Account, region: str, allocation_id: str) -> None:
        """Give an address back. It cannot be had again."""
        self._place(account, region).write("ec2", "release_address", AllocationId=allocation_id)
