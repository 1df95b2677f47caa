"""What was done to the demo cloud, a line of JSON each, written before the answer goes out, so that it comes back as it was left."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import Invalid

FILE = "cloud-journal"


@dataclass(frozen=True)
class Entry:
    """A request that changed the cloud, and when."""

    at: datetime
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def line(self) -> bytes:
        """As kept."""
        kept = {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": dict(self.headers),
            "body": base64.b64encode(self.body).decode(),
        }
        return json.dumps(kept).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Entry":
        """From a kept line; raises ValueError or KeyError for anything else."""
        kept = json.loads(line)
        return cls(
            datetime.fromisoformat(kept["at"]),
            kept["method"],
            kept["path"],
            kept["query"],
            kept["headers"],
            base64.b64decode(kept["body"]),
        )


class Journal:
    """The journal in a data directory."""

    def __init__(self, data: Path) -> None:
        """Open it, making the directory where needed."""
        data.mkdir(parents=True, exist_ok=True)
        self._file = data / FILE

    def entries(self) -> list[Entry]:
        """All entries in order. A torn last line (the process was killed while writing) was never answered: it is cut off.

        Raises `Invalid` when a line before it is damaged.
        """
        if not self._file.exists():
            return []
        whole = self._file.read_bytes()
        complete, _, torn = whole.rpartition(b"\n")
        if torn:
            with self._file.open("r+b") as file:
                file.truncate(len(whole) - len(torn))
        found = []
        for number, line in enumerate(complete.split(b"\n") if complete else [], 1):
            try:
                found.append(Entry.read(line))
            except (ValueError, KeyError) as error:
                message = f"Line {number} of the demo cloud's journal ({self._file}) is damaged."
                raise Invalid(message, mend="Start over with ./pioneer demo --reset.") from error
        return found

    def append(self, entry: Entry) -> None:
        """Keep an entry, on disk when this returns."""
        with self._file.open("ab") as file:
            file.write(entry.line())
            file.flush()
            os.fsync(file.fileno())
