"""What was taken in as bills: what is under way, what was left out, and what each load changed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter

import streamlit as st

from core.costs.load import BILLED, LoadRecord, LoadReport, Outcome, Quarantined, Run
from pages.ui import cards, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import bill_reports

EVERY = "3s"
COLOURS = {
    Outcome.LOADED: "green",
    Outcome.REPLACED: "blue",
    Outcome.FAILED: "red",
    Outcome.UNCHANGED: "gray",
}


def show(screen: Screen) -> None:
    """The part of the connections screen about bills."""
    under_way(screen)
    for run in page.attempt(bill_reports.runs, screen.ctx, screen.user, limit=5) or ():
        refused(run, screen)
    found = page.attempt(bill_reports.history, screen.ctx, screen.user) or ()
    if not found:
        return
    sources = [fmt.clean(each.source) for each in found]
    several = len(set(sources)) > 1
    where = "" if several else f". All are from {sources[0]}"
    cards.heading("Bills taken in", f"Choose one to see what it changed{where}")
    chosen = tables.show(
        {
            "Month": [fmt.month(each.month) for each in found],
            "Billed": [_by_currency(_billed(each)) for each in found],
            "Change": [_changed(each) for each in found],
            "Outcome": [each.outcome.value for each in found],
            "Rows": [each.report.rows if each.report else None for each in found],
            "When": [each.settled_at or each.started_at for each in found],
            **({"Bill": sources} if several else {}),
        },
        {
            "Month": tables.word_column("Month"),
            "Billed": tables.amount_words_column("Billed", width=112),
            "Change": tables.amount_words_column("Change", width=112),
            "Bill": tables.text_column("Bill", width=300),
            "Outcome": tables.word_column("Outcome"),
            "Rows": tables.number_column("Rows"),
            "When": tables.time_column("When, UTC"),
        },
        alt="Bills taken in, newest first",
        key="bill-loads",
        placeholder=fmt.UNKNOWN,
        select="single-row",
        rows=[each.id for each in found],
    )
    tables.export(_saved(found), "bills.csv", key="bill-loads-csv")
    for place in chosen:
        detail(found[place])
        st.page_link("pages/reconcile.py", label="Hold the month against its invoice, and see its lines")


@st.fragment(run_every=EVERY)
def under_way(screen: Screen) -> None:
    """What is being read right now; draws itself again while somebody looks."""
    now = page.again(screen)
    for run in page.attempt(bill_reports.under_way, now.ctx, now.user) or ():
        with st.container(border=True):
            said = run.said or "waits for the first file"
            st.markdown(
                f"{states.badge('loading', 'blue')} **{fmt.plain(run.what)}** {fmt.plain(said)} :gray[begun {fmt.ago(min(run.started_at, now.now), now.now)}]"
            )
            if run.part is not None:
                st.progress(min(1.0, max(0.0, run.part)))


def refused(run: Run, screen: Screen) -> None:
    """Files that did not go in, or not all of them."""
    with st.container(border=True):
        word = "left out in part" if run.state == "partly" else "not taken in"
        st.markdown(
            f"{states.badge(word, 'orange' if run.state == 'partly' else 'red')} **{fmt.plain(run.what)}** "
            f":gray[{fmt.ago(run.ended_at, screen.now)}]"
        )
        rest = run.message
        for each in run.quarantined:
            rest = rest.replace(each.reason, "")
        if rest.strip():
            st.markdown(fmt.plain(rest.strip()))
        quarantined(run.quarantined)


def quarantined(files: Sequence[Quarantined]) -> None:
    """Each file that could not be used, with the reason and what is known of its months."""
    for each in files:
        months = ", ".join(
            f"{_called(month)} of {source}" for source, month in sorted(each.months, key=itemgetter(1, 0))
        )
        known = f"It has lines of {months}." if months else "Which months it has lines of is unknown."
        reason = each.reason if each.reason.startswith(each.name) else f"{each.name}: {each.reason}"
        states.note(f"{reason} {known}")


def detail(record: LoadRecord) -> None:
    """One load: what changed and why, what was kept aside or rounded, what was left out."""
    with st.container(border=True):
        outcome = states.badge(record.outcome.value, COLOURS[record.outcome])
        st.markdown(f"{outcome} **{fmt.plain(fmt.month(record.month))}** {fmt.plain(record.source)}")
        if record.message:
            st.markdown(fmt.plain(record.message))
        if record.report is None:
            states.note("No report is kept of this load, or it is of accounts that you may not see.")
        else:
            reported(record.report)
        if record.run is not None:
            quarantined(record.run.quarantined)


def reported(report: LoadReport) -> None:
    """A load's report in words and one table."""
    if report.listed_rows is not None:
        states.note(f"The manifest promised {report.listed_rows:,} rows; {report.rows:,} were read.")
    if report.before is not None:
        moved = _by_currency(report.difference.get(BILLED, {}), sign=True) or "no amount"
        states.note(f"The version before had {report.before_rows or 0:,} rows. Billed changed by {moved}.")
    if report.changes:
        tables.show(
            {
                "Why": [each.reason for each in report.changes],
                "Charge": [each.category for each in report.changes],
                "Service": [fmt.clean(each.service) for each in report.changes],
                "Lines": [each.lines for each in report.changes],
                "Billed": [_signed(each.amounts.get(BILLED), each.currency) for each in report.changes],
                "Effective": [
                    _signed(each.amounts.get("EffectiveCost"), each.currency) for each in report.changes
                ],
            },
            {"Lines": tables.number_column("Lines")},
            alt="What this version changed",
            key="bill-changes",
            placeholder="all others",
        )
        changes = {
            "Why": [each.reason for each in report.changes],
            "Charge": [each.category for each in report.changes],
            "Service": [fmt.clean(each.service) for each in report.changes],
            "Lines": [each.lines for each in report.changes],
            "Currency": [each.currency for each in report.changes],
            "Billed": [each.amounts.get(BILLED) for each in report.changes],
            "Effective": [each.amounts.get("EffectiveCost") for each in report.changes],
        }
        tables.export(changes, "bill-changes.csv", key="bill-changes-csv")
    if report.unknown_columns:
        states.note(f"Kept aside in x_Other: {', '.join(report.unknown_columns)}.")
    if report.rounded:
        states.note(f"{report.rounded:,} floating-point values were rounded at the twentieth place.")
    for note in report.notes:
        states.note(note)


