"""One saving: its days against what they would have cost, how far the bill proves it, and the same change as the bill explains it."""

from datetime import timedelta
from uuid import UUID

import streamlit as st

from core.costs.members import is_grouped
from core.costs.samples import number
from core.costs.scope import RESOURCE, CostType, Filter, Match
from core.ledger.entry import Entry, Proof
from core.periods import Period
from core.recommendations.lever import Lever
from pages.ui import cards, filter_field, names, page, saving_chart, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import savings
from services.usecases.savings import EntryDetail

BADGES = {
    Proof.PROVEN: "green",
    Proof.UNDONE: "red",
    Proof.UNPROVEN: "orange",
    Proof.WAITING: "gray",
    Proof.UNKNOWN: "gray",
}
WORDS = {
    Proof.PROVEN: "Proven",
    Proof.UNDONE: "Undone since",
    Proof.UNPROVEN: "Not proven",
    Proof.WAITING: "Too early",
    Proof.UNKNOWN: "Not on the bill",
}
"""How far the bill proves a saving, in few words."""
TOLD = {
    Lever.REMOVE: "Stopped or deleted it",
    Lever.SCHEDULE: "Switched it off at times",
    Lever.SIZE: "Made it smaller, or another type",
    Lever.STORAGE: "Changed how it stores",
    Lever.TRAFFIC: "Sent traffic another way",
}


def show(screen: Screen, entry_id: UUID) -> None:
    """The page of one saving."""
    detail = page.need(savings.one, screen.ctx, screen.user, entry_id)
    entry, result = detail.standing.entry, detail.standing.result
    st.subheader(
        f"{fmt.plain(entry.title)}: {fmt.plain(entry.resource_name or entry.resource_id)}", anchor=False
    )
    proof = result.proof if result else Proof.WAITING
    st.markdown(states.badge(WORDS[proof], BADGES[proof]))
    _figures(screen, detail)
    if result is not None:
        st.markdown(fmt.plain(result.why))
    if detail.days:
        cards.heading("Each day since", "US dollars, full days of the bill")
        saving_chart.against(detail.days, "saving-days")
        _explained(detail)
    if result is not None and result.normalised:
        with st.expander("What it is held against"):
            cards.facts([(meter or "All", fmt.sentence(words)) for meter, words in result.normalised.items()])
    with st.container(horizontal=True):
        done = entry.applied_at.date()
        seen = max((each.day for each in detail.days), default=done)
        until = max(seen, done + timedelta(days=detail.window)) + timedelta(days=1)
        days = Period(done - timedelta(days=detail.window), until)
        if is_grouped(entry.resource_id):
            filter_field.to_costs_of("See the bill of its members", detail.billed, days, currency="USD")
        else:
            only = (Filter(RESOURCE, Match.IS, entry.resource_id),)
            filter_field.to_costs("See the bill behind it", only, CostType.EFFECTIVE, days, currency="USD")
        if entry.finding_id:
            st.page_link(
                "pages/recommendations.py",
                label="Open the recommendation",
                query_params={"finding": str(entry.finding_id)},
            )
        st.page_link(
            "pages/resources.py", label="Open the resource", query_params={"resource": entry.resource_id}
        )


def _figures(screen: Screen, detail: EntryDetail) -> None:
    entry, result = detail.standing.entry, detail.standing.result
    account = names.accounts(screen).get(entry.account_id, entry.account_id)
    spread = "; not judged yet"
    if result and detail.days:
        low, high = fmt.money(result.low, places=2), fmt.money(result.high, places=2)
        spread = "" if low == high else f"; between {low} and {high} in nine of ten cases"
    cards.figures(
        [
            cards.Figure(
                "Realised",
                fmt.money(result.counted if result else None, places=2),
                because=f"in {fmt.count(len(detail.days), 'day')}{spread}",
            ),
            cards.Figure(
                "Promised",
                fmt.money(detail.standing.promised, places=2),
                because=f"for those days; {fmt.money(entry.promised, places=2)} a month",
            ),
            cards.Figure(
                "Done",
                fmt.day(entry.applied_at.date()),
                because=f"by {entry.applied_by}, in {account}",
            ),
        ]
    )


def _explained(detail: EntryDetail) -> None:
    """The same as the bill tells it, adding up."""
    days = fmt.count(detail.window, "day")
    cards.heading("As the bill tells it", f"{days} before, and the first {days} after")
    cards.facts(
        [
            ("Cost before", fmt.money(detail.before, places=2)),
            ("Cost after", fmt.money(detail.after, places=2)),
            ("It changed by", fmt.change(detail.change, places=2)),
            ("Of that, this saving", fmt.change(-detail.saved, places=2)),
            ("Of that, other use or prices", fmt.change(detail.otherwise, places=2)),
        ]
    )


@st.dialog("Note something done elsewhere", width="medium")
def tell(screen: Screen) -> None:
    """What was done, to which resource, when: the bill then proves it."""
    now = page.again(screen)
    st.markdown("The bill is held against the weeks before that day, as for everything done here.")
    resource = st.text_input(
        "Resource id", key="tell-resource", placeholder="i-0123456789abcdef0", max_chars=300
    )
    lever = st.selectbox("What was done", list(TOLD), format_func=TOLD.__getitem__, key="tell-lever")
    title = st.text_input("In your words", key="tell-title", max_chars=200)
    left, right = st.columns(2)
    day = left.date_input("On", now.now.date() - timedelta(days=7), key="tell-day")
    usd = right.text_input("Was to save a month, USD", key="tell-usd", placeholder="120")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="tell-cancel"):
            st.rerun()
        said_yes = st.button("Note it", type="primary", key="tell-go")
    if not said_yes:
        return
    made = page.attempt(_told, now, resource, lever, day, usd, title)
    if made is not None:
        states.say("Noted. It is held against the bill with the next check, within hours.")


def _told(now: Screen, resource: str, lever: Lever, day: object, usd: str, title: str) -> Entry:
    return savings.tell(now.ctx, now.user, resource.strip(), lever, day, number(usd), title)  # type: ignore[arg-type]  # Streamlit types its dates loosely
