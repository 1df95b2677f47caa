"""Keeps garbage collection away from people who wait: libraries are frozen once loaded, full collections happen every few seconds at most."""

import asyncio
import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

HEAVY = (
    "pandas",
    "pyarrow.dataset",
    "duckdb",
    "ibis",
    "plotly.graph_objects",
    "plotly.express",
    "sklearn.cluster",
    "streamlit_authenticator",
)
EVERY_SECONDS = 10


def freeze() -> None:
    """Load what screens will need, then take everything that lives now out of the collector's sight."""
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def collected() -> AsyncIterator[None]:
    """While open, collect what runs leave behind, in place of Streamlit's full collection after each run."""

    async def tidy() -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            gc.collect()

    task = asyncio.create_task(tidy())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        gc.unfreeze()  # so that libraries can take themselves down in order