def _saved(found: Sequence[LoadRecord]) -> dict[str, list[object]]:
    """Every load as a row of a file, with a column of amounts for each currency, to the last digit."""
    currencies = sorted({name for each in found for name in (*_billed(each), *_change(each))})
    amounts: dict[str, list[object]] = {}
    for name in currencies:
        amounts[f"Billed, {name}"] = [_billed(each).get(name) for each in found]
        amounts[f"Change, {name}"] = [_change(each).get(name) for each in found]
    return {
        "Month": [each.month for each in found],
        "Bill": [fmt.clean(each.source) for each in found],
        **amounts,
        "Outcome": [each.outcome.value for each in found],
        "Rows": [each.report.rows if each.report else None for each in found],
        "When": [each.settled_at or each.started_at for each in found],
    }


def _billed(record: LoadRecord) -> dict[str, Decimal]:
    return dict(record.report.totals.get(BILLED, {})) if record.report else {}


def _change(record: LoadRecord) -> dict[str, Decimal]:
    return record.report.difference.get(BILLED, {}) if record.report else {}


def _changed(record: LoadRecord) -> str | None:
    """What it changed; the first version of a month changed nothing."""
    first = record.outcome is Outcome.LOADED and record.report is not None and record.report.before is None
    return "first" if first else _by_currency(_change(record), sign=True)


def _by_currency(amounts: dict[str, Decimal], *, sign: bool = False) -> str | None:
    """Amounts of several currencies stand side by side; they are never added."""
    said = fmt.change if sign else fmt.money
    return ", ".join(said(amount, currency, 2) for currency, amount in sorted(amounts.items())) or None


def _signed(amount: Decimal | None, currency: str) -> str | None:
    return None if amount is None else fmt.change(amount, currency, 2)


def _called(month: str) -> str:
    """A billing month, `2026-11`, as people read it."""
    return fmt.month(date.fromisoformat(f"{month}-01"))
