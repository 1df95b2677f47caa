"""Who sees some accounts only reads filters without the others, and loses none of their own lines by it."""

from hypothesis import given
from hypothesis import strategies as st

from core.costs.filters import parse, parse_all, written
from core.costs.hidden import link_names_unseen, told
from core.costs.scope import ACCOUNT, Filter, Match

MINE, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
SEEN = frozenset({MINE, "a-subscription"})


def test_accounts_not_seen_are_left_out_and_the_others_stay() -> None:
    filters = parse_all([f"account={MINE}", f"account={OTHER}", f"account!={THIRD}", "service=Amazon S3"])
    assert told(filters, SEEN) == parse_all([f"account={MINE}", "service=Amazon S3"])
    assert told(filters, None) == filters


def test_filters_about_other_accounts_alone_are_not_told_at_all() -> None:
    assert told(parse_all([f"account={OTHER}"]), SEEN) is None
    assert told(parse_all(["account~2222"]), SEEN) is None
    assert told(parse_all([f"resource=arn:aws:rds:us-east-1:{OTHER}:db:orders"]), SEEN) is None
    assert told(parse_all(["account=another-subscription"]), SEEN) is None


def test_an_id_inside_of_another_value_counts_too() -> None:
    mine = parse_all([f"resource=arn:aws:rds:us-east-1:{MINE}:db:orders", f"source!=AWS:{OTHER}"])
    assert told(mine, SEEN) == mine[:1]
    assert told(parse_all(["account~1111", "account=", "tag:team!="]), SEEN) is not None


def test_links_that_name_an_account_not_seen_are_found() -> None:
    assert link_names_unseen(f"by=service&f=account%3D{OTHER}", SEEN)
    assert link_names_unseen(f"in=resource%3Aarn%3Aaws%3Ards%3Aeu-west-1%3A{OTHER}%3Adb%3Ax", SEEN)
    assert link_names_unseen("in=account%3Aanother-subscription", SEEN)
    assert not link_names_unseen(f"by=account&f=account%3D{MINE}&in=account%3Aa-subscription", SEEN)
    assert not link_names_unseen(f"f=account%3D{OTHER}", None)


ANY = st.builds(
    lambda match, value: parse(f"account{match.value}{value}"),
    st.sampled_from([Match.IS, Match.IS_NOT]),
    st.sampled_from([MINE, OTHER, THIRD]),
)


def passes(filters: tuple[Filter, ...], account: str) -> bool:
    """What the filters say of a line in `account`, as `core.costs.scope` has it."""
    wanted = [each.value for each in filters if each.match is Match.IS]
    unwanted = [each.value for each in filters if each.match is Match.IS_NOT]
    return (not wanted or account in wanted) and account not in unwanted


@given(st.lists(ANY, max_size=5).map(tuple))
def test_what_is_told_takes_the_very_same_of_one_s_own_lines(filters: tuple[Filter, ...]) -> None:
    read = told(filters, {MINE})
    assert passes(filters, MINE) == (read is not None and passes(read, MINE))
    assert read is None or all(OTHER not in written(each) and THIRD not in written(each) for each in read)
    assert {each.dimension for each in filters} <= {ACCOUNT}
