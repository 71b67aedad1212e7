"""What a run says while it goes on: each failure by name as soon as it happened, and at its end by the clock,
what it was still at.

Part of tests/conftest.py; works in one process and, in xdist's controller, for all workers. A run whose
environment has TESTS_END_BY (seconds since 1970, see .ci/run) ends then at the latest, with the names of the
tests that were running: a hang is told before somebody else's limit ends the run in silence.
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Final

import pytest
from _pytest._code.code import ExceptionChainRepr

END_BY: Final = "TESTS_END_BY"
_LONGEST: Final = 300
"""Characters of an error that are told at once; all of it stands in the summary."""


class ToldAtOnce:
    """Listens to the reports of a run; `tell` writes one line."""

    def __init__(self, tell: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._now = now
        self._running: dict[str, float] = {}

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._running[nodeid] = self._now()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._running.pop(nodeid, None)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            part = f" ({report.when})" if report.when in ("setup", "teardown") else ""
            self._tell(f"FAILED {report.nodeid}{part}: {_short(report)}")

    def out_of_time(self) -> None:
        """Names what runs."""
        now = self._now()
        self._tell("OUT OF TIME; these were running:")
        for nodeid, since in list(self._running.items()):
            self._tell(f"  {nodeid}, for {now - since:.0f} s")


def _short(report: pytest.TestReport) -> str:
    found = report.longrepr
    crash = found.reprcrash if isinstance(found, ExceptionChainRepr) else None
    # A crash of a worker, say, has a text alone.
    text = crash.message if crash is not None else report.longreprtext
    return " ".join(text.split())[:_LONGEST]


def install(config: pytest.Config, end_by: str | None) -> None:
    """In the process that writes to the terminal: tells from now on; ends by the clock if that is asked."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return

    def tell(line: str) -> None:
        # After the points of those that passed.
        reporter.write(f"\n{line}\n", flush=True)

    telling = ToldAtOnce(tell)
    config.pluginmanager.register(telling, "told-at-once")
    if end_by is not None:
        guard = threading.Timer(max(0.0, float(end_by) - time.time()), _end, [telling])
        guard.daemon = True
        guard.start()
        config.add_cleanup(guard.cancel)


def _end(telling: ToldAtOnce) -> None:
    telling.out_of_time()
    # The main thread waits for a worker that says nothing: workers end with the pipe to this process.
    os._exit(1)
