"""List prices and instance types from our own price table."""

from core.prices import InstanceType, PriceBook
from services import pricebook


class ListPrices:
    """Implements `core.ports.Prices`; the table is read once a process."""

    def book(self) -> PriceBook:
        """All prices known."""
        return pricebook.book()

    def instance_types(self) -> dict[str, InstanceType]:
        """EC2 instance types by name."""
        return dict(pricebook.instance_types())
