"""What a rule is: a function of one resource and the facts, with everything a reader must know about it declared."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import signature
from math import ceil
from typing import TypeVar, get_type_hints

from core.actions.model import ActionKind
from core.inventory import KINDS, Kind, Resource
from core.recommendations.facts import Facts
from core.recommendations.finding import Answer, Effort, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.profiles import DAYS

_IAM_ACTION = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")
_LONGEST_TITLE = 80
Subject = TypeVar("Subject", bound=Resource)


@dataclass(frozen=True)
class Option:
    """A threshold that may be set otherwise: its default, the unit it is in, and what it means.

    `lookback`: it is also how many of the last days of samples the rule is shown, no fewer and no more.
    """

    name: str
    default: float
    unit: str
    meaning: str
    lookback: bool = False

    @property
    def told(self) -> str:
        """What it means, in words."""
        return f"{self.meaning} The rule looks back so far." if self.lookback else self.meaning


@dataclass(frozen=True)
class Rule:
    """One rule as declared. `kind` is its subject, `reads` the IAM actions its facts come from.

    `fix` None: no click does it, and `by_hand` says how people do. `peers` are the thresholds of others it was chosen against.
    """

    id: str
    title: str
    why: str
    effort: Effort
    risk: Risk
    undo: Undo
    lever: Lever
    fix: ActionKind | None
    by_hand: str
    reads: tuple[str, ...]
    options: tuple[Option, ...]
    peers: tuple[str, ...]
    kind: Kind
    judge: Callable[[Resource, Facts], Answer] = field(repr=False)

    @property
    def defaults(self) -> Mapping[str, float]:
        """Each option's default by name."""
        return {option.name: option.default for option in self.options}

    def days(self, options: Mapping[str, float]) -> int:
        """How many of the last days of samples it is shown with these options."""
        return next((max(1, ceil(options[each.name])) for each in self.options if each.lookback), DAYS)


class BadRule(TypeError):
    """A rule's declaration is incomplete; raised when its file is imported, so that it cannot be shipped."""


def rule(
    *,
    title: str,
    why: str,
    effort: Effort,
    risk: Risk,
    undo: Undo,
    lever: Lever,
    reads: tuple[str, ...],
    peers: tuple[str, ...],
    fix: ActionKind | None = None,
    by_hand: str = "",
    options: tuple[Option, ...] = (),
) -> Callable[[Callable[[Subject, Facts], Answer]], Rule]:
    """Declare a rule. Its id is the function's name, its subject the type of the first parameter.

    Raises `BadRule` when something a reader or the product needs is missing or malformed.
    """

    def declare(judge: Callable[[Subject, Facts], Answer]) -> Rule:
        name = judge.__name__
        file = judge.__module__.rpartition(".")[2]
        _demand(name == file, f"{name}: a rule's file carries the rule's name, not {file}")
        _check_words(name, title, why, reads)
        _check_options(name, options)
        _check_fix(name, fix, by_hand)
        _demand(bool(peers), f"{name}: say what other tools take for a threshold")
        kind, subject = _subject(name, judge)

        def judged(resource: Resource, facts: Facts) -> Answer:
            if not isinstance(resource, subject):
                message = f"{name} judges a {kind}, not a {resource.kind}."
                raise TypeError(message)
            return judge(resource, facts)  # type: ignore[arg-type]  # the line above made sure; types cannot follow

        return Rule(
            name, title, why, effort, risk, undo, lever, fix, by_hand, reads, options, peers, kind, judged
        )

    return declare


def _subject(name: str, judge: Callable[[Subject, Facts], Answer]) -> tuple[Kind, type[Resource]]:
    """The kind of resource a rule judges, by the annotation of its first parameter."""
    hints = get_type_hints(judge)
    parameters = list(signature(judge).parameters)
    _demand(len(parameters) == 2, f"{name}: a rule takes a resource and the facts")  # noqa: PLR2004  these two
    _demand(hints.get(parameters[1]) is Facts, f"{name}: the second parameter is Facts")
    wanted = hints.get(parameters[0])
    kinds = [(kind, subject) for kind, subject in KINDS.items() if subject is wanted]
    _demand(bool(kinds), f"{name}: the first parameter is a kind of resource, such as Volume")
    return kinds[0]


def _check_words(name: str, title: str, why: str, reads: tuple[str, ...]) -> None:
    _demand(
        0 < len(title) <= _LONGEST_TITLE and not title.endswith("."), f"{name}: a title is a short heading"
    )
    _demand(len(why) > len(title) and why.endswith("."), f"{name}: why is a sentence")
    _demand(bool(reads), f"{name}: name the IAM actions its facts come from")
    for read in reads:
        _demand(_IAM_ACTION.fullmatch(read) is not None, f"{name}: {read} is no IAM action")


def _check_fix(name: str, fix: ActionKind | None, by_hand: str) -> None:
    _demand(
        (fix is None) == bool(by_hand),
        f"{name}: a rule has a fix, or says by_hand what people do; not both, not neither",
    )
    _demand(fix is not None or by_hand.endswith("."), f"{name}: by_hand is a sentence")


def _check_options(name: str, options: tuple[Option, ...]) -> None:
    names = [option.name for option in options]
    _demand(len(set(names)) == len(names), f"{name}: two options share a name")
    for option in options:
        _demand(option.name.isidentifier(), f"{name}: {option.name} is no name for an option")
        _demand(
            bool(option.unit) and option.meaning.endswith("."),
            f"{name}: {option.name} needs its unit and a sentence",
        )


def _demand(holds: bool, otherwise: str) -> None:  # noqa: FBT001  the one thing it is about
    if not holds:
        raise BadRule(otherwise)
