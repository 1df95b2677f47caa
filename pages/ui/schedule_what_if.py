"""What if: the last 30 days replayed against how things were used, for a schedule and a tag that can be chosen."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import streamlit as st

from core.costs.members import is_grouped
from core.inventory import Kind
from core.periods import Period
from core.schedules.model import ScheduleDefinition
from core.schedules.selector import Selector
from core.schedules.use import GROUPS, TASKS, USES
from core.schedules.what_if import Replay, WhatIf
from pages.ui import cards, filter_field, names, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import resources
from services.usecases import what_if as replays
from services.usecases.schedules import ScheduleView

USUAL_TAGS = ("schedule", "environment", "env")
HUNDRED = Decimal(100)
REPLAYED = (*USES, Kind.DATABASE_CLUSTER)
IN_USE = f"{USES[Kind.INSTANCE].words}, of a database or warehouse {USES[Kind.DATABASE].words}"
GROUPED = (
    f"A group or node group is in use {GROUPS.words}, a service {TASKS.words}; in each hour it costs what all its instances or "
    "tasks of that hour did, so where few ran at night, little would have been saved."
)


@st.fragment
def show(screen: Screen, views: Sequence[ScheduleView]) -> None:
    """The choice, and the answer once it is asked for."""
    now = page.again(screen)
    cards.heading(
        "What if",
        "The last 30 days replayed against how things were used and what they cost",
    )
    choices = page.lately(now, resources.choices, REPLAYED)
    if choices is None or not choices.tags:
        states.note("Nothing that can be replayed carries a tag yet, so there is nothing to choose from.")
        return
    known = {view.schedule.id: view for view in views}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = known[
            st.selectbox(
                "Had this schedule",
                list(known),
                format_func=lambda each: fmt.clean(known[each].schedule.name),
                key="what-if-schedule",
                width=260,
            )
        ]
        keys = list(choices.tags)
        usual = next((keys.index(each) for each in _usual(chosen) if each in choices.tags), 0)
        key = st.selectbox(
            "switched the tag", keys, usual, format_func=fmt.clean, key="what-if-tag", width=200
        )
        value = st.selectbox(
            "with the value", list(choices.tags[key]), format_func=fmt.clean, key="what-if-value", width=200
        )
        asked = st.button("Replay 30 days", key="what-if-go")
    if not asked:
        return
    selector = Selector(tag=(key, value), kinds=REPLAYED)
    found = page.attempt(replays.what_if, now.ctx, now.user, chosen.schedule.definition, selector)
    if found is not None:
        _absent(chosen.schedule.definition, found)
        _told(now, found)


def _absent(definition: ScheduleDefinition, found: WhatIf) -> None:
    """That the schedule does not hold on some of these days, which then save nothing, or on none of them."""
    days = (found.end - found.start).days
    why = [definition.absent_on((found.start + timedelta(days=day)).date()) for day in range(days)]
    missing = [each for each in why if each]
    if missing:
        of = "none" if len(missing) == days else f"only {days - len(missing)}"
        st.warning(
            fmt.plain(
                f"The schedule is {missing[-1]}: it holds on {of} of the {days} days replayed, and on the others it saves nothing. "
                "Edit its first and last day to replay it on all of them."
            )
        )


def _usual(view: ScheduleView) -> Sequence[str]:
    """The tags to begin with: what the schedule is attached to, then those that often say what may be off."""
    attached = [each.selector.tag[0] for each in view.attachments if each.selector.tag is not None]
    return (*attached, *USUAL_TAGS)


def _told(screen: Screen, found: WhatIf) -> None:
    if not found.replays:
        states.note("Nothing that you see and that can be replayed carries it.")
        return
    places = 0 if (found.saved or 0) >= HUNDRED else 2
    saved = fmt.money(found.saved, found.currency, places)
    of = fmt.money(found.cost, found.currency, places)
    cards.figures(
        [
            cards.Figure(
                "Would have been off",
                f"{found.spared:,.0f} h",
                because=f"of {found.seen:,.0f} hours that {fmt.count(len(found.replays), 'resource')} ran",
            ),
            cards.Figure("Would have been saved", saved, because=f"of {of} for hours no commitment had paid"),
            cards.Figure(
                "In use while off",
                "unknown" if found.unmeasured == len(found.replays) else f"{found.in_use:,.0f} h",
                because=missed(found),
            ),
        ]
    )
    states.note(
        f"{fmt.span_of(found.start.date(), found.end.date())}. An hour is in use {IN_USE}. "
        "What was off anyway saves nothing, and storage costs on. An Aurora cluster is told as its instances."
    )
    if any(is_grouped(each.resource_id) for each in found.replays):
        states.note(GROUPED)
    if found.unpriced:
        states.note(
            f"{fmt.count(found.unpriced, 'resource')} not on the bill in {found.currency or 'any currency'}: the money leaves them out."
        )
    if found.priced:
        days = Period(found.start.date(), found.end.date())
        filter_field.to_costs_of("What they cost in these days", found.billed, days, currency=found.currency)
    _table(screen, found)


def missed(found: WhatIf) -> str:
    """Whether somebody would have missed the hours off; of what was never measured nobody can tell."""
    if found.unmeasured:
        others = "Somebody would have missed them; of" if found.in_use else "Of"
        return f"{others} {fmt.count(found.unmeasured, 'resource')} it was not measured"
    return "Somebody would have missed them" if found.in_use else "Nobody would have missed them"


def _table(screen: Screen, found: WhatIf) -> None:
    called = names.of(screen, [each.resource_id for each in found.replays])
    rows = sorted(found.replays, key=lambda each: (-(each.saved or 0), -each.spared, each.resource_id))
    money = f"Saved, {found.currency}" if found.currency else "Saved"
    columns: dict[str, Sequence[object]] = {
        "Resource": [fmt.clean(called.get(each.resource_id, each.resource_id)) for each in rows],
        money: [fmt.pixel(_in(each, found)) for each in rows],
        "Off, hours": [float(each.spared) for each in rows],
        "In use while off, hours": [None if each.in_use is None else float(each.in_use) for each in rows],
        "Ran, hours": [float(each.seen) for each in rows],
    }
    config = {
        "Resource": tables.thing_column("Resource"),
        money: tables.money_column(money),
        "Off, hours": tables.number_column("Off, hours"),
        "In use while off, hours": tables.number_column("In use while off, hours", width=160),
        "Ran, hours": tables.number_column("Ran, hours"),
    }
    tables.show(columns, config, alt="What if, by resource", key="what-if-table", tallest=10)
    exact = columns | {money: [_in(each, found) for each in rows]}
    tables.export(exact, "what-if.csv", key="what-if-csv")


def _in(each: Replay, found: WhatIf) -> Decimal | None:
    return each.saved if each.currency == found.currency else None
