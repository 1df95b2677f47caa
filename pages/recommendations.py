"""What should I do first?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from math import ceil
from uuid import UUID

import streamlit as st

from core.money import ZERO
from core.recommendations.catalog import catalog
from core.recommendations.finding import Effort, FindingState, Risk, Undo
from core.recommendations.portfolio import Plan
from core.recommendations.selection import FindingFilter, FindingPage, RuleCoverage
from core.savings import MoneyFrom
from pages.ui import (
    act,
    bulk_apply,
    cards,
    filters,
    finding_detail,
    kept,
    lying_bars,
    names,
    page,
    rule_coverage,
    states,
    tables,
    theme,
)
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import data_health, recommendations

SIZE = 50
YEAR = 12
BARS = 10  # more are not told apart by eye: the rest is one bar
SAVES = "USD a month"
COUNTS = "In the plan"
UNDO = {Undo.EASY: "yes", Undo.COSTLY: "with effort", Undo.NEVER: "no"}
MONEY = {MoneyFrom.BILL: "its bill", MoneyFrom.SCALED: "its bill, scaled", MoneyFrom.LIST: "list price"}
FILTERS = ("rule", "in-account", "risk", "effort", "undo")
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


def bar(plan: Plan, accounts: Mapping[str, str]) -> tuple[FindingFilter, tuple[str, ...]]:
    """The filters, kept in the URL, and those in force in words."""
    rules = sorted({each.finding.rule for each in (*plan.chosen, *plan.alternatives)})
    held = sorted({each.finding.account_id for each in plan.chosen})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = kept.select("State", list(STATES), "findings", format_func=fmt.sentence, width=190)
        with st.popover("Filters"):
            rule = kept.select("Rule", ["", *rules], "rule", format_func=_rule)
            account = kept.select(
                "Account",
                ["", *held],
                "in-account",
                format_func=lambda each: fmt.clean(accounts.get(each, each)) or "Every account",
            )
            risk = kept.select("Risk up to", ["", *Risk], "risk", format_func=_any)
            effort = kept.select("Effort up to", ["", *Effort], "effort", format_func=_any)
            undo = kept.select("At most", ["", *Undo], "undo", format_func=_any)
    said = {
        "rule": title(rule) if rule else "",
        "account": accounts.get(account, account),
        "risk up to": risk,
        "effort up to": effort,
        "at most": undo,
    }
    words = tuple(f"{name} {value}" for name, value in said.items() if value)
    if words:
        filters.in_force(words, FILTERS)
    wish = FindingFilter(
        states=STATES[state],
        rules=(rule,) if rule else (),
        accounts=(account,) if account else (),
        most_risk=Risk(risk) if risk else None,
        most_effort=Effort(effort) if effort else None,
        hardest_undo=Undo(undo) if undo else None,
        limit=SIZE,
    )
    return replace(wish, offset=(tables.page_number("findings-page", wish) - 1) * SIZE), words


def _rule(name: str) -> str:
    return title(name) if name else "Every rule"


def _any(word: str) -> str:
    return fmt.sentence(word) or "Any"


def of_open(plan: Plan) -> str:
    """How many recommendations are in the plan, and of how many that are open: `269 of 320 recommendations`."""
    every = len(plan.chosen) + len(plan.alternatives)
    taken = "" if every == len(plan.chosen) else f"{len(plan.chosen):,} of "
    return f"{taken}{fmt.count(every, 'recommendation')}"


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
                because=f"{fmt.money(plan.total_saving * YEAR)} a year, by {of_open(plan)}",
                hint="The plan: the open recommendations that together save most. Of those that exclude each other it takes one; "
                "what acts on the same resource counts one after the other. The others are in the list, and count nothing.",
            ),
            cards.Figure(
                "With little effort and risk",
                fmt.money(sum((each.counts for each in easy), ZERO)),
                because=f"of it, by {len(easy):,} of those in the plan",
            ),
            cards.Figure(
                "Could not be judged",
                f"{blind:,}",
                because="cases; below says which facts are missing"
                if blind
                else "every rule had the facts it needs",
            ),
        ]
    )


def where(plan: Plan) -> None:
    """Which rules the saving comes from."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for each in plan.chosen:
        sums[title(each.finding.rule)] += each.counts
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    if len(ranked) > BARS:
        rest = sum((amount for _, amount in ranked[BARS - 1 :]), ZERO)
        others = fmt.count(len(ranked) - BARS + 1, "other rule")
        ranked = [*ranked[: BARS - 1], (fmt.sentence(others), rest)]
    lying_bars.bars(
        [name for name, _ in ranked],
        [amount for _, amount in ranked],
        key="by-rule",
        alt="Saving a month by rule, US dollars",
        prefix="$",
        colour=theme.GOOD,
    )


