"""One level down and back up: the path of values a person clicked, kept in the URL as `in=service:AWS Lambda`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import streamlit as st

from core.costs.scope import CHARGE_CATEGORY, RESOURCE, SERVICE, SKU, TAG, Dimension, Scope
from core.errors import Invalid
from core.periods import Period
from pages.ui import cards, filters
from pages.ui import format as fmt

PARAMETER, BEFORE = "in", "before"
NONE = "\N{EMPTY SET}"


@dataclass(frozen=True)
class Step:
    """One value of one dimension; None is the lines without a value."""

    dimension: Dimension
    value: str | None


def trail() -> tuple[Step, ...]:
    """The steps in the URL; what cannot be read there is left out."""
    steps = []
    for text in st.query_params.get_all(PARAMETER):
        name, _, value = _parted(text)
        try:
            steps.append(Step(Dimension(name), None if value == NONE else value))
        except Invalid:
            continue
    return tuple(steps)


def _parted(text: str) -> tuple[str, str, str]:
    """The dimension's name and the value: an ARN holds colons of its own, and so may the key of a tag."""
    if "::" not in text:
        return text.partition(":")
    return text.rpartition("::") if text.startswith(TAG) else text.partition("::")


def go(steps: Sequence[Step]) -> None:
    """Go to this level and draw the screen again."""
    st.query_params[PARAMETER] = [
        f"{step.dimension.name}::{NONE if step.value is None else step.value}" for step in steps
    ]
    st.rerun()


def into(days: Period, steps: Sequence[Step], before: str) -> None:
    """Go to this level and keep only the days of the bar that was clicked; `before` is the period one comes back to."""
    if before != filters.CUSTOM:
        st.query_params[BEFORE] = before
    st.query_params["period"] = filters.CUSTOM
    st.query_params["from"] = days.start.isoformat()
    st.query_params["to"] = (days.end - timedelta(days=1)).isoformat()
    go(steps)


def _whole() -> str | None:
    """The period that a bar was clicked in, as long as its days are what is shown."""
    return st.query_params.get(BEFORE) if st.query_params.get("period") == filters.CUSTOM else None


def _back_out() -> None:
    was = st.query_params.pop(BEFORE)
    for name in ("period", "from", "to"):
        st.query_params.pop(name, None)
    if was != next(iter(filters.PERIODS)):
        st.query_params["period"] = was


def below(by: Dimension, steps: Sequence[Step]) -> Dimension:
    """What the level after these steps is cut by: a service after anything, a resource after a service."""
    if not steps:
        return by
    return RESOURCE if any(step.dimension == SERVICE for step in steps) else SERVICE


def inside(steps: Sequence[Step]) -> Dimension | None:
    """What a level below the first is cut by, whatever the first is; None at the first."""
    last = resource(steps)
    if last is not None:
        return CHARGE_CATEGORY if last.value is None else SKU
    return below(SERVICE, steps) if steps else None


def narrowed(scope: Scope, steps: Sequence[Step]) -> Scope:
    """The scope inside these steps."""
    for step in steps:
        scope = scope.at(step.dimension, step.value)
    return scope


def resource(steps: Sequence[Step]) -> Step | None:
    """The resource at the end of the path, or the lines that name none, if it got that far."""
    return next((step for step in steps if step.dimension == RESOURCE), None)


def crumbs(steps: Sequence[Step], names: Mapping[str, Mapping[str | None, str]], period: Period) -> None:
    """The way back up; nothing at the top."""
    whole = _whole()
    if not steps and whole is None:
        return
    words = [
        names.get(step.dimension.name, {}).get(step.value, step.value or step.dimension.absent)
        for step in steps
    ]
    days = [] if whole is None else [fmt.span_of(period.start, period.end)]
    back = cards.crumbs(["All", *days, *words])
    if back is None:
        return
    if back == 0 and whole is not None:
        _back_out()
    go(steps[: max(0, back - len(days))])
