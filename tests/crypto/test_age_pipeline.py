"""The payload with threads: the same bytes and the same faults as without, in constant memory."""

import io
import threading
import time
import tracemalloc
from typing import Any

import pytest

from crypto import age_pipeline, age_stream
from crypto.age_stream import CHUNK_SIZE, payload_length
from crypto.errors import Malformed, Stale, Tampered

KEY = bytes(range(16))
BATCH = age_stream.PLAIN_BATCH
SIZES = [0, 1, CHUNK_SIZE, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH, 9 * BATCH, 9 * BATCH + CHUNK_SIZE + 5]


def pattern(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def sealed(size: int) -> bytes:
    return age_stream.seal_bytes(KEY, pattern(size), random=bytes)


@pytest.mark.parametrize("size", SIZES)
def test_it_gives_what_one_thread_gives(size: int) -> None:
    out, back = io.BytesIO(), io.BytesIO()
    assert age_pipeline.seal_stream(KEY, io.BytesIO(pattern(size)), out, random=bytes) == payload_length(size)
    assert out.getvalue() == sealed(size)
    assert age_pipeline.open_stream(KEY, io.BytesIO(out.getvalue()), back) == size
    assert back.getvalue() == pattern(size)


@pytest.mark.parametrize("batch", [0, 1, 5, 11])
def test_nothing_is_written_from_a_damaged_batch_on(batch: int) -> None:
    payload = bytearray(sealed(12 * BATCH))
    payload[16 + batch * age_stream.SEALED_BATCH + 70_000] ^= 1
    out = io.BytesIO()
    with pytest.raises(Tampered):
        age_pipeline.open_stream(KEY, io.BytesIO(payload), out)
    assert out.getvalue() == pattern(batch * BATCH)


@pytest.mark.parametrize("cut", [1, 16, age_stream.SEALED_CHUNK, 5 * age_stream.SEALED_BATCH])
def test_a_payload_that_was_cut(cut: int) -> None:
    payload = sealed(12 * BATCH)[:-cut]
    with pytest.raises(Tampered):
        age_pipeline.open_stream(KEY, io.BytesIO(payload), io.BytesIO())


def test_a_payload_shorter_than_its_nonce_and_a_wrong_key() -> None:
    with pytest.raises(Tampered):
        age_pipeline.open_stream(KEY, io.BytesIO(bytes(15)), io.BytesIO())
    with pytest.raises(Malformed):
        age_pipeline.open_stream(bytes(15), io.BytesIO(bytes(40)), io.BytesIO())


def test_a_full_sink_ends_it_and_gets_nothing_more() -> None:
    class Full:
        def __init__(self) -> None:
            self.calls = 0

        def write(self, data: memoryview, /) -> int:
            self.calls += 1
            if self.calls == 4:
                raise OSError("no space left")
            return len(data)

    sink = Full()
    with pytest.raises(OSError, match="no space left"):
        age_pipeline.seal_stream(KEY, io.BytesIO(pattern(20 * BATCH)), sink)
    assert sink.calls == 4


def test_a_source_that_fails_ends_it() -> None:
    class Failing(io.RawIOBase):
        left = 7

        def readinto(self, buffer: object, /) -> int:
            if self.left == 0:
                raise Stale("the file changed while it was read")
            self.left -= 1
            assert isinstance(buffer, memoryview)
            return len(buffer)

        def read(self, size: int = -1, /) -> bytes:
            raise AssertionError("the buffer is filled in place")

    with pytest.raises(Stale):
        age_pipeline.seal_stream(KEY, Failing(), io.BytesIO())


@pytest.mark.slow
def test_the_first_damage_decides_whichever_thread_finds_its_own_first() -> None:
    payload = bytearray(sealed(12 * BATCH))
    for batch in (3, 4, 5, 9):
        payload[16 + batch * age_stream.SEALED_BATCH + 70_000] ^= 1
    for _ in range(20):
        out = io.BytesIO()
        with pytest.raises(Tampered):
            age_pipeline.open_stream(KEY, io.BytesIO(payload), out)
        assert out.getvalue() == pattern(3 * BATCH)


@pytest.mark.parametrize("reads", [0, 5])
def test_an_interrupt_of_the_caller_ends_it_although_another_thread_waits_for_a_pipe(reads: int) -> None:
    class Endless:
        left = reads
        silent = threading.Event()

        def read(self, size: int, /) -> bytes:
            if self.left == 0:
                if threading.current_thread() is threading.main_thread():
                    raise KeyboardInterrupt
                self.silent.wait(20)
                return b""
            self.left -= 1
            return bytes(size)

    class Interrupted(io.BytesIO):
        def write(self, data: Any, /) -> int:
            if self.tell() and threading.current_thread() is threading.main_thread():
                raise KeyboardInterrupt
            return super().write(data)

    source = Endless()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        age_pipeline.seal_stream(KEY, source, Interrupted())
    assert time.monotonic() - start < 10
    source.silent.set()


def test_memory_stays_constant() -> None:
    class Zeros:
        def __init__(self) -> None:
            self.left = 64 << 20

        def read(self, size: int, /) -> bytes:
            given = min(size, self.left)
            self.left -= given
            return bytes(given)

    class Nowhere:
        def write(self, data: memoryview, /) -> int:
            return len(data)

    tracemalloc.start()
    try:
        total = age_pipeline.seal_stream(KEY, Zeros(), Nowhere())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == payload_length(64 << 20)
    assert peak < 8 << 20
