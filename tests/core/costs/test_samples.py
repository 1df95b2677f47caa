"""Days of a metric as they come in."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.samples import Sample, checked, measured, merged, read_csv
from core.errors import Invalid

D = Decimal
MONDAY = date(2026, 3, 2)
days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
counts = st.decimals(min_value=0, max_value=10**6, places=3)
samples = st.builds(Sample, days, counts)


@given(st.lists(samples, unique_by=lambda sample: sample.day), st.randoms())
def test_the_order_in_which_days_come_does_not_matter(sent: list[Sample], random) -> None:  # noqa: ANN001  hypothesis hands it in
    shuffled = [*sent, *sent]
    random.shuffle(shuffled)
    today = date(2026, 4, 1)
    assert checked(shuffled, today) == checked(sent, today)
    assert merged({}, shuffled) == merged({}, sent)


@given(st.dictionaries(days, counts), samples)
def test_a_day_sent_again_replaces_itself_alone(kept: dict[date, Decimal], sample: Sample) -> None:
    after = merged(kept, [sample])
    assert after[sample.day] == sample.value
    assert {day: value for day, value in after.items() if day != sample.day} == {
        day: value for day, value in kept.items() if day != sample.day
    }
    assert merged(after, [sample]) == after


def test_a_day_with_two_values_is_refused_and_so_is_one_ahead() -> None:
    with pytest.raises(Invalid, match="2026-03-02 is there twice"):
        checked([Sample(MONDAY, D(1)), Sample(MONDAY, D(2))], MONDAY)
    with pytest.raises(Invalid, match="has not come yet"):
        checked([Sample(MONDAY + timedelta(days=2), D(1))], MONDAY)


@given(st.lists(samples, min_size=1, unique_by=lambda sample: sample.day), st.booleans(), st.booleans())
def test_what_is_written_as_csv_is_read_exactly(sent: list[Sample], heading: bool, mark: bool) -> None:  # noqa: FBT001  hypothesis hands it in
    rows = (["Date,Value"] if heading else []) + [f"{each.day}, {each.value}" for each in sent]
    text = ("\ufeff" if mark else "") + "\r\n".join([*rows, "", ""])
    assert read_csv(text.encode()) == tuple(sent)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("date,value\n2026-03-02,4\n2026-13-01,5\n", "Row 3: '2026-13-01' is no day."),
        ("2026-03-02,many\n", "Row 1: 'many' is no number."),
        ("2026-03-02,1_000\n", "Row 1"),
        ("2026-03-02,-1\n", "Row 1: -1 is no count"),
        ("2026-03-02,NaN\n", "Row 1: NaN is no count"),
        ("2026-03-02,1e999999\n", "Row 1"),
        ("2026-03-02,0.1234567890123\n", "Row 1: 0.1234567890123 has more than 12 places"),
        ("2026-03-02,1,204\n", "Row 1: it has 3 cells"),
        ("2026-03-02\n", "Row 1: it has 1 cells"),
        ("date,value\n", "The file has no row."),
        ("a,b\nc,d\ne,f\ng,h\n", "Row 1: 'a' is no day. Row 2: 'c' is no day. Row 3: 'e' is no day."),
        ('"2026-03-02,1\n', "cannot be read as CSV"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(content: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_csv(content.encode())
    assert said in caught.value.message
    if "Row" in said:
        assert "Nothing was kept" in (caught.value.mend or "")


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(Invalid, match="no text in UTF-8"):
        read_csv(b"\xff\xfe\x00")


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    with suppress(Invalid):
        assert read_csv(content)


def test_what_cloudwatch_answers_is_a_count() -> None:
    assert measured(1204.0) == D(1204)
    assert measured(0.1) == D("0.1")
    for value in (float("nan"), float("inf"), -1.0):
        with pytest.raises(Invalid):
            measured(value)
