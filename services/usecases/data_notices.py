"""An account whose data stopped coming is told to those who can mend it, once each time it stops."""

from collections.abc import Iterator

from core import dates
from core.access.roles import Permission
from core.connections import Connection, Freshness, Outcome, What, interval
from core.notices.kinds import NoticeKind
from core.notices.model import Occasion
from services.context import Beat, Context
from services.db.stores import access, leases
from services.db.stores import connections as store
from services.settings import Settings
from services.usecases import connections, notify


def tell_what_is_missing(ctx: Context, beat: Beat) -> str:
    """Worker job: look for accounts that were tried lately and did not answer for twice their interval."""
    with ctx.read() as db:
        organisations = store.organisations_watched(db)
    told = 0
    for organisation_id in organisations:
        beat.check()
        found = [
            each
            for connection in connections.of_organisation(ctx, organisation_id)
            if connection.status != "paused"
            for each in _missing(connection, ctx.settings)
        ]
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            able = [
                user for user in access.active(db, organisation_id) if user.may(Permission.MANAGE_CONNECTIONS)
            ]
            told += notify.tell(db, ctx, organisation_id, [(user, each) for user in able for each in found])
    return f"{told} notices." if told else "Everything comes."


def _missing(connection: Connection, settings: Settings) -> Iterator[Occasion]:
    every = {
        What.INVENTORY: settings.collect_every,
        What.METRICS: settings.metrics_every,
        What.BILLS: settings.bills_every,
    }
    for fresh in (connection.inventory, connection.metrics, connection.bills):
        if fresh is not None and _stopped(fresh, every[fresh.what]):
            account = connection.account
            last = "It never came." if fresh.at is None else f"The last came at {dates.when(fresh.at)}."
            yield Occasion(
                NoticeKind.DATA,
                f"account:{account.id}:{fresh.what.value}",
                "never" if fresh.at is None else fresh.at.isoformat(),
                f"{account.name}: {fresh.what.value} stopped coming",
                f"{last}\n{fresh.detail}",
                frozenset({account.id}),
                "connections",
                group="missing",
                many="{n} kinds of data stopped coming",
                line=f"{account.name}: {fresh.what.value}. {last}",
            )


def _stopped(fresh: Freshness, every: str) -> bool:
    """Tried and failed for longer than one failure lasts. What was not tried, because the worker did not run, has not stopped."""
    if fresh.tried_at is None or not fresh.stale or fresh.outcome not in {Outcome.FAILED, Outcome.PARTIAL}:
        return False
    if fresh.at is None:
        return fresh.outcome is Outcome.FAILED
    return fresh.tried_at - fresh.at >= interval(every)
