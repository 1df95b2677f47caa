"""Resources for tests: say only what the test is about."""

from datetime import UTC, datetime

from core.inventory import Address, Instance, Volume

ACCOUNT, REGION = "111122223333", "us-east-1"
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


def an_instance(resource_id: str = "i-1", **given: object) -> Instance:
    """A running Linux m5.large of an account in us-east-1."""
    return Instance(
        **{
            "id": resource_id,
            "account_id": ACCOUNT,
            "region": REGION,
            "name": resource_id,
            "state": "running",
            "created_at": LONG_AGO,
            "type": "m5.large",
            "zone": "us-east-1a",
            **given,
        }
    )


def a_volume(resource_id: str = "vol-1", **given: object) -> Volume:
    """A gp3 volume of 100 GB, attached."""
    return Volume(
        **{
            "id": resource_id,
            "account_id": ACCOUNT,
            "region": REGION,
            "name": resource_id,
            "state": "in-use",
            "created_at": LONG_AGO,
            "type": "gp3",
            "size_gb": 100,
            "attached_to": "i-1",
            **given,
        }
    )


def an_address(resource_id: str = "eipalloc-1", **given: object) -> Address:
    """An address that points at nothing."""
    return Address(
        **{
            "id": f"arn:aws:ec2:{REGION}:{ACCOUNT}:elastic-ip/{resource_id}",
            "account_id": ACCOUNT,
            "region": REGION,
            "name": resource_id,
            "state": "unassociated",
            "public_ip": "198.51.100.7",
            **given,
        }
    )
