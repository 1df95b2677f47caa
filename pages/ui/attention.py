"""What needs somebody: unknowns, failures, people who wait. One line each, with the way there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import streamlit as st

from core.access.roles import Permission
from core.actions.model import ActionState
from core.activity import Activity
from core.connections import Connection, Outcome
from core.costs.budgets import Standing
from core.costs.budgets import State as Stands
from core.money import ZERO, difference
from core.schedules.model import State
from pages.ui import budget_chart, names, page, states
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import actions, alerts, budgets, connections, recommendations, team
from services.usecases.transitions import Transition

RECENT = 20


@dataclass(frozen=True)
class Matter:
    """Something to look at: how bad, what, on which screen, and how much money is at stake where that is known."""

    word: str
    colour: str
    text: str
    screen: str
    label: str
    money: Decimal = ZERO


SEVERITY = ("red", "orange", "blue")
"""What is wrong, what may go wrong or is not known, what waits."""


def ordered(found: Iterable[Matter]) -> list[Matter]:
    """The worst first, and among what is as bad, what costs most."""
    return sorted(found, key=lambda each: (SEVERITY.index(each.colour), -each.money))


def listing(screen: Screen, ours: Bill | None) -> None:
    """All matters; an honest sentence when there is none. `ours` None: the bill cannot be read, which is said elsewhere."""
    found = ordered(
        [
            *_sight(screen),
            *_firing(screen),
            *(_budgets(screen, ours) if ours else ()),
            *_failed(screen),
            *_unapproved(screen),
            *_people(screen),
            *_unknown(screen),
        ]
    )
    if not found:
        states.note("Nothing. Every account was seen wholly and lately, and nothing failed.")
    _drawn(found)


def people(screen: Screen) -> None:
    """Only who waits to be let in: all there can be before an account is connected."""
    _drawn(_people(screen))


def _drawn(found: Iterable[Matter]) -> None:
    for each in found:
        with st.container(border=True):
            st.markdown(f"{states.badge(each.word, each.colour)} {fmt.plain(each.text)}")
            st.page_link(f"pages/{each.screen}.py", label=each.label)


def transition(coming: Transition, now: datetime) -> str:
    """A scheduled start or stop as Markdown: `**web** starts Mon 23 Nov 08:00 UTC, in 46 hours`."""
    verb = "starts" if coming.to is State.RUNNING else "stops"
    dry = " (only written down)" if coming.dry_run else ""
    when = f"{fmt.moment(coming.at)} UTC, {fmt.ago(coming.at, now)}{dry}"
    return f"**{fmt.plain(coming.name)}** {verb} :gray[{fmt.plain(when)}]"


def activity(happened: Activity, now: datetime, known: Mapping[str, str]) -> str:
    """Something that happened as Markdown: a thing by its name where one is `known`, and by whom, in words."""
    who = names.actor(happened.actor)
    return f"{fmt.plain(names.happened(happened, known))} :gray[{fmt.plain(f'by {who}, {fmt.ago(happened.at, now)}')}]"


def _sight(screen: Screen) -> Iterator[Matter]:
    found = page.lately(screen, connections.accounts)
    if found is None:
        return
    if not found:
        yield Matter("begin here", "blue", "No AWS account is connected yet.", "connections", "Connect one")
    for each in found:
        yield from _of_account(each)


def _of_account(each: Connection) -> Iterator[Matter]:
    for kind in (each.inventory, each.metrics, each.bills):
        if kind is None or each.status == "paused":
            continue
        name = f"{each.account.name}: {kind.what}"
        if kind.outcome is Outcome.FAILED:
            yield Matter(
                "failed",
                "red",
                f"{name} could not be collected. {fmt.short(kind.detail, 160)}",
                "connections",
                "See why",
            )
        elif kind.gaps:
            yield Matter(
                "unknown",
                "orange",
                f"{name} has {fmt.count(len(kind.gaps), 'gap')}.",
                "connections",
                "See what is missing",
            )
        elif kind.stale:
            yield Matter("stale", "orange", f"{name} is not fresh.", "connections", "See since when")
        elif kind.outcome is Outcome.NEVER:
            yield Matter("waiting", "blue", f"{name} was not collected yet.", "connections", "See progress")


def _firing(screen: Screen) -> Iterator[Matter]:
    firing = [each for each in page.lately(screen, alerts.listing) or () if each.state == "firing"]
    known = names.of(screen, (each.resource_id for each in firing))
    for each in firing:
        what = known.get(each.resource_id, fmt.short(each.resource_id, 40))
        yield Matter(
            "firing",
            "red",
            f"{each.metric} of {what} is {each.comparison} {each.threshold:g}.",
            "live",
            "Watch it",
        )


def _budgets(screen: Screen, ours: Bill) -> Iterator[Matter]:
    for each in page.lately(screen, budgets.listing, at=ours.at) or ():
        now, currency = each.standing, each.plan.currency
        if now.state not in {Stands.BREACHED, Stands.AT_RISK}:
            continue
        breached = now.state is Stands.BREACHED
        spent = f"{fmt.money(now.burn, currency)} of {fmt.money(now.planned, currency)} spent"
        seen = " in the accounts that you see" if each.limited else ""
        yield Matter(
            now.state.value,
            "red" if breached else "orange",
            f"Budget {each.plan.name}: {budget_chart.verdict(now, screen.now.date())}, {spent}{seen}.",
            "budgets",
            "See the budget",
            _over(now, breached=breached),
        )


def _over(now: Standing, *, breached: bool) -> Decimal:
    """What is spent, or expected to be, beyond the plan."""
    spent = now.burn if breached else now.expected
    return ZERO if spent is None or now.planned is None else difference(spent, now.planned)


def _failed(screen: Screen) -> Iterator[Matter]:
    wanted = actions.ActionFilter(states=(ActionState.FAILED,))
    found = page.lately(screen, actions.listing, wanted, RECENT)
    recent = (
        [each for each in found.rows if each.settled_at and (screen.now - each.settled_at).days < 1]
        if found
        else []
    )
    if recent:
        yield Matter(
            "failed",
            "red",
            f"{fmt.count(len(recent), 'action')} failed in the last day.",
            "actions",
            "See what happened",
        )


def _unapproved(screen: Screen) -> Iterator[Matter]:
    if not screen.may(Permission.APPROVE):
        return
    wanted = actions.ActionFilter(states=(ActionState.WAITING,))
    found = page.lately(screen, actions.listing, wanted, RECENT)
    others = [each for each in found.rows if each.requested_by != screen.user.email] if found else []
    if others:
        said = "action waits" if len(others) == 1 else "actions wait"
        yield Matter("waiting", "blue", f"{len(others)} {said} for approval.", "actions", "Approve")


def _people(screen: Screen) -> Iterator[Matter]:
    if not screen.may(Permission.MANAGE_TEAM):
        return
    waiting = [each for each in page.lately(screen, team.members) or () if each.status == "pending"]
    if waiting:
        said = "person waits" if len(waiting) == 1 else "people wait"
        yield Matter("waiting", "blue", f"{len(waiting)} {said} to be let in.", "team", "Approve")


def _unknown(screen: Screen) -> Iterator[Matter]:
    found = page.lately(screen, recommendations.listing)
    blind = sum(each.unknown for each in found.coverage) if found else 0
    if blind:
        yield Matter(
            "unknown",
            "orange",
            f"Rules could not judge {fmt.count(blind, 'case')} for want of facts.",
            "recommendations",
            "See why",
        )
