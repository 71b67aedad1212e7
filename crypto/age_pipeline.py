"""The payload of large age files: reading, sealing or opening, and writing on every core (spec chapter 1).

Owns threads and their order; every rule of the payload is `age_stream`'s. Each thread, the caller's among
them, takes one batch of 8 chunks through all three steps, so that it stays in the cache of one core: reading
is for one thread at a time, the ciphers run side by side (the library lets go of the interpreter), writing
goes in the batches' order. A thread holds about 1 MB, whatever the size.

    >>> seal_stream(file_key, source, sink)
    >>> open_stream(file_key, sealed, sink)
"""

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Protocol

from crypto.age_stream import (
    BATCH,
    NONCE_SIZE,
    PLAIN_BATCH,
    SEALED_BATCH,
    Sink,
    Source,
    fill,
    open_batch,
    payload_cipher,
    read_nonce,
    seal_batch,
)
from crypto.primitives import BulkCipher, Random, system_random

# Two even on one core: one can wait for the disk or the pipe while the other works.
_FEWEST_THREADS: Final = 2
_MOST_THREADS: Final = 4
# Stands before every batch.
_EVERYTHING: Final = -1


def seal_stream(file_key: bytes, source: Source, sink: Sink, *, random: Random = system_random) -> int:
    """Writes the payload of everything that the source gives to the sink; its length in bytes."""
    nonce = random(NONCE_SIZE)
    cipher = payload_cipher(file_key, nonce)
    sink.write(memoryview(nonce))
    work = _Work(cipher, seal_batch, PLAIN_BATCH, SEALED_BATCH)
    return NONCE_SIZE + _Pipeline(source, sink, work).run()


def open_stream(file_key: bytes, source: Source, sink: Sink, look: "Look | None" = None) -> int:
    """Writes the plaintext of a payload that reaches to the end of the source; its size in bytes.

    `look` sees each batch of PLAIN_BATCH bytes (the last may be shorter) before it is written, in any order
    and on any thread. Raises Tampered: nothing at or after the damaged batch was written; drop what was
    written before.
    """
    cipher = payload_cipher(file_key, read_nonce(source))
    return _Pipeline(source, sink, _Work(cipher, open_batch, SEALED_BATCH, PLAIN_BATCH, look)).run()


class Look(Protocol):
    """Is shown stretches of plaintext."""

    def __call__(self, start: int, data: memoryview, /) -> None:
        """One that begins `start` bytes into it; valid during the call."""


class _Step(Protocol):
    """`seal_batch` or `open_batch`."""

    def __call__(
        self, cipher: BulkCipher, counter: int, batch: memoryview, out: memoryview, *, last: bool
    ) -> int: ...


@dataclass(frozen=True)
class _Work:
    """What is done to a batch, and the bytes that go in and come out of it at most."""

    cipher: BulkCipher
    step: _Step
    size: int
    out_size: int
    look: Look | None = None

    def do(self, batch: "_Batch", out: memoryview) -> memoryview:
        made = out[: self.step(self.cipher, batch.number * BATCH, batch.data, out, last=batch.last)]
        if self.look is not None:
            self.look(batch.number * self.out_size, made)
        return made


@dataclass(frozen=True)
class _Batch:
    """A batch of the source, counted from 0, in the buffer of the thread that took it."""

    number: int
    data: memoryview
    last: bool


class _Turns:
    """Lets threads through in the order of their batches, and none past a batch that failed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next = 0
        self._failures: dict[int, BaseException] = {}

    def wait(self, number: int) -> bool:
        """Waits for a batch's turn; False if it will not come."""
        with self._changed:
            self._changed.wait_for(lambda: self._next == number or self._failed_before(number))
            return self._next == number

    def end(self) -> None:
        """Ends the turn that there is now."""
        with self._changed:
            self._next += 1
            self._changed.notify_all()

    def fail(self, number: int, error: BaseException) -> None:
        """What went wrong with a batch, at whichever step."""
        with self._changed:
            self._failures[number] = error
            self._changed.notify_all()

    def first_failure(self) -> BaseException | None:
        """By the order of batches, so that the same input fails in the same way every time."""
        return self._failures[min(self._failures)] if self._failures else None

    def _failed_before(self, number: int) -> bool:
        return any(failed < number for failed in self._failures)


@dataclass(frozen=True)
class _Blame:
    """Ends what is done to a batch where it fails: the caller's thread raises the error later.

    An interrupt of the caller's thread passes at once.
    """

    turns: _Turns
    number: int

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self.turns.fail(self.number, error)
        return isinstance(error, Exception)


class _Reader:
    """Gives out a source's batches, to one thread at a time.

    One byte is read ahead: that a full batch is the last one shows only when nothing follows it.
    """

    def __init__(self, source: Source, size: int, turns: _Turns) -> None:
        self._source = source
        self._size = size
        self._turns = turns
        self._one_at_a_time = threading.Lock()
        self._ahead = b""
        self._ended = False
        self._given = 0

    def take(self, buffer: memoryview) -> _Batch | None:
        """The next batch, in the buffer (one byte longer than a batch); None after the last or a failure."""
        with self._one_at_a_time:
            if self._ended or self._turns.first_failure() is not None:
                return None
            self._ended = True
            number, kept = self._given, len(self._ahead)
            with _Blame(self._turns, number):
                buffer[:kept] = self._ahead
                held = kept + fill(self._source, buffer[kept:])
                self._ended = held <= self._size
                self._ahead = bytes(buffer[self._size :])
                self._given += 1
                return _Batch(number, buffer[: min(held, self._size)], last=self._ended)
        return None


class _Pipeline:
    """One pass from a source to a sink."""

    def __init__(self, source: Source, sink: Sink, work: _Work) -> None:
        self._turns = _Turns()
        self._reader = _Reader(source, work.size, self._turns)
        self._sink = sink
        self._work = work
        self._total = 0

    def run(self) -> int:
        """The bytes written. Raises what source, work or sink raised first, by the order of batches."""
        buffer = self._buffer()
        first = self._reader.take(buffer)
        others = [] if first is None or first.last else self._others()
        for thread in others:
            thread.start()
        try:
            self._work_off(first, buffer)
            for thread in others:
                thread.join()
        except BaseException as interrupt:
            # The others may be waiting for a pipe: they stop where they are, and nobody waits for them.
            self._turns.fail(_EVERYTHING, interrupt)
            raise
        failure = self._turns.first_failure()
        if failure is not None:
            raise failure
        return self._total

    def _others(self) -> list[threading.Thread]:
        count = min(_MOST_THREADS, max(_FEWEST_THREADS, os.cpu_count() or 1)) - 1
        names = [f"age-{number}" for number in range(count)]
        return [threading.Thread(target=self._help, name=name, daemon=True) for name in names]

    def _help(self) -> None:
        buffer = self._buffer()
        # Whatever ends this thread is noted, and raised by the caller's.
        with suppress(BaseException):
            self._work_off(self._reader.take(buffer), buffer)

    def _buffer(self) -> memoryview:
        return memoryview(bytearray(self._work.size + 1))

    def _work_off(self, batch: _Batch | None, buffer: memoryview) -> None:
        """This batch and more, until there are none."""
        out = memoryview(bytearray(self._work.out_size))
        while batch is not None:
            with _Blame(self._turns, batch.number):
                self._put_through(batch, out)
            batch = self._reader.take(buffer)

    def _put_through(self, batch: _Batch, out: memoryview) -> None:
        made = self._work.do(batch, out)
        if self._turns.wait(batch.number):
            self._sink.write(made)
            self._total += len(made)
            self._turns.end()
