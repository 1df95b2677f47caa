"""All that happens by itself, in one table. Jobs of a lane run one after the other; at the first start in this order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.connections import interval
from services.context import Beat, Context
from services.settings import Settings
from services.usecases import (
    actions,
    alerts,
    approvals,
    bill_history,
    budgets,
    data_notices,
    evaluation,
    ingest,
    inventory,
    mailing,
    metrics,
    notify,
    occasions,
    savings,
    schedules,
    stop_notices,
    units,
)


class Lane(StrEnum):
    """Slow jobs read a lot and may take minutes; alerts wait for CloudWatch; telling people waits for a mail server.

    What acts must wait for none of them.
    """

    QUICK = "quick"
    WATCH = "watch"
    TELL = "tell"
    SLOW = "slow"


@dataclass(frozen=True)
class Job:
    """One thing done by itself. `every` is its interval unless `setting` names one; `then` names jobs to run after a success.

    `fills`: a new installation's screens wait for it.
    """

    name: str
    every: str
    run: Callable[[Context, Beat], str]
    lane: Lane
    setting: str | None = None
    then: tuple[str, ...] = ()
    fills: bool = False

    def interval(self, settings: Settings) -> timedelta:
        """How far apart runs begin. Raises `Invalid` for a setting that is no interval."""
        return interval(self.every if self.setting is None else getattr(settings, self.setting))


def _bills(ctx: Context, beat: Beat) -> str:
    """Tell how far the ingest is, and sum it up."""
    reports = ingest.bills(ctx, on_progress=beat.say)
    months = "months" if len(reports) != 1 else "month"
    return f"{len(reports)} {months} loaded." if reports else "Nothing new."


_JUDGE = ("evaluate-recommendations",)
JOBS = (
    Job("run-schedules", "15s", schedules.run, Lane.QUICK),
    Job("carry-out-actions", "1s", actions.carry_out_queued, Lane.QUICK),
    Job("expire-approvals", "15m", approvals.expire, Lane.QUICK),
    Job("judge-what-was-acted-on", "15s", evaluation.after_actions, Lane.WATCH),
    Job("evaluate-alerts", "1m", alerts.evaluate, Lane.WATCH),
    Job("tell-what-happened", "15s", occasions.tell_what_happened, Lane.TELL),
    Job("tell-what-stops", "1m", stop_notices.tell_what_stops, Lane.TELL),
    Job("tell-what-is-missing", "5m", data_notices.tell_what_is_missing, Lane.TELL),
    Job("send-mail", "5s", mailing.send, Lane.TELL),
    Job("forget-old-notices", "24h", notify.forget, Lane.TELL),
    Job(
        "collect-inventory",
        "15m",
        inventory.collect,
        Lane.SLOW,
        setting="collect_every",
        then=_JUDGE,
        fills=True,
    ),
    Job(
        "ingest-bills",
        "1h",
        _bills,
        Lane.SLOW,
        setting="bills_every",
        then=(*_JUDGE, "check-budgets", "prove-savings"),
        fills=True,
    ),
    Job(
        "collect-metrics",
        "24h",
        metrics.collect,
        Lane.SLOW,
        setting="metrics_every",
        then=_JUDGE,
        fills=True,
    ),
    Job("evaluate-recommendations", "1h", evaluation.run, Lane.SLOW, fills=True),
    Job("prove-savings", "6h", savings.prove, Lane.SLOW),
    Job("check-budgets", "1h", budgets.check, Lane.SLOW),
    Job("read-unit-metrics", "15m", units.fetch, Lane.SLOW),
    Job("keep-bill-history", "24h", bill_history.keep, Lane.SLOW),
)
