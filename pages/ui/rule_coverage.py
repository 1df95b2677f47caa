"""How far the rules could see, in the list of what they found."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.recommendations.data_health import Measured
from core.recommendations.selection import RuleCoverage
from pages.ui import cards, states, tables
from pages.ui import format as fmt

REASONS = 10


def coverage(
    found: Sequence[RuleCoverage],
    accounts: Mapping[str, str],
    title: Callable[[str], str],
    measured: Sequence[Measured],
) -> None:
    """How far each rule could see: silence is not the same as nothing found. `measured` are the metrics that rules ask for."""
    cards.heading(
        "How far the rules could see",
        "A case that could not be judged is neither good nor bad: it is unknown",
    )
    if not found:
        states.note(
            "The rules have not been evaluated yet. They run after the first collection of inventory, bills and metrics."
        )
        return
    for each in measured:
        if each.known < each.total:
            st.markdown(fmt.plain(each.sentence))
    whole_of = sum(each.known == each.total for each in measured)
    if whole_of:
        states.note(f"Other metrics known wherever they should be: {whole_of}.")
    by_rule: dict[str, list[RuleCoverage]] = defaultdict(list)
    for each in found:
        by_rule[each.rule].append(each)
    unseen = {rule: rows for rule, rows in by_rule.items() if any(row.unknown for row in rows)}
    if unseen:
        counted = {
            "Found": lambda each: each.found,
            "Unknown": lambda each: each.unknown,
            "Good": lambda each: each.ok,
        }
        tables.show(
            {"Rule": [title(rule) for rule in unseen]}
            | {name: [sum(map(of, rows)) for rows in unseen.values()] for name, of in counted.items()},
            {"Rule": tables.text_column("Rule", width=330)}
            | {name: tables.number_column(name, width=72) for name in counted},
            alt="Rules that could not judge everything: found, unknown, good",
            key="coverage",
        )
    whole = len(by_rule) - len(unseen)
    states.note(f"{fmt.count(whole, 'rule')} could judge all that they look at.")
    st.page_link("pages/rules.py", label="See every rule, and set its thresholds")
    blind = sorted((each for each in found if each.unknown), key=lambda each: -each.unknown)
    for each in blind[:REASONS]:
        why = "; ".join(
            f"{reason.rstrip('.')} ({fmt.count(number, 'case')})"
            for reason, number in each.undetermined.items()
        )
        where = accounts.get(each.account_id, each.account_id)
        st.markdown(f"**{fmt.plain(title(each.rule))}** :gray[in {fmt.plain(where)}:] {fmt.plain(why)}")
    if len(blind) > REASONS:
        states.note(
            f"And {fmt.count(len(blind) - REASONS, 'more rule and account', 'more rules and accounts')}."
        )
    states.note(f"Evaluated {fmt.when(max(each.evaluated_at for each in found))}.")
