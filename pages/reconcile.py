"""Do our totals tie to the invoices, and if not, why?"""

from collections.abc import Collection, Sequence
from datetime import date

import streamlit as st

from core.access.roles import Permission
from core.costs.neighbours import beside
from core.costs.reconcile import Explained, Reason, Row, State, said, unexplained
from core.costs.scope import CHARGE_CATEGORY, CostType
from core.costs.statement_scope import behind
from core.periods import month_of
from pages.ui import cards, filter_field, invoice_editor, kept, page, saved_views, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import reconcile
from services.usecases.reconcile import Reconciliation

SAID_ONCE = ("Currency", "Bill", "Theirs is")  # a note under the table where each row says the same
TIES = frozenset({State.EXACT, State.CENT})
COLOURS = {
    State.EXACT: "green",
    State.CENT: "green",
    State.EXPLAINED: "blue",
    State.OPEN: "blue",
    State.OFF: "red",
    State.NOTHING: "orange",
}


def words(row: Row) -> str:
    """How a month stands, with amounts to the cent."""
    return said(row, lambda amount: fmt.money(amount, row.statement.currency, 2))


def theirs(row: Row) -> str:
    """Where their amount comes from."""
    if row.statement.typed_by is None:
        return "its own files"
    return f"typed in: {row.statement.of}" if row.statement.of else "typed in"


def headline(rows: Sequence[Row]) -> None:
    """How many tie, and what is unexplained."""
    ties = [row for row in rows if row.state in TIES]
    off = [row for row in rows if row.state is State.OFF]
    typed = {row.statement.month for row in rows if row.statement.typed_by}
    cards.figures(
        [
            cards.Figure("Tie to the cent", f"{len(ties)} of {len(rows)}", because=_others(typed)),
            cards.Figure("Off and not explained", str(len(off)), because=_unexplained(off)),
            cards.Figure("Months with an invoice", str(len(typed)), because="typed in; the others are held against their own files"),
        ]
    )  # fmt: skip


def _others(typed: Collection[date]) -> str:
    """What ours is held against."""
    if not typed:
        return "ours against the bills' own files; no invoice was typed in yet"
    return f"ours against invoices of {fmt.count(len(typed), 'month')} and, else, the bills' own files"


def _unexplained(off: Sequence[Row]) -> str:
    sums = sorted(unexplained(off).items())
    return (
        ", ".join(fmt.money(amount, currency, 2) for currency, amount in sums) or "no difference is left open"
    )


def told(found: Reconciliation) -> tuple[Row, ...]:
    """The rows worth a line: that a bill ties to its own files goes without saying where an invoice of the month was typed in."""
    typed = {
        (row.statement.month, row.statement.currency)
        for row in found.rows
        if row.statement.typed_by and row.statement.whole
    }
    return tuple(
        row
        for row in found.rows
        if row.statement.typed_by
        or row.state not in TIES
        or row.rows_differ
        or (row.statement.month, row.statement.currency) not in typed
    )


def listing(rows: Sequence[Row]) -> Row | None:
    """A row for each month, and for each slice that was typed in; answers the chosen one."""
    columns = {
        "Month": [fmt.month(row.statement.month) for row in rows],
        "Residual": [float(round(row.residual, 2)) or 0.0 for row in rows],
        "How it stands": [words(row) for row in rows],
        "Ours": [fmt.pixel(row.ours) for row in rows],
        "Theirs": [fmt.pixel(row.statement.amount) for row in rows],
        "Currency": [row.statement.currency for row in rows],
        "Bill": [fmt.clean(row.statement.whose) for row in rows],
        "Theirs is": [fmt.clean(theirs(row)) for row in rows],
    }
    alike = {name: columns[name][0] for name in SAID_ONCE if len(set(columns[name])) == 1}
    picked = tables.show(
        {name: values for name, values in columns.items() if name not in alike},
        {
            "Month": tables.word_column("Month"),
            "Residual": tables.money_column("Residual"),
            "How it stands": tables.text_column("How it stands", width=260),
            "Bill": tables.text_column("Bill", width=170),
            "Ours": tables.money_column("Ours"),
            "Theirs": tables.money_column("Theirs"),
        },
        alt="Months against what others say of them",
        key="reconcile",
        select="single-row",
        rows=[
            (row.statement.id, row.statement.month, row.statement.whose, row.statement.currency)
            for row in rows
        ],
    )
    exact = {
        "Residual": [row.residual for row in rows],
        "Ours": [row.ours for row in rows],
        "Theirs": [row.statement.amount for row in rows],
        "Month": [row.statement.month for row in rows],
        "Unexplained": [row.unexplained for row in rows],
    }
    if alike:
        states.note(f"All: {'; '.join(f'{name.lower()} {said}' for name, said in alike.items())}.")
    tables.export(columns | exact, "reconcile.csv", key="reconcile-csv")
    return rows[picked[0]] if picked else None


def what_a_row_shows(rows: Sequence[Row]) -> str:
    """Why somebody would choose a row."""
    if all(row.state in TIES for row in rows):
        return "Every row ties. Choose one to see what ours is made of."
    return "Choose a row to see why ours is not theirs."


