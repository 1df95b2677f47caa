"""What should I do first?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import ceil
from uuid import UUID

import streamlit as st

from core.money import ZERO
from core.recommendations.catalog import catalog
from core.recommendations.finding import Effort, FindingState, Risk
from core.recommendations.portfolio import Plan
from core.recommendations.selection import FindingFilter, FindingPage, RuleCoverage
from pages.ui import cards, charts, finding_detail, kept, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import recommendations

SIZE = 50
YEAR = 12
STATES = {
    "open": (FindingState.OPEN,),
    "in the queue": (FindingState.ACCEPTED,),
    "applied": (FindingState.APPLIED,),
    "dismissed or snoozed": (FindingState.DISMISSED, FindingState.SNOOZED),
}


def title(rule: str) -> str:
    """What a rule is called."""
    found = catalog().get(rule)
    return found.title if found else fmt.words(rule)


def bar(plan: Plan) -> FindingFilter:
    """The filters, kept in the URL."""
    rules = sorted({each.finding.rule for each in plan.chosen} | {each.rule for each in plan.alternatives})
    accounts = sorted({each.finding.account_id for each in plan.chosen})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = kept.select("State", list(STATES), "findings", format_func=fmt.sentence, width=190)
        rule = kept.select(
            "Rule",
            ["", *rules],
            "rule",
            format_func=lambda each: title(each) if each else "Every rule",
            width=300,
        )
        account = kept.select(
            "Account",
            ["", *accounts],
            "in-account",
            format_func=lambda each: each or "Every account",
            width=160,
        )
        risk = kept.select("Risk up to", ["", *Risk], "risk", format_func=_any, width=130)
        effort = kept.select("Effort up to", ["", *Effort], "effort", format_func=_any, width=130)
    wish = FindingFilter(
        states=STATES[state],
        rules=(rule,) if rule else (),
        accounts=(account,) if account else (),
        most_risk=Risk(risk) if risk else None,
        most_effort=Effort(effort) if effort else None,
        limit=SIZE,
    )
    return replace(wish, offset=(tables.page_number("findings-page", wish) - 1) * SIZE)


def _any(word: str) -> str:
    return fmt.sentence(word) or "Any"


def headline(plan: Plan, coverage: Sequence[RuleCoverage]) -> None:
    """The answer: what can be saved in all, no dollar counted twice; nothing is claimed before rules have looked."""
    if not coverage:
        return
    blind = sum(each.unknown for each in coverage)
    easy = [
        each
        for each in plan.chosen
        if each.finding.effort is Effort.LOW and each.finding.risk in {Risk.VERY_LOW, Risk.LOW}
    ]
    cards.figures(
        [
            cards.Figure(
                "Could be saved a month",
                fmt.money(plan.total_saving),
                because=f"{fmt.money(plan.total_saving * YEAR)} a year, by {fmt.count(len(plan.chosen), 'change')}; one change a resource",
            ),
            cards.Figure(
                "Of it with little effort and risk",
                fmt.money(sum((each.counts for each in easy), ZERO)),
                because=fmt.count(len(easy), "change"),
            ),
            cards.Figure(
                "Could not be judged",
                f"{blind:,}",
                because="Facts are missing; see below which"
                if blind
                else "Every rule had the facts it needs",
            ),
        ]
    )


def where(plan: Plan) -> None:
    """Which rules the saving comes from."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for each in plan.chosen:
        sums[title(each.finding.rule)] += each.counts
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    charts.bars(
        [name for name, _ in ranked],
        [float(amount) for _, amount in ranked],
        key="by-rule",
        alt="Saving a month by rule, US dollars",
        prefix="$",
        colour=charts.theme.GOOD,
    )


