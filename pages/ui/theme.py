"""Colours of entities and meanings, the little CSS the theme cannot say, and the only raw HTML of the product (constant text, no data)."""

import zlib
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#C9B81E")
"""Okabe and Ito's, the yellow darkened to be seen on white: seven entities, and grey for all others."""
EIGHTH = "#7B57A6"
"""For the eighth entity where there is no ninth: "other" would then be that one alone."""
OTHER = "#8A94A3"
UNTAGGED = "#B9C0CA"
GOOD, BAD, WARN, CALM = "#009E73", "#D55E00", "#E69F00", "#0072B2"
_KNOWN = {
    "Amazon Elastic Compute Cloud": PALETTE[0],
    "Amazon Relational Database Service": PALETTE[1],
    "Amazon Simple Storage Service": PALETTE[2],
    "Amazon Virtual Private Cloud": PALETTE[3],
    "AmazonCloudWatch": PALETTE[4],
    "Savings Plans for AWS Compute usage": PALETTE[5],
    "AWS Lambda": PALETTE[6],
    "AWS Data Transfer": EIGHTH,
    "Tax": "#8C5A3C",
    "Elastic Load Balancing": "#1B8A94",
    "AWS Credits": "#6B8E23",
    "Amazon DynamoDB": "#4C5FD5",
    "Amazon ElastiCache": "#A6325A",
    "Amazon Elastic File System": "#3F9E5A",
    "Amazon Elastic Container Service": "#B8860B",
    "Amazon Elastic Kubernetes Service": "#D1495B",
    "Amazon Redshift": "#9A4C95",
    "Amazon OpenSearch Service": "#5A7D9A",
    "Amazon CloudFront": "#E07B39",
    "us-east-1": PALETTE[0],
    "eu-west-1": PALETTE[1],
}
"""What nearly every bill holds has a colour of its own, the same on every screen, and never changes it for another's sake."""

# The table's own download writes formulas as they are; ours (tables.export) does not, so the other is hidden.
_CSS = """
[data-testid="stMetricValue"], [data-testid="stMetricDelta"], table, [data-testid="stDataFrame"]
  { font-variant-numeric: tabular-nums; }
[data-testid="stMainBlockContainer"] { max-width: 88rem; }
[data-testid="stElementToolbarButton"]:has([aria-label*="Download as CSV"]) { display: none; }
@media (hover: none), (max-width: 640px) {
  [data-testid="stElementToolbar"], [data-testid="InputInstructions"] { display: none; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; padding-top: 3.5rem; }
}
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] { padding-left: 0; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"]:not(:hover, :focus-visible) { background: none; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] :is(span, p, strong) { white-space: normal; overflow: visible; font-weight: normal; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] p { color: light-dark(#0B63A5, #7CC4F8); }
[data-testid^="stBaseButton-primary"]:enabled, [data-testid^="stBaseButton-primary"]:enabled * { color: light-dark(#FFFFFF, #0C1117); }
[data-testid="stCaptionContainer"] code { font-size: 0.92em; white-space: nowrap; color: inherit; }
[data-testid="stGridCell"] [data-testid="stVerticalBlock"] { gap: 0.35rem; }
[data-testid="stGridCell"] [data-testid="stPageLink-NavLink"] { height: auto; min-height: 1.5rem; padding-block: 0.1rem; line-height: 1.35; }
[data-testid="stGridCell"] [data-testid="stPageLink-NavLink"] :is(span, p) { line-height: inherit; }
[data-testid="stGridCell"] [data-testid="stMetricLabel"] * { white-space: normal; overflow: visible; }
[data-testid="stGridCell"] [data-testid="stMetricValue"] * { white-space: normal; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  [data-testid="stGridCell"] { padding: 0.6rem 0.7rem; }
  [data-testid="stGridCell"] [data-testid="stMetricValue"] { font-size: 1.35rem; }
}
@media (max-width: 540px) {
  [data-testid="stGridCell"]:last-child:nth-child(odd) { grid-column: 1 / -1; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
[data-testid="stSidebarHeader"] { height: 2.25rem; margin-bottom: 0; }
[data-testid="stSidebarUserContent"] { padding-bottom: 0; }
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: 0.25rem; }
[data-testid="stSidebarUserContent"] [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"]) { margin-top: 0.35rem; }
[data-testid="stSidebarUserContent"] [data-testid="stPageLink-NavLink"] { padding-block: 0.15rem; }
[data-testid="stSidebarUserContent"] [data-testid="stLayoutWrapper"]:has(> .st-key-signed-in)
  { position: sticky; bottom: 0; padding: 0.5rem 0; background: light-dark(#F7F9FB, #0C1117); border-top: 1px solid light-dark(#DFE4EA, #2B3744); }
"""