def listed(found: FindingPage, plan: Plan, accounts: Mapping[str, str]) -> None:
    """Findings by saving, and what each counts in the plan; a chosen row opens."""
    rows = found.findings
    counts = {choice.finding.id: choice.counts for choice in plan.chosen}
    columns = {
        "Resource": [fmt.clean(each.resource_name or each.resource_id) for each in rows],
        SAVES: [None if each.unknown else fmt.pixel(each.saving) for each in rows],
        COUNTS: [fmt.pixel(counts.get(each.id, ZERO)) for each in rows],
        "What": [f"Not known now: {title(each.rule)}" if each.unknown else title(each.rule) for each in rows],
        "Account": [fmt.clean(accounts.get(each.account_id, each.account_id)) for each in rows],
        "Effort": [each.effort for each in rows],
        "Risk": [each.risk for each in rows],
        "Undo": [UNDO[each.undo] for each in rows],
    }
    picked = tables.show(
        columns,
        {
            "Resource": tables.text_column("Resource", width=136),
            SAVES: tables.money_column(SAVES, hint="What it saves, done alone", width=98),
            COUNTS: tables.money_column(
                COUNTS,
                hint="US dollars a month beside the rest of the plan: less or nothing where another recommendation on the resource comes first",
                width=86,
            ),
            "What": tables.text_column("What", width=364),
            "Account": tables.text_column("Account", width=104),
            "Effort": tables.text_column("Effort", width=70),
            "Risk": tables.text_column("Risk", width=70),
            "Undo": tables.text_column("Undo", width=84, hint="Whether it can be taken back"),
        },
        alt="Recommendations by saving",
        key="findings-table",
        select="single-row",
        rows=[each.id for each in rows],
    )
    tables.export(
        columns
        | {
            SAVES: [None if each.unknown else each.saving for each in rows],
            COUNTS: [counts.get(each.id, ZERO) for each in rows],
            "Account id": [each.account_id for each in rows],
            "Region": [each.region for each in rows],
            "Amount from": [MONEY[each.money_from] for each in rows],
            "Id": [each.resource_id for each in rows],
            "Why": [each.doubt or each.because for each in rows],
        },
        "recommendations.csv",
        key="findings-csv",
    )
    if picked:
        st.query_params["finding"] = str(rows[picked[0]].id)
        st.rerun()


def _amounts(found: FindingPage) -> str:
    """Where this page's amounts were learnt."""
    listed_ones = sum(each.money_from is MoneyFrom.LIST for each in found.findings)
    scaled = sum(each.money_from is MoneyFrom.SCALED for each in found.findings)
    said = "Amounts are by each resource's own bill"
    said += f"; {listed_ones:,} here by list price, not being on it yet" if listed_ones else ""
    said += f"; {scaled:,} here scaled to what was done since" if scaled else ""
    doubted = sum(bool(each.unknown) for each in found.findings)
    said += (
        f"; of {doubted:,} here it is not known now whether they hold: they count nothing" if doubted else ""
    )
    return f"{said}."


def overall(screen: Screen) -> None:
    """The list."""
    plan = page.need(recommendations.plan, screen.ctx, screen.user)
    accounts = names.accounts(screen)
    area = st.container()
    above = st.empty()
    with above.container():
        wanted, words = bar(plan, accounts)
    found = page.need(recommendations.listing, screen.ctx, screen.user, wanted)
    with area:
        headline(plan, found.coverage)
    if wanted.states == STATES["in the queue"]:
        act.follow(screen)
    if found.total:
        listed(found, plan, accounts)
        if wanted.states == STATES["open"]:
            bulk_apply.offer(screen, wanted, plan if wanted.whole == FindingFilter() else None)
        with st.container(horizontal=True, vertical_alignment="center"):
            states.note(
                f"{fmt.count(found.total, 'recommendation')}. {_amounts(found)} Choose a row to see why and what would be done."
            )
            if found.total > SIZE:
                tables.pager(ceil(found.total / SIZE), "findings-page")
    elif not found.coverage:
        above.empty()  # nothing to filter yet
        states.empty(
            "Nothing was evaluated yet",
            "Rules need an inventory, a bill and metrics. Connect an account, then give the worker some minutes.",
        )
        st.page_link("pages/connections.py", label="Open Connections")
        return
    elif words:
        states.empty("No recommendation matches", f"In force: {'; '.join(words)}. Take a filter away.")
    elif wanted.states != STATES["open"]:
        states.empty("None is in this state", "Choose another state above.")
    else:
        states.empty("Nothing to save was found", "See below how far the rules could see.")
    if plan.chosen and wanted.states == STATES["open"] and not words:
        cards.heading("Where the saving is", "US dollars a month, by rule")
        where(plan)
    measured = page.lately(screen, data_health.metrics) or ()
    rule_coverage.coverage(found.coverage, accounts, title, measured)


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    wanted = st.query_params.get("finding")
    if wanted is None:
        overall(screen)
        return
    if st.button("← All recommendations", key="back", type="tertiary"):
        del st.query_params["finding"]
        st.rerun()
    try:
        identity = UUID(wanted)
    except ValueError:
        states.empty("There is no such recommendation", "The link may be cut off.")
        return
    finding_detail.show(screen, identity)


main()
