"""One world a worker: telling it takes seconds, and every attack leaves it as it was."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto import passwords
from tests.attacks.matrix import derived
from tests.attacks.scenarios import Recorded
from tests.attacks.world import World, opened_world

_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session", autouse=True)
def remembered_passwords() -> Iterator[None]:
    """The same password, salt and cost give the same keys: they are worked out once."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "derive", derived)
        yield


@pytest.fixture(scope="session")
def world(remembered_passwords: None) -> Iterator[World]:
    """The server and everyone on it, in memory where the system has such a place."""
    folder = _MEMORY if _MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix="coffre-attacks-") as name,
        opened_world(Path(name)) as found,
    ):
        yield found


@pytest.fixture(scope="session")
def recorded(world: World) -> Recorded:
    """What was exchanged on that day."""
    return Recorded({name: vault.exchanges for name, vault in world.vaults.items()})
