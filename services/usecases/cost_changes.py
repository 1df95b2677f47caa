"""Why the cost of one period is not that of another."""

from core.access.roles import Permission, User
from core.costs import spend as spending
from core.costs import why as reasoning
from core.costs.scope import EVER, Scope
from core.costs.why import Amounts, Charge, Moved, Thing, Why
from core.errors import Invalid
from core.money import ZERO
from core.periods import Period
from services.context import Context
from services.warehouse import answers
from services.warehouse.questions import why as question
from services.warehouse.warehouse import Rows

TOP = 50


def why(
    ctx: Context,
    user: User,
    scope: Scope,
    *,
    against: Period | None = None,
    top: int = TOP,
    at: str | None = None,
) -> Why:
    """Split the difference between the scope's period and `against` (the one just before, of the same length) into reasons.

    Down to the resource: the `top` largest, and the rest in one. All amounts are of one currency, the larger unless the scope names one.
    """
    user.require(Permission.VIEW_COSTS)
    if scope.period == EVER or (against is None and scope.period.start == EVER.start):
        raise Invalid("All days there are have no days before them to be compared with.")
    pinned, scope = ctx.warehouse.pin(user.organisation_id, at), scope.within(user.accounts)
    earlier = against or scope.period.previous()
    now, before = answers.parts(pinned, scope, ()), answers.parts(pinned, scope.during(earlier), ())
    currency = spending.chosen_currency(spending.by_currency([*now, *before]), scope.currency)
    first, last = answers.span(pinned, scope.accounts)
    rows = pinned.ask(question.why, scope.in_currency(currency), earlier) if currency else ()
    return reasoning.explain(
        _things(rows),
        period=scope.period,
        against=earlier,
        before=dict(spending.by_currency(before)).get(currency or "", ZERO),
        now=dict(spending.by_currency(now)).get(currency or "", ZERO),
        currency=currency,
        currencies=spending.by_currency(now),
        cost=scope.cost,
        complete=first is not None
        and last is not None
        and first <= earlier.start
        and last >= scope.period.end,
        top=top,
    )


def _things(rows: Rows) -> list[Moved]:
    width = len(question.THING)
    found = []
    for row in rows:
        service, account, region, resource, meter, unit, charge = row[:width]
        thing = Thing(service, account, region, resource, meter, unit, Charge(charge))
        found.append(Moved(thing, Amounts(*row[width : width + 4]), Amounts(*row[width + 4 :])))
    return found
