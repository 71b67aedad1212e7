"""Settings for every test, and the real servers that tests share; other fixtures live beside the tests that
use them.

A worker starts each server once, when the first test asks. Who shares one takes a database or a bucket of
an own; who kills one starts an own.
"""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers.ceph import Ceph
from tests.servers.postgresql import PostgreSQL
from tests.servers.seaweedfs import SeaweedFS

settings.register_profile("coffre", max_examples=50, deadline=None)
settings.load_profile("coffre")


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
