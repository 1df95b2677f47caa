"""The demo's time: the machine's, moved by as much as the product's clock was. While a journal is replayed, the time it was written."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

FILE = "demo-clock"


def keep_offset(data: Path, offset: timedelta) -> None:
    """Write down how far the product's clock is ahead of the machine's; a running demo cloud follows."""
    data.mkdir(parents=True, exist_ok=True)
    fresh = data / f"{FILE}.new"
    fresh.write_text(f"{offset.total_seconds()}\n", encoding="utf-8")
    fresh.replace(data / FILE)


class Clock:
    """One a process. Looks at the kept offset again whenever its file was replaced."""

    def __init__(self, data: Path) -> None:
        """Follow the offset kept in this data directory."""
        self._file = data / FILE
        self._seen: int | None = None
        self._offset = timedelta()
        self._held: datetime | None = None

    def now(self) -> datetime:
        """Aware, UTC."""
        return self._held if self._held is not None else datetime.now(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        """How far ahead of the machine's clock."""
        try:
            written = self._file.stat().st_mtime_ns
            if written != self._seen:
                self._offset = timedelta(seconds=float(self._file.read_text(encoding="utf-8")))
                self._seen = written
        except FileNotFoundError:
            return timedelta()
        return self._offset

    def hold(self, at: datetime | None) -> None:
        """Stand still at `at` (while replaying); None lets it run again."""
        self._held = at


def _naive_now() -> datetime:
    return pioneer_clock.now().replace(tzinfo=None)  # type: ignore[name-defined,no-any-return]  # noqa: F821  # a global of moto's module, see below


def install(clock: Clock, moto_utils: ModuleType) -> None:
    """Make moto tell this clock's time. Its modules imported `utcnow` by name, so the function itself is given another body."""
    moto_utils.pioneer_clock = clock  # type: ignore[attr-defined]  # what the new body reads
    moto_utils.utcnow.__code__ = _naive_now.__code__
