"""One recommendation: why, on what evidence, what exactly would be done, and the decision."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import streamlit as st

from core.access.roles import Permission
from core.actions.model import Action, ActionKind
from core.recommendations.catalog import catalog
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.selection import FindingDetail, FixStanding
from pages.ui import (
    action_rows,
    cards,
    coming,
    confirm,
    cost_resource,
    dialog,
    evidence,
    finding_money,
    finding_said,
    finding_schedule,
    fix_progress,
    names,
    page,
    states,
)
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import actions, recommendations
from services.usecases.actions import ActionPreview

SNOOZES = {"A week": 7, "A month": 30, "A quarter": 91}


def show(screen: Screen, finding_id: UUID) -> None:
    """The page of one recommendation."""
    detail = page.need(recommendations.one, screen.ctx, screen.user, finding_id)
    finding, rule = detail.finding, detail.rule
    name = rule.title if rule else fmt.words(finding.rule)
    st.subheader(
        f"{fmt.plain(name)}: {fmt.plain(finding.resource_name or finding.resource_id)}", anchor=False
    )
    words = [
        states.state(fix_progress.stands(finding, detail.fix)),
        states.badge(f"{finding.effort} effort"),
        states.badge(f"{finding.risk} risk"),
    ]
    words.append(states.badge(finding.undo))
    st.markdown(" ".join(words))
    if finding.unknown:
        st.warning(fmt.plain(finding.doubt))
    fix_progress.show(screen, finding, detail.fix)
    _figures(screen, finding)
    _decide(screen, finding)
    if screen.may(Permission.VIEW_SCHEDULES):
        coming.note(screen, finding.resource_id)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        cards.heading("Why")
        st.markdown(fmt.plain(finding.because))
        if detail.because and not finding.unknown:  # which stands above already
            states.note(f"It counts {fmt.money(detail.counts, places=2)} in the plan. {detail.because}")
        evidence.show(screen, finding)
    with right:
        _done(screen, finding, detail.fix)
        _others(detail)
        _kept_promises(detail)
        finding_said.show(screen, finding)


def _figures(screen: Screen, finding: StoredFinding) -> None:
    learnt, costs = finding_money.words(finding)
    cards.figures(
        [
            cards.Figure(
                "Saved a month, last known" if finding.unknown else "Saves a month",
                fmt.money(finding.saving, places=2),
                because=f"by {learnt}",
            ),
            cards.Figure(
                "Cost a month then" if finding.state in fix_progress.DONE else "Costs a month now",
                fmt.money(finding.cost, places=2),
                because=costs,
            ),
            cards.Figure(
                "First found",
                fmt.day(finding.first_found_at.date()),
                because=f"in {_account(screen, finding)}, {finding.region}",
                hint=f"Account {finding.account_id}, {finding.resource_id}",
            ),
        ]
    )


def _decide(screen: Screen, finding: StoredFinding) -> None:
    if finding.judgement:
        states.note(fix_progress.judged(finding))
    judge = screen.may(Permission.JUDGE_RECOMMENDATIONS)
    with st.container(horizontal=True, vertical_alignment="center"):
        if finding.state is FindingState.OPEN:
            if not finding.unknown:
                _do(screen, finding)
            if judge and st.button("Dismiss", key="dismiss"):
                _ask(screen, finding, "Dismiss", _dismiss)
            if judge and st.button("Snooze", key="snooze"):
                _ask(screen, finding, "Snooze", _snooze, lengths=True)
        elif judge and finding.state in {FindingState.DISMISSED, FindingState.SNOOZED}:
            if st.button("Reopen", key="reopen"):
                page.attempt(recommendations.reopen, screen.ctx, screen.user, finding.id)
                states.say("Open again.")
        elif finding.action_id is not None:
            st.page_link("pages/actions.py", label="See what became of it")
        st.page_link(
            "pages/resources.py", label="Open the resource", query_params={"resource": finding.resource_id}
        )
        if screen.may(Permission.VIEW_COSTS) and finding.cost is not None:
            cost_resource.to_lines(screen, finding.resource_id)


def _do(screen: Screen, finding: StoredFinding) -> None:
    """What makes it so: one click, or the word that people did it."""
    if finding.fix is None:
        may = screen.may(Permission.JUDGE_RECOMMENDATIONS)
        if may and st.button("Mark as done", type="primary", key="by-hand"):
            _ask(screen, finding, "Mark as done", _by_hand)
    elif not screen.may(Permission.ACT):
        states.note(f"To apply it, ask one of: {page.able(Permission.ACT)}.")
    elif st.button("Apply", type="primary", key="apply"):
        _ask(screen, finding, action_rows.VERBS[finding.fix], _apply)


def _ask(
    screen: Screen,
    finding: StoredFinding,
    verb: str,
    do: Callable[[Screen, StoredFinding, str, int], str | None],
    *,
    lengths: bool = False,
) -> None:
    thing = fmt.plain(fmt.short(finding.resource_name or finding.resource_id, 40))

    @st.dialog(f"{verb} {thing}?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        st.markdown(fmt.plain(finding.because))
        cards.facts(
            [
                ("Id", finding.resource_id),
                ("Account and region", f"{_account(now, finding)}, {finding.region}"),
                ("Costs a month now", fmt.money(finding.cost, places=2)),
                ("Saves a month", fmt.money(finding.saving, places=2)),
            ]
        )
        waits = None
        if do is _apply:
            preview = _calls(now, finding)
            if preview is not None and finding.fix is not None:
                confirm.trial(now, finding.fix, preview.resource, finding.fix_parameters)
            waits = page.attempt(recommendations.foretold, now.ctx, now.user, [finding])
        dialog.foretold(waits)
        days = (
            SNOOZES[st.radio("For how long", list(SNOOZES), horizontal=True, key="snooze-for")]
            if lengths
            else 0
        )
        reason = st.text_input(
            "Reason", key="finding-reason", placeholder="Say why: it is kept in the audit log", max_chars=300
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel", key="finding-cancel"):
                st.rerun()
            said_yes = st.button(dialog.ASKS if waits else _button(verb), type="primary", key="finding-go")
        if not said_yes:
            return
        if not reason.strip():
            st.error("Give a reason: it is kept in the audit log.")
            return
        said = page.attempt(do, now, finding, reason, days)
        if said is not None:
            states.say(said)

    ask()


def _button(verb: str) -> str:
    return "Attach schedule" if verb == action_rows.VERBS[ActionKind.ATTACH_SCHEDULE] else verb


def _account(screen: Screen, finding: StoredFinding) -> str:
    return names.accounts(screen).get(finding.account_id, finding.account_id)


def _apply(screen: Screen, finding: StoredFinding, reason: str, _days: int) -> str:
    made = recommendations.apply(screen.ctx, screen.user, finding.id, reason)
    if isinstance(made, Action) and made.waiting:
        return f"It waits. {made.waiting}"
    if isinstance(made, Action):
        return "Asked for. What becomes of it is told here."
    return finding_schedule.attached(finding, screen.now)


def _by_hand(screen: Screen, finding: StoredFinding, reason: str, _days: int) -> str:
    recommendations.done_by_hand(screen.ctx, screen.user, finding.id, reason)
    return "Noted. It opens again if it is still found in some hours."


def _dismiss(screen: Screen, finding: StoredFinding, reason: str, _days: int) -> str:
    recommendations.dismiss(screen.ctx, screen.user, finding.id, reason)
    return "Dismissed. It comes back if its saving changes by more than a fifth."


def _snooze(screen: Screen, finding: StoredFinding, reason: str, days: int) -> str:
    until = screen.now + timedelta(days=days)
    recommendations.snooze(screen.ctx, screen.user, finding.id, until, reason)
    return f"Snoozed until {fmt.day(until.date())}."


def _done(screen: Screen, finding: StoredFinding, fix: FixStanding | None) -> None:
    said = fix_progress.how_far(finding, fix)
    cards.heading(said)
    preview = _calls(screen, finding, warns=said == fix_progress.WOULD)
    if preview is None or said != fix_progress.WOULD:
        return
    with st.expander("Do it yourself"):
        st.code(preview.cli, language="bash", wrap_lines=True)
        if preview.terraform:
            st.code(preview.terraform, language="hcl", wrap_lines=True)


def _calls(screen: Screen, finding: StoredFinding, *, warns: bool = True) -> ActionPreview | None:
    """The exact calls, what forbids them (where it `warns`) and how to undo them; None for what calls nothing in AWS, or could not be told."""
    if finding.fix is None:
        rule = catalog().get(finding.rule)
        st.markdown(
            fmt.with_code(rule.by_hand if rule else "By hand; the rule that found it is no longer there.")
        )
        return None
    if finding.fix is ActionKind.ATTACH_SCHEDULE:
        finding_schedule.told(finding, screen.now)
        st.markdown(
            ":gray[The way back:] Detach it under Schedules; what it stopped is then started by hand\\."
        )
        return None
    preview = page.attempt(
        actions.preview, screen.ctx, screen.user, finding.fix, finding.resource_id, finding.fix_parameters
    )
    if preview is None:
        return None
    if preview.refusal and warns:
        st.warning(fmt.plain(preview.refusal))
    st.code("\n".join(preview.calls), language=None, wrap_lines=True)
    st.markdown(f":gray[The way back:] {fmt.plain(preview.reversal)}")
    return preview


def _kept_promises(detail: FindingDetail) -> None:
    """The rule's track record on the bill."""
    record = detail.record
    if record is None or record.ratio is None:
        return
    cards.heading("How this rule's promises came true")
    st.markdown(
        f"**{fmt.percent(record.ratio * 100, 0)}** of {fmt.plain(fmt.money(record.promised))} promised was realised, "
        f"by {fmt.count(record.judged, 'change')} that the bill can judge."
    )
    st.page_link("pages/savings.py", label="See each of them")


def _others(detail: FindingDetail) -> None:
    if not detail.others:
        return
    cards.heading("Also found on it", "What excludes each other counts once in the total")
    known = catalog()
    for other in detail.others:
        title = known[other.rule].title if other.rule in known else fmt.words(other.rule)
        st.page_link(
            "pages/recommendations.py",
            label=f"{fmt.plain(fmt.money(other.saving, places=2))} a month: {fmt.plain(title)}",
            query_params={"finding": str(other.id)},
        )
