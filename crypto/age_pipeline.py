"""The payload of large age files: reading, sealing or opening, and writing at the same time (spec chapter 1).

Owns threads and their order; every rule of the payload is `age_stream`'s. The caller's thread reads, a few
workers seal or open batches of 16 chunks (the library lets go of the interpreter meanwhile), one thread
writes in order. At most 6 batches are on their way: 13 MB, whatever the size.

    >>> seal_stream(file_key, source, sink)
    >>> open_stream(file_key, sealed, sink)
"""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

from crypto.age_stream import (
    BATCH,
    NONCE_SIZE,
    PLAIN_BATCH,
    SEALED_BATCH,
    Sink,
    Source,
    batches,
    open_batch,
    payload_cipher,
    read_nonce,
    seal_batch,
)
from crypto.primitives import BulkCipher, Random, system_random

_ON_THEIR_WAY: Final = 6
_MOST_WORKERS: Final = 4


def seal_stream(file_key: bytes, source: Source, sink: Sink, *, random: Random = system_random) -> int:
    """Writes the payload of everything that the source gives to the sink; its length in bytes."""
    nonce = random(NONCE_SIZE)
    cipher = payload_cipher(file_key, nonce)
    sink.write(memoryview(nonce))
    plain = batches(source, PLAIN_BATCH, _ON_THEIR_WAY + 2)
    return NONCE_SIZE + _pour(plain, sink, cipher, seal_batch, SEALED_BATCH)


def open_stream(file_key: bytes, source: Source, sink: Sink) -> int:
    """Writes the plaintext of a payload that reaches to the end of the source; its size in bytes.

    Raises Tampered: nothing at or after the damaged batch was written; drop what was written before.
    """
    cipher = payload_cipher(file_key, read_nonce(source))
    sealed = batches(source, SEALED_BATCH, _ON_THEIR_WAY + 2)
    return _pour(sealed, sink, cipher, open_batch, PLAIN_BATCH)


class _Work(Protocol):
    """`seal_batch` or `open_batch`."""

    def __call__(
        self, cipher: BulkCipher, counter: int, batch: memoryview, out: memoryview, *, last: bool
    ) -> int: ...


class _Writer:
    """Writes results one after the other, and nothing more once one of them failed."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._failed = False

    def write(self, result: "Future[int]", out: memoryview) -> int:
        if self._failed:
            return 0
        try:
            size = result.result()
            self._sink.write(out[:size])
        except BaseException:
            self._failed = True
            raise
        return size


def _pour(
    source: Iterator[tuple[memoryview, bool]], sink: Sink, cipher: BulkCipher, work: _Work, out_size: int
) -> int:
    batch, last = next(source)
    out = memoryview(bytearray(out_size))
    if last:
        size = work(cipher, 0, batch, out, last=True)
        sink.write(out[:size])
        return size
    free = deque([out, *(memoryview(bytearray(out_size)) for _ in range(_ON_THEIR_WAY - 1))])
    writes: deque[tuple[Future[int], memoryview]] = deque()
    writer, total, counter = _Writer(sink), 0, 0
    with (
        ThreadPoolExecutor(1, "age-write") as writing,
        ThreadPoolExecutor(min(_MOST_WORKERS, os.cpu_count() or 1), "age-work") as working,
    ):
        while True:
            if not free:
                written, out = writes.popleft()
                total += written.result()
                free.append(out)
            out = free.popleft()
            result = working.submit(work, cipher, counter, batch, out, last=last)
            writes.append((writing.submit(writer.write, result, out), out))
            if last:
                break
            counter += BATCH
            batch, last = next(source)
        return total + sum(written.result() for written, _ in writes)
