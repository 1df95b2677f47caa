"""What something larger costs more, by list price."""

from decimal import Decimal

import pytest

from core.actions.model import ActionKind
from core.actions.rise import monthly_rise
from core.inventory import Resource
from services.pricebook import book
from tests.builders import a_volume, an_instance
from tests.databases import a_database


@pytest.mark.parametrize(
    ("kind", "resource", "given", "rise"),
    [
        (ActionKind.RESIZE_INSTANCE, an_instance(), {"instance_type": "m5.xlarge"}, "70.08"),
        (ActionKind.RESIZE_INSTANCE, an_instance(), {"instance_type": "t3.small"}, "0"),
        (ActionKind.RESIZE_INSTANCE, an_instance(), {"instance_type": "m99.large"}, None),
        (ActionKind.RESIZE_INSTANCE, an_instance(platform="Windows"), {"instance_type": "m5.xlarge"}, None),
        (ActionKind.MODIFY_VOLUME, a_volume(), {"type": "gp3", "iops": 13000}, "50"),
        (ActionKind.MODIFY_VOLUME, a_volume(type="gp2"), {"type": "gp3"}, "0"),
        (ActionKind.MODIFY_DATABASE, a_database(), {"instance_class": "db.m5.2xlarge"}, "259.88"),
        (ActionKind.MODIFY_DATABASE, a_database(), {"instance_class": "db.m5.large"}, "0"),
        (ActionKind.MODIFY_DATABASE_STORAGE, a_database(), {"storage_type": "io1", "iops": 9000}, None),
        (ActionKind.STOP_INSTANCE, an_instance(), {}, "0"),
    ],
)
def test_the_rise_is_the_difference_of_list_prices(
    kind: ActionKind, resource: Resource, given: dict[str, object], rise: str | None
) -> None:
    assert monthly_rise(kind, resource, given, book()) == (None if rise is None else Decimal(rise))
