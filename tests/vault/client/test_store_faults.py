"""A store that fails under the server: what was told as added is there, a failure leaves nothing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from botocore import endpoint
from botocore.retries.bucket import TokenBucket

from storage.errors import StoreUnavailable
from storage.s3 import S3Settings, S3Store
from tests.servers.ceph import Ceph
from tests.servers.faulty_proxy import Fault, FaultyProxy
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.admin.hosts import remove_buckets
from tests.vault.client.people import Clock, Network, Person
from tests.vault.schemas import lay_schema
from vault.client import patience
from vault.config import load
from vault.database import Database
from vault.models.documents import Version
from vault.retention import sweep
from web.app import create_app
from web.serve import prepare

pytestmark = [pytest.mark.servers, pytest.mark.slow]

FAULTS: tuple[Fault, ...] = ("500", "503", "reset", "cut request", "cut answer", "silence")
# The faults are the proxy's, whatever is behind it. So on Ceph only those that leave something half in the
# store itself, unless COFFRE_FAULTS is set.
ON_CEPH = FAULTS if os.environ.get("COFFRE_FAULTS") else ("cut request", "cut answer")
CASES = [*(("weed", fault) for fault in FAULTS), *(("ceph", fault) for fault in ON_CEPH)]
SIZE = 12 << 20  # two parts
TOLD = ((6, "store_unavailable"), (6, "unreachable"))


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The S3 library waits for no time between its attempts, nor because it was told to slow down."""
    monkeypatch.setattr(endpoint, "time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setattr(TokenBucket, "_sleep_amount", lambda bucket, amount: 0)


@dataclass
class Host:
    """A server whose store is behind a proxy, and the store as it is."""

    database: Database
    store: S3Store
    transport: httpx.BaseTransport


@pytest.fixture
def server(request: pytest.FixtureRequest) -> SeaweedFS | Ceph:
    found: SeaweedFS | Ceph = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def proxy(server: SeaweedFS | Ceph) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.plain_port) as started:
        yield started


@pytest.fixture
def host(server: SeaweedFS | Ceph, proxy: FaultyProxy, tmp_path: Path, clock: Clock) -> Iterator[Host]:
    config = load(None, {"COFFRE_DATA": str(tmp_path / "data")})
    lay_schema(config)
    prepare(config)
    database = Database.open(config.database.url)
    bucket = f"faults-{os.urandom(4).hex()}"
    plain = S3Settings(
        bucket=bucket,
        endpoint=f"http://127.0.0.1:{server.plain_port}",
        access_key=server.access_key,
        secret_key=server.secret_key,
        create_bucket=True,
    )
    behind = S3Settings(
        bucket=bucket,
        endpoint=proxy.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        patience=1,
    )
    with S3Store(plain) as store, S3Store(behind) as used:
        app = create_app(config, store=used, clock=clock, database=database)
        yield Host(database, store, httpx.WSGITransport(app))
    database.close()
    remove_buckets(server, [bucket])


class Connection(httpx.BaseTransport):
    """What a real server does when its store breaks off in the middle of an answer: it breaks off as well."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._inner.handle_request(request)
            answer.read()
        except StoreUnavailable as error:
            raise httpx.RemoteProtocolError("incomplete") from error
        return answer


@pytest.fixture
def network(host: Host) -> Network:
    return Network(Connection(host.transport))


def settled(host: Host, clock: Clock) -> tuple[list[str], list[str], int]:
    """After some days of sweeping: what is named, what is stored, what is pending."""
    for _ in range(3):
        clock.time += 2 * 86400
        sweep(host.database, host.store, clock)
    with host.database.reading() as session:
        named = sorted(str(row.object_name) for row in session.query(Version))
    return named, list(host.store.list(None, 100)), len(list(host.store.pending()))


@pytest.mark.parametrize(("server", "fault"), CASES, indirect=["server"])
def test_a_store_that_fails_for_a_moment(
    patient: Person, proxy: FaultyProxy, host: Host, clock: Clock, fault: Fault
) -> None:
    content = os.urandom(SIZE)
    proxy.fault, proxy.left = fault, 2
    identifier = patient.add("scan.bin", content)
    proxy.cut_connections()
    proxy.left = 2
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert proxy.met >= 3
    assert (patient.folder / "out").read_bytes() == content
    named, stored, pending = settled(host, clock)
    assert (len(named), stored, pending) == (1, named, 0)


@pytest.mark.parametrize(("server", "fault"), CASES, indirect=["server"])
def test_a_store_that_goes_on_failing(
    patient: Person,
    proxy: FaultyProxy,
    host: Host,
    clock: Clock,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = os.urandom(SIZE)
    path = patient.write("scan.bin", content)
    proxy.fault, proxy.left, proxy.within = fault, 10_000, 100
    with monkeypatch.context() as impatient:
        # How long a store is waited for is test_api's business.
        impatient.setattr(patience, "WAIT_SECONDS", 0)
        status, code = patient.fails("add", path)
    assert (status, code) in TOLD
    assert patient.json("list") == []
    proxy.left = 0
    [added] = patient.json("add", path)
    proxy.cut_connections()
    proxy.left = 10_000
    with monkeypatch.context() as impatient:
        impatient.setattr(patience, "WAIT_SECONDS", 0)
        assert patient.fails("get", added["id"], "-o", str(patient.folder / "out")) in TOLD
    assert not (patient.folder / "out").exists()
    proxy.left = 0
    patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content
    named, stored, pending = settled(host, clock)
    assert (len(named), stored, pending) == (1, named, 0)
