"""Collecting what runs: every account and region, each published whole or not at all."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from core.connections import Outcome, What
from core.errors import PioneerError
from core.events import Event
from core.inventory import Account, RegionInventory
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import collections, connections
from services.db.stores import resources as store
from services.usecases.record import record

DEADLINE_SECONDS = 15 * 60
"""Of a whole run: what AWS has not answered by then is failed, and asked for again the next time."""
CUT_OFF = timedelta(hours=1)
KEPT = timedelta(days=60)


@dataclass(frozen=True)
class Begun:
    """One account and region whose collection has begun."""

    id: int
    account: Account
    region: str


def collect(ctx: Context, beat: Beat | None = None, *, deadline_seconds: float = DEADLINE_SECONDS) -> str:
    """Worker job: collect every account and region that is not paused, several at once. Answers a summary.

    What fails stays as it was last seen, and is said to have failed.
    """
    beat = beat or Beat()
    begun = _begin(ctx)
    outcomes: dict[int, Outcome] = {}
    threads = ThreadPoolExecutor(ctx.settings.collect_threads, thread_name_prefix="collect")
    waiting = {threads.submit(ctx.cloud.inventory, one.account, one.region): one for one in begun}
    try:
        for future in _finished(waiting, deadline_seconds):
            beat.check()
            one = waiting[future]
            outcomes[one.id] = _settle(ctx, one, future)
            beat.say(f"{len(outcomes)} of {len(begun)} account regions")
        for one in begun:
            if one.id not in outcomes:
                outcomes[one.id] = _fail(
                    ctx, one, "AWS had not answered when the time for this run was over."
                )
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
    _judge(ctx, begun, outcomes)
    whole = sum(outcome is Outcome.COMPLETE for outcome in outcomes.values())
    return f"{whole} of {len(begun)} account regions whole."


def _begin(ctx: Context) -> Sequence[Begun]:
    with ctx.begin() as db:
        collections.lock_beginning(db, What.INVENTORY)
        now = database.now(db)
        collections.interrupt(db, What.INVENTORY, now - CUT_OFF, now)
        collections.prune(db, now - KEPT)
        return [
            Begun(
                collections.begin(db, account.organisation_id, account.id, region, What.INVENTORY, now),
                account,
                region,
            )
            for account in connections.to_collect(db)
            for region in account.regions
        ]


def _finished(
    waiting: dict[Future[RegionInventory], Begun], deadline_seconds: float
) -> Iterator[Future[RegionInventory]]:
    """Each future as it ends; those that have not by the deadline never come."""
    try:
        yield from as_completed(waiting, timeout=deadline_seconds)
    except TimeoutError:
        return


def _settle(ctx: Context, one: Begun, future: Future[RegionInventory]) -> Outcome:
    try:
        seen = future.result()
    except PioneerError as error:
        return _fail(ctx, one, error.message)
    return _publish(ctx, one, seen)


def _publish(ctx: Context, one: Begun, seen: RegionInventory) -> Outcome:
    """The whole snapshot of one account and region in one transaction; a newer one that came first stays."""
    organisation_id, account = one.account.organisation_id, one.account
    outcome = Outcome.PARTIAL if seen.gaps else Outcome.COMPLETE
    with ctx.begin() as db:
        collections.lock_place(db, organisation_id, account.id, one.region, What.INVENTORY)
        now = database.now(db)
        if collections.overtaken(db, one.id):
            detail = "A collection that began later was published first."
            collections.end(db, one.id, now, outcome, detail=detail, calls=seen.calls, missing=seen.gaps)
            return outcome
        began = collections.began(db, one.id)
        new, changed = store.publish(db, organisation_id, seen.resources, began)
        gone = store.end(db, organisation_id, account.id, one.region, seen.kinds_seen, began)
        detail = f"{len(seen.resources)} resources."
        collections.end(
            db,
            one.id,
            now,
            outcome,
            detail=detail,
            calls=seen.calls,
            missing=seen.gaps,
            kinds=seen.kinds_seen,
        )
        if new or changed or gone:
            data = {
                "account_id": account.id,
                "region": one.region,
                "resources": len(seen.resources),
                "new": new,
                "changed": changed,
                "gone": gone,
                "gaps": len(seen.gaps),
            }
            event = Event("InventoryCollected", f"account:{account.id}", data)
            record(db, System(organisation_id, "collect-inventory"), event, subject=account.id)
    return outcome


def _fail(ctx: Context, one: Begun, reason: str) -> Outcome:
    with ctx.begin() as db:
        collections.end(db, one.id, database.now(db), Outcome.FAILED, detail=reason)
    return Outcome.FAILED


def _judge(ctx: Context, begun: Sequence[Begun], outcomes: dict[int, Outcome]) -> None:
    """An account of which nothing was seen is broken, any other is connected; only a change is written down."""
    with ctx.begin() as db:
        for account, places in groupby(begun, key=lambda one: one.account):
            failed = all(outcomes[one.id] is Outcome.FAILED for one in places)
            status = "broken" if failed else "connected"
            if connections.set_status(db, account.organisation_id, account.id, status, unless="paused"):
                event = Event(
                    "AccountChanged", f"account:{account.id}", {"account_id": account.id, "what": status}
                )
                who = System(account.organisation_id, "collect-inventory")
                record(db, who, event, subject=account.id)
