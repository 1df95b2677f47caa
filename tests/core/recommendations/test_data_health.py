"""What the rules miss is counted, with what makes it known."""

from core.inventory import Kind
from core.recommendations.data_health import measured

THERE = {
    (Kind.INSTANCE, "running"): 124,
    (Kind.INSTANCE, "stopped"): 30,
    (Kind.FUNCTION, "Active"): 2,
}
KNOWN = {(Kind.INSTANCE, "memory"): 96, (Kind.INSTANCE, "cpu"): 124, (Kind.INSTANCE, "network_in"): 124}


def test_what_is_missing_comes_first_with_its_remedy() -> None:
    first, *rest = measured(KNOWN, THERE)
    assert (first.metric, first.known, first.total) == ("memory", 96, 124)
    assert first.sentence.startswith("Memory known for 96 of 124 instances; install the CloudWatch agent")
    assert (rest[0].metric, rest[0].total - rest[0].known) == ("memory", 2)
    assert "CPU known for 124 of 124 instances." in [each.sentence for each in rest]


def test_what_is_off_reports_nothing_and_what_is_not_there_is_not_missed() -> None:
    assert measured({}, {(Kind.INSTANCE, "stopped"): 3}) == ()


def test_what_stopped_since_is_not_counted_above_what_runs() -> None:
    (found, *_) = [
        each
        for each in measured({(Kind.INSTANCE, "cpu"): 9}, THERE | {(Kind.INSTANCE, "running"): 4})
        if each.metric == "cpu"
    ]
    assert (found.known, found.total) == (4, 4)
