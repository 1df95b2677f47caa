from datetime import timedelta
from decimal import Decimal

from core.recommendations.finding import Undetermined
from core.savings import MoneyFrom
from tests.builders import a_volume, an_address, an_instance
from tests.computing import found, knowing
from tests.known import NOW, judged

RULE = "ec2_stopped_paying"
STOPPED = an_instance(state="stopped", volume_ids=("vol-1",))
VOLUME, ADDRESS = a_volume(), an_address(state="associated", associated_with="i-1")


def test_what_a_stopped_machine_holds_is_saved_and_claimed_from_it() -> None:
    bill = {"vol-1": Decimal(8), ADDRESS.id: Decimal("3.65")}
    answer = found(judged(RULE, STOPPED, knowing(STOPPED, VOLUME, ADDRESS, bill=bill)))
    assert answer.claims == {"vol-1": Decimal(8) - Decimal("2.50"), ADDRESS.id: Decimal("3.65")}
    assert answer.saving == sum(answer.claims.values())
    assert (answer.cost.monthly, answer.cost.source) == (0, MoneyFrom.BILL)


def test_a_machine_stopped_last_week_waits() -> None:
    known = knowing(STOPPED, VOLUME, changed_at={"i-1": NOW - timedelta(days=7)})
    assert judged(RULE, STOPPED, known) is None


def test_a_running_machine_is_left_alone() -> None:
    assert judged(RULE, an_instance(), knowing(an_instance())) is None


def test_how_long_it_has_been_stopped_is_unknown_until_it_was_watched() -> None:
    answer = judged(RULE, STOPPED, knowing(first_seen={"i-1": NOW - timedelta(days=3)}))
    assert isinstance(answer, Undetermined)
    assert "judged once" in answer.reason


def test_volumes_and_addresses_that_were_not_seen_are_unknown() -> None:
    assert judged(RULE, STOPPED, knowing(STOPPED)) == Undetermined(
        "Not every volume attached to it was seen."
    )
    partly = knowing(STOPPED, VOLUME, whole=frozenset())
    assert isinstance(judged(RULE, STOPPED, partly), Undetermined)
