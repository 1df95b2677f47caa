"""Can I trust these numbers?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from core.access.roles import Permission
from core.connections import Connection, Freshness, Outcome
from core.money import total
from pages.ui import bill_loads, cards, connection_wizard, mail_state, page, states, tables
from pages.ui import format as fmt
from pages.ui.bill import overdue
from pages.ui.page import Screen
from services.usecases import connections, costs

EVERY = "3s"
NARROWEST = 320  # pixels of an account's card: one a row on a phone
COLOURS = {Outcome.COMPLETE: "green", Outcome.PARTIAL: "orange", Outcome.FAILED: "red", Outcome.NEVER: "blue"}
WORDS = {
    Outcome.COMPLETE: "complete",
    Outcome.PARTIAL: "partly unknown",
    Outcome.FAILED: "failed",
    Outcome.NEVER: "not yet",
}


def kinds(each: Connection) -> tuple[Freshness, ...]:
    """What is collected of an account."""
    return tuple(kind for kind in (each.inventory, each.metrics, each.bills) if kind is not None)


@dataclass(frozen=True)
class Bills:
    """Until when the bill is known, and which account's export brings it."""

    last_day: date | None
    payer: str


def headline(screen: Screen, known: Sequence[Connection]) -> Bills:
    """The answer: how much of it can be trusted."""
    whole = [each for each in known if each.status != "paused" and all(kind.whole for kind in kinds(each))]
    gaps = [gap for each in known for gap in each.gaps]
    bill = page.attempt(costs.freshness, screen.ctx, screen.user)
    late = bill.last_day if bill and bill.last_day and overdue(bill.last_day, screen.now.date()) else None
    cards.figures(
        [
            cards.Figure(
                "Accounts seen wholly and lately",
                f"{len(whole)} of {len(known)}",
                because=_because(known, screen.now, late),
            ),
            cards.Figure("Gaps", str(len(gaps)), because="Each is shown as unknown, never as zero"),
            cards.Figure(
                "The bill reaches to",
                fmt.day(bill.last_day) if bill and bill.last_day else fmt.UNKNOWN,
                because=f"loaded {fmt.ago(min(bill.loaded_at, screen.now), screen.now)}"
                if bill and bill.loaded_at
                else "No bill was loaded yet",
            ),
            cards.Figure(
                "Asking AWS cost this month",
                fmt.money(total(each.asking_usd for each in known), places=2),
                because=f"{fmt.count(sum(each.metrics_asked for each in known), 'metric')} asked of CloudWatch",
            ),
        ]
    )
    for failure in bill.failed if bill else ():
        st.warning(fmt.plain(f"A bill could not be loaded: {failure}"))
    payers = [each.account.name for each in known if each.bills is not None]
    return Bills(bill.last_day if bill else None, ", ".join(payers))


def _because(known: Sequence[Connection], now: datetime, late: date | None) -> str:
    """What keeps the others from being seen wholly and lately: something of them is missing, or it is only old.

    `late` is the newest day in the bill where newer ones should have come.
    """
    others = [kind for each in known if each.status != "paused" for kind in kinds(each) if not kind.whole]
    if any(kind.outcome is not Outcome.COMPLETE for kind in others):
        return "The others are below, with what is missing"
    if others:
        oldest = min((kind.at for kind in others if kind.at is not None), default=None)
        return f"Nothing is missing; not looked at since {fmt.when(oldest)}, {fmt.ago(oldest, now)}"
    if late is not None:
        return f"But no day of the bill after {fmt.day(late)} came"
    return "The others are paused" if any(each.status == "paused" for each in known) else "Nothing is missing"


@st.fragment(run_every=EVERY)
def running(screen: Screen) -> None:
    """What is collected right now; draws itself again while somebody looks."""
    now = page.again(screen)
    found = page.attempt(connections.progress, now.ctx, now.user) or ()
    for each in found:
        if each.state in {"waiting", "running"} and (each.requested_at or each.state == "running"):
            said = each.text or ("waits for the worker" if each.state == "waiting" else "runs")
            with st.container(border=True):
                st.markdown(
                    f"{states.badge(each.state, 'blue')} **{fmt.plain(fmt.sentence(fmt.words(each.job)))}** {fmt.plain(said)}"
                )
        elif each.state == "failed":
            with st.container(border=True):
                ended = f"failed {fmt.ago(each.ended_at, now.now)}; it is tried again by itself. {each.text}"
                st.markdown(
                    f"{states.badge('failed', 'red')} **{fmt.plain(fmt.sentence(fmt.words(each.job)))}** {fmt.plain(ended)}"
                )


