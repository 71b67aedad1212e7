"""Lookups together: one statement for many threads, none answered by one that began before it came."""

import threading
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from vault.lookups import Lookups

PATIENCE = 30.0
LONG = 60.0


class Table:
    """Rows that are asked for; a statement sees them as they are when it begins, and ends when it is let."""

    def __init__(self) -> None:
        self.rows = {"a": 1, "b": 2}
        self.statements: list[frozenset[str]] = []
        self.fails: set[int] = set()
        self._changed = threading.Condition()
        self._ended = 0

    def ask(self, keys: Set[str]) -> Mapping[str, int]:
        """A statement."""
        with self._changed:
            seen = {key: self.rows[key] for key in keys if key in self.rows}
            self.statements.append(frozenset(keys))
            number = len(self.statements)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._ended >= number, LONG)
        if number in self.fails:
            raise ConnectionError
        return seen

    def wait_for(self, statements: int) -> None:
        """Until so many began."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.statements) >= statements, LONG)

    def end(self, statements: int) -> None:
        """Lets so many end, in the order of their beginning."""
        with self._changed:
            self._ended = statements
            self._changed.notify_all()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


@pytest.fixture
def table() -> Iterator[Table]:
    made = Table()
    yield made
    made.end(1000)


def ask(pool: ThreadPoolExecutor, lookups: Lookups[str, int], key: str) -> "Future[int | None]":
    """Somebody who has come, and asks or waits."""
    come = threading.Event()

    def find() -> int | None:
        come.set()
        return lookups.find(key)

    found = pool.submit(find)
    assert come.wait(LONG)
    return found


def until(met: Callable[[], bool]) -> None:
    """Waits for a condition."""
    tick = threading.Event()
    while not met():
        tick.wait(0.001)


def test_who_comes_during_a_statement_is_answered_by_the_next_one_with_all_others(
    pool: ThreadPoolExecutor, table: Table
) -> None:
    lookups = Lookups(table.ask, PATIENCE)
    first = ask(pool, lookups, "a")
    table.wait_for(1)
    others = [ask(pool, lookups, key) for key in ("a", "b", "c")]
    until(lambda: lookups.waiting == 3)
    # Committed while the first statement is under way, before the others came to an end.
    table.rows["a"] = 10
    del table.rows["b"]
    table.end(2)
    assert first.result(LONG) == 1
    assert [other.result(LONG) for other in others] == [10, None, None]
    assert table.statements == [{"a"}, {"a", "b", "c"}]
    table.end(3)
    assert lookups.find("b") is None
    assert table.statements[2:] == [{"b"}]


def test_a_statement_that_fails_costs_one_its_answer(pool: ThreadPoolExecutor, table: Table) -> None:
    lookups = Lookups(table.ask, PATIENCE)
    table.fails = {1, 2}
    first = ask(pool, lookups, "a")
    table.wait_for(1)
    others = [ask(pool, lookups, "b") for _ in range(3)]
    until(lambda: lookups.waiting == 3)
    table.end(1000)
    with pytest.raises(ConnectionError):
        first.result(LONG)
    failed = [other for other in others if other.exception(LONG) is not None]
    assert len(failed) == 1
    assert [other.result() for other in others if other not in failed] == [2, 2]
    assert lookups.find("a") == 1


def test_a_statement_that_hangs_holds_up_nobody_else(pool: ThreadPoolExecutor, table: Table) -> None:
    lookups = Lookups(table.ask, patience=0.01)
    stuck = ask(pool, lookups, "a")
    table.wait_for(1)
    second = ask(pool, lookups, "b")
    table.wait_for(2)
    third = ask(pool, lookups, "b")
    table.wait_for(3)
    assert lookups.waiting == 0
    table.end(3)
    assert (stuck.result(LONG), second.result(LONG), third.result(LONG)) == (1, 2, 2)
    table.end(4)
    assert lookups.find("a") == 1
