"""The server and the command line of end-to-end tests.

`coffre_server` is the embedded deployment; a test that is parametrised with `indirect=True` and "hosted" gets
PostgreSQL and SeaweedFS. `cli` makes command lines with a home of their own.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from crypto.encoding import new_id
from tests.e2e.command_line import CommandLine
from tests.e2e.secrets_search import Place
from tests.e2e.server_process import ServerProcess, rows_of
from tests.servers.postgresql import PostgreSQL
from tests.servers.seaweedfs import SeaweedFS

BUCKET = "hosted"


@pytest.fixture(scope="module")
def coffre_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A running server: "embedded" (default) or "hosted"; a dictionary adds settings of the environment."""
    wanted: object = getattr(request, "param", "embedded")
    folder = tmp_path_factory.mktemp("server")
    if wanted == "hosted":
        server = _hosted(request.getfixturevalue("postgresql"), request.getfixturevalue("weed"), folder)
    else:
        server = ServerProcess(folder, environment=wanted if isinstance(wanted, dict) else {})
    with server:
        yield server


@pytest.fixture
def cli(tmp_path: Path, coffre_server: ServerProcess) -> Callable[[str], CommandLine]:
    """Makes a command line for a person, each with an own home, password file and working folder."""

    def make(person: str) -> CommandLine:
        return CommandLine(tmp_path / person, coffre_server.url)

    return make


def _hosted(postgresql: PostgreSQL, weed: SeaweedFS, folder: Path) -> ServerProcess:
    database = postgresql.create_database(f"hosted_{new_id()}")
    environment = {
        "COFFRE_DATABASE_URL": database,
        "COFFRE_STORAGE_KIND": "s3",
        "COFFRE_STORAGE_ENDPOINT": weed.endpoint,
        "COFFRE_STORAGE_REGION": weed.region,
        "COFFRE_STORAGE_BUCKET": BUCKET,
        "COFFRE_STORAGE_ACCESS_KEY": weed.access_key,
        "COFFRE_STORAGE_SECRET_KEY": weed.secret_key,
        "COFFRE_STORAGE_CREATE_BUCKET": "true",
        "COFFRE_STORAGE_CA_BUNDLE": str(weed.ca_bundle),
    }

    def stores() -> Iterator[Place]:
        yield from rows_of(database)
        yield from _objects_of(weed)

    # A host's database is never migrated by the serving process.
    administrator = CommandLine(folder, "", environment={**environment, "COFFRE_DATA": str(folder / "data")})
    administrator.json("admin", "init")
    return ServerProcess(folder, environment=environment, stores=stores)


def _objects_of(weed: SeaweedFS) -> Iterator[Place]:
    s3 = boto3.client(
        "s3",
        endpoint_url=weed.endpoint,
        region_name=weed.region,
        aws_access_key_id=weed.access_key,
        aws_secret_access_key=weed.secret_key,
        verify=str(weed.ca_bundle),
    )
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for item in page.get("Contents", []):
            body = s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"]
            yield Place(f"object {item['Key']}", body.read())
