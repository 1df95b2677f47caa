"""Colours of entities and meanings, the little CSS the theme cannot say, and the only raw HTML of the product (constant text, no data)."""

import zlib
from collections.abc import Sequence

import streamlit as st

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#C9B81E")
"""Okabe and Ito's, the yellow darkened to be seen on white: seven entities, and grey for all others."""
OTHER = "#8A94A3"
UNTAGGED = "#B9C0CA"
GOOD, BAD, WARN, CALM = "#009E73", "#D55E00", "#E69F00", "#0072B2"
_KNOWN = {
    "Amazon Elastic Compute Cloud": 0,
    "Amazon Relational Database Service": 1,
    "Amazon Simple Storage Service": 2,
    "Savings Plans for AWS Compute usage": 5,
    "Amazon Virtual Private Cloud": 3,
    "AWS Lambda": 6,
    "AmazonCloudWatch": 4,
    "us-east-1": 0,
    "eu-west-1": 1,
}
"""What nearly every bill holds never changes its colour for another's sake."""

# The table's own download writes formulas as they are; ours (tables.export) does not, so the other is hidden.
_CSS = """<style>
[data-testid="stMetricValue"], [data-testid="stMetricDelta"], table, [data-testid="stDataFrame"]
  { font-variant-numeric: tabular-nums; }
[data-testid="stMainBlockContainer"] { max-width: 88rem; }
[data-testid="stElementToolbarButton"]:has([aria-label*="Download as CSV"]) { display: none; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
</style>"""


def apply() -> None:
    """Put the constant style sheet on the page."""
    st.html(_CSS)


def colours(keys: Sequence[str | None]) -> dict[str | None, str]:
    """A colour for each key of one chart: nearly always the same as on every other screen, and never two alike in one chart up to seven."""
    taken: dict[str | None, str] = {}
    free = list(PALETTE)
    for key in sorted(keys, key=lambda each: (each not in _KNOWN, each or "")):
        if key is None:
            taken[key] = UNTAGGED
            continue
        wish = PALETTE[_KNOWN.get(key, zlib.crc32(key.encode()) % len(PALETTE))]
        colour = wish if wish in free or not free else free[0]
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
