"""Applying everything a filter shows, as the plan has it: what would be done, how much it saves, one reason for all."""

from collections.abc import Sequence

import streamlit as st

from core.access.roles import Permission
from core.money import total
from core.recommendations.catalog import catalog
from core.recommendations.finding import Undo
from core.recommendations.portfolio import Choice, Plan
from core.recommendations.selection import FindingFilter
from pages.ui import dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import bulk, recommendations


def offer(screen: Screen, wanted: FindingFilter, known: Plan | None) -> None:
    """A button for all that a click does of the plan within these filters, for those who may act; nothing where no click does any.

    `known` is that plan where the screen has it already.
    """
    if not screen.may(Permission.ACT):
        return
    plan = known or page.attempt(recommendations.plan, screen.ctx, screen.user, wanted)
    chosen = [choice for choice in plan.chosen if choice.finding.fix is not None] if plan else []
    if not chosen:
        return
    saves = total(choice.counts for choice in chosen)
    by_hand = len(plan.chosen) - len(chosen) if plan else 0
    of = f"{len(chosen):,} of {len(chosen) + by_hand:,}" if by_hand else f"all {len(chosen):,}"
    many = f"{of}, {fmt.money(saves)} a month"
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = st.button(
            f"Apply the plan: {fmt.plain(many)}", key="apply-plan", disabled=len(chosen) > bulk.AT_ONCE
        )
        if by_hand:
            states.note(
                f"The other {fmt.count(by_hand, 'recommendation')} of the plan {'is' if by_hand == 1 else 'are'} done by hand."
            )
    if asked:
        _ask(screen, wanted)


def listed(chosen: Sequence[Choice]) -> None:
    """What would be done, by rule: how many, what they count in the plan, and how many nobody can take back."""
    known = catalog()
    rules: dict[str, list[Choice]] = {}
    for choice in chosen:
        rules.setdefault(choice.finding.rule, []).append(choice)
    worth = {rule: total(choice.counts for choice in choices) for rule, choices in rules.items()}
    lines = []
    for rule in sorted(rules, key=lambda each: -worth[each]):
        title = known[rule].title if rule in known else fmt.words(rule)
        final = sum(choice.finding.undo is Undo.NEVER for choice in rules[rule])
        says = f"{len(rules[rule]):,}, {fmt.money(worth[rule])} a month"
        says += f"; {final:,} cannot be taken back" if final else ""
        lines.append(f"* {fmt.plain(title)}: {fmt.plain(says)}")
    st.markdown("\n".join(lines))
    finals = sum(choice.finding.undo is Undo.NEVER for choice in chosen)
    if finals:
        states.note(
            f"{finals:,} of {len(chosen):,} cannot be taken back. A filter by how they can be undone leaves them out."
        )


def _ask(screen: Screen, wanted: FindingFilter) -> None:
    @st.dialog("Apply the plan?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        plan = page.need(recommendations.plan, now.ctx, now.user, wanted)
        chosen = [choice for choice in plan.chosen if choice.finding.fix is not None]
        listed(chosen)
        by_hand = len(plan.chosen) - len(chosen)
        if by_hand:
            states.note(
                f"{by_hand:,} more of the plan {'is' if by_hand == 1 else 'are'} done by hand and left out."
            )
        states.note(
            "Each is guarded when it is asked for, and looked at again before it is done. What must not be touched is refused; "
            "the rest goes on. Under Actions you see how far it is, and can stop the rest."
        )
        dialog.foretold(
            page.attempt(recommendations.foretold, now.ctx, now.user, [each.finding for each in chosen])
        )
        reason = st.text_input(
            "Reason", key="plan-reason", placeholder="It is kept with each action", max_chars=300
        )
        if dialog.decided(f"Apply {len(chosen)}", "plan-go"):
            done = page.attempt(
                recommendations.apply_all,
                now.ctx,
                now.user,
                [choice.finding.id for choice in chosen],
                reason,
            )
            if done is not None:
                refused = sum(each.outcome == "refused" for each in done.applied)
                waiting = sum(each.outcome == "waiting" for each in done.applied)
                waits = f" ({waiting:,} wait{'s' if waiting == 1 else ''} for approval)" if waiting else ""
                words = f"{len(done.applied) - refused} asked for{waits}"
                states.say(f"{words}, {refused} refused. Actions shows how far they are.")

    ask()
