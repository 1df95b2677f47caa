"""What was done and is not on the bill yet is promised once: by the ledger, and by no other finding."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.prices import Price, PriceBook
from core.recommendations.finding import Finding, FindingState, StoredFinding, Undetermined
from core.recommendations.lever import Lever
from core.recommendations.portfolio import plan
from core.recommendations.unbilled import Done, promised, ratio, since
from core.savings import MoneyFrom
from tests.builders import a_volume, an_instance
from tests.containers import a_service
from tests.core.recommendations.test_portfolio import a_finding, findings
from tests.databases import a_database, known
from tests.known import facts, judged

UNTIL = datetime(2026, 11, 21, tzinfo=UTC)
DAYS = {"i-1": (UNTIL.date(), 30)}
money = st.decimals(1, 1000, places=2, allow_nan=False)


def mean(old: Decimal, new: Decimal, days_since: int) -> Decimal:
    """A month's bill of 30 days, the last so many of them after the change."""
    return (old * (30 - days_since) + new * days_since) / 30


@given(money, st.decimals(0, 1, places=3), st.integers(0, 29))
def test_however_many_days_of_the_bill_show_it_the_cost_is_that_after_the_change(
    old: Decimal, kept: Decimal, shown: int
) -> None:
    new = old * kept
    at = UNTIL - timedelta(days=shown, hours=12)
    bill = {"i-1": mean(old, new, shown)}
    promise = since(bill, DAYS, [Done("i-1", at, promised=old - new)])
    assert abs(promise.bill["i-1"] - new) < Decimal("1e-9")
    assert promise.scaled == {"i-1": at}
    if kept:
        by_price = since(bill, DAYS, [Done("i-1", at, ratio=kept)])
        assert abs(by_price.bill["i-1"] - new) < Decimal("1e-9")


def test_what_the_whole_bill_shows_is_left_as_it_is() -> None:
    long_ago = Done("i-1", UNTIL - timedelta(days=31), promised=Decimal(50))
    assert since({"i-1": Decimal(100)}, DAYS, [long_ago]).bill == {"i-1": Decimal(100)}
    assert since({"i-1": Decimal(100)}, DAYS, [long_ago]).scaled == {}


def test_two_changes_act_one_after_the_other_and_nothing_costs_less_than_nothing() -> None:
    done = [
        Done("i-1", UNTIL + timedelta(hours=2), ratio=Decimal("0.5")),
        Done("i-1", UNTIL + timedelta(hours=1), promised=Decimal(40)),
        Done("i-2", UNTIL, promised=Decimal(40)),
    ]
    assert since({"i-1": Decimal(100)}, DAYS, done).bill == {"i-1": Decimal(30)}
    assert since({"i-1": Decimal(100)}, DAYS, [Done("i-1", UNTIL, promised=Decimal(200))]).bill == {"i-1": 0}


def test_the_ratio_is_that_of_list_prices_and_unknown_where_they_are() -> None:
    book = PriceBook(
        Price(f"ec2:m5.{size}", "us-east-1", "Hrs", Decimal(usd), "test", UNTIL.date())
        for size, usd in (("large", "0.1"), ("xlarge", "0.2"))
    )
    now = an_instance(type="m5.large")
    assert ratio(now, {"type": "m5.xlarge", "state": "running"}, {"type": "m5.large"}, book) == Decimal("0.5")
    assert ratio(now, {"type": "x9.huge"}, {"type": "m5.large"}, book) is None
    assert ratio(a_database(), {"instance_class": "db.m5.large"}, {}, book) is None


def test_a_findings_money_is_marked_as_scaled_or_not_known() -> None:
    volume = a_volume(type="gp2", size_gb=100)
    known = {"bill": {volume.id: Decimal(10)}}
    asked = judged("ebs_gp2_to_gp3", volume, facts(**known))
    scaled = judged("ebs_gp2_to_gp3", volume, facts(**known, changed={volume.id: UNTIL}))
    assert isinstance(asked, Finding)
    assert isinstance(scaled, Finding)
    assert (asked.cost.source, scaled.cost.source) == (MoneyFrom.BILL, MoneyFrom.SCALED)
    assert scaled.saving == asked.saving
    assert "21 Nov 2026" in scaled.because
    unknown = facts(**known, changed={volume.id: UNTIL}, unpriced=frozenset({volume.id}))
    assert isinstance(judged("ebs_gp2_to_gp3", volume, unknown), Undetermined)


def test_what_promises_all_of_the_cost_leaves_nothing_by_list_price_either() -> None:
    volume = a_volume(type="gp2", size_gb=100)
    nothing = facts(bill={volume.id: Decimal(0)}, changed={volume.id: UNTIL})
    assert isinstance(judged("ebs_gp2_to_gp3", volume, nothing), Undetermined)
    service = a_service()
    measured = known(service, measured={"cpu_peak": 12, "memory": 20})
    assert isinstance(judged("fargate_rightsizing", service, measured), Finding)
    spent = replace(measured, bill={service.id: Decimal(0)}, changed={service.id: UNTIL})
    assert isinstance(judged("fargate_rightsizing", service, spent), Undetermined)


@given(
    st.lists(findings(), max_size=6, unique_by=lambda finding: finding.id),
    st.lists(findings(), max_size=4, unique_by=lambda finding: finding.id),
)
def test_the_headline_counts_no_dollar_that_is_promised_already(
    found: list[StoredFinding], under_way: list[StoredFinding]
) -> None:
    owed = promised(under_way)
    spoken_for: dict[str, Decimal] = {}
    for (name, _), usd in owed.items():
        spoken_for[name] = spoken_for.get(name, Decimal(0)) + usd
    made = plan(found, lambda _finding: owed)
    touched = {each.resource_id for each in found} | {other for each in found for other in each.claims}
    left = {name: max(Decimal(0), len(name) * 50 - spoken_for.get(name, Decimal(0))) for name in touched}
    assert made.total_saving <= sum(left.values())
    assert len(made.chosen) + len(made.alternatives) == len(found)
    assert made.total_saving <= plan(found).total_saving
    for choice in made.chosen:
        mine = {choice.finding.resource_id, *choice.finding.claims}
        if mine & {name for name, usd in spoken_for.items() if usd}:
            assert choice.because
    assert all(each.finding.state is FindingState.OPEN for each in made.alternatives)


def test_of_two_changes_of_a_sort_the_larger_adds_only_what_it_saves_beyond_the_other() -> None:
    under_way = promised([a_finding("newer", lever=Lever.VERSION, saving=Decimal(30))])
    graviton = a_finding("graviton", lever=Lever.VERSION, saving=Decimal(50))
    schedule = a_finding("off", lever=Lever.SCHEDULE, saving=Decimal(50))
    assert plan([graviton], lambda _finding: under_way).total_saving == 20
    assert plan([schedule], lambda _finding: under_way).total_saving == 35


def test_what_is_under_way_takes_from_the_part_that_it_acts_on() -> None:
    """Of $100 the instance is $60: a schedule that saves $36 leaves $24 of it, of which half a size saves $12; storage is as it was."""
    schedule = a_finding("off", lever=Lever.SCHEDULE, saving=Decimal(36), part=Decimal(60))
    under_way = promised([schedule])
    resize = a_finding("half", lever=Lever.SIZE, saving=Decimal(30), part=Decimal(60))
    storage = a_finding("gp3", lever=Lever.STORAGE, saving=Decimal(20), part=Decimal(40))
    assert plan([resize], lambda _finding: under_way).total_saving == 12
    assert plan([storage], lambda _finding: under_way).total_saving == 20
