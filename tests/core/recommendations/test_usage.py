"""What rules ask of the samples: known hours alone, and silence told from never having asked."""

from datetime import timedelta

import numpy as np
import pytest

from core.inventory import Kind, Volume
from core.recommendations.finding import UnknownFact
from core.recommendations.fleet import Fleet
from core.recommendations.usage import Series, Usage
from tests.builders import a_volume, an_instance
from tests.known import NOW, facts, hours

SILENT = hours(np.nan)


def a_series(*values: float) -> Series:
    return Series(np.array(values, dtype=np.float32))


def test_hours_without_a_sample_are_left_out_of_every_figure() -> None:
    series = a_series(1, np.nan, 3, 2)
    assert (series.hours, series.mean, series.highest, series.lowest, series.total) == (3, 2, 3, 1, 6)
    assert series.a_day == 48


def test_a_percentile_is_a_value_that_really_was() -> None:
    series = a_series(*range(1, 101))
    assert series.at(99) == 100
    assert series.above(90) == 0.1


def test_a_day_without_samples_is_unknown_and_not_zero() -> None:
    days = Series(np.concatenate([hours(2)[:24], SILENT[:24]])).a_day_each()
    assert days[0] == 48
    assert np.isnan(days[1])


def test_a_metric_never_collected_is_unknown() -> None:
    with pytest.raises(UnknownFact, match="No samples of its read ops"):
        facts().series(a_volume(), "read_ops")


def test_too_few_samples_are_unknown() -> None:
    few = hours(1)
    few[:100] = np.nan
    known = facts(usage=Usage({"cpu": [(["i-1"], few[np.newaxis])]}, 14))
    assert known.watched(an_instance(), "cpu", 7).hours == 236
    with pytest.raises(UnknownFact, match="Fewer than 302 hourly samples"):
        known.watched(an_instance(), "cpu", 14)


def test_silence_of_a_metric_that_was_asked_for_is_zero() -> None:
    known = facts(usage=Usage({"requests": [(["i-1"], SILENT[np.newaxis])]}, 14))
    assert known.quiet(an_instance(), "requests", 14) == 0


def test_silence_of_what_is_young_or_was_never_asked_for_is_unknown() -> None:
    known = facts(usage=Usage({"requests": [(["i-1"], SILENT[np.newaxis])]}, 14))
    with pytest.raises(UnknownFact, match="fewer than 14 days"):
        known.quiet(an_instance(created_at=NOW - timedelta(days=3)), "requests", 14)
    with pytest.raises(UnknownFact, match="No samples"):
        known.quiet(an_instance("i-2"), "requests", 14)
    with pytest.raises(UnknownFact, match="30 are needed"):
        known.quiet(an_instance(), "requests", 30)


def test_what_belongs_together_is_found_by_its_short_id_in_the_same_place() -> None:
    here, there = a_volume(), a_volume(region="eu-west-1")
    fleet = Fleet([here, an_instance()])
    assert fleet.beside(an_instance(), Volume, "vol-1") is here
    assert fleet.beside(there, Volume, "vol-1") is None
    assert list(fleet.all(Volume)) == [here]


def test_missing_means_gone_only_where_all_was_seen() -> None:
    volume = a_volume()
    facts(whole=frozenset({(volume.account_id, volume.region, Kind.VOLUME)})).seen_whole(volume, Kind.VOLUME)
    with pytest.raises(UnknownFact, match="Not every volume"):
        facts().seen_whole(volume, Kind.VOLUME)
