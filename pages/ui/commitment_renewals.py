"""Commitments that end soon or ended lately: what each costs, covers and is worth. Amounts become floats only here."""

from collections.abc import Sequence

from core.costs.renewals import AHEAD, LATELY, Renewal
from core.costs.scope import COMMITMENT, CostType, Filter, Match
from pages.ui import cards, filter_field, states, tables
from pages.ui import format as fmt
from pages.ui.bill import Bill
from services.usecases import renewals


def section(ours: Bill) -> None:
    """What is due; a note where nothing is."""
    found = ours.ask(renewals.renewals)
    if found is None:
        return
    cards.heading(
        "Ends soon, ended lately",
        f"Within {AHEAD} days, or in the last {LATELY}. Amounts are a month's, from the last 30 full days that each ran.",
    )
    if not found.due:
        rest = (
            f" Of {fmt.count(len(found.unknown), 'commitment')} the bill does not say when."
            if found.unknown
            else ""
        )
        states.note(f"None is known to end within {AHEAD} days or to have ended in the last {LATELY}.{rest}")
        return
    _table(found.due)
    states.note(
        "What to commit to in their place is advised at the foot of the page, on what remains after the chosen savings. It is no "
        "saving of the plan: as long as one runs, it is saved already."
    )


def called(each: Renewal) -> str:
    """Its name, or the end of its id."""
    return fmt.clean(each.name or each.id.rpartition("/")[2])


def _ends(each: Renewal) -> str:
    """Its day, and how sure it is."""
    return f"by {fmt.day(each.ends)}" if each.seen else fmt.day(each.ends)


def _table(rows: Sequence[Renewal]) -> None:
    currencies = {each.currency for each in rows if each.currency}
    one = f", {next(iter(currencies))}" if len(currencies) == 1 else ""
    worth, cost, covers = (f"{name}{one}" for name in ("Worth", "Cost", "Covers"))
    columns: dict[str, list[object]] = {
        "Commitment": [called(each) for each in rows],
        worth: [fmt.pixel(each.worth) for each in rows],
        "Ends": [_ends(each) for each in rows],
        "What to do": [each.advice for each in rows],
        cost: [fmt.pixel(each.cost) for each in rows],
        covers: [fmt.pixel(each.covers) for each in rows],
        "Type": [fmt.clean(each.type or fmt.UNKNOWN) for each in rows],
        **({} if one else {"Currency": [fmt.clean(each.currency or fmt.UNKNOWN) for each in rows]}),
        "Id": [fmt.clean(each.id) for each in rows],
    }
    picked = tables.show(
        columns,
        {
            "Commitment": tables.thing_column("Commitment"),
            worth: tables.money_column(worth, hint="How much more a month its use costs without it."),
            "Ends": tables.text_column(
                "Ends", hint="“By” a day: no expiry is known, and its last line is of the day before."
            ),
            cost: tables.money_column(cost, hint="A month of it, amortised: used or not."),
            covers: tables.money_column(covers, hint="What a month of its use would cost on demand."),
        },
        alt="Commitments that end soon or ended lately, with their cost, cover and worth",
        key="renewals",
        select="single-row",
        rows=[each.id for each in rows],
    )
    exact = columns | {
        worth: [each.worth for each in rows],
        cost: [each.cost for each in rows],
        covers: [each.covers for each in rows],
    }
    tables.export(exact, "renewals.csv", key="renewals-csv")
    for each in (rows[place] for place in picked):
        days = fmt.span_of(each.period.start, each.period.end)
        label = f"{fmt.plain(called(each))}: the lines of {days}"
        only = (Filter(COMMITMENT, Match.IS, each.id),)
        filter_field.to_costs(
            label, only, CostType.EFFECTIVE, each.period, currency=each.currency, lines=True
        )
