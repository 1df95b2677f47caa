"""A fleet is sorted into few shared windows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recommendations.shapes import CLUSTERS, OfficeHours, office_hours

OFFICE = OfficeHours((0, 1, 2, 3, 4), 8, 18)


def week(window: OfficeHours | None) -> np.ndarray:
    return np.zeros(168) if window is None else window.mask().astype(np.float32)


def test_hours_off_are_the_rest_of_the_week() -> None:
    assert OFFICE.hours_off == 118
    assert OFFICE.words == "Mon-Fri 08:00-18:00"
    assert OfficeHours((0, 2, 4), 9, 12).words == "Mon Wed Fri 09:00-12:00"


def test_each_instance_keeps_its_own_window() -> None:
    late = OfficeHours((1, 2, 3, 4, 5), 12, 20)
    found = office_hours(np.stack([week(OFFICE), week(late), week(None), np.ones(168)]))
    assert [window and (window.weekdays, window.begin, window.end) for window in found] == [
        ((0, 1, 2, 3, 4), 8, 18),
        ((1, 2, 3, 4, 5), 12, 20),
        None,
        None,
    ]


def test_a_noisy_fleet_is_sorted_into_few_shared_windows() -> None:
    random = np.random.default_rng(7)
    rows = np.stack([week(OFFICE)] * 200 + [np.ones(168)] * 50)
    flips = random.random(rows.shape) < 0.004
    noisy = np.where(flips & (rows == 0), 0.5, rows)
    windows = {(window.begin, window.end) for window in office_hours(noisy)[:200] if window}
    assert (8, 18) in windows
    assert len(windows) <= CLUSTERS


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_the_answer_does_not_depend_on_the_order_of_the_fleet(random: object) -> None:
    generator = np.random.default_rng(3)
    rows = np.stack([week(OFFICE)] * 20 + [week(None)] * 5)
    rows = np.maximum(rows, (generator.random(rows.shape) < 0.01) * 0.5)
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    straight, shuffled = office_hours(rows), office_hours(rows[order])
    assert [straight[place] for place in order] == list(shuffled)


def test_an_unknown_week_is_nothing() -> None:
    assert office_hours(np.full((2, 168), np.nan)) == [None, None]
