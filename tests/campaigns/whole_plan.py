"""The whole portfolio of the demo company through the queue: the cloud ends as planned, and the ledger says so.

The calls that AWS saw are those of the preview, in order. The stand-in resizes running instances and never runs out of capacity: nothing leans on that.

Run by `./pioneer campaign whole-plan`; `--count` applies that many of the fixes only, the dearest first.
"""

import os
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qsl

from core.access.roles import Role, User
from core.actions.model import Action, ActionState
from core.errors import PioneerError
from core.recommendations.portfolio import Choice
from services.bootstrap import open_context
from services.context import Beat, Context
from services.db import embedded, migrate
from services.db.stores import access
from services.demo import seed
from services.demo.company import DEMO_USERS
from services.demo.journal import Journal
from services.settings import load
from services.usecases import (
    actions,
    evaluation,
    ingest,
    inventory,
    metrics,
    recommendations,
    savings,
)
from tests.campaigns.installation import words
from tests.demo.conftest import RunningCloud

FULL = 10_000
PATIENCE = 600
"""Seconds until every action must have settled."""
OPEN = {ActionState.QUEUED, ActionState.RUNNING}
_SILENT = frozenset({"CreateTags", "AssumeRole"})
"""Calls that come along and are no step of their own."""


def admin(ctx: Context) -> User:
    """Who applies it."""
    wanted = next(one.email for one in DEMO_USERS if one.role is Role.ADMIN)
    with ctx.begin() as db:
        found = access.by_email(db, wanted)
    assert found is not None
    return found.user


def begun(ctx: Context) -> User:
    """The demo's records, its inventory, bill and metrics collected, and its rules evaluated."""
    seed.first_start(ctx)
    inventory.collect(ctx, Beat())
    ingest.bills(ctx)
    metrics.collect(ctx, Beat())
    print(evaluation.run(ctx, Beat()), flush=True)
    return admin(ctx)


def applied(
    ctx: Context, user: User, chosen: Sequence[Choice]
) -> tuple[dict[str, tuple[Choice, Action]], Counter[str]]:
    """Each fix of the plan put into the queue; those by hand and schedules are only counted."""
    queued: dict[str, tuple[Choice, Action]] = {}
    others: Counter[str] = Counter()
    for choice in chosen:
        if choice.finding.fix is None:
            others["by hand"] += 1
            continue
        try:
            made = recommendations.apply(ctx, user, choice.finding.id, "the whole plan")
        except PioneerError as refusal:
            others[f"refused: {refusal.message.split(' ', 1)[-1]}"] += 1
            continue
        if isinstance(made, Action):
            queued[choice.finding.resource_id] = (choice, made)
        else:
            others["schedules attached"] += 1
    return queued, others


def carried_out(ctx: Context, user: User, ids: Sequence[Action]) -> dict[str, Action]:
    """Until nothing is open any more."""
    until = time.monotonic() + PATIENCE
    while True:
        actions.carry_out_queued(ctx, Beat())
        found = {str(one.id): actions.one(ctx, user, one.id) for one in ids}
        if not any(one.state in OPEN for one in found.values()) or time.monotonic() > until:
            return found
        time.sleep(1)


def calls_by_resource(data: Path) -> Mapping[str, list[str]]:
    """What the cloud was asked to change, by the short id that the request names, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in Journal(data).entries():
        text = entry.body.decode(errors="replace")
        given = dict(parse_qsl(text)) if "Action=" in text else {}
        operation = given.get("Action") or entry.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if not operation or operation in _SILENT:
            continue
        for name in set(re.findall(r"[\w/.-]{6,}", " ".join(given.values()) or text)):
            found[name].append(operation)
    return found


def wrong_with(
    data: Path,
    queued: Mapping[str, tuple[Choice, Action]],
    done: Mapping[str, Action],
    previews: Mapping[str, Sequence[str]],
) -> list[str]:
    """What did not end as it should."""
    seen = calls_by_resource(data)
    found = []
    for resource, (choice, action) in queued.items():
        settled = done[str(action.id)]
        if settled.state is not ActionState.DONE:
            found.append(f"{choice.finding.rule} on {resource}: {settled.state}, {settled.outcome}")
            continue
        wanted = [call.split(" ", 1)[0].rpartition(":")[2] for call in previews[resource]]
        asked = [call for call in seen.get(action.short_id, ()) if call in wanted]
        if "Action" not in wanted and asked and asked != wanted:
            found.append(f"{choice.finding.rule} on {resource}: {asked} was asked, {wanted} was shown")
    return found


def run(data: Path, count: int) -> int:
    """0 when all is as planned."""
    ctx = open_context(load())
    try:
        if migrate.pending(ctx.engine):
            migrate.upgrade(ctx.engine)
        user = begun(ctx)
        plan = recommendations.plan(ctx, user)
        by_click = [choice for choice in plan.chosen if choice.finding.fix is not None]
        chosen = [*by_click[:count], *(choice for choice in plan.chosen if choice.finding.fix is None)]
        previews = {
            choice.finding.resource_id: actions.preview(
                ctx, user, choice.finding.fix, choice.finding.resource_id, choice.finding.fix_parameters
            ).calls
            for choice in by_click[:count]
            if choice.finding.fix is not None and choice.finding.fix != "attach_schedule"
        }
        queued, others = applied(ctx, user, chosen)
        done = carried_out(ctx, user, [action for _, action in queued.values()])
        found = wrong_with(data, queued, done, previews)
        inventory.collect(ctx, Beat())
        evaluation.run(ctx, Beat())
        left = {each.finding.id for each in recommendations.plan(ctx, user).chosen}
        again = [
            f"{choice.finding.rule} on {name} is found again"
            for name, (choice, _) in queued.items()
            if choice.finding.id in left
        ]
        book = {row.entry.action_id for row in savings.listing(ctx, user).rows}
        missing = [
            f"the ledger does not know of {one.resource_id}"
            for one in done.values()
            if one.state is ActionState.DONE and one.started_at and one.id not in book
        ]
        wrong = [*found, *again, *missing]
        told = ", ".join(f"{number} {what}" for what, number in others.items())
        print(
            f"whole-plan: {plan.total_saving:.2f} USD a month planned; {len(queued)} actions; {told}; {len(wrong)} wrong"
        )
        for each in wrong[:40]:
            print(f"  {each}")
        return 1 if wrong else 0
    finally:
        ctx.warehouse.close()
        ctx.engine.dispose()


def main() -> int:
    """0 when nothing was wrong."""
    said = words("The demo's whole portfolio, applied through the queue.", FULL)
    with tempfile.TemporaryDirectory(prefix="pc-") as folder:
        data = Path(folder) / "home"
        cloud = RunningCloud(data)
        cloud.start()
        try:
            os.environ |= {
                "PIONEER_MODE": "demo",
                "PIONEER_DATA": str(data),
                "PIONEER_AWS_ENDPOINT": cloud.endpoint,
                "DATABASE_URL": said.url or embedded.url(Path(folder)),
            }
            return run(data, said.count)
        finally:
            cloud.end()


if __name__ == "__main__":
    raise SystemExit(main())
