"""Did it save what we were promised?"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import streamlit as st

from core.access.roles import Permission
from core.ledger.entry import Proof, Standing, TrackRecord
from core.recommendations.catalog import catalog
from pages.ui import cards, names, page, saving_chart, saving_detail, schedule_savings, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import savings
from services.usecases.savings import Ledger

MEANT = (
    "Proven: the bill shows it. Undone since: it saved, and then the cost was there again. Not proven: too small to tell from "
    "the ups and downs of the cost; it counts as nothing. Too early: fewer full days on the bill than it takes. Not on the "
    "bill: the bill does not name the resource. Taken back: undone here before the bill could tell."
)
PROMISED, REALISED = "Promised, USD", "Realised, USD"


def _how_sure(book: Ledger) -> str:
    until = f"proven by the bill before {fmt.short_day(book.until)}" if book.until else "proven by the bill"
    low, high = fmt.money(book.low), fmt.money(book.high)
    return until if low == high else f"{until}; in nine of ten cases it is {low} to {high}"


def by_how_many(book: Ledger) -> str:
    """How many changes still promise to save, and how many of those no bill could judge yet."""
    waiting = f"; {book.waiting} of them not judged yet" if book.waiting else ""
    return f"by {fmt.count(book.holding, 'change')}{waiting}"


def by_the_bill(row: Standing) -> str:
    """How far the bill proves it, in a word; what we took back before it could is not waited for."""
    proof = row.result.proof if row.result else Proof.WAITING
    taken_back = proof is Proof.WAITING and row.entry.ended_at is not None
    return "Taken back" if taken_back else saving_detail.WORDS[proof]


def headline(book: Ledger) -> None:
    """The answer: what came of it, by the bill."""
    judged = [row for row in book.rows if row.result is not None]
    undone = sum(row.result is not None and row.result.proof is Proof.UNDONE for row in book.rows)
    ratio = book.saved / book.promised if book.promised else None
    cards.figures(
        [
            cards.Figure(
                "Realised",
                fmt.money(book.saved),
                because=_how_sure(book) if judged else "nothing was held against the bill yet",
                hint="What each day would have cost, normalised for use and price, less what it cost. What the bill does not prove counts as nothing.",
            ),
            cards.Figure(
                "Of what was promised",
                fmt.percent(ratio * 100 if ratio is not None else None, 0),
                because=f"of {fmt.money(book.promised)} promised for the same days",
            ),
            cards.Figure(
                "Still promised a month",
                fmt.money(book.monthly),
                because=by_how_many(book),
            ),
            cards.Figure(
                saving_detail.WORDS[Proof.UNDONE],
                f"{undone:,} of {len(book.rows):,}",
                because="changes that saved at first: open one to see until when" if undone else "changes",
                hint="Changes that saved, until the bill showed the old cost again: somebody changed them back.",
            ),
        ]
    )


def listed(book: Ledger, accounts: Mapping[str, str]) -> None:
    """Every entry, newest first; a chosen row opens."""
    rows = book.rows
    columns = {
        "Resource": [fmt.clean(row.entry.resource_name or row.entry.resource_id) for row in rows],
        REALISED: [fmt.pixel(row.result.counted if row.result and row.judged else None) for row in rows],
        PROMISED: [fmt.pixel(row.promised if row.judged else None) for row in rows],
        "By the bill": [by_the_bill(row) for row in rows],
        "What was done": [fmt.clean(row.entry.title) for row in rows],
        "Days": [row.days for row in rows],
        "Done": [row.entry.applied_at for row in rows],
        "Account": [fmt.clean(accounts.get(row.entry.account_id, row.entry.account_id)) for row in rows],
        "By": [fmt.clean(row.entry.applied_by) for row in rows],
    }
    picked = tables.show(
        {name: values for name, values in columns.items() if name != "By"},
        {
            "Resource": tables.text_column("Resource", width=130),
            "What was done": tables.text_column("What was done", width=366),
            "By the bill": tables.text_column("By the bill", width=100, hint=MEANT),
            PROMISED: tables.money_column(PROMISED, hint="For the days judged", width=106),
            REALISED: tables.money_column(REALISED, hint="On those days, by the bill", width=104),
            "Days": tables.number_column("Days", width=50, hint="Full days on the bill since"),
            "Done": st.column_config.DatetimeColumn("Done", format="D MMM YYYY", timezone="UTC", width=94),
            "Account": tables.text_column("Account", width=104),
        },
        alt="What was done to save, newest first",
        key="savings-table",
        select="single-row",
        rows=[row.entry.id for row in rows],
    )
    tables.export(
        columns
        | {
            PROMISED: [row.promised if row.judged else None for row in rows],
            REALISED: [row.result.counted if row.result and row.judged else None for row in rows],
            "Low": [row.result.low if row.result and row.judged else None for row in rows],
            "High": [row.result.high if row.result and row.judged else None for row in rows],
            "Why": [row.result.why if row.result else "" for row in rows],
            "Id": [row.entry.resource_id for row in rows],
        },
        "savings.csv",
        key="savings-csv",
    )
    if picked:
        st.query_params["saving"] = str(rows[picked[0]].entry.id)
        st.rerun()


def record_of_rules(records: Sequence[TrackRecord]) -> None:
    """How far each rule's promises came true."""
    judged = [each for each in records if each.ratio is not None]
    if not judged:
        return
    cards.heading("How far promises come true", "Realised of promised, by the rule that found it")
    known = catalog()
    titles = [known[each.rule].title if each.rule in known else fmt.words(each.rule) for each in judged]
    columns: dict[str, list[object]] = {
        "Rule": [*titles],
        "Kept": [float((each.ratio or Decimal(0)) * 100) for each in judged],
        "Judged": [each.judged for each in judged],
        PROMISED: [fmt.pixel(each.promised) for each in judged],
        REALISED: [fmt.pixel(each.realised) for each in judged],
    }
    tables.show(
        columns,
        {
            "Rule": tables.text_column("Rule", width=280),
            "Kept": tables.percent_column("Kept", places=0, hint="Realised of promised"),
            "Judged": tables.number_column("Judged", width=72, hint="Changes that the bill could judge"),
            PROMISED: tables.money_column(PROMISED),
            REALISED: tables.money_column(REALISED),
        },
        alt="Rules: promises kept",
        key="track-records",
    )
    exact = columns | {
        "Kept": [(each.ratio or Decimal(0)) * 100 for each in judged],
        PROMISED: [each.promised for each in judged],
        REALISED: [each.realised for each in judged],
    }
    tables.export(exact, "promises-kept.csv", key="track-records-csv")


def overall(screen: Screen) -> None:
    """The list."""
    book = page.need(savings.listing, screen.ctx, screen.user)
    may = screen.may(Permission.JUDGE_RECOMMENDATIONS)
    if not book.rows:
        states.empty(
            "Nothing was done to save yet",
            "Apply a recommendation: from the next days' bill on you see here what it really saved.",
        )
        st.page_link("pages/recommendations.py", label="Open Recommendations")
    else:
        headline(book)
        saving_chart.growing(book, "savings-growing")
    if may and st.button("Note something done elsewhere", key="tell-saving"):
        saving_detail.tell(screen)
    if book.rows:
        listed(book, names.accounts(screen))
        states.note("US dollars. Choose a row to see each day, and what it was held against.")
        record_of_rules(tuple(book.records.values()))
    schedule_savings.show(screen)


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    wanted = st.query_params.get("saving")
    if wanted is None:
        overall(screen)
        return
    if st.button("← All savings", key="back", type="tertiary"):
        del st.query_params["saving"]
        st.rerun()
    try:
        identity = UUID(wanted)
    except ValueError:
        states.empty("There is no such saving", "The link may be cut off.")
        return
    saving_detail.show(screen, identity)


main()
