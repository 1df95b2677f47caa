import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from moto import mock_aws

from core.inventory import Account
from services.adapters.aws.session import Sessions
from services.settings import Settings

OWN_ACCOUNT = "123456789012"


@pytest.fixture
def aws() -> Iterator[None]:
    """A stand-in for AWS, empty, for this test alone."""
    assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    with mock_aws():
        yield


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(Settings(_env_file=None))


@pytest.fixture
def demo_sessions(tmp_path: Path) -> Sessions:
    return Sessions(Settings(_env_file=None, PIONEER_MODE="demo", PIONEER_DATA=tmp_path))


@pytest.fixture
def account() -> Account:
    """The stand-in's own account, entered with the process's credentials."""
    return Account(OWN_ACCOUNT, UUID(int=1), "Own", "pioneer-external-id", ("us-east-1", "eu-west-1"))


@pytest.fixture
def other_account() -> Account:
    """An account entered through a role."""
    return Account(
        "222222222222",
        UUID(int=1),
        "Other",
        "pioneer-external-id",
        ("us-east-1",),
        "arn:aws:iam::222222222222:role/CloudPioneer",
    )
