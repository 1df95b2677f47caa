"""How long bills that were replaced can still be asked."""

from datetime import timedelta

from services.context import Beat, Context
from services.db.stores import load_runs
from services.warehouse import history


def keep(ctx: Context, _beat: Beat) -> str:
    """Forget states of the bill replaced more than `BILL_HISTORY_DAYS` ago, and their files. Files know the machine's time only."""
    before = ctx.real_now() - timedelta(days=ctx.settings.bill_history_days)
    expired = history.expire(ctx.warehouse, before)
    with ctx.begin() as db:
        load_runs.forget(db, ctx.now() - timedelta(days=ctx.settings.bill_history_days))
    return f"{expired.states} old states of the bill forgotten, {expired.files} files deleted."
