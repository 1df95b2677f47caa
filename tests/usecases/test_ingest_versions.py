"""Which version of a month goes in, what is told of it, and what is left out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access.roles import User
from core.costs.load import LoadReport, Outcome, PartlyTaken
from core.costs.scope import CostType, Dimension, Scope
from core.errors import Forbidden, Invalid
from core.periods import Period
from services.context import Context
from services.usecases import bill_reports, costs, ingest
from tests.bills import a_bill, a_line

YEAR = Scope(Period(date(2026, 1, 1), date(2027, 1, 1)), cost=CostType.BILLED)
SOURCE = "AWS:111111111111"


def months(ctx: Context, user: User) -> dict[object, Decimal]:
    return {row.keys[0]: row.cost for row in costs.table(ctx, user, YEAR, (Dimension("month"),)).rows}


def lines(month: str, *amounts: str) -> list[dict[str, str]]:
    return [a_line(day=f"2026-{month}-05", cost=cost, ResourceId=f"i-{cost}") for cost in amounts]


def test_the_good_files_go_in_and_the_bad_one_is_told(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    january = a_bill(tmp_path / "1.csv", lines("01", "1"))
    february = a_bill(tmp_path / "2.csv", lines("02", "2", "x"))
    march = a_bill(tmp_path / "3.csv", lines("03", "3"))
    with pytest.raises(PartlyTaken, match=r"2\.csv, row 3: BilledCost 'x'") as told:
        ingest.files(ctx, organisation_id, [january, february, march])
    assert [f"{report.month:%m}" for report in told.value.reports] == ["01", "03"]
    assert months(ctx, viewer) == {"2026-01": Decimal(1), "2026-03": Decimal(3)}
    a_bill(february, lines("02", "2"))
    ingest.files(ctx, organisation_id, [january, february, march])
    assert months(ctx, viewer)["2026-02"] == Decimal(2)


def test_a_month_of_which_a_file_failed_is_not_published_in_part(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "old.csv", lines("03", "7"))])
    first = a_bill(tmp_path / "1.csv", [*lines("03", "10"), *lines("04", "4")])
    second = a_bill(tmp_path / "2.csv", lines("03", "10", "x"))
    with pytest.raises(PartlyTaken, match=f"2026-03 of {SOURCE} was left out: 2.csv has lines of it, too"):
        ingest.files(ctx, organisation_id, [first, second])
    assert months(ctx, viewer) == {"2026-03": Decimal(7), "2026-04": Decimal(4)}


def test_a_file_of_which_nothing_is_known_lowers_no_month(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "old.csv", lines("03", "10"))])
    empty = tmp_path / "empty.csv"
    empty.touch()
    newer = a_bill(tmp_path / "new.csv", [*lines("03", "9"), *lines("04", "4")])
    with pytest.raises(PartlyTaken, match="may have lines of it, and without them it would go from") as told:
        ingest.files(ctx, organisation_id, [newer, empty])
    assert months(ctx, viewer) == {"2026-03": Decimal(10), "2026-04": Decimal(4)}
    (report,) = told.value.reports
    assert report.notes == ("May be incomplete: empty.csv, given with it, could not be read to the end.",)


def test_when_every_month_is_left_out_nothing_is_loaded(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    good, bad = a_bill(tmp_path / "1.csv", lines("03", "1")), a_bill(tmp_path / "2.csv", lines("03", "x"))
    with pytest.raises(Invalid, match=r"2\.csv, row 2") as told:
        ingest.files(ctx, organisation_id, [good, bad])
    assert not isinstance(told.value, PartlyTaken)
    assert months(ctx, viewer) == {}


@pytest.mark.parametrize(
    ("newer", "told"),
    [
        (["79"], r"billed cost \$100.00 to \$79.00 \(.\$21.00\)"),
        (["100", "-1"], r"3 rows to 2"),
    ],
)
def test_a_version_that_lowers_a_month_by_more_than_a_fifth_must_be_meant(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path, newer: list[str], told: str
) -> None:
    old = ["100"] if len(newer) == 1 else ["98", "1", "1"]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "old.csv", lines("03", *old))])
    bill = a_bill(tmp_path / "new.csv", lines("03", *newer))
    with pytest.raises(Invalid, match=told) as refused:
        ingest.files(ctx, organisation_id, [bill])
    assert "--replace" in (refused.value.mend or "")
    assert months(ctx, viewer) == {"2026-03": Decimal(100)}
    (report,) = ingest.files(ctx, organisation_id, [bill], replace=True)
    assert report.outcome is Outcome.REPLACED
    assert months(ctx, viewer) == {"2026-03": sum(map(Decimal, newer))}


def test_a_fifth_less_is_a_correction(ctx: Context, organisation_id: UUID, tmp_path: Path) -> None:
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "old.csv", lines("03", "100"))])
    (report,) = ingest.files(ctx, organisation_id, [a_bill(tmp_path / "new.csv", lines("03", "80"))])
    assert report.outcome is Outcome.REPLACED


def test_a_named_format_is_used_whatever_the_columns_say(
    ctx: Context, organisation_id: UUID, tmp_path: Path
) -> None:
    bill = a_bill(tmp_path / "bill.csv", [a_line()])
    with pytest.raises(Invalid, match=r"bill\.csv, row 1: "):
        ingest.files(ctx, organisation_id, [bill], wanted_format="cur2")
    (report,) = ingest.files(ctx, organisation_id, [bill], wanted_format="focus")
    assert report.outcome is Outcome.LOADED


def restated(ctx: Context, organisation_id: UUID, tmp_path: Path) -> LoadReport:
    """March: a resource new, one gone, one changed, a credit restated."""
    credit = a_line(cost="-1", ChargeCategory="Credit", ResourceId="")
    old = [a_line(cost="10"), a_line(cost="5", ResourceId="i-2"), credit]
    new = [
        a_line(cost="12.5"),
        a_line(cost="4", ResourceId="i-3", ServiceName="AWS Lambda"),
        credit | {"BilledCost": "-3"},
    ]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "old.csv", old)])
    (report,) = ingest.files(ctx, organisation_id, [a_bill(tmp_path / "new.csv", new)])
    return report


def test_a_restated_month_says_what_changed_and_it_adds_up(
    ctx: Context, organisation_id: UUID, tmp_path: Path
) -> None:
    report = restated(ctx, organisation_id, tmp_path)
    ec2 = "Amazon Elastic Compute Cloud"
    assert {
        (each.reason, each.category, each.service, each.lines, each.amounts["BilledCost"])
        for each in report.changes
    } == {
        ("gone", "Usage", ec2, -1, Decimal(-5)),
        ("new", "Usage", "AWS Lambda", 1, Decimal(4)),
        ("changed", "Usage", ec2, 0, Decimal("2.5")),
        ("changed", "Credit", ec2, 0, Decimal(-2)),
    }
    for cost, sums in report.difference.items():
        assert sums == {"USD": sum(each.amounts[cost] for each in report.changes)}
    assert report.before_rows == 3


def test_history_keeps_the_report_and_the_costs_screen_hears_of_it(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    started = datetime.now(UTC) - timedelta(hours=1)
    report = restated(ctx, organisation_id, tmp_path)
    newest, oldest = ingest.history(ctx, viewer)
    assert (newest.outcome, newest.report) == (Outcome.REPLACED, report)
    assert (oldest.outcome, oldest.report and oldest.report.before) == (Outcome.LOADED, None)
    (told,) = ingest.restatements(ctx, viewer, started)
    assert (told.month, told.source, told.billed) == (date(2026, 3, 1), SOURCE, {"USD": Decimal("-0.5")})
    assert ingest.restatements(ctx, viewer, datetime.now(UTC) + timedelta(hours=1)) == ()


def test_who_sees_some_accounts_only_is_not_told_the_whole_bills_amounts(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    restated(ctx, organisation_id, tmp_path)
    limited = replace(viewer, accounts=frozenset({"222222222222"}))
    small = a_bill(tmp_path / "small.csv", [a_line(cost="0.01")])
    with pytest.raises(Invalid, match="billed cost"):
        ingest.files(ctx, organisation_id, [small])
    assert bill_reports.runs(ctx, viewer), "who sees every account is told why"
    assert bill_reports.runs(ctx, limited) == bill_reports.under_way(ctx, limited) == ()
    told = ingest.history(ctx, limited)
    assert [(record.report, record.message, record.run) for record in told] == [(None, "", None)] * len(told)
    assert ingest.restatements(ctx, limited, datetime(2020, 1, 1, tzinfo=UTC)) == ()


def test_history_takes_the_permission(ctx: Context, viewer: User) -> None:
    nobody = replace(viewer, roles=frozenset())
    for ask in (ingest.history, ingest.under_way, bill_reports.runs):
        with pytest.raises(Forbidden):
            ask(ctx, nobody)


def test_a_refused_load_is_in_the_runs_with_its_files(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    seen = []

    def look(_message: str) -> None:
        seen.extend(ingest.under_way(ctx, viewer))

    good, bad = a_bill(tmp_path / "1.csv", lines("01", "1")), a_bill(tmp_path / "2.csv", lines("02", "x"))
    with pytest.raises(PartlyTaken):
        ingest.files(ctx, organisation_id, [good, bad], on_progress=look)
    assert {run.what for run in seen} == {"1.csv and 1 more"}
    assert ingest.under_way(ctx, viewer) == ()
    (run,) = bill_reports.runs(ctx, viewer)
    assert (run.state, [each.name for each in run.quarantined]) == ("partly", ["2.csv"])
    assert run.quarantined[0].months == {(SOURCE, "2026-02")}


AMOUNTS = st.lists(
    st.integers(-(10**24), 10**24).map(lambda n: Decimal(n).scaleb(-20)), min_size=1, max_size=12
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=AMOUNTS, files=st.integers(1, 4), random=st.randoms(use_true_random=False))
def test_any_split_over_files_in_any_order_is_the_same_month(
    ctx: Context,
    organisation_id: UUID,
    viewer: User,
    tmp_path: Path,
    amounts: Sequence[Decimal],
    files: int,
    random: Random,
) -> None:
    rows = [
        a_line(cost=format(cost, "f"), day=f"2026-0{1 + place % 2}-05") for place, cost in enumerate(amounts)
    ]
    one = ingest.files(ctx, organisation_id, [a_bill(tmp_path / "all.csv", rows)], replace=True)
    random.shuffle(rows)
    pieces = [rows[start::files] for start in range(files)]
    paths = [a_bill(tmp_path / f"{n}.csv", piece) for n, piece in enumerate(pieces) if piece]
    random.shuffle(paths)
    many = ingest.files(ctx, organisation_id, paths, replace=True)
    assert [(each.month, each.rows, each.totals) for each in many] == [
        (each.month, each.rows, each.totals) for each in one
    ]
    assert all(not amount for each in many for sums in each.difference.values() for amount in sums.values())
    stands = months(ctx, viewer)
    for each in many:
        assert stands[f"{each.month:%Y-%m}"] == each.totals["BilledCost"]["USD"]
    assert sum(each.totals["BilledCost"]["USD"] for each in many) == sum(amounts)
