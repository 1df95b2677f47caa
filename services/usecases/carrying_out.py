"""How the worker carries out actions: look, decide, write down the intent, call, look again, settle. Every write is fenced."""

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

from core.actions import steps
from core.actions.catalog import DECLARATIONS
from core.actions.facts import facts_of
from core.actions.kind import ACTION_TAG, Call, Do, Next, Settle, Sight, Wait, failed
from core.actions.model import Action
from core.errors import Conflict, PioneerError
from core.inventory import Account, Resource
from core.prices import InstanceType
from services.context import Beat, Context
from services.db import database
from services.db.stores import actions, connections, resources
from services.usecases import sending
from services.usecases.settling import intend, put_off, settle

BATCH = 50
THREADS = 8
"""How many actions are carried out at once; each spends its time waiting for AWS."""
AFTER_A_BUG = timedelta(minutes=1)
GIVE_UP = timedelta(hours=1)
"""How long an action that meets an error nobody foresaw is tried again."""
_log = logging.getLogger(__name__)


def carry_out_queued(ctx: Context, beat: Beat) -> str:
    """Worker job: take every action that is due one or more steps further. One that fails never stops the others.

    Raises `Conflict` when the lease was lost.
    """
    types = ctx.prices.instance_types()
    taken = settled = 0
    full = True
    while full:
        beat.check()
        with ctx.begin() as db:
            claimed = actions.claim(db, beat.epoch, database.now(db), BATCH)
        with ThreadPoolExecutor(THREADS, thread_name_prefix="action") as pool:
            futures = {pool.submit(_Carrying(ctx, beat, types, one).carry): one for one in claimed}
        settled += sum(_ended(ctx, beat, action, future) for future, action in futures.items())
        taken += len(claimed)
        full = len(claimed) == BATCH
    return f"{settled} settled, {taken - settled} under way." if taken else "Nothing to do."


def _ended(ctx: Context, beat: Beat, action: Action, future: Future[bool]) -> bool:
    """Whether the action is settled. A failure that nobody foresaw is logged, and the action put aside for a minute."""
    error = future.exception()
    if error is None:
        return future.result()
    named = {"action": str(action.id), "kind": action.kind.value, "resource": action.resource_id}
    if isinstance(error, Conflict):
        _log.warning("action given up to another worker: %s", error, extra=named)
        return False
    _log.error("action met an error nobody foresaw", exc_info=error, extra=named)
    with ctx.begin() as db:
        now = database.now(db)
        current = actions.write(db, beat.epoch, action, not_before=now + AFTER_A_BUG)
        if current.started_at is None or now < current.started_at + GIVE_UP:
            return False
        words = f"Cloud Pioneer itself failed on this ({type(error).__name__}); its log says more."
        settle(db, beat.epoch, current, failed(words), None)
        return True


@dataclass(frozen=True)
class _Carrying:
    """One action on its way."""

    ctx: Context
    beat: Beat
    types: Mapping[str, InstanceType]
    claimed: Action

    def carry(self) -> bool:
        """As far as AWS lets us go now; whether the action is settled."""
        action = self.claimed
        with self.ctx.begin() as db:
            account = connections.one(db, action.organisation_id, action.account_id)
            stored = resources.by_ids(db, action.organisation_id, [action.resource_id]).get(
                action.resource_id
            )
        if account is None or stored is None:
            missing = "account" if account is None else "resource"
            return self._end(action, failed(f"Its {missing} is no longer connected."), None)
        while True:
            self.beat.check()
            following: Next | steps.PutBack | steps.Without
            action, sight, following = self._look(account, stored, action)
            if isinstance(following, Do):
                began, action = action, self._intend(action, following.call)
                error = self._send(account, action, following.call)
                if error is None:
                    continue
                following = steps.answered(began, following.call, error)
            if isinstance(following, steps.Without):
                action = self._do_without(action, following.what)
            elif isinstance(following, steps.PutBack):
                action = self._put_back(action, following.why)
            elif isinstance(following, Settle):
                return self._end(action, following, sight)
            elif isinstance(following, Wait):
                return self._wait(action, following, sight)

    def _look(
        self, account: Account, stored: Resource, action: Action
    ) -> tuple[Action, Sight | None, Next | steps.PutBack]:
        """What AWS shows and what follows; the first sight becomes the action's `before`."""
        try:
            resource = self.ctx.cloud.look(account, stored)
            copies: tuple[tuple[str, str], ...] = ()
            if (kept := DECLARATIONS[action.kind].keeps) is not None:
                copies = self.ctx.cloud.copies(account, action.region, kept, ACTION_TAG, str(action.id))
        except PioneerError as error:
            return action, None, steps.unseen(action, error, self.ctx.now())
        if action.before is None and resource is not None:
            action = replace(action, before=facts_of(resource))
        sight = Sight(resource, copies)
        return action, sight, steps.decide(action, sight, self.ctx.now(), self.types)

    def _send(self, account: Account, action: Action, call: Call) -> PioneerError | None:
        """Send the call; the error AWS answered, if it did."""
        self.beat.check()
        try:
            sending.send(self.ctx.cloud, account, action, call)
        except PioneerError as error:
            return error
        return None

    def _intend(self, action: Action, call: Call) -> Action:
        with self.ctx.begin() as db:
            return intend(db, self.beat.epoch, action, call)

    def _put_back(self, action: Action, why: str) -> Action:
        with self.ctx.begin() as db:
            return actions.write(db, self.beat.epoch, action, outcome=why)

    def _do_without(self, action: Action, what: str) -> Action:
        """The call had no effect, so the next one need not wait for it."""
        kept = {**(action.after or {}), "without": [*action.without, what]}
        with self.ctx.begin() as db:
            return actions.write(db, self.beat.epoch, action, after=kept, step_at=None)

    def _end(self, action: Action, end: Settle, sight: Sight | None) -> bool:
        with self.ctx.begin() as db:
            settle(db, self.beat.epoch, action, end, sight)
        return True

    def _wait(self, action: Action, wait: Wait, sight: Sight | None) -> bool:
        with self.ctx.begin() as db:
            put_off(db, self.beat.epoch, action, wait, sight)
        return False
