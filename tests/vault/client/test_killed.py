"""kill -9 of client and server at once, at every step of a `coffre add`; then the same command once more.

Of a document in three parts, and of small ones that travel together. After each: the documents are there
once and whole, nothing half is ever listed, and after the sweep the store holds no byte that nothing names.
Of the former every point counts (more than 200); COFFRE_POINTS says how many to take.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.vault.client.killed import Points, World, in_a_child
from tests.vault.client.people import Clock
from vault.models.documents import Version
from vault.retention import sweep

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

MEMORY = Path("/dev/shm")
LARGE = (11 << 20,)
SMALL = (1, 50_000, 300_000)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A patient who has signed up; in memory where there is room, since a killed process loses no written
    byte whether or not the disk has it."""
    room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 1 << 28
    with tempfile.TemporaryDirectory(dir=MEMORY if room else tmp_path_factory.mktemp("killed")) as place:
        world = World(Path(place) / "world")
        who = ("--server", world.config.server.public_url, "--email", "a@example.org", "--name", "Anne")
        world.coffre("signup", *who)
        world.keep()
        yield world
        world.database.close()


def files_of(world: World, folder: Path, sizes: tuple[int, ...]) -> tuple[Path, ...]:
    """Files to add; added once in this process, so that no child has to import or compile anything. They are
    the same ones for each kill: an upload goes on with those only."""
    files = tuple(folder / f"{number}.bin" for number in range(len(sizes)))
    for file, size in zip(files, sizes, strict=True):
        file.write_bytes(os.urandom(size))
    world.again()
    after(world, files)
    return files


def add(world: World, files: tuple[Path, ...], fatal: int) -> int:
    points = Points(fatal)
    world.coffre("add", *map(str, files), points=points)
    return points.count


def after(world: World, files: tuple[Path, ...]) -> dict[str, Any]:
    """What stands after the kill, after the command was given again, and after the sweep."""
    before = world.coffre("list")
    left = [path.name for path in (world.folder / "home").glob("upload-*")]
    added = world.coffre("add", *map(str, files))
    listed = world.coffre("list")
    contents = []
    for row in added:
        world.coffre("get", row["id"], "-o", str(world.folder / "out"))
        contents.append((world.folder / "out").read_bytes())
        (world.folder / "out").unlink()
    clock = Clock()
    for _ in range(3):
        clock.time += 2 * 86400
        sweep(world.database, world.store, clock)
    with world.database.reading() as session:
        named = sorted(str(row.object_name) for row in session.query(Version))
    return {
        # It has told of its success once the first record goes.
        "finished": len(left) < len(files) and len(before) == len(files),
        "before": sorted(row["id"] for row in before),
        "added": sorted(row["id"] for row in added),
        "listed": sorted(row["id"] for row in listed),
        "same": contents == [file.read_bytes() for file in files],
        "named": named,
        "stored": list(world.store.list(None, 100)),
        "pending": len(list(world.store.pending())),
        "records": [path.name for path in (world.folder / "home").glob("upload-*")],
    }


def kill_at_each_point(world: World, files: tuple[Path, ...], default: int = 0) -> int:
    """Kills the command at each of its points (0) or at so many, and looks what is left; how many there
    are."""
    world.again()
    status, count = in_a_child(partial(add, world, files, 0))
    assert status == 0, count
    sample = min(count, int(os.environ.get("COFFRE_POINTS", default or count)))
    points = sorted({1 + number * count // sample for number in range(sample)})
    killed = 0
    for point in points:
        world.again()
        status, told = in_a_child(partial(add, world, files, point))
        # Threads do not always pass as many points: the last ones may be missed.
        assert status in (-signal.SIGKILL, 0), told
        killed += status != 0
        status, found = in_a_child(partial(after, world, files))
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
    assert killed >= len(points) * 9 // 10
    return int(count)


def test_a_document_in_parts(world: World, tmp_path: Path) -> None:
    count = kill_at_each_point(world, files_of(world, tmp_path, LARGE))
    assert count >= 200, "there are that many steps to be killed at"


def test_small_documents_together(world: World, tmp_path: Path) -> None:
    count = kill_at_each_point(world, files_of(world, tmp_path, SMALL), 40)
    assert count >= 60, "there are that many steps to be killed at"
