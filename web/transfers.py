"""Bodies and objects under way: how many at once, and how slow a sender may be.

    with transfers.one(account):                       # Busy when there are too many
        uploads.receive(…, request.stream, …)

A transfer holds a thread for as long as its peer takes. So only some of the threads carry transfers, few of
one account's, and a body that stands still ends, JSON as well: whoever sends nothing keeps nobody else from
being answered.
A reverse proxy before the server limits the rest (OPERATING.md). Knows no upload.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from flask import Flask, request

from vault.errors import Busy

MAXIMUM: Final = 48
PER_PEER: Final = 12

_RETRY_SECONDS: Final = 2
_GRACE_SECONDS: Final = 60
_SLOWEST: Final = 1024


class Readable(Protocol):
    """A request's body."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


def install(app: Flask) -> None:
    """Every body is read as from a sender who must go on."""

    @app.before_request
    def watch() -> None:
        request.environ["wsgi.input"] = Steady(request.environ["wsgi.input"])


class Transfers:
    """Counts transfers, by whom they are for: an account, or an address without one."""

    def __init__(self, maximum: int = MAXIMUM, per_peer: int = PER_PEER) -> None:
        self._maximum = maximum
        self._per_peer = per_peer
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()

    def begin(self, peer: str) -> Callable[[], None]:
        """Counts one; gives what ends it, which may be called again. Raises Busy."""
        with self._lock:
            if self._under_way.total() >= self._maximum or self._under_way[peer] >= self._per_peer:
                raise Busy(_RETRY_SECONDS)
            self._under_way[peer] += 1
        left = 1

        def end() -> None:
            nonlocal left
            with self._lock:
                self._under_way[peer] -= left
                left = 0
                # A peer without transfers leaves no trace.
                self._under_way += Counter()

        return end

    @contextmanager
    def one(self, peer: str) -> Iterator[None]:
        """One transfer, until the block ends. Raises Busy."""
        end = self.begin(peer)
        try:
            yield
        finally:
            end()


class Steady:
    """A body whose sender must go on. `read` raises Busy: it stands still, is far too slow, or broke off."""

    def __init__(self, body: Readable, clock: Callable[[], float] = time.monotonic) -> None:
        self._body = body
        self._clock = clock
        self._began = clock()
        self._received = 0

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        try:
            data = self._body.read(size)
        except OSError:
            # The socket's time limit, or a connection that ended: the answer may still arrive.
            raise Busy(_RETRY_SECONDS) from None
        self._received += len(data)
        taken = self._clock() - self._began
        if taken > _GRACE_SECONDS and self._received < taken * _SLOWEST:
            raise Busy(_RETRY_SECONDS)
        return data
