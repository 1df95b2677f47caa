"""`./pioneer campaign schedule-oracle`: any schedule around every clock change of 20 zones in 10 years, held against a walk through every minute."""

import random
from math import ceil

from hypothesis import HealthCheck, Phase, given, seed, settings

from core.schedules import intervals
from tests.campaigns.installation import words
from tests.core.schedules.oracle import Change, changes
from tests.core.schedules.sweep import Schedule, disagreement, schedules

FULL = 12_000
"""About thirty-five schedules for each change; fewer in all means fewer changes, of no less than `LEAST` each."""
LEAST, SHOWN = 12, 20


def planted() -> None:
    """A time that the spring left out is read as Python does: an hour later, not when the gap ends."""
    intervals.clock_change = lambda _place, _before, after: after


def around(change: Change, examples: int, number: int) -> str | None:
    """The simplest schedule that shows a disagreement, in words."""
    found: list[str] = []

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )
    @given(schedules(change))
    def agree(schedule: Schedule) -> None:
        told = disagreement(change, schedule)
        if told is not None:
            found.append(told)
            raise AssertionError(told)

    try:
        agree()
    except AssertionError:
        return found[-1]
    return None


def main() -> int:
    """0 when nothing was wrong."""
    said = words("Schedules around clock changes, against every minute walked.", FULL)
    number = random.SystemRandom().randrange(1_000_000) if said.seed is None else said.seed
    if said.defect:
        planted()
    there = list(changes())
    random.Random(number).shuffle(there)  # noqa: S311  to be repeated, not to be secret
    chosen = there[: max(1, said.count // LEAST)]
    examples = ceil(said.count / len(chosen))
    wrong = [
        told for place, change in enumerate(chosen) if (told := around(change, examples, number + place))
    ]
    print(
        f"schedule-oracle, seed {number}: {len(chosen)} of {len(there)} clock changes, "
        f"up to {examples} schedules each; {len(wrong)} wrong"
    )
    for told in wrong[:SHOWN]:
        print(f"  {told}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
