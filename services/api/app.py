"""The API as an ASGI application: at /api beside the screens, at / when alone."""

from fastapi import FastAPI

from services.api import errors
from services.api.document import Described
from services.api.headers import API_POLICY, Requests, SecurityHeaders
from services.api.routes import (
    actions,
    alerts,
    allocation,
    allocation_rules,
    approvals,
    auth,
    budgets,
    calendars,
    commitment_advice,
    commitments,
    connections,
    cost_changes,
    cost_comparison,
    cost_resource,
    cost_table,
    costs,
    focus,
    health,
    judgements,
    metrics,
    notices,
    one_click,
    optimize,
    overrides,
    reconcile,
    resources,
    savings,
    schedule,
    schedule_history,
    schedule_imports,
    schedule_preview,
    schedules,
    units,
    views,
    what_if,
)
from services.context import Context

DESCRIPTION = """Cost, resources, recommendations, schedules and alerts of your AWS accounts.

Send `Authorization: Bearer ...` with a token from `POST /auth/login`; it holds for the setting TOKEN_MINUTES. Errors are `application/problem+json`. Money is US dollars as text.
Every list is limited to what the signed-in user may see."""
ROUTERS = (
    auth.router,
    costs.router,
    cost_changes.router,
    cost_comparison.router,
    cost_resource.router,
    cost_table.router,
    focus.router,
    reconcile.router,
    views.router,
    allocation.router,
    allocation_rules.router,
    commitments.router,
    commitment_advice.router,
    budgets.router,
    units.router,
    resources.router,
    optimize.router,
    judgements.router,
    savings.router,
    one_click.router,
    schedule.router,
    schedule_history.router,
    overrides.router,
    calendars.router,
    schedule_imports.router,
    schedule_preview.router,
    what_if.router,
    schedules.router,  # last: its {schedule_id} would be each of the words above
    actions.router,
    approvals.router,
    metrics.router,
    alerts.router,
    connections.router,
    notices.router,
    health.router,
)


def create(ctx: Context) -> FastAPI:
    """Build it on a context."""
    app = Described(
        title="Cloud Pioneer",
        version="1",
        description=DESCRIPTION,
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        strict_content_type=True,
    )
    app.state.ctx = ctx
    app.add_middleware(Requests)
    app.add_middleware(SecurityHeaders, policy=API_POLICY, https=ctx.settings.secure_cookies)
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
