"""Allocation drawn: a bar a value, its own and its shared cost on end; and how much of the money each tag covers."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.costs.allocate import Allocation
from core.costs.tag_coverage import Coverage
from core.money import total
from pages.ui import charts, lying_bars, theme
from pages.ui import format as fmt

DIRECT, SHARED, LEFT = theme.PALETTE[0], theme.PALETTE[1], theme.OTHER
MOST_BARS = 12
LEAST = 0.5
"""What is less would round to nothing."""
UNALLOCATED = "Unallocated"
Band = tuple[str, str, tuple[float | None, ...]]


def by_value(found: Allocation, *, key: str) -> None:
    """The largest values, all others in one bar, and what is unallocated: the bars together are the bill."""
    symbol = fmt.SYMBOLS.get(found.currency or "", "")
    shown, rest = found.values[:MOST_BARS], found.values[MOST_BARS:]
    names = [each.value for each in shown] + ([f"Other ({len(rest):,})"] if rest else []) + [UNALLOCATED]
    direct = [each.direct for each in shown] + ([total(each.direct for each in rest)] if rest else [])
    shared = [each.shared for each in shown] + ([total(each.shared for each in rest)] if rest else [])
    bands: list[Band] = [
        ("Direct", DIRECT, (*map(fmt.pixel, direct), None)),
        ("Shared", SHARED, (*map(fmt.pixel, shared), None)),
        (UNALLOCATED, LEFT, (*[None] * len(direct), fmt.pixel(found.unallocated))),
    ]
    charts.legend([(name, colour) for name, colour, _ in bands])
    said = ("allocation", tuple(names), tuple(bands), symbol)
    chart = charts.built(said, lambda: _bars(names, bands, symbol, ""))
    charts.drawn(chart, key, "Cost by value: direct, shared and unallocated")


def coverage(found: Coverage, labels: Sequence[str], *, key: str) -> None:
    """A bar a tag, as long as all money: how much of it carries the tag."""
    shares = [0.0 if each.share is None else min(max(float(each.share) * 100, 0), 100) for each in found.rows]
    bands: list[Band] = [
        ("With the tag", DIRECT, tuple(shares)),
        ("Without", LEFT, tuple(100 - each for each in shares)),
    ]
    charts.legend([(name, colour) for name, colour, _ in bands])
    said = ("coverage", tuple(labels), tuple(bands))
    chart = charts.built(said, lambda: _bars(labels, bands, "", "%"))
    charts.drawn(chart, key, "How much of the money carries each tag")


def _bars(names: Sequence[str], bands: Sequence[Band], prefix: str, suffix: str) -> go.Figure:
    chart = charts.figure(46 * len(names) + 24, legend=False)
    places = list(range(len(names)))
    for name, colour, values in bands:
        chart.add_bar(
            x=list(values),
            y=places,
            orientation="h",
            width=0.4,
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            customdata=[fmt.chart_text(each) for each in names],
            hovertemplate=f"%{{customdata}}, {name.lower()}: {prefix}%{{x:,.2f}}{suffix}<extra></extra>",
        )
    lying_bars.over(
        chart, [(fmt.short(name, 40), _said(bands, at, prefix, suffix)) for at, name in enumerate(names)]
    )
    chart.update_layout(barmode="relative")
    chart.update_xaxes(visible=False)
    return chart


def _said(bands: Sequence[Band], place: int, prefix: str, suffix: str) -> str:
    """What a bar is as long as: all its parts together, or of shares the first."""
    amounts = [value for value in (values[place] for _, _, values in bands) if value is not None]
    amount = amounts[0] if suffix else sum(amounts)
    return f"<{prefix}1{suffix}" if 0 < amount < LEAST else f"{prefix}{amount:,.0f}{suffix}"