def detail(screen: Screen, found: Reconciliation, row: Row) -> None:
    """One month: the residual by reason, ours by kind of charge, and what is known of theirs."""
    statement, currency = row.statement, row.statement.currency
    with st.container(border=True):
        title = f"{fmt.month(statement.month)}, {statement.whose}"
        st.markdown(f"**{fmt.plain(title)}** {states.badge(row.state, COLOURS[row.state])}")
        states.note(fmt.sentence(words(row)) + ".")
        for each in beside(row, found.rows):
            states.note(
                f"As much stands in {fmt.month(each.month)} as {each.kind} ({fmt.money(each.amount, currency, 2)}): "
                f"the invoice may count it in {fmt.month(statement.month)}."
            )
        left, right = st.columns(2, gap="medium")
        with left:
            cards.heading("Why ours is not theirs" if row.residual else "Ours is theirs")
            reasons(row)
        with right:
            cards.heading("Ours by kind of charge")
            tables.show(
                {
                    "Kind": [fmt.sentence(kind) for kind in row.kinds],
                    f"Cost, {currency}": [fmt.pixel(amount) for amount in row.kinds.values()],
                },
                {f"Cost, {currency}": tables.money_column(f"Cost, {currency}")},
                alt="Ours by kind of charge",
                key="kinds",
            )
            exact = {
                "Kind": [fmt.sentence(kind) for kind in row.kinds],
                f"Cost, {currency}": [*row.kinds.values()],
            }
            tables.export(exact, "month-by-kind.csv", key="kinds-csv")
        notes(row)
        lines = behind(statement, found.services, found.payers)
        with st.container(horizontal=True, vertical_alignment="center"):
            filter_field.to_costs(
                "See the month in Costs",
                lines.filters,
                statement.cost,
                row.days or month_of(statement.month),
                currency=currency,
                by=CHARGE_CATEGORY,
                refunds=lines.refunds,
            )
            mine = statement.id is not None and screen.may(Permission.MANAGE_COSTS)
            if mine and st.button("Take this amount away", key="invoice-away", type="tertiary"):
                invoice_editor.take_away(screen, statement)
        for beyond in lines.beyond:
            states.note(beyond)


def _reason(part: Explained) -> str:
    if part.reason is Reason.SLICE:
        return f"Differs in {part.what}"
    if part.reason in {Reason.LEFT_OUT, Reason.OTHER_SOURCE}:
        return fmt.sentence(f"{part.what} {part.reason}")
    return fmt.sentence(f"{part.reason} ({part.what})")


def reasons(row: Row) -> None:
    """The residual's parts; they and what is unexplained add up to it."""
    currency = row.statement.currency
    lines = [(_reason(part), part.amount, "known" if part.sure else "likely") for part in row.parts]
    if row.unexplained:
        lines.append(("Unexplained", row.unexplained, "unknown"))
    lines.append(("Residual: ours less theirs", row.residual, ""))
    tables.show(
        {
            "Reason": [fmt.clean(what) for what, _, _ in lines],
            f"Amount, {currency}": [fmt.pixel(amount) for _, amount, _ in lines],
            "How sure": [sure for _, _, sure in lines],
        },
        {
            "Reason": tables.thing_column("Reason"),
            f"Amount, {currency}": tables.change_column(f"Amount, {currency}", places=4),
        },
        alt="The residual by reason",
        key="reasons",
    )
    exact = {
        "Reason": [fmt.clean(what) for what, _, _ in lines],
        f"Amount, {currency}": [amount for _, amount, _ in lines],
        "How sure": [sure for _, _, sure in lines],
    }
    tables.export(exact, "residual.csv", key="reasons-csv")


def notes(row: Row) -> None:
    """What else is known of both sides."""
    statement = row.statement
    if statement.typed_by:
        because = f" ({statement.note})" if statement.note else ""
        states.note(f"Typed in by {statement.typed_by}, {fmt.when(statement.typed_at)}{because}.")
    if row.missing:
        first = ", ".join(fmt.short_day(day) for day in row.missing[:5])
        more = f" and {len(row.missing) - 5} more" if len(row.missing) > 5 else ""  # noqa: PLR2004  as many as are named
        states.note(f"No lines for {fmt.count(len(row.missing), 'day')}: {first}{more}.")
    if row.others:
        apart = ", ".join(fmt.money(amount, currency, 2) for currency, amount in row.others)
        states.note(f"The same bill in other currencies, never added: {apart}.")
    if row.unknown:
        states.note(
            f"{fmt.count(row.unknown, 'line')} carry no {statement.cost} amount, so ours is not all of it."
        )


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    if screen.user.accounts is not None:
        states.empty(
            "You see some accounts only, and invoices are of whole bills",
            "Ask somebody who sees all accounts whether the months tie.",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cost = kept.select(
            "Cost",
            [CostType.BILLED, CostType.EFFECTIVE, CostType.CONTRACTED, CostType.LIST],
            "cost",
            format_func=fmt.sentence,
            width=150,
        )
        found = page.need(reconcile.statements, screen.ctx, screen.user, cost=CostType(cost))
        manages = screen.may(Permission.MANAGE_COSTS)
        if manages and st.button("Type in an invoice", type="primary", key="invoice-new"):
            invoice_editor.type_in(screen, found)
        months = sorted({row.statement.month for row in found.rows if row.rows}, reverse=True)
        if found.rows:
            invoice_editor.focus_menu(months)
            saved_views.menu(screen)
    if not manages:
        states.note(f"To type invoices in, ask one of: {page.able(Permission.MANAGE_COSTS)}.")
    if not found.rows:
        states.empty(
            "There is nothing to compare yet",
            "Take a bill in, then type in what its invoice says.",
        )
        st.page_link("pages/connections.py", label="Open Connections")
        return
    rows = told(found)
    headline(rows)
    chosen = listing(rows)
    if chosen is None:
        states.note(what_a_row_shows(rows))
    else:
        detail(screen, found, chosen)


main()