def listed(found: FindingPage) -> None:
    """Findings by saving; a chosen row opens."""
    rows = found.findings
    columns = {
        "Saves, USD a month": [fmt.pixel(each.saving) for each in rows],
        "What": [title(each.rule) for each in rows],
        "Resource": [fmt.clean(each.resource_name or each.resource_id) for each in rows],
        "Effort": [each.effort for each in rows],
        "Risk": [each.risk for each in rows],
        "Undo": [_undo(each.rule) for each in rows],
        "By": ["the bill" if each.money_from == "bill" else "list price" for each in rows],
        "Account": [each.account_id for each in rows],
        "Region": [each.region for each in rows],
    }
    picked = tables.show(
        columns,
        {
            "Saves, USD a month": tables.money_column("Saves, USD a month"),
            "What": tables.text_column("What", width=300),
            "By": tables.text_column(
                "By",
                hint="Where the amount was learnt: its own bill lines, or the list price for want of them",
            ),
        },
        alt="Recommendations by saving",
        key="findings-table",
        select="single-row",
        rows=[each.id for each in rows],
    )
    tables.export(
        columns
        | {
            "Saves, USD a month": [each.saving for each in rows],
            "Id": [each.resource_id for each in rows],
            "Why": [each.because for each in rows],
        },
        "recommendations.csv",
        key="findings-csv",
    )
    if picked:
        st.query_params["finding"] = str(rows[picked[0]].id)
        st.rerun()


def _undo(rule: str) -> str:
    found = catalog().get(rule)
    return found.undo if found else fmt.UNKNOWN


def coverage(found: Sequence[RuleCoverage]) -> None:
    """How far each rule could see: silence is not the same as nothing found."""
    cards.heading(
        "How far the rules could see",
        "A case that could not be judged is neither good nor bad: it is unknown",
    )
    if not found:
        states.note(
            "The rules have not been evaluated yet. They run after the first collection of inventory, bills and metrics."
        )
        return
    columns = {
        "Rule": [title(each.rule) for each in found],
        "Account": [each.account_id for each in found],
        "Found": [each.found for each in found],
        "Good": [each.ok for each in found],
        "Unknown": [each.unknown for each in found],
        "Why unknown": [
            " ".join(f"{reason} ({number})" for reason, number in each.undetermined.items()) for each in found
        ],
    }
    tables.show(
        columns,
        {"Rule": tables.text_column("Rule", width=300)},
        alt="Rules by account: found, good, unknown",
        key="coverage",
        placeholder="",
    )
    states.note(f"Evaluated {fmt.when(max(each.evaluated_at for each in found))}.")


def overall(screen: Screen) -> None:
    """The list."""
    plan = page.need(recommendations.plan, screen.ctx, screen.user)
    area = st.container()
    wanted = bar(plan)
    found = page.need(recommendations.listing, screen.ctx, screen.user, wanted)
    with area:
        headline(plan, found.coverage)
    if found.total:
        listed(found)
        with st.container(horizontal=True, vertical_alignment="center"):
            states.note(
                f"{fmt.count(found.total, 'recommendation')}. Choose a row to see why and what would be done."
            )
            if found.total > SIZE:
                st.pagination(ceil(found.total / SIZE), key="findings-page")
    elif not found.coverage:
        states.empty(
            "Nothing was evaluated yet",
            "Rules need an inventory, a bill and metrics. Connect an account, then give the worker some minutes.",
        )
    elif plan.chosen:
        states.empty("No recommendation matches", "Take a filter away.")
    else:
        states.empty("Nothing to save was found", "See below how far the rules could see.")
    if plan.chosen and wanted.states == STATES["open"]:
        cards.heading("Where the saving is")
        where(plan)
    coverage(found.coverage)


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    wanted = st.query_params.get("finding")
    if wanted is None:
        overall(screen)
        return
    if st.button("All recommendations", key="back", type="tertiary"):
        del st.query_params["finding"]
        st.rerun()
    try:
        identity = UUID(wanted)
    except ValueError:
        states.empty("There is no such recommendation", "The link may be cut off.")
        return
    finding_detail.show(screen, identity)


main()
