"""One level down and back up: the path of values a person clicked, kept in the URL as `in=service:AWS Lambda`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.costs.scope import ACCOUNT, REGION, RESOURCE, SERVICE, Dimension, Scope, TagFilter
from core.errors import Invalid
from pages.ui import cards, filters

PARAMETER = "in"
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
        name, _, value = text.rpartition("::") if "::" in text else text.partition(":")
        try:
            steps.append(Step(Dimension(name), None if value == NONE else value))
        except Invalid:
            continue
    return tuple(steps)


def go(steps: Sequence[Step]) -> None:
    """Go to this level and draw the screen again."""
    st.query_params[PARAMETER] = [
        f"{step.dimension.name}::{NONE if step.value is None else step.value}" for step in steps
    ]
    st.rerun()


def able(dimension: Dimension, value: str | None) -> bool:
    """Whether there is a level below this value."""
    if dimension in {SERVICE, ACCOUNT, REGION, RESOURCE}:
        return value is not None
    return dimension.tag is not None


def below(by: Dimension, steps: Sequence[Step]) -> Dimension:
    """What the level after these steps is cut by: a service after anything, a resource after a service."""
    if not steps:
        return by
    return RESOURCE if any(step.dimension == SERVICE for step in steps) else SERVICE


def narrowed(scope: Scope, steps: Sequence[Step]) -> Scope:
    """The scope inside these steps."""
    for step in steps:
        if step.dimension.tag:
            scope = replace(scope, tags=(*scope.tags, TagFilter(step.dimension.tag, (step.value,))))
        elif step.value is not None and step.dimension in {SERVICE, ACCOUNT, REGION}:
            field = {SERVICE: "services", ACCOUNT: "accounts", REGION: "regions"}[step.dimension]
            scope = replace(scope, **{field: (step.value,)})
    return scope


def chosen_resource(steps: Sequence[Step]) -> str | None:
    """The resource at the end of the path, if it got that far."""
    return next((step.value for step in steps if step.dimension == RESOURCE), None)


def crumbs(steps: Sequence[Step], names: Mapping[str, Mapping[str | None, str]]) -> None:
    """The way back up; nothing at the top."""
    if not steps:
        return
    words = [
        names.get(step.dimension.name, {}).get(
            step.value, step.value or f"no {filters.dimension(step.dimension.name)}"
        )
        for step in steps
    ]
    back = cards.crumbs(["All", *words])
    if back is not None:
        go(steps[:back])
