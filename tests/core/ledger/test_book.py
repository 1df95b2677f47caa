"""What is written into the ledger when something was done."""

from datetime import UTC, datetime
from decimal import Decimal

from core.actions.model import ActionKind
from core.ledger import book
from core.recommendations.lever import Lever
from tests.core.recommendations.test_portfolio import a_finding

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_an_entry_says_what_the_resource_was_changed_to() -> None:
    finding = a_finding(
        lever=Lever.SIZE,
        fix=ActionKind.RESIZE_INSTANCE,
        fix_parameters={"instance_type": "m7g.large"},
        saving=Decimal(60),
        claims={"vol-1": Decimal(20)},
    )
    entries = book.of_finding(finding, "Use a smaller type", AT, "somebody@example.com")
    assert {entry.title for entry in entries} == {"Use a smaller type, to m7g.large"}
    assert [entry.promised for entry in entries] == [40, 20]
    (released,) = book.of_finding(a_finding(), "Release the address", AT, "somebody@example.com")
    assert released.title == "Release the address"
