"""What cannot be used is refused in one sentence that names file and row, and nothing that stood is touched."""

import gzip
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from core.costs.scope import CostType, Scope
from core.errors import Invalid
from core.periods import Period
from services.warehouse import answers
from services.warehouse.files import found_below
from services.warehouse.staging import Staged, Wanted, reading_connection, stage
from services.warehouse.warehouse import Warehouse
from tests.bills import MYBINDER, a_bill, a_line

Loader = Callable[..., Staged]
GOOD = a_line()


def with_line(**columns: str) -> Callable[[Path], Path]:
    """A bill whose third row is the bad one."""
    return lambda path: a_bill(path, [GOOD, a_line(**columns)])


def without(column: str) -> Callable[[Path], Path]:
    return lambda path: a_bill(path, [{name: value for name, value in GOOD.items() if name != column}])


def raw(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def half_gzip(path: Path) -> Path:
    a_bill(path, [GOOD] * 5000)
    packed = gzip.compress(path.read_bytes())
    path.write_bytes(packed[: len(packed) // 2])
    return path


def changed(old: str, new: str) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        a_bill(path, [GOOD, GOOD])
        path.write_text(path.read_text().replace(old, new))
        return path

    return write


def ragged(path: Path) -> Path:
    a_bill(path, [GOOD])
    path.write_text(path.read_text() + "1,2,3\n")
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "an empty file": (raw(b""), r"bill\.csv is empty\."),
    "only a header": (changed("\n", " "), r"bill\.csv"),
    "a cost that is no number": (with_line(cost="abc"), r"bill\.csv, row 3: BilledCost 'abc' is no number"),
    "NaN": (with_line(BilledCost="NaN"), r"row 3: BilledCost 'NaN' is no number"),
    "1e308": (with_line(EffectiveCost="1e308"), r"row 3: EffectiveCost '1e308' is no number"),
    "too many digits": (with_line(ListCost="0.123456789012345678901"), r"row 3: ListCost '0\.12"),
    "no cost": (with_line(BilledCost=""), r"row 3: BilledCost is empty"),
    "no currency": (with_line(BillingCurrency=""), r"row 3: BillingCurrency is empty"),
    "a quantity in words": (with_line(ConsumedQuantity="two"), r"row 3: ConsumedQuantity 'two' is no number"),
    "a day that is none": (
        with_line(ChargePeriodStart="yesterday"),
        r"row 3: ChargePeriodStart 'yesterday' is no point",
    ),
    "a day beyond the calendar": (
        with_line(ChargePeriodStart="9999-12-31T23:59:60Z"),
        r"row 3: ChargePeriodStart '9999-12-31T23:59:60Z' is no point",
    ),
    "a zero byte in a name": (with_line(ServiceName="Ama\0zon"), r"bill\.csv is damaged: .* ServiceName"),
    "tags that are no object": (with_line(Tags="team=a"), r"row 3: Tags 'team=a' is no JSON object"),
    "a tag key twice": (with_line(Tags='{"a": 1, "a": 2}'), r"row 3: Tags"),
    "no BilledCost column": (without("BilledCost"), r"bill\.csv, row 1: .*bill"),
    "no ServiceName column": (without("ServiceName"), r"row 1: the FOCUS columns ServiceName are missing"),
    "no bill at all": (raw(b"item,price\nbread,2\n"), r"row 1: its columns are not those of a bill"),
    "a doubled column": (changed("ListCost", "BilledCost"), r"row 1: the column BilledCost is there twice"),
    "a row too short": (ragged, r"bill\.csv, row 3: "),
    "half a gzip": (half_gzip, r"bill\.csv "),
    "gzip of nothing": (raw(gzip.compress(b"")), r"bill\.csv"),
    "binary": (raw(bytes(range(256)) * 40), r"bill\.csv"),
    "UTF-16 without its mark": (
        raw("BilledCost,a,a\n1,2,3\n".encode("utf-16-le")),
        r"bill\.csv, row 1: its header is not UTF-8",
    ),
    "UTF-16": (
        raw("BilledCost,EffectiveCost\n1,2\n".encode("utf-16")),
        r"bill\.csv, row 1: its header is not UTF-8",
    ),
}


def read(scratch: Path, *paths: Path) -> Staged:
    work = scratch / "scratch"
    work.mkdir()
    with reading_connection(work) as connection:
        return stage(connection, paths, work, Wanted(uuid4()), lambda _: None)


@pytest.mark.parametrize("what", BAD)
def test_a_bad_bill_is_refused_naming_file_and_row(tmp_path: Path, what: str) -> None:
    make, sentence = BAD[what]
    with pytest.raises(Invalid, match=sentence):
        read(tmp_path, make(tmp_path / "bill.csv"))


def test_whatever_is_wrong_with_a_bill_the_month_that_stood_stands(
    warehouse: Warehouse, organisation: UUID, take: Loader, tmp_path: Path
) -> None:
    take(a_bill(tmp_path / "before.csv", [a_line(cost="42")]))
    for make, _ in BAD.values():
        with pytest.raises(Invalid):
            take(make(tmp_path / "bill.csv"))
    scope = Scope(Period(date(2026, 1, 1), date(2027, 1, 1)), cost=CostType.BILLED)
    assert [part.cost for part in answers.parts(warehouse.pin(organisation), scope, ())] == [Decimal(42)]
    assert not list((warehouse.directory / "scratch").iterdir())


def test_text_that_is_not_utf8_is_named_with_its_row(tmp_path: Path) -> None:
    path = a_bill(tmp_path / "bill.csv", [GOOD, GOOD])
    path.write_bytes(path.read_bytes().replace(b"production", b"caf\xe9"))
    with pytest.raises(Invalid, match=r"bill\.csv, row 2: .*unicode"):
        read(tmp_path, path)


def test_of_a_row_that_shows_as_several_the_reason_is_told_and_not_the_row(tmp_path: Path) -> None:
    path = a_bill(tmp_path / "bill.csv", [GOOD])
    path.write_bytes(path.read_bytes() + b"\xff\xfe\r\n")
    with pytest.raises(Invalid, match=r"bill\.csv, row 3: Expected Number of Columns"):
        read(tmp_path, path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("PAR1 but not really", "cannot be read"), ("BilledCost\n1\n", "is no Parquet file")],
)
def test_a_parquet_file_that_is_none_is_named(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "bill.parquet"
    path.write_text(content)
    with pytest.raises(Invalid, match=rf"bill\.parquet {sentence}"):
        read(tmp_path, path)


@pytest.mark.parametrize("name", ["BilledCost", "Tags"])
def test_a_parquet_file_with_a_column_twice_is_refused(tmp_path: Path, name: str) -> None:
    table = pyarrow.csv.read_csv(a_bill(tmp_path / "bill.csv", [GOOD]))
    tags = pa.array([[("team", "web")]], pa.map_(pa.string(), pa.string()))
    table = table.set_column(table.column_names.index("Tags"), "Tags", tags)
    pq.write_table(table.append_column(name, table.column(name)), tmp_path / "bill.parquet")
    with pytest.raises(Invalid, match=rf"bill\.parquet, row 1: the column {name} is there twice"):
        read(tmp_path, tmp_path / "bill.parquet")


def test_rows_are_counted_over_lines_within_quotes(tmp_path: Path) -> None:
    bill = a_bill(tmp_path / "bill.csv", [a_line(SubAccountName="two\nlines"), GOOD, a_line(cost="abc")])
    with pytest.raises(Invalid, match="row 4"):
        read(tmp_path, bill)


def test_a_bad_file_among_good_ones_is_told_with_its_reason_and_its_months(tmp_path: Path) -> None:
    good = a_bill(tmp_path / "good.csv", [GOOD])
    bad = a_bill(tmp_path / "bad.csv", [a_line(day="2026-04-01"), a_line(cost="x", day="2026-05-01")])
    found = read(tmp_path, good, bad)
    assert [month.month for month in found.months] == ["2026-03"]
    (told,) = found.quarantined
    assert (told.name, told.whole) == ("bad.csv", True)
    assert told.reason.startswith("bad.csv, row 3: BilledCost 'x' is no number")
    assert told.months == {("AWS:111111111111", "2026-04"), ("AWS:111111111111", "2026-05")}


def test_of_a_file_that_breaks_off_the_months_before_the_break_are_known(tmp_path: Path) -> None:
    good, broken = a_bill(tmp_path / "good.csv", [GOOD]), half_gzip(tmp_path / "broken.csv.gz")
    (told,) = read(tmp_path, good, broken).quarantined
    assert not told.whole
    assert told.months == {("AWS:111111111111", "2026-03")}


def test_when_no_file_can_be_used_each_is_named(tmp_path: Path) -> None:
    empty, bad = raw(b"")(tmp_path / "empty.csv"), a_bill(tmp_path / "bad.csv", [a_line(cost="x")])
    with pytest.raises(Invalid, match=r"empty\.csv is empty.*bad\.csv, row 2"):
        read(tmp_path, empty, bad)


def test_a_file_that_expands_a_thousandfold_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    header, line = a_bill(tmp_path / "one.csv", [GOOD]).read_bytes().split(b"\r\n")[:2]
    with gzip.open(bomb, "wb") as file:
        file.write(header + b"\r\n")
        for _ in range(300):
            file.write((line + b"\r\n") * 1000)
    with pytest.raises(Invalid, match="no bill shrinks that far"):
        read(tmp_path, bomb)


def test_a_file_that_hides_how_far_it_expands_is_refused_while_it_is_read(tmp_path: Path) -> None:
    header, line = a_bill(tmp_path / "one.csv", [GOOD]).read_bytes().split(b"\r\n")[:2]
    bomb = tmp_path / "bomb.csv.gz"
    lines = gzip.compress((line + b"\r\n") * 300_000)
    bomb.write_bytes(gzip.compress(header + b"\r\n") + lines + gzip.compress(line + b"\r\n"))
    with pytest.raises(Invalid, match="no bill shrinks that far"):
        read(tmp_path, bomb)


def test_a_parquet_file_that_expands_a_thousandfold_is_refused(tmp_path: Path) -> None:
    bomb = raw(gzip.compress(b"PAR1" + bytes(100_000_000)))(tmp_path / "bomb.parquet.gz")
    with pytest.raises(Invalid, match="no bill shrinks that far"):
        read(tmp_path, bomb)


def test_a_billing_period_that_no_calendar_has_is_refused(tmp_path: Path) -> None:
    path = a_bill(tmp_path / "bill.csv", [a_line(BillingPeriodStart="12024-01-01")])
    with pytest.raises(
        Invalid, match=r"bill\.csv, row 2: BillingPeriodStart '12024-01-01' is no point in time"
    ):
        read(tmp_path, path)


def test_a_bad_value_among_rows_that_are_not_counted_is_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "daily.csv"
    path.write_text("date,dimension,name,value\n2019-01-01,project,x,oops\n2019-01-01,category,compute,1.5\n")
    assert read(tmp_path, path).months[0].totals["BilledCost"] == {"USD": Decimal("1.5")}


def test_a_daily_bill_with_a_bad_value_is_named_by_its_own_column(tmp_path: Path) -> None:
    path = tmp_path / "daily.csv"
    path.write_text(
        MYBINDER.read_text().replace(",category,cloud-sql,0.891597", ",category,cloud-sql,oops", 1)
    )
    with pytest.raises(Invalid, match=r"daily\.csv, row 2: value 'oops' is no number"):
        read(tmp_path, path)


def test_a_folder_means_the_bills_in_it_in_a_fixed_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    names = ["b/2.csv", "a.parquet", "readme.txt"]
    for name in names:
        (tmp_path / name).write_text("x")
    assert found_below([tmp_path]) == (tmp_path / "a.parquet", tmp_path / "b/2.csv")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no file"):
        found_below([tmp_path / "nowhere.csv"])
    with pytest.raises(Invalid, match="holds no"):
        found_below([tmp_path])
