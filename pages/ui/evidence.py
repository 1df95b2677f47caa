"""Evidence drawn: the metric against its threshold, the week's pattern, the prices compared; the rest as names and values."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation

import plotly.graph_objects as go
import streamlit as st

from core.inventory import Kind
from core.measured import METRICS
from core.metric import Metric
from core.recommendations.finding import StoredFinding
from pages.ui import cards, charts, page, states, tables, theme
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import metrics

DAYS = 14
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = 24
MOST_DRAWN = 3
MEGA = 1e6
ALIASES: Mapping[tuple[Kind, str], tuple[str, ...]] = {
    (Kind.INSTANCE, "network"): ("network_in",),
    (Kind.DATABASE, "memory"): ("free_memory",),
    (Kind.DATABASE, "iops"): ("read_iops", "write_iops"),
    (Kind.NAT_GATEWAY, "bytes out"): ("bytes_out",),
    (Kind.NAT_GATEWAY, "traffic"): ("bytes_out",),
    (Kind.VOLUME, "iops"): ("read_ops", "write_ops"),
    (Kind.VOLUME, "throughput"): ("read_bytes", "write_bytes"),
    (Kind.VOLUME, "operations"): ("read_ops", "write_ops"),
}
"""What a rule reckons from several metrics: these are drawn."""
EVERY_THIRD = [f"{hour:02d}" for hour in range(0, HOURS, 3)]
WORDS: Mapping[str, str] = {
    "hours": "Hours with samples",
    "size_gb": "Size, GB",
    "days_unattached": "Days attached to nothing",
    "threshold_days": "Reported from this many days on",
    "observed": "Seen by us when it was detached",
    "public_ip": "Address",
    "hours_off_a_week": "Hours off a week",
    "instances_alike": "Instances used alike",
}
"""Evidence in words, where its name alone would not say."""
DRAWN = frozenset({"metrics", "active", "variants", "prices", "window"})


def show(screen: Screen, finding: StoredFinding) -> None:
    """All evidence of a finding."""
    cards.heading("Evidence")
    held = finding.evidence
    measured = held.get("metrics")
    if isinstance(measured, Sequence) and not isinstance(measured, str):
        _metrics(screen, finding, [each for each in measured if isinstance(each, Mapping)])
    active = held.get("active")
    if isinstance(active, Sequence) and len(active) == len(NAMES) * HOURS:
        _week(active)
    variants = held.get("variants")
    if isinstance(variants, Sequence):
        _variants([each for each in variants if isinstance(each, Mapping)])
    rest = [
        (WORDS.get(name) or fmt.sentence(_label(name)), _words(value))
        for name, value in held.items()
        if name not in DRAWN
    ]
    prices = held.get("prices")
    if isinstance(prices, Mapping):
        rest += [priced(str(name), value) for name, value in prices.items()]
    if rest:
        cards.facts(rest)
    if not held:
        states.note("The reason above is all there is.")


def _metrics(screen: Screen, finding: StoredFinding, measured: Sequence[Mapping[str, object]]) -> None:
    known = {each.metric: each for each in METRICS.get(finding.resource_kind, ())}
    drawn = 0
    for each in measured:
        word = str(each.get("metric"))
        for name in ALIASES.get((finding.resource_kind, word), (word,)):
            if name in known and drawn < MOST_DRAWN:
                drawn += _drawn(screen, finding, known[name], each)
    columns: dict[str, list[object]] = {
        "Measured": [_metric(str(each.get("metric"))) for each in measured],
        "Average": [_number(each.get("mean")) for each in measured],
        "Highest": [_number(each.get("maximum")) for each in measured],
        "Threshold": [_number(each.get("threshold")) for each in measured],
        "Unit": [str(each.get("unit") or "") for each in measured],
    }
    tables.show(
        columns,
        {"Measured": tables.word_column("Measured")}
        | {
            name: tables.number_column(name, places=2, width=78)
            for name in ("Average", "Highest", "Threshold")
        },
        alt="Measured values and thresholds",
        key="evidence-measured",
        placeholder="",
    )
    tables.export(columns, "measured.csv", key="evidence-measured-csv")


def _drawn(screen: Screen, finding: StoredFinding, metric: Metric, said: Mapping[str, object]) -> bool:
    """One metric of the finding's resource, hour by hour, against the threshold where that is in the same unit; whether there was any."""
    span = (screen.now - timedelta(days=DAYS), screen.now)
    got = page.attempt(
        metrics.series,
        screen.ctx,
        screen.user,
        [finding.resource_id],
        metric.metric,
        *span,
    )
    series = (got or {}).get(finding.resource_id)
    if series is None or not len(series.times):
        return False
    scale, unit = (MEGA, "MB") if metric.unit == "bytes" else (1.0, metric.unit)
    threshold = said.get("threshold")
    line = None
    if threshold is not None and said.get("unit") == metric.unit == unit:
        words = said.get("says") or "threshold"
        line = (float(str(threshold)), f"{words} {_number(threshold):g}{fmt.suffix(unit)}")
    st.markdown(f"**{fmt.plain(metric.title)}** :gray[by the hour, the last {DAYS} days]")
    charts.lines(
        {metric.title: (series.times, [float(value) / scale for value in series.values])},
        unit="" if unit == "count" else unit,
        key=f"evidence-{metric.metric}",
        alt=f"{metric.title} by the hour against the threshold",
        threshold=line,
        height=charts.LOW + (60 if line else 20),
        step=metric.every,
        span=span,
    )
    return True


