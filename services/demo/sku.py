"""What a bill says of a price item: the words of FOCUS for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sku:
    """FOCUS's words for a price item; `meter` and `described` take the item's detail (`m5.large`) in braces."""

    service: str
    code: str
    category: str
    subcategory: str
    resource_type: str
    meter: str
    operation: str
    described: str
