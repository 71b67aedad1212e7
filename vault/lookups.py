"""One statement for what many threads look up at the same moment (ADR 0038).

    lookups = Lookups(ask)               # ask({key, …}) -> {key: found, …}, one statement
    found = lookups.find(key)            # None: there is none

Who comes while nobody asks, asks at once and for itself. Who comes while a statement is under way waits for
its end, and one of those who waited asks for all of them. So no answer is older than the question: the
statement that answers somebody began after they came, and sees whatever was committed before. Nothing is
kept.

Owns who asks and who waits; knows no table. Safe to share between threads.
"""

import threading
from collections.abc import Callable, Mapping, Set
from typing import Final, Generic, TypeVar

PATIENCE: Final = 0.25
"""Seconds after which somebody who waits asks for those who wait: a connection that hangs holds up those whom
its statement is for."""

K = TypeVar("K")
V = TypeVar("V")


class Lookups(Generic[K, V]):
    """`ask` looks up a set of keys; it gives those that it found."""

    def __init__(self, ask: Callable[[Set[K]], Mapping[K, V]], patience: float = PATIENCE) -> None:
        self._ask = ask
        self._patience = patience
        self._lock = threading.Lock()
        self._asking: _Waiting[K, V] | None = None
        self._waiting: list[_Waiting[K, V]] = []

    @property
    def waiting(self) -> int:
        """How many wait for a statement's end."""
        with self._lock:
            return len(self._waiting)

    def find(self, key: K) -> V | None:
        """What is found for a key, as of now. Raises what `ask` raises."""
        mine: _Waiting[K, V] = _Waiting(key)
        with self._lock:
            alone = self._asking is None
            if alone:
                self._asking = mine
            else:
                self._waiting.append(mine)
        if alone or self._is_to_ask(mine):
            return self._ask_for_all(mine)
        return mine.found if mine.answered else self._ask({key}).get(key)

    def _is_to_ask(self, mine: "_Waiting[K, V]") -> bool:
        """Waits; false when there is an answer, or the statement that was to give it failed or hangs."""
        mine.woken.acquire(timeout=self._patience)
        if mine.answered:
            return False
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                self._asking = mine
            return self._asking is mine

    def _ask_for_all(self, mine: "_Waiting[K, V]") -> V | None:
        with self._lock:
            others, self._waiting = self._waiting, []
        found: Mapping[K, V] | None = None
        try:
            found = self._ask({mine.key, *(other.key for other in others)})
        finally:
            self._hand_on(mine)
            for other in others:
                if found is not None:
                    other.found, other.answered = found.get(other.key), True
                other.woken.release()
        return found.get(mine.key)

    def _hand_on(self, mine: "_Waiting[K, V]") -> None:
        """The next statement is for those who came meanwhile."""
        with self._lock:
            if self._asking is not mine:
                return
            self._asking = self._waiting.pop(0) if self._waiting else None
            following = self._asking
        if following is not None:
            following.woken.release()


class _Waiting(Generic[K, V]):
    """Somebody who wants to know; `woken` is free once there is an answer, or they are to ask."""

    __slots__ = ("answered", "found", "key", "woken")

    def __init__(self, key: K) -> None:
        self.key = key
        self.answered = False
        self.found: V | None = None
        self.woken = threading.Lock()
        self.woken.acquire()
