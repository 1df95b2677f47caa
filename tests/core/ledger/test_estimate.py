"""What a saving came to: exact where nothing else moves, nothing where nothing changed, and never twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.ledger.entry import Entry, Proof
from core.ledger.estimate import ledger, realised
from core.ledger.expected import Billed
from core.recommendations.lever import Lever

DONE = date(2026, 6, 1)
"""A Monday."""
D = Decimal


def an_entry(lever: Lever = Lever.REMOVE, at: date = DONE, **given: object) -> Entry:
    return replace(
        Entry(
            id=UUID(int=at.toordinal()),
            rule="ec2_idle",
            title="Stop idle instances",
            lever=lever,
            resource_id="i-1",
            resource_name="web",
            account_id="111122223333",
            region="us-east-1",
            promised=D(73),
            applied_at=datetime(at.year, at.month, at.day, 12, tzinfo=UTC),
            applied_by="ops@example.com",
        ),
        **given,
    )


def ran(
    first: int, last: int, usd_an_hour: str = "0.1", hours: object = 24, meter: str = "Box"
) -> list[Billed]:
    """Days counted from the action, each with its billed hours; weekends may differ: a function of the day."""
    days = [DONE + timedelta(days=offset) for offset in range(first, last)]
    counts = [(day, D(hours(day) if callable(hours) else hours)) for day in days]
    return [Billed(day, meter, "Hrs", count * D(usd_an_hour), count) for day, count in counts if count]


def until(days: int) -> date:
    return DONE + timedelta(days=days)


def test_what_is_gone_saves_what_it_cost() -> None:
    came = realised(an_entry(), ran(-28, 0), until(31), {})
    assert (came.proof, came.saved, came.low, came.high) == (Proof.PROVEN, 72, 72, 72)
    assert len(came.days) == 30


def test_a_smaller_group_saves_the_hours_of_members_it_no_longer_has() -> None:
    """Judged by what an hour costs, it could save nothing, ever."""
    group = "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:1-2:autoScalingGroupName/web"
    billed = [*ran(-28, 0, hours=96), *ran(1, 31, hours=48)]
    came = realised(an_entry(Lever.SIZE, resource_id=group), billed, until(31), {})
    assert (came.proof, came.saved) == (Proof.PROVEN, 30 * D("4.8"))
    assert realised(an_entry(Lever.SIZE), billed, until(31), {}).saved == 0


def test_working_days_and_weekends_are_expected_apart() -> None:
    office = ran(-28, 0, hours=lambda day: 10 if day.weekday() < 5 else 0)
    came = realised(an_entry(), office, until(8), {})
    assert [day.expected for day in came.days] == [1, 1, 1, 1, 0, 0, 1]
    assert came.low == came.saved == 5


def test_a_smaller_size_is_measured_on_the_hours_it_ran() -> None:
    billed = ran(-28, 0, "0.4") + ran(1, 15, "0.2", hours=6, meter="Smaller")
    came = realised(an_entry(Lever.SIZE), billed, until(15), {})
    assert came.saved == 14 * 6 * D("0.2")
    assert came.proof is Proof.PROVEN


def test_storage_is_measured_by_what_a_gigabyte_costs_in_months_of_any_length() -> None:
    def disk(first: int, last: int, kind: str, usd: str) -> list[Billed]:
        days = [DONE + timedelta(days=offset) for offset in range(first, last)]
        length = {5: 31, 6: 30, 7: 31}
        return [
            Billed(day, kind, "GB-Mo", D(100) * D(usd) / length[day.month], D(100) / length[day.month])
            for day in days
        ]

    came = realised(
        an_entry(Lever.STORAGE), disk(-28, 0, "gp2", "0.10") + disk(0, 61, "gp3", "0.08"), until(61), {}
    )
    assert abs(came.saved - (2 * D(29) / 30 + 2 * D(31) / 31)) < D("1e-20")
    assert came.high - came.low < D("1e-20")


def test_nothing_is_claimed_where_nothing_changed() -> None:
    for lever in Lever:
        came = realised(an_entry(lever), ran(-28, 40), until(40), {})
        assert (came.proof, came.counted) == (Proof.UNPROVEN, 0), lever


def test_noise_is_no_saving() -> None:
    noisy = ran(-28, 40, hours=lambda day: 8 + (day.toordinal() * 7919) % 11)
    came = realised(an_entry(), noisy, until(40), {})
    assert came.low < 0 < came.high
    assert came.counted == 0


def test_a_price_cut_is_nobodys_saving() -> None:
    cheaper = ran(-28, 0, "0.10") + ran(1, 30, "0.05")
    prices = {("Box", date(2026, 5, 1)): D("0.10"), ("Box", date(2026, 6, 1)): D("0.05")}
    assert realised(an_entry(Lever.SIZE), cheaper, until(30), prices).saved == 0
    assert realised(an_entry(Lever.SIZE), cheaper, until(30), {}).saved > 0


def test_a_commitment_that_begins_to_cover_it_is_nobodys_saving_either() -> None:
    billed = [replace(each, contracted=each.cost) for each in ran(-28, 5)]
    billed += [replace(each, contracted=each.cost / D("0.72")) for each in ran(5, 30, "0.072")]
    for lever in (Lever.SIZE, Lever.SCHEDULE):
        came = realised(an_entry(lever), billed, until(30), {})
        assert came.saved == 0
        assert came.counted == 0


def test_what_somebody_undid_is_told_and_counts_until_then() -> None:
    billed = ran(-28, 0) + ran(15, 40)
    came = realised(an_entry(), billed, until(40), {})
    assert (came.proof, came.undone_on, came.saved) == (Proof.UNDONE, until(15), D("33.6"))


def test_too_little_of_the_bill_is_waited_for_and_an_unknown_resource_is_unknown() -> None:
    assert realised(an_entry(), ran(-2, 0), until(30), {}).proof is Proof.WAITING
    assert realised(an_entry(), ran(-28, 0), until(3), {}).proof is Proof.WAITING
    assert realised(an_entry(), [], until(30), {}).proof is Proof.UNKNOWN


def test_a_schedule_and_then_a_smaller_size_save_together_what_the_first_expects_less_the_cost() -> None:
    billed = ran(-28, 0) + ran(0, 29, hours=10) + ran(29, 60, "0.05", hours=10)
    schedule, size = an_entry(Lever.SCHEDULE), an_entry(Lever.SIZE, until(28))
    came = ledger([size, schedule], billed, until(60), {})
    assert came[size.id].saved == 31 * 10 * D("0.05")
    assert came[schedule.id].saved == 59 * 14 * D("0.1")


def test_what_is_gone_is_no_longer_cheaper_by_the_hour() -> None:
    billed = ran(-28, 0, "0.4") + ran(0, 28, "0.2")
    size, gone = an_entry(Lever.SIZE), an_entry(Lever.REMOVE, until(28))
    came = ledger([size, gone], billed, until(60), {})
    assert came[size.id].saved == 27 * 24 * D("0.2")
    assert came[gone.id].saved == 31 * 24 * D("0.2")


amounts = st.decimals(0, 24, places=1)


@given(
    st.lists(amounts, min_size=60, max_size=60),
    st.sampled_from([Lever.SCHEDULE, Lever.SIZE, Lever.REMOVE]),
    st.sampled_from([Lever.SCHEDULE, Lever.SIZE, Lever.REMOVE]),
    st.randoms(use_true_random=False),
)
def test_entries_on_one_resource_never_save_more_than_it_would_have_cost(
    hours: Sequence[Decimal], first: Lever, second: Lever, random: object
) -> None:
    days = [DONE + timedelta(days=offset) for offset in range(-20, 40)]
    billed = [Billed(day, "Box", "Hrs", count / 10, count) for day, count in zip(days, hours, strict=True)]
    one, two = an_entry(first), an_entry(second, until(15))
    came = ledger([one, two], billed, until(40), {})
    actual = {each.day: each.cost for each in billed}
    for day in (until(5), until(30)):
        saved = [each.saved for found in came.values() for each in found.days if each.day == day]
        expected = [each.expected for each in came[one.id].days if each.day == day]
        if expected and saved:
            assert abs(sum(saved, D(0)) - (expected[0] - actual[day])) < D("1e-15")
    shuffled = list(billed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    again = ledger([two, one], shuffled, until(40), {})
    assert {key: (each.proof, round(each.saved, 15)) for key, each in again.items()} == {
        key: (each.proof, round(each.saved, 15)) for key, each in came.items()
    }


@given(st.lists(amounts, min_size=45, max_size=45))
def test_the_interval_holds_what_was_saved_and_claims_need_all_of_it_above_zero(
    hours: Sequence[Decimal],
) -> None:
    days = [DONE + timedelta(days=offset) for offset in range(-20, 25)]
    billed = [Billed(day, "Box", "Hrs", count / 10, count) for day, count in zip(days, hours, strict=True)]
    came = realised(an_entry(), billed, until(25), {})
    assert came.low <= came.saved <= came.high
    assert came.proof is not Proof.PROVEN or came.low > 0
