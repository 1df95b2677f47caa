"""What is looked for, how strictly, and what is left alone?"""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.access.roles import Permission
from core.recommendations.selection import RuleCoverage
from core.recommendations.tuning import Exclusion
from pages.ui import cards, names, page, rule_editor, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import rules
from services.usecases.rules import RuleView

KEPT = "Promises kept"


def headline(views: Sequence[RuleView], excluded: Sequence[Exclusion]) -> None:
    """How many look, how far they saw."""
    rows = [row for view in views for row in view.coverage]
    judged = sum(row.found + row.ok for row in rows)
    blind = sum(row.unknown for row in rows)
    share = judged * 100 / (judged + blind) if judged + blind else None
    cards.figures(
        [
            cards.Figure(
                "Rules",
                str(len(views)),
                because=f"{sum(bool(view.tuned) for view in views)} set otherwise than shipped",
            ),
            cards.Figure(
                "Could be judged",
                fmt.percent(share, 0),
                because=f"{judged:,} of {judged + blind:,} cases; the rest is unknown, not good"
                if rows
                else "No rule has looked yet: they need an account, its bill and its metrics",
            ),
            cards.Figure("Left alone", str(len(excluded)), because="exclusions in force"),
        ]
    )


def listed(views: Sequence[RuleView]) -> RuleView | None:
    """Every rule by what it found; the chosen one."""
    held = sorted(views, key=lambda view: (-sum(row.found for row in view.coverage), view.rule.id))
    evaluated = any(view.coverage for view in views)

    def counted(number: Callable[[RuleCoverage], int]) -> list[int | None]:
        """By rule; before anything was evaluated nobody knows, which is not none."""
        return [sum(number(row) for row in view.coverage) if evaluated else None for view in held]

    columns = {
        "Rule": [view.rule.title for view in held],
        "About": [fmt.words(view.rule.kind) for view in held],
        "Found": counted(lambda row: row.found),
        "Unknown": counted(lambda row: row.unknown),
        "Good": counted(lambda row: row.ok),
        "Left alone": counted(lambda row: row.excluded),
        KEPT: [
            None if view.record is None or view.record.ratio is None else float(view.record.ratio * 100)
            for view in held
        ],
        "Set": ["otherwise" if view.tuned else "as shipped" for view in held],
    }
    picked = tables.show(
        columns,
        {
            "Rule": tables.text_column("Rule", width=430),
            "About": tables.text_column("About", width=106),
            **{
                name: tables.number_column(name, width=68)
                for name in ("Found", "Unknown", "Good", "Left alone")
            },
            KEPT: st.column_config.NumberColumn(
                KEPT,
                format="%,.0f%%",
                alignment="right",
                width=98,
                help="What the bill proves of what its changes promised; empty where none can be judged yet",
            ),
            "Set": tables.text_column(
                "Set", width=84, hint="Whether its thresholds are those it was shipped with"
            ),
        },
        alt="Rules: found, unknown, good, left alone, promises kept",
        key="rules-table",
        placeholder="",
        select="single-row",
        rows=[view.rule.id for view in held],
    )
    tables.export(columns, "rules.csv", key="rules-csv")
    return held[picked[0]] if picked else None


def one(screen: Screen, view: RuleView, accounts: Mapping[str, str]) -> None:
    """A rule in words, its thresholds, and how far it sees."""
    rule = view.rule
    cards.heading(rule.title, f"About each {fmt.words(rule.kind)}")
    st.markdown(fmt.plain(rule.why))
    st.markdown(
        " ".join(states.badge(word) for word in (f"{rule.effort} effort", f"{rule.risk} risk", rule.undo))
    )
    fix = fmt.sentence(fmt.words(rule.fix)) + ", with one click" if rule.fix else f"By hand. {rule.by_hand}"
    cards.facts(
        [
            ("How it is mended", fix),
            ("What it reads", ", ".join(rule.reads)),
            ("What others take", "; ".join(rule.peers)),
        ]
    )
    rule_editor.options(screen, view)
    rule_editor.blind(view.coverage, accounts)
    st.page_link("pages/recommendations.py", label="See what it found", query_params={"rule": rule.id})


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    views = page.need(rules.listing, screen.ctx, screen.user)
    excluded = page.need(rules.exclusions, screen.ctx, screen.user)
    accounts = names.accounts(screen)
    headline(views, excluded)
    chosen = listed(views)
    if chosen is None:
        wanted = st.query_params.get("rule")
        chosen = next((view for view in views if view.rule.id == wanted), None)
    if chosen is not None:
        one(screen, chosen, accounts)
    else:
        states.note("Choose a row to see what it reads, and to set its thresholds.")
    rule_editor.left_alone(screen, excluded, accounts)
    if not screen.may(Permission.JUDGE_RECOMMENDATIONS):
        states.note(f"To change any of this, ask one of: {page.able(Permission.JUDGE_RECOMMENDATIONS)}.")


main()
