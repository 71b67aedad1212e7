"""What a hostile store can do to bytes: flip a bit, drop a byte, add one, cut the end."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import CoffreError


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """`data` with one change."""
    position = draw(st.integers(0, len(data) - 1))
    kind = draw(st.sampled_from(["flip", "drop", "add", "cut"]))
    if kind == "flip":
        bit = 1 << draw(st.integers(0, 7))
        return data[:position] + bytes([data[position] ^ bit]) + data[position + 1 :]
    if kind == "drop":
        return data[:position] + data[position + 1 :]
    if kind == "add":
        return data[:position] + draw(st.binary(min_size=1, max_size=1)) + data[position:]
    return data[:position]


def refuses_every_change(data: bytes, read: Callable[[bytes], object]) -> None:
    """Asserts that `read` accepts `data` and raises a typed error, nothing else, for any one change."""
    read(data)

    @given(mutated(data))
    def check(changed: bytes) -> None:
        if changed != data:
            with pytest.raises(CoffreError):
                read(changed)

    check()
