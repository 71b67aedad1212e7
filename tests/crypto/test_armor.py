"""ASCII armor beyond the community's vectors: streams, sizes, any change."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.armor import ArmorReader, ArmorWriter, armor, dearmor
from crypto.errors import Malformed


@given(st.binary(max_size=500), st.integers(1, 100), st.integers(1, 100))
def test_any_steps_of_writing_and_reading_give_the_same(data: bytes, write: int, read: int) -> None:
    out = io.BytesIO()
    writer = ArmorWriter(out)
    for start in range(0, len(data), write):
        writer.write(data[start : start + write])
    writer.close()
    assert out.getvalue() == armor(data)
    reader = ArmorReader(io.BytesIO(out.getvalue()))
    assert b"".join(iter(lambda: reader.read(read), b"")) == data


def test_lines_have_64_columns() -> None:
    lines = armor(bytes(100)).splitlines()
    assert [len(line) for line in lines[1:-1]] == [64, 64, 8]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"AGE", b"age"),
        lambda text: text[: len(text) // 2],
        lambda text: text + b"x",
        lambda text: b"x" + text,
        lambda text: text.replace(b"\n", b"\n\n", 1),
        lambda text: b"\n" * 2000 + text,
        lambda text: text + b" " * 2000,
        lambda text: text.replace(b"A", b"*"),
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: b"",
    ],
)
def test_faults(change: Callable[[bytes], bytes]) -> None:
    text = armor(bytes(100))
    with pytest.raises(Malformed):
        dearmor(change(text))


def test_a_line_without_end_is_not_gathered_in_memory() -> None:
    class Endless:
        given = 0

        def read(self, size: int, /) -> bytes:
            self.given += size
            return b"A" * size

    source = Endless()
    with pytest.raises(Malformed):
        ArmorReader(source).read(10)
    assert source.given < 1 << 20


@pytest.mark.parametrize("step", [1, 7, 64])
def test_white_space_around_in_small_pieces(step: int) -> None:
    class Trickle:
        def __init__(self, data: bytes) -> None:
            self._data = io.BytesIO(data)

        def read(self, size: int, /) -> bytes:
            return self._data.read(min(size, step))

    reader = ArmorReader(Trickle(b" \n" * 50 + armor(b"age file") + b"\n " * 50))
    assert reader.read(100) == b"age file"
    assert reader.read(100) == b""
    for text in (b" " * 2000, armor(b"x") + b" " * 2000):
        with pytest.raises(Malformed):
            ArmorReader(Trickle(text)).read(100)