def _week(active: Sequence[object]) -> None:
    rows = [
        [_number(value) for value in active[day * HOURS : (day + 1) * HOURS]] for day in range(len(NAMES))
    ]
    chart = charts.figure(250, legend=False)
    chart.add_trace(
        go.Heatmap(
            z=rows,
            x=[f"{hour:02d}" for hour in range(HOURS)],
            y=list(NAMES),
            colorscale=[[0, "rgba(138,148,163,0.15)"], [1, theme.CALM]],
            zmin=0,
            zmax=1,
            xgap=2,
            ygap=2,
            showscale=False,
            hovertemplate="%{y} %{x}:00 UTC: active in %{z:.0%} of the weeks<extra></extra>",
        )
    )
    chart.update_layout(hovermode="closest")
    chart.update_xaxes(type="category", tickvals=EVERY_THIRD, tickangle=0)
    chart.update_yaxes(autorange="reversed", rangemode="normal", nticks=7, showgrid=False)
    st.markdown("**When it was active** :gray[hours of the week, UTC; the darker, the more often]")
    charts.drawn(chart, "evidence-week", "Hours of the week in which it was active")
    with tables.folded("evidence-week-folded") as opened:
        if opened:
            columns: dict[str, list[object]] = {"Day": [*NAMES]}
            columns |= {f"{hour:02d}": [row[hour] for row in rows] for hour in range(HOURS)}
            tables.show(
                columns,
                {},
                alt="Activity by hour of the week",
                key="evidence-week-table",
                placeholder="",
            )
            tables.export(columns, "active-hours.csv", key="evidence-week-csv")


def _variants(variants: Sequence[Mapping[str, object]]) -> None:
    price = "USD a month"
    columns: dict[str, list[object]] = {
        "Variant": [str(each.get("name") or "") for each in variants],
        price: [_number(each.get("list_usd")) for each in variants],
        "IOPS": [_number(each.get("iops")) for each in variants],
        "MiB/s": [_number(each.get("throughput")) for each in variants],
    }
    tables.show(
        columns,
        {
            "Variant": tables.text_column("Variant", width=110),
            price: tables.money_column(price, hint="List price"),
            "IOPS": tables.number_column("IOPS", width=70),
            "MiB/s": tables.number_column("MiB/s", width=70),
        },
        alt="Variants and their list prices",
        key="evidence-variants",
        placeholder="",
    )
    prices = [None if each.get("list_usd") is None else Decimal(str(each["list_usd"])) for each in variants]
    tables.export(columns | {price: prices}, "variants.csv", key="evidence-variants-csv")


def _metric(name: str) -> str:
    return name.upper() if name in {"cpu", "iops"} else fmt.sentence(fmt.words(name))


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _label(name: str) -> str:
    return " ".join("USD" if word == "usd" else word for word in fmt.words(name).split())


def priced(name: str, value: object) -> tuple[str, str]:
    """A list price of the evidence: what of, and with all its digits."""
    try:
        amount = fmt.unrounded(Decimal(str(value)))
    except InvalidOperation:
        return f"Price: {_label(name)}", _words(value)
    return f"Price: {' '.join(_label(name).replace('USD', '').split())}", amount


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{fmt.words(str(name))} {_words(held)}" for name, held in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_words(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "none" if value is None else str(value)
