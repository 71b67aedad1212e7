"""Lines of the log from many threads at once: each whole, none lost, and none that stops a request."""

import json
import logging
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from web.request_log import Unlocked

THREADS = 8
LINES = 200


def record(**extra: object) -> logging.LogRecord:
    """What is logged of a request."""
    return logging.makeLogRecord({"name": "coffre", "levelname": "INFO", "msg": "request", **extra})


def everything(descriptor: int) -> bytes:
    """What comes until the other end is closed."""
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def test_lines_of_many_threads_are_whole() -> None:
    end, start = os.pipe()
    handler = Unlocked(start)

    def write(thread: int) -> None:
        for number in range(LINES):
            route = f"/{'x' * (number % 97)}"
            handler.handle(record(request=f"{thread}-{number}", route=route, status=200))

    with ThreadPoolExecutor(THREADS + 1) as pool:
        read = pool.submit(everything, end)
        list(pool.map(write, range(THREADS)))
        os.close(start)
        lines = [json.loads(line) for line in read.result().splitlines()]
    expected = {f"{thread}-{number}" for thread in range(THREADS) for number in range(LINES)}
    assert {line["request"] for line in lines} == expected
    assert len(lines) == THREADS * LINES
    assert {tuple(line) for line in lines} == {("time", "level", "event", "request", "route", "status")}


def test_a_log_that_cannot_be_written_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    end, start = os.pipe()
    os.close(end)
    Unlocked(start).handle(record())
    os.close(start)
    assert "BrokenPipeError" in capsys.readouterr().err