def account(screen: Screen, each: Connection, bills: Bills, *, manage: bool) -> None:
    """One account: how fresh each kind of data is."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.markdown(
            f"**{fmt.plain(each.account.name)}** {states.state(each.status)}  \n:gray[{fmt.plain(each.account.id)}, {fmt.plain(', '.join(each.account.regions))}]",
            width="stretch",
        )
        if manage:
            _turn(screen, each)
    with st.container(gap="xsmall"):
        for kind in kinds(each):
            _fresh(kind, screen)
        if each.bills is None:
            _row("Bills", f"in the export of {bills.payer}" if bills.payer else "no export is connected", "")
    if each.bills is not None and bills.last_day is not None:
        since = " None of the days since has come." if overdue(bills.last_day, screen.now.date()) else ""
        states.note(f"The bill reaches to {fmt.day(bills.last_day)}.{since} Read from {_place(each)}.")
    if manage:
        connection_wizard.export_form(screen, each.account)


def _turn(screen: Screen, each: Connection) -> None:
    paused = each.status == "paused"
    asked = st.button(
        "Resume" if paused else "Pause",
        key=f"turn-{each.account.id}",
        type="tertiary",
        help="Collect again" if paused else "Collect nothing more; what was collected stays",
    )
    if not asked:
        return
    do = connections.resume if paused else connections.pause
    done = page.attempt(do, screen.ctx, screen.user, each.account.id)
    if done is not None:
        states.say(f"{each.account.name}: {done.status}.")


def _fresh(kind: Freshness, screen: Screen) -> None:
    """A kind of data: since when it is known, and how well."""
    old = f" {states.badge('stale', 'orange')}" if kind.stale else ""
    how = f"{states.badge(WORDS[kind.outcome], COLOURS[kind.outcome])}{old}"
    _row(fmt.sentence(kind.what), _since(kind, screen), how)
    if kind.detail and kind.outcome is not Outcome.COMPLETE:
        states.note(kind.detail)


def _row(name: str, said: str, badges: str) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.markdown(f"{fmt.plain(name)} :gray[{fmt.plain(said)}]", width="stretch")
        if badges:
            st.markdown(badges, width="content")


def _place(each: Connection) -> str:
    export = each.account.export
    return (
        f"s3://{'/'.join(part for part in (export.bucket, export.prefix, export.name) if part)}"
        if export
        else fmt.UNKNOWN
    )


def _since(kind: Freshness, screen: Screen) -> str:
    if kind.at is not None:
        return fmt.ago(kind.at, screen.now)
    return f"tried {fmt.ago(kind.tried_at, screen.now)}" if kind.tried_at else "never collected"


def gaps(known: Sequence[Connection]) -> None:
    """What could not be seen, and the permission that would mend it."""
    found = [(each.account.name, gap) for each in known for gap in each.gaps]
    if not found:
        return
    cards.heading("What is missing", "Grant the permission in that account's role, then collect again")
    tables.show(
        {
            "Permission to grant": [gap.permission or "none: see why" for _, gap in found],
            "Account": [fmt.clean(name) for name, _ in found],
            "Service": [gap.service for _, gap in found],
            "Region": [gap.region for _, gap in found],
            "Why": [fmt.clean(gap.reason) for _, gap in found],
        },
        {
            "Permission to grant": tables.text_column("Permission to grant", width=200),
            "Why": tables.text_column("Why", width=420),
        },
        alt="What could not be seen",
        key="gaps",
        placeholder="",
    )
    wanted = sorted({gap.permission for _, gap in found if gap.permission})
    if wanted:
        with st.expander("The permissions to add, ready to copy"):
            st.code(connection_wizard.statement(wanted), language="json")


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    known = page.need(connections.accounts, screen.ctx, screen.user)
    manage = screen.may(Permission.MANAGE_CONNECTIONS)
    if not known:
        states.empty(
            "No AWS account is connected yet",
            "It takes a role with a policy to copy, and a few minutes. Costs, resources and recommendations follow by themselves. "
            "A bill that you have as a file goes in at once: `./pioneer ingest FILE`.",
        )
        _offer(screen, manage=manage, collect=False)
        bill_loads.show(screen)
        return
    bills = headline(screen, known)
    _offer(screen, manage=manage, collect=True)
    running(screen)
    grid = st.grid(2, min_column_width=NARROWEST, border=True)
    for each in known:
        with grid.cell():
            account(screen, each, bills, manage=manage)
    gaps(known)
    mail_state.show(screen)
    bill_loads.show(screen)


def _offer(screen: Screen, *, manage: bool, collect: bool) -> None:
    """What can be done here, or who can."""
    if not manage:
        states.note(f"To add or change an account, ask one of: {page.able(Permission.MANAGE_CONNECTIONS)}.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Add an account", type="primary", key="add-account"):
            connection_wizard.open_dialog(screen)
        if collect and st.button("Collect now", key="collect-now") and page.attempt(_collect, screen):
            states.say("Asked. The worker begins at its next tick.")


def _collect(screen: Screen) -> bool:
    connections.collect_now(screen.ctx, screen.user)
    return True


main()
