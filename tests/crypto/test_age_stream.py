"""The age payload: chunk borders, faults, random access, memory."""

import io
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import age_stream
from crypto.age_stream import CHUNK_SIZE, PayloadReader, payload_length, plaintext_length
from crypto.errors import Malformed, Tampered
from tests.crypto.mutations import refuses_every_change

KEY = bytes(range(16))
BATCH = 16 * CHUNK_SIZE
SIZES = [
    0,
    1,
    CHUNK_SIZE - 1,
    CHUNK_SIZE,
    CHUNK_SIZE + 1,
    2 * CHUNK_SIZE,
    BATCH - 1,
    BATCH,
    BATCH + 1,
    2 * BATCH,
    2 * BATCH + CHUNK_SIZE,
]


def pattern(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


class Trickle:
    """A source of small pieces, as a pipe gives them."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        return self._data.read(min(size, 50_021))


@pytest.mark.parametrize("size", SIZES)
def test_round_trip_at_borders(size: int) -> None:
    payload = age_stream.seal_bytes(KEY, pattern(size))
    assert len(payload) == payload_length(size)
    assert plaintext_length(len(payload)) == size
    assert age_stream.open_bytes(KEY, payload) == pattern(size)


@pytest.mark.parametrize("size", SIZES)
def test_short_reads_make_no_difference(size: int) -> None:
    payload = b"".join(bytes(p) for p in age_stream.seal_chunks(KEY, Trickle(pattern(size)), random=bytes))
    assert payload == age_stream.seal_bytes(KEY, pattern(size), random=bytes)
    assert b"".join(bytes(p) for p in age_stream.open_chunks(KEY, Trickle(payload))) == pattern(size)


@pytest.mark.parametrize("size", [0, 1, 100, CHUNK_SIZE + 5])
def test_any_change_is_refused(size: int) -> None:
    payload = age_stream.seal_bytes(KEY, pattern(size))
    refuses_every_change(payload, lambda data: age_stream.open_bytes(KEY, data))


S = CHUNK_SIZE + 16


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p[:16] + p[16 + S : 16 + 2 * S] + p[16 : 16 + S] + p[16 + 2 * S :],
        lambda p: p[: 16 + S] + p[16 : 16 + S] + p[16 + S :],
        lambda p: p[:16] + p[16 + S :],
        lambda p: p[: 16 + 2 * S],
        lambda p: p + p[16 + 2 * S :],
        lambda p: p[:15],
        lambda p: p[:16],
        lambda p: p[: 16 + 2 * S + 16],
    ],
    ids=[
        "swapped",
        "repeated",
        "first dropped",
        "last dropped",
        "last twice",
        "no nonce",
        "no chunk",
        "tag only",
    ],
)
def test_chunks_keep_their_places(change: Callable[[bytes], bytes]) -> None:
    payload = age_stream.seal_bytes(KEY, pattern(2 * CHUNK_SIZE + 7))
    with pytest.raises(Tampered):
        age_stream.open_bytes(KEY, change(payload))


def test_a_full_last_chunk_followed_by_an_empty_one_is_refused() -> None:
    cipher = age_stream.payload_cipher(KEY, bytes(16))
    full, empty = memoryview(bytearray(S)), memoryview(bytearray(16))
    cipher.seal_into(age_stream._chunk_nonce(0, final=False), memoryview(bytes(CHUNK_SIZE)), full)
    cipher.seal_into(age_stream._chunk_nonce(1, final=True), memoryview(b""), empty)
    with pytest.raises(Tampered):
        age_stream.open_bytes(KEY, bytes(16) + bytes(full) + bytes(empty))


def test_another_key_and_a_key_of_another_length() -> None:
    payload = age_stream.seal_bytes(KEY, b"x")
    with pytest.raises(Tampered):
        age_stream.open_bytes(bytes(16), payload)
    with pytest.raises(Malformed):
        age_stream.open_bytes(bytes(32), payload)


SIZE = 3 * CHUNK_SIZE + 100


@given(st.integers(0, SIZE + 10), st.integers(0, 2 * CHUNK_SIZE))
def test_random_access_gives_the_same_bytes(start: int, length: int) -> None:
    payload = age_stream.seal_bytes(KEY, pattern(SIZE), random=bytes)
    reader = PayloadReader(KEY, io.BytesIO(payload), length=len(payload))
    assert reader.open_range(start, length) == pattern(SIZE)[start : start + length]


def test_random_access_refuses_a_cut_payload_before_anything_is_read() -> None:
    payload = age_stream.seal_bytes(KEY, pattern(SIZE))
    for end in (len(payload) - 1, 16 + 2 * S, 16 + S, 20):
        with pytest.raises(Tampered):
            PayloadReader(KEY, io.BytesIO(payload[:end]), length=end)


def test_random_access_reads_around_a_damaged_chunk_only() -> None:
    payload = bytearray(age_stream.seal_bytes(KEY, pattern(SIZE)))
    payload[16 + S + 5] ^= 1
    reader = PayloadReader(KEY, io.BytesIO(bytes(payload)), length=len(payload))
    assert reader.open_range(0, CHUNK_SIZE) == pattern(CHUNK_SIZE)
    with pytest.raises(Tampered):
        reader.open_range(CHUNK_SIZE, 1)
    with pytest.raises(Malformed):
        reader.open_range(-1, 1)


@pytest.mark.parametrize("length", [0, 15, 31, 16 + S + 1, 16 + S + 16])
def test_lengths_that_no_payload_has(length: int) -> None:
    with pytest.raises(Tampered):
        plaintext_length(length)


def test_memory_stays_constant() -> None:
    class Zeros:
        left = 48 << 20

        def read(self, size: int, /) -> bytes:
            given = min(size, self.left)
            self.left -= given
            return bytes(given)

    tracemalloc.start()
    try:
        total = sum(len(piece) for piece in age_stream.seal_chunks(KEY, Zeros()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == payload_length(48 << 20)
    assert peak < 8 << 20


def test_random_access_to_a_source_that_became_shorter() -> None:
    payload = age_stream.seal_bytes(KEY, pattern(SIZE))
    source = io.BytesIO(payload)
    reader = PayloadReader(KEY, source, length=len(payload))
    source.truncate(16 + S + 100)
    with pytest.raises(Tampered):
        reader.open_range(CHUNK_SIZE, 1)


def test_random_access_to_a_source_that_was_always_shorter() -> None:
    payload = age_stream.seal_bytes(KEY, pattern(SIZE))
    for end in (10, len(payload) - 1):
        with pytest.raises(Tampered):
            PayloadReader(KEY, io.BytesIO(payload[:end]), length=len(payload))
