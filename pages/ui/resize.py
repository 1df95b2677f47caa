"""The dialog that gives an instance another type: what it has and what it costs by list price, now and then."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from core import money
from core.actions.model import ActionKind
from core.inventory import Instance
from core.prices import InstanceType, Price, PriceBook
from core.recommendations.finding import UnknownFact
from core.recommendations.list_prices import hourly
from pages.ui import confirm, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen

HOURLY_PLACES = 4


def resize(screen: Screen, instance: Instance, costs: Mapping[str, Decimal | None]) -> None:
    """Open the dialog. `costs` are US dollars a month, None where unknown."""

    @st.dialog(f"Resize {fmt.plain(fmt.short(instance.name or instance.id, 40))}?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        types = now.ctx.prices.instance_types()
        alike = _alike(instance, types)
        if not alike:
            states.empty(
                "No other type is known",
                f"We know of no other type that starts {instance.architecture} software.",
            )
            return
        wanted = st.selectbox(
            "New type",
            alike,
            index=_beside(types.get(instance.type), alike, types),
            format_func=lambda name: f"{name}: {_power(types.get(name))}",
            key="resize-type",
        )
        if wanted:
            _compared(now.ctx.prices.book(), instance, types, wanted)
            confirm.asked(now, ActionKind.RESIZE_INSTANCE, (instance,), costs, {"instance_type": wanted})

    ask()


def _compared(book: PriceBook, instance: Instance, types: Mapping[str, InstanceType], wanted: str) -> None:
    """Now and then beside each other, and the difference in one sentence."""
    both = [instance.type, wanted]
    prices, unknown = list[Price | None](), list[str]()
    for name in both:
        try:
            prices.append(hourly(book, instance, name))
        except UnknownFact as reason:
            prices.append(None)
            unknown.append(str(reason))
    rows = {
        "Size": [_power(types.get(name)) for name in both],
        "List price an hour": [fmt.money(each and each.usd, places=HOURLY_PLACES) for each in prices],
        "List price a month": [fmt.money(each and money.monthly(each.usd), places=2) for each in prices],
    }
    columns = [fmt.plain(f"{when}: {name}") for when, name in zip(("Now", "Then"), both, strict=True)]
    table = pd.DataFrame.from_dict(
        {name: [fmt.plain(each) for each in values] for name, values in rows.items()},
        orient="index",
        columns=columns,
    )
    st.table(table, border="horizontal", alt=f"{instance.type} now and {wanted} then, by list price")
    old, new = prices
    if old is None or new is None:
        states.note(f"What it would change is unknown. {' '.join(dict.fromkeys(unknown))}")
        return
    st.markdown(fmt.plain(_difference(money.monthly(new.usd - old.usd))))
    basis = f"On demand, Linux, {instance.region}, as of {fmt.day(new.as_of)}, at 730 hours a month"
    scaled = "; scaled from us-east-1 for want of a public source" if new.demo else ""
    states.note(f"{basis}{scaled}. Discounts and commitments are not in a list price; the bill is below.")


def _difference(monthly: Decimal) -> str:
    if not monthly:
        return "By list price it costs the same."
    amount = fmt.money(abs(monthly), places=2)
    return f"By list price it costs {amount} {'more' if monthly > 0 else 'less'} a month."


def _alike(instance: Instance, types: Mapping[str, InstanceType]) -> list[str]:
    """Types its disk would start on: the same family first, each family by size."""
    family = instance.type.partition(".")[0]
    fits = [
        each
        for name, each in types.items()
        if each.architecture == instance.architecture and name != instance.type
    ]
    fits.sort(
        key=lambda each: (
            not each.name.startswith(f"{family}."),
            each.name.partition(".")[0],
            each.vcpu,
            each.memory_mib,
        )
    )
    return [each.name for each in fits]


def _beside(current: InstanceType | None, among: Sequence[str], types: Mapping[str, InstanceType]) -> int:
    """The place of the next smaller of the same family: what one mostly wants; else the first."""
    if current is None:
        return 0
    family = current.name.partition(".")[0]
    smaller = [
        place
        for place, name in enumerate(among)
        if name.startswith(f"{family}.") and types[name].memory_mib < current.memory_mib
    ]
    return smaller[-1] if smaller else 0


def _power(known: InstanceType | None) -> str:
    return f"{known.vcpu} vCPU, {known.memory_mib / 1024:,.4g} GiB" if known else fmt.UNKNOWN
