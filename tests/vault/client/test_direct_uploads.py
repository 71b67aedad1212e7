"""`coffre add` straight to the store (SeaweedFS over https); through the server when that does not work."""

import os
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from storage.base import ObjectStore
from tests.servers.seaweedfs import SeaweedFS
from tests.through import through
from tests.vault.client.people import ORIGIN, Clock, Network, Person
from tests.vault.schemas import lay_schema
from vault.admin.deployment import open_store
from vault.client.api import Api
from vault.client.errors import BadAnswer, Unreachable
from vault.config import load
from vault.database import Database
from vault.models.documents import Version
from vault.retention import sweep
from web.app import create_app
from web.serve import prepare

pytestmark = pytest.mark.servers

MIB = 1 << 20
SIZE = 20 * MIB  # three parts of 8 MiB


class Internet(httpx.BaseTransport):
    """The store at its own address, everything else at the application. `unreachable` counts down."""

    def __init__(self, application: httpx.BaseTransport, weed: SeaweedFS) -> None:
        self.application = application
        self.store = httpx.HTTPTransport(verify=ssl.create_default_context(cafile=str(weed.ca_bundle)))
        self.endpoint = httpx.URL(weed.endpoint)
        self.requests: list[httpx.Request] = []
        self.unreachable = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.port != self.endpoint.port:
            return self.application.handle_request(request)
        self.requests.append(request)
        if self.unreachable:
            self.unreachable -= 1
            raise httpx.ConnectError("no route")
        return self.store.handle_request(request)


@pytest.fixture
def internet(weed: SeaweedFS, tmp_path: Path, clock: Clock) -> Iterator[Internet]:
    environ = {
        "COFFRE_DATA": str(tmp_path / "data"),
        "COFFRE_SERVER_PUBLIC_URL": ORIGIN,
        "COFFRE_STORAGE_KIND": "s3",
        "COFFRE_STORAGE_ENDPOINT": weed.endpoint,
        "COFFRE_STORAGE_BUCKET": f"direct-{os.urandom(4).hex()}",
        "COFFRE_STORAGE_ACCESS_KEY": weed.access_key,
        "COFFRE_STORAGE_SECRET_KEY": weed.secret_key,
        "COFFRE_STORAGE_CA_BUNDLE": str(weed.ca_bundle),
        "COFFRE_STORAGE_CREATE_BUCKET": "true",
        "COFFRE_STORAGE_TRANSFER": "direct",
    }
    config = load(None, environ)
    lay_schema(config)
    prepare(config)
    database = Database.open(config.database.url)
    with open_store(config, create=True) as store:
        app = create_app(config, store, clock, database)
        found = Internet(httpx.WSGITransport(app), weed)
        yield found
        found.store.close()
        assert orphans(database, store, clock) == ([], [])
    database.close()


def orphans(database: Database, store: ObjectStore, clock: Clock) -> tuple[list[str], list[str]]:
    """After some days of sweeping: what nothing names or what is missing, and uploads that are pending."""
    for _ in range(3):
        clock.time += 2 * 86400
        sweep(database, store, clock)
    with database.reading() as session:
        named = {str(row.object_name) for row in session.query(Version)}
    return sorted(named ^ set(store.list(None, 100))), [str(one.name) for one in store.pending()]


@pytest.fixture
def network(internet: Internet) -> Network:
    return Network(internet)


def ways(network: Network) -> tuple[int, int]:
    """Parts that went straight to the store, and through the server."""
    puts = [request.url for request in network.requests if request.method == "PUT"]
    straight = [url for url in puts if url.scheme == "https"]
    return len(straight), len([url for url in puts if url not in straight and "/parts/" in url.path])


def ways_back(network: Network) -> tuple[int, int]:
    """Ranges that came straight from the store, and through the server."""
    gets = [request.url for request in network.requests if "range" in request.headers]
    straight = [url for url in gets if url.scheme == "https"]
    return len(straight), len(gets) - len(straight)


def add_and_get(patient: Person) -> bytes:
    content = os.urandom(SIZE)
    identifier = patient.add("scan.bin", content)
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content
    return content


def test_parts_go_straight_to_the_store(patient: Person, network: Network, internet: Internet) -> None:
    add_and_get(patient)
    assert ways(network) == (3, 0)
    assert ways_back(network) == (3, 0)
    for request in internet.requests:
        assert not {"cookie", "x-coffre-csrf"} & set(request.headers), "the session stays with the server"


def test_a_broken_connection_is_tried_again(patient: Person, network: Network, internet: Internet) -> None:
    internet.unreachable = 2
    add_and_get(patient)
    assert ways(network) == (5, 0)


def test_a_store_that_cannot_be_reached_is_reached_through_the_server(
    patient: Person, network: Network, internet: Internet
) -> None:
    internet.unreachable = 1000
    add_and_get(patient)
    assert ways(network)[1] == 3
    assert ways_back(network)[1] == 3


def test_what_the_store_gives_is_held_against_the_manifest(patient: Person, network: Network) -> None:
    identifier = patient.add("scan.bin", os.urandom(SIZE))

    def other(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if "range" not in request.headers or request.url.scheme != "https":
            return response
        return httpx.Response(206, content=bytes(len(response.content)))

    network.rewrite = other
    assert patient.fails("get", identifier, "-o", str(patient.folder / "out")) == (5, "tampered")
    assert not (patient.folder / "out").exists()


def test_a_url_that_the_store_refuses_is_asked_for_again(patient: Person, network: Network) -> None:
    """As it refuses one that has ended: every first URL of a part, and the first ones of the ranges."""
    seen: set[str] = set()

    def ended(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith(("/url", "/urls")) or request.url.path in seen:
            return response
        seen.add(request.url.path)
        return httpx.Response(
            response.status_code, content=response.content.replace(b"Expires=", b"Expires=1")
        )

    network.rewrite = ended
    add_and_get(patient)
    assert ways(network) == (6, 0)
    straight, _through = ways_back(network)
    # One at least was refused; a range that begins after that has a new URL already.
    assert straight > 3


@pytest.mark.parametrize("url", ["http://10.0.0.1/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "x"])
def test_a_server_cannot_send_parts_anywhere_in_the_clear(url: str) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    for origin in ("https://coffre.example", ORIGIN):
        with pytest.raises(BadAnswer):
            Api(origin, network=through(httpx.MockTransport(never))).put_url(url, b"sealed")
    with pytest.raises(BadAnswer):
        Api("https://coffre.example", network=through(httpx.MockTransport(never))).put_url(
            "http://127.0.0.1/x", b"sealed"
        )


def test_an_answer_other_than_success_is_no_success() -> None:
    def moved(_: httpx.Request) -> httpx.Response:
        return httpx.Response(307, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(Unreachable):
        Api("https://coffre.example", network=through(httpx.MockTransport(moved))).put_url(
            "https://store.example/x", b"sealed"
        )


def test_a_direct_upload_is_resumed(
    patient: Person, network: Network, person: Callable[[str], Person]
) -> None:
    class Killed(BaseException):
        pass

    content = os.urandom(SIZE)
    path = patient.write("scan.bin", content)

    def die(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method == "PUT" and request.url.scheme == "https" and "partNumber=2" in str(request.url):
            raise Killed
        return response

    network.rewrite = die
    with pytest.raises(Killed):
        patient.run("add", path)
    network.rewrite = None
    network.requests.clear()
    [added] = patient.json("add", path)
    # The second had arrived, though its sender did not live to know it.
    assert all("partNumber=3" in str(r.url) for r in network.requests if r.url.scheme == "https")
    patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content
