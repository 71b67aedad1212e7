"""kill -9 of client and server at once, all through a `coffre add` of three parts; then the same once more.

After each: the document is there once and whole, nothing half is ever listed, and after the sweep the store
holds no byte that nothing names. 40 points by default; all of them with COFFRE_ALL_POINTS=1.
"""

import os
import shutil
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from storage.local import LocalStore
from tests.vault.client.killed import Points, World, in_a_child
from tests.vault.client.people import Clock
from vault.database import Database
from vault.models.documents import Version
from vault.retention import sweep

pytestmark = pytest.mark.slow

POINTS = 40
SIZE = 11 << 20


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A patient who has signed up, and a file."""
    world = World(tmp_path_factory.mktemp("killed") / "start")
    world.folder.mkdir()
    (world.folder / "scan.bin").write_bytes(os.urandom(SIZE))
    who = ("--server", world.config.server.public_url, "--email", "a@example.org", "--name", "Anne")
    status, told = in_a_child(lambda: world.coffre("signup", *who))
    assert status == 0, told
    return world


def copy(start: World, folder: Path) -> World:
    # The file keeps its time: an upload goes on with the same file only.
    shutil.copytree(start.folder, folder)
    return World(folder)


def add(world: World, fatal: int) -> int:
    points = Points(fatal)
    world.coffre("add", str(world.folder / "scan.bin"), points=points)
    return points.count


def after(world: World) -> dict[str, Any]:
    """What stands after the kill, after the command was given again, and after the sweep."""
    before = world.coffre("list")
    left = [path.name for path in (world.folder / "home").glob("upload-*")]
    [added] = world.coffre("add", str(world.folder / "scan.bin"))
    listed = world.coffre("list")
    world.coffre("get", added["id"], "-o", str(world.folder / "out"))
    database = Database.open(world.config.database.url)
    store = LocalStore(world.folder / "data" / "objects")
    clock = Clock()
    for _ in range(3):
        clock.time += 2 * 86400
        sweep(database, store, clock)
    with database.reading() as session:
        named = sorted(str(row.object_name) for row in session.query(Version))
    database.close()
    return {
        "finished": not left and len(before) == 1,
        "before": [row["id"] for row in before],
        "added": added["id"],
        "listed": [row["id"] for row in listed],
        "same": (world.folder / "out").read_bytes() == (world.folder / "scan.bin").read_bytes(),
        "named": named,
        "stored": list(store.list(None, 100)),
        "pending": len(list(store.pending())),
        "records": [path.name for path in (world.folder / "home").glob("upload-*")],
    }


def test_killed_at_every_step(start: World, tmp_path: Path) -> None:
    status, count = in_a_child(partial(add, copy(start, tmp_path / "dry"), 0))
    assert status == 0, count
    assert count >= 200, "there are that many steps to be killed at"
    everywhere = bool(os.environ.get("COFFRE_ALL_POINTS"))
    step = 1 if everywhere else count / POINTS
    points = sorted({1 + int(number * step) for number in range(count if everywhere else POINTS)})
    killed = 0
    for point in points:
        world = copy(start, tmp_path / f"at-{point}")
        status, told = in_a_child(partial(add, world, point))
        # Threads do not always pass as many points: the last ones may be missed.
        assert status in (-signal.SIGKILL, 0), told
        killed += status != 0
        status, found = in_a_child(partial(after, world))
        assert status == 0, f"killed at {point} of {count}: {found}"
        told = f"killed at {point} of {count}: {found}"
        assert found["same"], told
        # Once the command had told of its success, the same command is another document.
        expected = [*found["before"], found["added"]] if found["finished"] else [found["added"]]
        assert found["listed"] == expected, told
        assert set(found["before"]) <= set(found["listed"]), told
        assert found["stored"] == found["named"], told
        assert len(found["named"]) == len(found["listed"]), told
        assert (found["pending"], found["records"]) == (0, []), told
        shutil.rmtree(world.folder)
    assert killed >= len(points) * 9 // 10
