"""The queue carries JSON, and its jobs run."""

import json
import threading
from pathlib import Path

import pytest
from huey.registry import Message

from vault import config as configuration
from vault.queue import JsonSerializer, open_queue, start


def test_a_message_is_json_and_comes_back() -> None:
    message = Message("id", "queue_task_sweep", None, 0, 0, None, (), {}, expires=50)
    data = JsonSerializer().serialize(message)
    json.loads(data)
    assert tuple(JsonSerializer().deserialize(data))[:3] == ("id", "queue_task_sweep", None)


def test_what_is_not_json_cannot_be_queued() -> None:
    with pytest.raises(TypeError):
        JsonSerializer().serialize(Message("id", "task", None, 0, 0, None, (object(),), {}))


def test_a_job_is_taken_and_run(tmp_path: Path) -> None:
    config = configuration.load(None, {"COFFRE_DATA": str(tmp_path)})
    queue = open_queue(config)
    done = threading.Event()

    @queue.task(expires=50)  # type: ignore[untyped-decorator]
    def job() -> None:
        done.set()

    job()
    taken = queue.dequeue()
    assert taken is not None
    queue.execute(taken)
    assert done.is_set()
    assert queue.dequeue() is None
    queue.storage.close()


def test_a_job_that_hangs_holds_up_no_other(tmp_path: Path) -> None:
    config = configuration.load(None, {"COFFRE_DATA": str(tmp_path)})
    hanging, released, swept = threading.Event(), threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        released.wait(60)

    def sweep() -> None:
        if hanging.wait(20):
            swept.set()

    consumer = start({"deliver": hang, "sweep": sweep}, config)
    try:
        assert swept.wait(20)
    finally:
        released.set()
        consumer.stop(graceful=True)


def test_the_sweep_runs_in_the_background_and_again_after_a_failure(tmp_path: Path) -> None:
    config = configuration.load(None, {"COFFRE_DATA": str(tmp_path)})
    swept = threading.Event()

    def sweep() -> None:
        swept.set()
        raise OSError("the store does not answer")

    consumer = start({"sweep": sweep}, config)
    try:
        assert swept.wait(20)
        swept.clear()
        # What the scheduler does a minute later.
        queue = consumer.huey
        queue.enqueue(queue.read_periodic(None)[0])
        assert swept.wait(20)
    finally:
        consumer.stop(graceful=True)
