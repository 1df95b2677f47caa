"""Filters as text: what is written is read as the very same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.costs.filters import dimension, parse, parse_all, said, written
from core.costs.scope import COLUMNS, DAY, SERVICE, WEEK, Dimension, Filter, Match
from core.errors import Invalid

VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
KEYS = VALUES | st.text("=!~%:, -_AZaz25", min_size=1)
NAMES = st.sampled_from([name for name in COLUMNS if name not in {"day", "week"}])
DIMENSIONS = (NAMES | st.builds("tag:{}".format, KEYS) | st.builds("cost category:{}".format, KEYS)).map(
    Dimension
)
FILTERS = st.builds(Filter, DIMENSIONS, st.sampled_from([Match.IS, Match.IS_NOT]), st.none() | VALUES | KEYS)


@given(FILTERS | st.builds(Filter, DIMENSIONS, st.just(Match.CONTAINS), VALUES | KEYS))
@example(Filter(Dimension("tag:a!"), Match.IS, "=b!~,\u00e9\u202e"))
@example(Filter(Dimension("tag:100%3D"), Match.IS_NOT, None))
def test_what_is_written_is_read_as_the_same_filter(wanted: Filter) -> None:
    assert parse(written(wanted)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("service=Amazon S3", Filter(SERVICE, Match.IS, "Amazon S3")),
        ("service!=a=b", Filter(SERVICE, Match.IS_NOT, "a=b")),
        ("service~", None),
        ("tag:team=", Filter(Dimension("tag:team"), Match.IS, None)),
        ("tag:team!=", Filter(Dimension("tag:team"), Match.IS_NOT, None)),
        ("service-category~Compute", Filter(Dimension("service category"), Match.CONTAINS, "Compute")),
        ("cost_category:Team Name=x", Filter(Dimension("cost category:Team Name"), Match.IS, "x")),
        ("day=2024-09-30", Filter(DAY, Match.IS, "2024-09-30")),
        ("day=yesterday", None),
        ("week!=2024-99-01", None),
        ("colour=red", None),
        ("tag:=x", None),
        ("service", None),
        ("", None),
        ("service=a\0b", None),
        ("service~a\udc80", None),
        ("tag:a\udc80=x", None),
    ],
)
def test_a_filter_is_read_or_refused_in_words(text: str, wanted: Filter | None) -> None:
    if wanted is None:
        with pytest.raises(Invalid) as caught:
            parse(text)
        assert caught.value.message.endswith(".")
    else:
        assert parse(text) == wanted


def test_a_filter_given_twice_counts_once() -> None:
    assert len(parse_all(["service=a", "service=a", "service!=b"])) == 2


def test_a_dimension_may_be_named_with_a_dash() -> None:
    assert dimension("Resource-Type") == Dimension("resource type")
    assert dimension("tag:cost-center") == Dimension("tag:cost-center")


def test_an_empty_value_is_the_absence_of_one() -> None:
    assert Filter(WEEK, Match.IS, "") == Filter(WEEK, Match.IS, None)


def test_filters_are_said_in_words() -> None:
    texts = ["service=S3", "tag:team=", "tag:team!=", "region!=eu-west-1", "sku~gp3"]
    assert [said(parse(text)) for text in texts] == [
        "service is S3",
        "no tag team",
        "any tag team",
        "region is not eu-west-1",
        "sku contains gp3",
    ]
