"""Padmé sizes and frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import Malformed
from crypto.padding import frame, padme, unframe


@given(st.integers(0, 6 << 30))
def test_padme_is_stable_never_smaller_and_at_most_12_percent_more(length: int) -> None:
    padded = padme(length)
    assert length <= padded <= length * 1.12 + 1
    assert padme(padded) == padded


@given(st.integers(0, 1 << 24), st.integers(0, 1 << 24))
def test_padme_keeps_order(left: int, right: int) -> None:
    assert (padme(min(left, right))) <= padme(max(left, right))


@given(st.binary(max_size=2000), st.sampled_from([256, 512]))
def test_frame_round_trip(message: bytes, floor: int) -> None:
    framed = frame(message, floor=floor)
    assert unframe(framed, floor=floor) == message
    assert len(framed) >= floor


def test_short_messages_of_all_lengths_look_alike() -> None:
    assert {len(frame(bytes(n), floor=256)) for n in range(253)} == {256}


@pytest.mark.parametrize("framed", [b"", b"\0\0\0", bytes(255), bytes(257), b"\xff" * 256])
def test_frames_of_a_wrong_length_are_refused(framed: bytes) -> None:
    with pytest.raises(Malformed):
        unframe(framed, floor=256)


def test_a_frame_of_another_floor_is_refused() -> None:
    with pytest.raises(Malformed):
        unframe(frame(b"x", floor=256), floor=512)


def test_zero_padding_is_checked_to_the_last_byte() -> None:
    framed = frame(b"x" * 10, floor=256)
    for position in (14, 100, 255):
        with pytest.raises(Malformed):
            unframe(framed[:position] + b"\1" + framed[position + 1 :], floor=256)


def test_a_frame_that_fills_its_size_has_no_slack() -> None:
    def read(data: bytes) -> bytes:
        opened = unframe(data, floor=16)
        assert len(opened) == 12
        return opened

    with pytest.raises(Malformed):
        unframe(frame(bytes(12), floor=16) + b"\0", floor=16)
    assert read(frame(bytes(12), floor=16)) == bytes(12)