# A table that is wider than a phone fades out at its right edge, until one has scrolled to its end.
_MORE = """
@keyframes pioneer-more { from { mask-size: 100% 100%; } to { mask-size: calc(100% + 2rem) 100%; } }
[data-testid="stDataFrame"] { timeline-scope: --pioneer-table; }
[data-testid="stDataFrame"] .dvn-scroller { scroll-timeline: --pioneer-table inline; }
[data-testid="stDataFrame"] > div:has(.dvn-scroller) {
  mask: linear-gradient(to right, #000 calc(100% - 2rem), rgb(0 0 0 / 30%)) no-repeat 0 0 / calc(100% + 2rem) 100%;
  animation: pioneer-more linear both !important; animation-timeline: --pioneer-table !important;
}
"""

# Shown by the browser alone once a run takes longer than a blink: quick runs cost no timer and flicker nothing. Last in the column, out of
# every layout until then. An element that the server could not take back is hidden with the run's end.
_WAITING = """
@keyframes pioneer-show { from { visibility: hidden; max-height: 0; } to { visibility: visible; max-height: none; } }
@keyframes pioneer-breathe { 50% { opacity: 0.45; } }
@keyframes pioneer-pass { from { transform: translateX(-100%); } to { transform: translateX(350%); } }
[data-testid="stElementContainer"]:has(.pioneer-waiting) { order: 1000; opacity: 1 !important; }
[data-testid="stApp"][data-test-script-state="notRunning"] .pioneer-waiting { display: none; }
.pioneer-waiting > * { overflow: hidden; animation: pioneer-show 0s 180ms both !important; }
.pioneer-words { position: absolute; width: 1px; height: 1px; clip-path: inset(50%); white-space: nowrap; }
.pioneer-boxes { display: grid; gap: 1rem; grid-template-columns: repeat(3, 1fr); }
.pioneer-boxes i { height: 6.5rem; border-radius: 0.5rem; background: rgba(128, 145, 165, 0.16);
  animation: pioneer-breathe 1.8s ease-in-out infinite; }
.pioneer-boxes i:nth-child(4) { height: 20rem; grid-column: 1 / -1; }
.pioneer-boxes i:nth-child(n+5) { height: 2.25rem; grid-column: 1 / -1; }
.pioneer-line { position: fixed; z-index: 999999; inset: 0 0 auto 0; height: 3px; background: rgba(128, 145, 165, 0.16); }
.pioneer-line i { display: block; width: 30%; height: 100%; background: currentColor; opacity: 0.5;
  animation: pioneer-pass 1.6s ease-in-out infinite; }
@media (max-width: 640px) {
  .pioneer-boxes { grid-template-columns: 1fr; }
  .pioneer-boxes i:nth-child(4) { height: 14rem; }
}
@media (prefers-reduced-motion: reduce) { .pioneer-line i { width: 100%; } }
[data-testid="stStatusWidgetRunningIcon"] { display: none; }
"""
SHEET = _CSS + _MORE + _WAITING
_LINE = "<div class='pioneer-line' aria-hidden='true'><i></i></div>"


def apply() -> None:
    """Put the constant style sheet on the page. The browser drops it whole where it holds a `<`."""
    st.html(f"<style>{SHEET}</style>")


def waiting(title: str, *, boxes: bool) -> DeltaGenerator:
    """What is drawn while a screen is made: the shape of what comes, or only a thin line above what is there. `title` is a screen's own."""
    shape = f"<div class='pioneer-boxes' aria-hidden='true'>{'<i></i>' * 8}</div>" if boxes else _LINE
    words = f"{'Loading' if boxes else 'Updating'} {title} ..."
    return st.html(
        f"<div class='pioneer-waiting' role='status'>{shape}<p class='pioneer-words'>{words}</p></div>"
    )


def colours(keys: Sequence[str | None]) -> dict[str | None, str]:
    """A colour for each key of one chart: nearly always the same as on every other screen, and never two alike in one chart up to eight."""
    taken: dict[str | None, str] = {}
    free = [*PALETTE, EIGHTH]
    for key in sorted(keys, key=lambda each: (each not in _KNOWN, each or "")):
        if key is None:
            taken[key] = UNTAGGED
            continue
        wish = PALETTE[zlib.crc32(key.encode()) % len(PALETTE)]
        colour = _KNOWN.get(key) or (wish if wish in free or not free else free[0])
        if colour in free:
            free.remove(colour)
        taken[key] = colour
    return taken


def dark() -> bool:
    """Whether the reader's browser shows the dark theme."""
    return st.context.theme.type == "dark"


def ink() -> str:
    """The colour of thin lines and labels drawn by us."""
    return "#AEB9C6" if dark() else "#55606E"


def shade() -> str:
    """A band behind a chart: an open billing day, a schedule's off hours."""
    return "rgba(174,185,198,0.14)" if dark() else "rgba(85,96,110,0.10)"
