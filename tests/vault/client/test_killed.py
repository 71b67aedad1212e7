"""kill -9 of client and server at once, at every step of a `coffre add`; then the same command once more.

On a folder, of a document in two parts (every step), of one in three and of small ones that travel together
(some steps); on the real stores some steps. After each: the documents are there once and whole, nothing half
is ever listed, and after the sweep the store holds no byte that nothing names. More than 200 kills in all,
which the last test counts; COFFRE_POINTS=0 takes every step of each, another number so many.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from storage.s3 import S3Settings
from tests.servers.ceph import Ceph
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.admin.hosts import remove_buckets
from tests.vault.client.killed import Points, World, in_a_child
from tests.vault.client.people import Clock
from vault.models.documents import Version
from vault.retention import sweep

# All of it in one process, which counts its kills at the end.
pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(600)]

MEMORY = Path("/dev/shm")
LARGE = (6 << 20,)
LARGER = (11 << 20,)
SMALL = (1, 50_000, 300_000)


@contextmanager
def opened(place: Path, bucket: S3Settings | None = None) -> Iterator[World]:
    """A patient who has signed up; in memory where there is room, since a killed process loses no written
    byte whether or not the disk has it."""
    room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 1 << 28
    with tempfile.TemporaryDirectory(dir=MEMORY if room else place) as folder:
        world = World(Path(folder) / "world", bucket)
        who = ("--server", world.config.server.public_url, "--email", "a@example.org", "--name", "Anne")
        world.coffre("signup", *who)
        world.keep()
        yield world
        world.database.close()
        world.store.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Objects in a folder."""
    with opened(tmp_path_factory.mktemp("killed")) as found:
        yield found


@pytest.fixture(scope="module")
def kills() -> list[int]:
    """How many kills there were, a number a test."""
    return []


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
    """Kills the command at each of its points (0) or at so many, and looks what is left; how often it was
    killed."""
    world.again()
    status, count = in_a_child(partial(add, world, files, 0))
    assert status == 0, count
    sample = min(count, int(os.environ.get("COFFRE_POINTS", default)) or count)
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
    return killed


def test_a_document_in_parts(world: World, tmp_path: Path, kills: list[int]) -> None:
    kills.append(kill_at_each_point(world, files_of(world, tmp_path, LARGE)))


def test_a_document_in_more_parts(world: World, tmp_path: Path, kills: list[int]) -> None:
    kills.append(kill_at_each_point(world, files_of(world, tmp_path, LARGER), 25))


def test_small_documents_together(world: World, tmp_path: Path, kills: list[int]) -> None:
    kills.append(kill_at_each_point(world, files_of(world, tmp_path, SMALL), 40))


@pytest.mark.parametrize("engine", ["weed", "ceph"])
def test_on_real_stores(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path, kills: list[int]
) -> None:
    server: SeaweedFS | Ceph = request.getfixturevalue(engine)
    bucket = S3Settings(
        bucket="killed",
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        ca_bundle=server.ca_bundle,
        create_bucket=True,
    )
    with opened(tmp_path, bucket) as world:
        for sizes in (LARGE, SMALL[:1]):
            kills.append(kill_at_each_point(world, files_of(world, tmp_path, sizes), 5))
    remove_buckets(server, ["killed"])


def test_there_were_enough(kills: list[int]) -> None:
    """Of what ran in this process: all of this file."""
    assert "COFFRE_POINTS" in os.environ or sum(kills) >= 200, kills
