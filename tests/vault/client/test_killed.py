"""kill -9 of client and server at once, at every step of a `coffre add`; then the same command once more.

Of a document in three parts, and of small ones that travel together. After each: the documents are there
once and whole, nothing half is ever listed, and after the sweep the store holds no byte that nothing names.
Of the former every point counts (more than 200); COFFRE_POINTS says how many to take.
"""

import os
import shutil
import signal
from dataclasses import replace
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

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LARGE = (11 << 20,)
SMALL = (1, 50_000, 300_000)


@pytest.fixture(scope="module")
def signed_up(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A patient who has signed up."""
    folder = tmp_path_factory.mktemp("killed")
    world = World(folder / "start")
    world.folder.mkdir()
    who = ("--server", world.config.server.public_url, "--email", "a@example.org", "--name", "Anne")
    world.coffre("signup", *who)
    return world


def with_files(start: World, folder: Path, sizes: tuple[int, ...]) -> World:
    """The same with files to add; run through once in this process, so that no child has to import
    anything."""
    files = tuple(folder / f"{number}.bin" for number in range(len(sizes)))
    for file, size in zip(files, sizes, strict=True):
        file.write_bytes(os.urandom(size))
    warm = copy(replace(start, files=files), folder / "warm")
    after(warm)
    shutil.rmtree(warm.folder)
    return replace(start, files=files)


def copy(start: World, folder: Path) -> World:
    # The files are the same ones: an upload goes on with those only.
    shutil.copytree(start.folder, folder)
    return World(folder, start.files)


def add(world: World, fatal: int) -> int:
    points = Points(fatal)
    world.coffre("add", *map(str, world.files), points=points)
    return points.count


def after(world: World) -> dict[str, Any]:
    """What stands after the kill, after the command was given again, and after the sweep."""
    before = world.coffre("list")
    left = [path.name for path in (world.folder / "home").glob("upload-*")]
    added = world.coffre("add", *map(str, world.files))
    listed = world.coffre("list")
    contents = []
    for row in added:
        world.coffre("get", row["id"], "-o", str(world.folder / "out"))
        contents.append((world.folder / "out").read_bytes())
        (world.folder / "out").unlink()
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
        # It has told of its success once the first record goes.
        "finished": len(left) < len(world.files) and len(before) == len(world.files),
        "before": sorted(row["id"] for row in before),
        "added": sorted(row["id"] for row in added),
        "listed": sorted(row["id"] for row in listed),
        "same": contents == [file.read_bytes() for file in world.files],
        "named": named,
        "stored": list(store.list(None, 100)),
        "pending": len(list(store.pending())),
        "records": [path.name for path in (world.folder / "home").glob("upload-*")],
    }


def kill_at_each_point(start: World, folder: Path, default: int = 0) -> int:
    """Kills the command at each of its points (0) or at so many, and looks what is left; how many there
    are."""
    status, count = in_a_child(partial(add, copy(start, folder / "dry"), 0))
    assert status == 0, count
    sample = min(count, int(os.environ.get("COFFRE_POINTS", default or count)))
    points = sorted({1 + number * count // sample for number in range(sample)})
    killed = 0
    for point in points:
        world = copy(start, folder / f"at-{point}")
        status, told = in_a_child(partial(add, world, point))
        # Threads do not always pass as many points: the last ones may be missed.
        assert status in (-signal.SIGKILL, 0), told
        killed += status != 0
        status, found = in_a_child(partial(after, world))
        told = f"killed at {point} of {count}: {found}"
        assert status == 0, told
        assert found["same"], told
        # Once the command had told of its success, the same command adds other documents.
        expected = {*found["added"], *(found["before"] if found["finished"] else [])}
        assert found["listed"] == sorted(expected), told
        assert set(found["before"]) <= set(found["listed"]), told
        assert found["stored"] == found["named"], told
        assert len(found["named"]) == len(found["listed"]), told
        assert (found["pending"], found["records"]) == (0, []), told
        shutil.rmtree(world.folder)
    assert killed >= len(points) * 9 // 10
    return int(count)


def test_a_document_in_parts(signed_up: World, tmp_path: Path) -> None:
    count = kill_at_each_point(with_files(signed_up, tmp_path, LARGE), tmp_path)
    assert count >= 200, "there are that many steps to be killed at"


def test_small_documents_together(signed_up: World, tmp_path: Path) -> None:
    count = kill_at_each_point(with_files(signed_up, tmp_path, SMALL), tmp_path, 40)
    assert count >= 60, "there are that many steps to be killed at"
