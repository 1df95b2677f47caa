"""Gzipped files are unpacked to what went in, whatever they are made of, and never to more than a bill may hold."""

import gzip
import zlib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from services.warehouse import packed
from services.warehouse.packed import Expansion, unpack

TEXTS = st.lists(st.binary(max_size=200) | st.integers(1, 300_000).map(lambda size: b"a" * size), min_size=1)


def unpacked(content: bytes) -> bytes:
    with TemporaryDirectory() as folder:
        path, target = Path(folder) / "bill.csv.gz", Path(folder) / "bill.csv"
        path.write_bytes(content)
        unpack(path, target)
        return target.read_bytes()


def while_more(expansion: Expansion) -> None:
    while expansion.step():
        pass


@given(TEXTS, st.integers(0, 9), st.integers(0, 600), st.sampled_from([1 << 10, 1 << 16, packed.SLICE]))
def test_what_was_packed_comes_out_in_whatever_slices(
    texts: list[bytes], level: int, padding: int, size: int
) -> None:
    content = b"".join(gzip.compress(text, level) for text in texts) + b"\0" * padding
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "SLICE", size)
        assert unpacked(content) == b"".join(texts)


@given(st.binary(min_size=1, max_size=2_000), st.data())
def test_a_part_of_a_file_is_never_taken_for_the_whole(text: bytes, data: st.DataObject) -> None:
    content = gzip.compress(text)
    with pytest.raises(EOFError):
        unpacked(content[: data.draw(st.integers(1, len(content) - 1))])


@given(st.binary(min_size=1, max_size=2_000), st.data())
def test_a_changed_byte_never_makes_another_text(text: bytes, data: st.DataObject) -> None:
    content = bytearray(gzip.compress(text))
    place = data.draw(st.integers(10, len(content) - 1))  # the header's ten hold a date and a system's name
    content[place] ^= data.draw(st.integers(1, 255))
    with suppress(EOFError, zlib.error):  # some bits say nothing, such as those that fill the last byte
        assert unpacked(bytes(content)) == text


def test_what_expands_too_far_is_refused_by_who_unpacks_and_by_who_counts(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * 2 * packed.FLOOR))
    with pytest.raises(Invalid, match="no bill shrinks that far"):
        unpack(bomb, tmp_path / "bomb.csv")
    expansion = Expansion(bomb)
    with pytest.raises(Invalid, match="no bill shrinks that far"):
        while_more(expansion)
    expansion.close()
