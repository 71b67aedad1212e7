"""Settings for every test, and the real servers that tests share; other fixtures live beside the tests that
use them.

A worker starts each server once, when the first test asks. Who shares one takes a database or a bucket of
an own; who kills one starts an own.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings
from xdist.remote import Producer

from tests import told_at_once
from tests.order import ByFile, long_first
from tests.routes_once import routes_once
from tests.servers.ceph import Ceph
from tests.servers.postgresql import PostgreSQL
from tests.servers.seaweedfs import SeaweedFS
from tests.statements_once import statements_once

settings.register_profile("coffre", max_examples=50, deadline=None)
settings.load_profile("coffre")

_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 4 << 30


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Folders of tests are in memory where there is room: a database that is written through to a disk waits
    five milliseconds for each commit. A killed process loses nothing of either.
    """
    told_at_once.install(config, os.environ.pop(told_at_once.END_BY, None))
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who waits for browsers and real servers gets longer than pyproject.toml gives the others."""
    long_first(items)
    for item in items:
        waits = any(item.get_closest_marker(name) for name in ("e2e", "servers", "slow"))
        if waits and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session", autouse=True)
def quick_applications() -> Iterator[None]:
    with routes_once(), statements_once():
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The database of hosts."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def weed() -> Iterator[SeaweedFS]:
    """An S3 store that starts quickly."""
    with SeaweedFS() as server:
        yield server


@pytest.fixture(scope="session")
def ceph() -> Iterator[Ceph]:
    """The S3 store of accredited hosts."""
    with Ceph() as server:
        yield server


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command that serves sends the process's logs to its standard error: not those of later tests too."""
    root = logging.getLogger()
    coffre = logging.getLogger("coffre")
    before = root.handlers[:], root.level, coffre.level
    yield
    root.handlers[:], root.level, coffre.level = before
