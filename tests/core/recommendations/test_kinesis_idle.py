"""A stream through which nothing passes is deleted."""

from decimal import Decimal

from core.inventory import Stream
from core.recommendations.finding import Finding, Undetermined
from tests.builders import ACCOUNT, LONG_AGO, REGION
from tests.databases import SILENT, known, once
from tests.known import NOW, judged

RULE = "kinesis_idle"
QUIET = {"written": SILENT, "read": SILENT}
METERS = {"Storage-ShardHour": "43.8"}


def a_stream(**given: object) -> Stream:
    """Four shards."""
    own = {
        "id": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks",
        "account_id": ACCOUNT,
        "region": REGION,
        "name": "clicks",
        "state": "ACTIVE",
        "created_at": LONG_AGO,
        "on_demand": False,
        "shards": 4,
    }
    return Stream(**{**own, **given})


def test_nothing_written_and_nothing_read() -> None:
    stream = a_stream()
    answer = judged(RULE, stream, known(stream, measured=QUIET, meters=METERS))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("43.8")


def test_before_the_bill_knows_it_shards_or_the_stream_count_at_list_price() -> None:
    for given, hourly in (({}, Decimal("0.06")), ({"on_demand": True, "shards": 0}, Decimal("0.04"))):
        stream = a_stream(**given)
        answer = judged(RULE, stream, known(stream, measured=QUIET))
        assert isinstance(answer, Finding)
        assert answer.saving == hourly * 730


def test_one_record_either_way_is_use() -> None:
    stream = a_stream()
    for busy in ({"written": once(1)}, {"read": once(1)}):
        assert judged(RULE, stream, known(stream, measured={**QUIET, **busy}, meters=METERS)) is None


def test_what_is_being_deleted_is_left_alone_and_what_is_young_or_never_asked_about_is_undetermined() -> None:
    going = a_stream(state="DELETING")
    assert judged(RULE, going, known(going, measured=QUIET, meters=METERS)) is None
    young, unasked = a_stream(created_at=NOW), a_stream()
    assert isinstance(judged(RULE, young, known(young, measured=QUIET, meters=METERS)), Undetermined)
    assert isinstance(judged(RULE, unasked, known(unasked, meters=METERS)), Undetermined)
