"""The same questions to several engines in turn: their medians side by side, and whether all gave the same answer."""

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from _eleven import Question
from _peers import TOLERANCE, Peer, Rows

REPEATS = 5


@dataclass(frozen=True)
class Times:
    """Median seconds of each question, an engine: name -> question -> seconds."""

    medians: Mapping[str, Mapping[str, float]]
    differing: tuple[str, ...]

    def sum(self, engine: str) -> float:
        """Of all questions, in seconds."""
        return sum(self.medians[engine].values())


def measured(questions: Sequence[Question], peers: Sequence[Peer], repeats: int = REPEATS) -> Times:
    """Each question to each engine in turn, `repeats` times over, after one round that warms caches and compares the answers."""
    differing = []
    for question in questions:
        ours = canonical(peers[0].ask(question))
        if not ours:
            differing.append(f"{question.name}: no answer at all")
        differing += [
            f"{question.name}: {peer.name} answers otherwise"
            for peer in peers[1:]
            if not same(ours, canonical(peer.ask(question)), exact=peer.exact)
        ]
    medians: dict[str, dict[str, float]] = {peer.name: {} for peer in peers}
    for question in questions:
        times: dict[str, list[float]] = {peer.name: [] for peer in peers}
        for _ in range(repeats):
            for peer in peers:
                times[peer.name].append(seconds(partial(peer.ask, question)))
        for peer in peers:
            medians[peer.name][question.name] = statistics.median(times[peer.name])
    return Times(medians, tuple(differing))


def alternated(peer: Peer, questions: Sequence[Question], looks: int) -> dict[str, list[float]]:
    """Median seconds a question that passed, and that this process's cores worked, when the questions are asked in turn so many times."""
    passed: list[list[float]] = [[] for _ in questions]
    worked: list[list[float]] = [[] for _ in questions]
    for _ in range(looks):
        for place, question in enumerate(questions):
            began, work = time.perf_counter(), time.process_time()
            peer.ask(question)
            passed[place].append(time.perf_counter() - began)
            worked[place].append(time.process_time() - work)
    return {
        name: [statistics.median(each) for each in times]
        for name, times in (("passed", passed), ("of CPU", worked))
    }


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def canonical(rows: Rows) -> dict[tuple[str, ...], tuple[Decimal, ...]]:
    """Rows as key -> amounts, whatever types an engine has for them."""
    found = {}
    for row in rows:
        amounts = tuple(Decimal(repr(v) if isinstance(v, float) else v) for v in row if _is_amount(v))
        found[tuple(_word(v) for v in row if not _is_amount(v))] = amounts
    return found


def _is_amount(value: Any) -> bool:  # noqa: ANN401  whatever an engine answers
    return isinstance(value, Decimal) or (isinstance(value, float) and not math.isnan(value))


def _word(value: Any) -> str:  # noqa: ANN401  likewise
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def same(
    ours: Mapping[tuple[str, ...], tuple[Decimal, ...]],
    theirs: Mapping[tuple[str, ...], tuple[Decimal, ...]],
    *,
    exact: bool,
) -> bool:
    """Whether two answers have the same rows: to the last digit, or, of sums of binary numbers, nearly."""
    if ours.keys() != theirs.keys():
        return False
    if exact:
        return ours == theirs
    return all(
        len(mine) == len(theirs[key])
        and all(abs(a - b) <= TOLERANCE * max(abs(a), 1) for a, b in zip(mine, theirs[key], strict=True))
        for key, mine in ours.items()
    )


def table(questions: Sequence[Question], times: Times) -> str:
    """Milliseconds, a question a line and an engine a column."""
    names = list(times.medians)
    lines = [f"{'median ms':36}" + "".join(f"{name:>14}" for name in names)]
    for question in questions:
        cells = "".join(f"{times.medians[name][question.name] * 1e3:14.1f}" for name in names)
        lines.append(f"{question.name:36}{cells}{'' if question.rolled else '   (lines)'}")
    lines.append(f"{'together':36}" + "".join(f"{times.sum(name) * 1e3:14.1f}" for name in names))
    return "\n".join(lines)


def worst(times: Times, ours: str, others: Sequence[str]) -> tuple[float, str]:
    """The largest ratio of our median to the best of others', and of which question."""
    ratios = [
        (mine / min(times.medians[other][question] for other in others), question)
        for question, mine in times.medians[ours].items()
    ]
    return max(ratios)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
