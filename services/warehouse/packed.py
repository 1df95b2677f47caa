"""Gzipped files: how far they may expand. A bill shrinks to a tenth or a thirtieth; what shrinks to a thousandth is no bill."""

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.errors import Invalid

RATIO = 200
"""A file may expand to this many times its size,"""
FLOOR = 32_000_000
"""or to this many bytes, if that is more: small files of equal lines shrink a lot."""
RESERVE = 256_000_000
"""Bytes of disk that a load leaves free."""
SLICE = 8_000_000
"""Bytes of text at once."""
_BLOCK = 1 << 18
_GZIP = 16 + zlib.MAX_WBITS
"""What tells zlib to expect gzip's header and to hold its checksum and length against what came."""


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
    with path.open("rb") as packed, target.open("wb") as plain:
        for text in _inflated(packed):
            written += len(text)
            if written > limit:
                raise _bomb(path)
            if written % (8 * SLICE) < len(text):
                check_disk(target.parent)
            plain.write(text)


class Expansion:
    """Counts what a gzipped file expands to, slice by slice, while another thread reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._limit = allowed(path)
        self._count = 0
        self._file = path.open("rb")
        self._slices = _inflated(self._file)

    def step(self) -> bool:
        """Count one more slice; answers whether there is more. Raises `Invalid` once it is too much."""
        if self._file.closed:
            return False
        try:
            text = next(self._slices, None)
        except (EOFError, zlib.error):
            text = None  # whoever reads the rows says what is wrong with it
        if text is None:
            self.close()
            return False
        self._count += len(text)
        if self._count > self._limit:
            raise _bomb(self.path)
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _inflated(packed: BinaryIO) -> Iterator[bytes]:
    """What a gzipped file holds, in slices; twice as fast as through the standard library's file.

    Raises EOFError where it ends too early, and `zlib.error` where it is damaged.
    """
    inflater, rest = zlib.decompressobj(_GZIP), b""
    within = False
    while block := rest or packed.read(_BLOCK):
        within = True
        if text := inflater.decompress(block, SLICE):
            yield text
        rest = inflater.unconsumed_tail
        if inflater.eof:  # another may follow: files that were put one behind the other; zeros are padding
            rest, within = inflater.unused_data.lstrip(b"\0"), False
            inflater = zlib.decompressobj(_GZIP)
    if within:
        if text := inflater.flush():
            yield text
        if not inflater.eof:
            message = "it ends before its content does"
            raise EOFError(message)


def _bomb(path: Path) -> Invalid:
    size = path.stat().st_size
    message = (
        f"{path.name} has {size:,} bytes and expands to more than {allowed(path):,}: no bill shrinks that far, "
        "so it was not read."
    )
    return Invalid(message, mend="If it is a bill all the same, unpack it and give the unpacked file.")
