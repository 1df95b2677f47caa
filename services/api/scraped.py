"""How the service stands, in the words of a Prometheus scraper."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.db.stores.jobs import FAILED, RUNNING, WAITING
from services.usecases.telemetry import Figures


def text(figures: Figures) -> bytes:
    """Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Standing(figures))
    return generate_latest(registry)


class _Standing(Collector):
    """Figures as gauges. What is unknown has no sample: a zero would be a claim."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge with its samples."""
        figures = self._figures
        collected = GaugeMetricFamily(
            "pioneer_last_collection_timestamp_seconds",
            "When inventory was last collected whole.",
            labels=["account", "region"],
        )
        for place, at in figures.collected.items():
            collected.add_metric(place, at.timestamp())
        yield collected
        yield from self._jobs()
        actions = GaugeMetricFamily("pioneer_actions", "Actions there are.", labels=["kind", "state"])
        for labels, count in figures.actions.items():
            actions.add_metric(labels, count)
        yield actions
        found = GaugeMetricFamily("pioneer_open_findings", "Findings that are open.", labels=["rule"])
        for rule, count in figures.open_findings.items():
            found.add_metric([rule], count)
        yield found
        yield GaugeMetricFamily(
            "pioneer_open_saving_usd",
            "What open findings would save together, US dollars a month.",
            value=float(figures.saving),
        )

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        state = GaugeMetricFamily(
            "pioneer_job_state", "1 for the state a worker's job is in.", labels=["job", "state"]
        )
        since = GaugeMetricFamily(
            "pioneer_job_seconds_since_success",
            "Seconds since a worker's job last succeeded.",
            labels=["job"],
        )
        took = GaugeMetricFamily(
            "pioneer_job_last_run_seconds", "Seconds its last run took that ended.", labels=["job"]
        )
        for name, row in sorted(self._figures.jobs.items()):
            for each in (WAITING, RUNNING, FAILED):
                state.add_metric([name, each], float(row.state == each))
            if row.succeeded_at is not None:
                since.add_metric([name], (self._figures.now - row.succeeded_at).total_seconds())
            if row.started_at is not None and row.ended_at is not None:
                took.add_metric([name], (row.ended_at - row.started_at).total_seconds())
        yield from (state, since, took)
