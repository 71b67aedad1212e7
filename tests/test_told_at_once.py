"""A failure is named when it happens, and so is what still runs at the end of the time."""

from typing import Literal

import pytest

from tests.told_at_once import ToldAtOnce


def report(nodeid: str, when: Literal["setup", "call"], error: str | None) -> pytest.TestReport:
    outcome: Literal["passed", "failed"] = "passed" if error is None else "failed"
    return pytest.TestReport(nodeid, ("a.py", 1, "a"), {}, outcome, error, when)


def test_failures_are_named_at_once_and_what_hangs_at_the_end() -> None:
    told: list[str] = []
    clock = iter([1.0, 2.0, 30.0])
    telling = ToldAtOnce(told.append, lambda: next(clock))
    telling.pytest_runtest_logstart("a.py::hangs")
    telling.pytest_runtest_logstart("a.py::fails")
    telling.pytest_runtest_logreport(report("a.py::fails", "setup", None))
    telling.pytest_runtest_logreport(report("a.py::fails", "call", "AssertionError:\n  said at once"))
    telling.pytest_runtest_logfinish("a.py::fails")
    assert told == ["FAILED a.py::fails: AssertionError: said at once"]
    telling.pytest_runtest_logreport(report("a.py::other", "setup", "no such room"))
    assert told.pop() == "FAILED a.py::other (setup): no such room"
    del told[:]
    telling.out_of_time()
    assert told == ["OUT OF TIME; these were running:", "  a.py::hangs, for 29 s"]
