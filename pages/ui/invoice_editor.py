"""The dialogs that type an invoice in and take it away, and the links to the bill's lines as a FOCUS file."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from core.costs.statements import Kind, Statement, amount_of
from core.periods import month_back
from pages.ui import dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import reconcile
from services.usecases.reconcile import Reconciliation

MONTHS = 36
ALL = ""
FILES = {"csv.gz": "CSV, gzipped", "parquet": "Parquet", "csv": "CSV"}


@st.dialog("What does the invoice say?", width="medium")
def type_in(screen: Screen, found: Reconciliation) -> None:
    """Ask for a month's total, of one bill or of all, whole or of a service or kind of charge."""
    now = page.again(screen)
    left, right = st.columns(2)
    months = [month_back(now.now.date(), back) for back in range(MONTHS)]
    month = left.selectbox("Billing month", months, index=1, format_func=fmt.month, key="invoice-month")
    amount = right.text_input("Amount", key="invoice-amount", placeholder="1,234.56", max_chars=60)
    currencies = list(found.currencies) or ["USD"]
    usual = currencies.index("USD") if "USD" in currencies else 0
    currency = left.selectbox(
        "Currency", currencies, index=usual, key="invoice-currency", accept_new_options=True
    )
    bills = [ALL, *dict.fromkeys((*found.payers, *found.sources))]
    bill = right.selectbox(
        "Of which bill",
        bills,
        index=1 if len(found.payers) == 1 else 0,
        format_func=lambda each: fmt.clean(each) if each else "All bills together",
        key="invoice-bill",
    )
    service = left.selectbox(
        "Service",
        [ALL, *found.services],
        format_func=lambda each: fmt.clean(each) or "The whole bill",
        key="invoice-service",
    )
    kind = right.selectbox(
        "Kind of charge",
        [ALL, *Kind],
        format_func=lambda each: fmt.sentence(each) if each else "All",
        key="invoice-kind",
    )
    note = st.text_input(
        "Note", key="invoice-note", max_chars=200, placeholder="Invoice number, or where it was read"
    )
    states.note(
        f"It is compared with {found.cost} cost. The same month, bill and part again replaces what was typed before."
    )
    if not dialog.decided("Keep", "invoice-keep"):
        return
    read = page.attempt(amount_of, amount)
    if read is None:
        return
    kept = page.attempt(
        reconcile.type_in,
        now.ctx,
        now.user,
        month,
        read,
        currency=currency or "USD",
        cost=found.cost,
        source=bill if bill and bill not in found.payers else None,
        payer=bill if bill in found.payers else None,
        service=service or None,
        kind=Kind(kind) if kind else None,
        note=note.strip(),
    )
    if kept is not None:
        states.say(f"Kept: {fmt.month(kept.month)}, {fmt.money(kept.amount, kept.currency, 2)}.")


@st.dialog("Take this amount away?")
def take_away(screen: Screen, statement: Statement) -> None:
    """Ask before what was typed goes."""
    now = page.again(screen)
    said = f"{fmt.month(statement.month)}, {statement.whose}: {fmt.money(statement.amount, statement.currency, 2)}"
    st.markdown(
        f"{fmt.plain(said)}, typed in by {fmt.plain(statement.typed_by or '')}. The bill stays as it is."
    )
    if dialog.decided("Take away", "invoice-remove"):
        page.need(_removed, now, statement)
        states.say("Taken away.")


def _removed(screen: Screen, statement: Statement) -> bool:
    if statement.id is not None:
        reconcile.remove(screen.ctx, screen.user, statement.id)
    return True


def focus_menu(months: Sequence[date]) -> None:
    """Links that save the bill's lines as a FOCUS 1.2 file: the server writes it and the browser takes it, however large it is."""
    with st.popover(
        "FOCUS file",
        icon=":material/download:",
        key="focus-menu",
        help="All lines, every column of FOCUS 1.2",
    ):
        month = st.selectbox(
            "Billing month",
            [None, *months],
            index=1 if months else 0,
            format_func=lambda each: fmt.month(each) if each else "All there are",
            key="focus-month",
        )
        for ending, called in FILES.items():
            asked = {"format": ending} | ({"month": f"{month:%Y-%m}"} if month else {})
            st.link_button(
                called, f"/api/costs/focus?{urlencode(asked)}", width="stretch", key=f"focus-{ending}"
            )
        states.note(
            "For programs: texts are as the bill has them. Any number of lines; a large file takes a while to begin."
        )
