"""The parameters of an action, asked for as its kind declares them: one form for every kind."""

import streamlit as st

from core.actions.catalog import DECLARATIONS
from core.actions.field import Field, Known, Sort
from core.actions.model import ActionKind
from core.inventory import Resource
from pages.ui import page
from pages.ui.page import Screen
from services.usecases import actions

NONE = "Nothing"


def given(screen: Screen, kind: ActionKind, resource: Resource) -> dict[str, object]:
    """Draw the form; answers the parameters as they are set now, those left out left out."""
    known = page.need(actions.known, screen.ctx, screen.user)
    found: dict[str, object] = {}
    for each in DECLARATIONS[kind].asks:
        if not each.applies(resource, found):
            continue
        value = _field(each, resource, known, found)
        if value is not None:
            found[each.name] = value
    return found


def _field(field: Field, resource: Resource, known: Known, before: dict[str, object]) -> object:
    key = f"set-{field.name}"
    if field.sort is Sort.FLAG:
        return st.checkbox(field.title, key=key, help=field.hint or None) or None
    now = field.now(resource, before)
    title = f"{field.title}, {field.unit}" if field.unit else field.title
    if field.sort is Sort.NUMBER:
        # what was typed for one type is nothing for another
        decided = "-".join(str(value) for value in before.values() if isinstance(value, str))
        return st.number_input(
            title,
            min_value=field.least,
            value=now if isinstance(now, int) else None,
            step=1,
            key=f"{key}-{decided}",
            help=field.hint or None,
            placeholder="As its type has it" if field.hint else "Left as it is",
        )
    choices = list(field.choices(resource, known))
    if not choices:
        st.caption(f"{title}: nothing to choose from is known.")
        return None
    options = [None, *choices] if field.optional else choices
    return st.selectbox(
        title,
        options,
        index=options.index(now) if now in options else 0,
        format_func=lambda value: NONE if value is None else field.say(value, known),
        key=key,
        help=field.hint or None,
    )
