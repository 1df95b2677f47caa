"""Gzipped files: how far they may expand. A bill shrinks to a tenth or a thirtieth; what shrinks to a thousandth is no bill."""

import gzip
import shutil
import zlib
from pathlib import Path

from core.errors import Invalid

RATIO = 200
"""A file may expand to this many times its size,"""
FLOOR = 32_000_000
"""or to this many bytes, if that is more: small files of equal lines shrink a lot."""
RESERVE = 256_000_000
"""Bytes of disk that a load leaves free."""
SLICE = 8_000_000
_BLOCK = 1_000_000


def allowed(path: Path) -> int:
    """Bytes that the file may expand to."""
    return max(FLOOR, RATIO * path.stat().st_size)


def check_disk(folder: Path, wanted: int = 0) -> None:
    """Raise `Invalid` when the disk has no room for `wanted` more bytes."""
    if shutil.disk_usage(folder).free < RESERVE + wanted:
        message = f"The disk that holds {folder} has no room left for this load."
        raise Invalid(message, mend="Free some, or keep the data on a larger disk (--data DIR).")


def unpack(path: Path, target: Path) -> None:
    """Write the file's content to `target`. Raises `Invalid` when it expands too far or the disk has no room."""
    limit, written = allowed(path), 0
    with gzip.open(path, "rb") as packed, target.open("wb") as plain:
        while block := packed.read(_BLOCK):
            written += len(block)
            if written > limit:
                raise _bomb(path)
            if written % (64 * _BLOCK) < _BLOCK:
                check_disk(target.parent)
            plain.write(block)


class Expansion:
    """Counts what a gzipped file expands to, slice by slice, while another thread reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._limit = allowed(path)
        self._count = 0
        self._file = gzip.open(path, "rb")  # noqa: SIM115  closed by `step` at the end and by `close`

    def step(self) -> bool:
        """Count one more slice; answers whether there is more. Raises `Invalid` once it is too much."""
        if self._file.closed:
            return False
        try:
            found = len(self._file.read(SLICE))
        except (EOFError, gzip.BadGzipFile, zlib.error):
            found = 0  # whoever reads the rows says what is wrong with it
        self._count += found
        if self._count > self._limit:
            raise _bomb(self.path)
        if not found:
            self.close()
        return found > 0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _bomb(path: Path) -> Invalid:
    size = path.stat().st_size
    message = (
        f"{path.name} has {size:,} bytes and expands to more than {allowed(path):,}: no bill shrinks that far, "
        "so it was not read."
    )
    return Invalid(message, mend="If it is a bill all the same, unpack it and give the unpacked file.")
