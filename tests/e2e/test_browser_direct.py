"""Parts from Chromium straight to the store: SeaweedFS over https, with and without rules that let it in."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
from playwright.sync_api import Request

from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import add_file, open_document, sign_up
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess
from tests.servers.seaweedfs import SeaweedFS

pytestmark = pytest.mark.e2e

BUCKET = "browsers"
SIZE = 18 << 20


@dataclass
class Host:
    """A server with direct transfer, and the store that clients reach."""

    server: ServerProcess
    weed: SeaweedFS


def let_in(weed: SeaweedFS, bucket: str, origin: str) -> None:
    """Lets the pages of an origin into a bucket."""
    s3 = boto3.client(
        "s3",
        endpoint_url=weed.endpoint,
        region_name=weed.region,
        aws_access_key_id=weed.access_key,
        aws_secret_access_key=weed.secret_key,
        verify=str(weed.ca_bundle),
    )
    rule = {"AllowedOrigins": [origin], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=json.loads(json.dumps({"CORSRules": [rule]})))


@dataclass
class Sent:
    """Where the parts of a page went."""

    store: str
    straight: list[str] = field(default_factory=list)
    proxied: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        if request.method != "PUT":
            return
        if request.url.startswith(self.store):
            assert "cookie" not in request.headers
            self.straight.append(request.url)
        elif "/parts/" in request.url:
            self.proxied.append(request.url)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, weed: SeaweedFS) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("direct")
    with ExitStack() as stack:
        environment = {
            "COFFRE_STORAGE_KIND": "s3",
            "COFFRE_STORAGE_ENDPOINT": weed.endpoint,
            "COFFRE_STORAGE_REGION": weed.region,
            "COFFRE_STORAGE_BUCKET": BUCKET,
            "COFFRE_STORAGE_ACCESS_KEY": weed.access_key,
            "COFFRE_STORAGE_SECRET_KEY": weed.secret_key,
            "COFFRE_STORAGE_CREATE_BUCKET": "true",
            "COFFRE_STORAGE_CA_BUNDLE": str(weed.ca_bundle),
            "COFFRE_STORAGE_TRANSFER": "direct",
        }
        data = {"COFFRE_DATA": str(folder / "data")}
        CommandLine(folder, "", environment={**environment, **data}).json("admin", "init")
        yield Host(stack.enter_context(ServerProcess(folder, environment=environment)), weed)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


def adds_and_reads(host: Host, browser: Browser, scan: Path, email: str) -> tuple[Person, Sent]:
    patient = browser.person(host.server.url, any_certificate=True)
    sent = Sent(host.weed.endpoint)
    patient.page.on("request", sent.note)
    sign_up(patient, email, "Alice Martin")
    patient.reads("Your vault is ready")
    add_file(patient, scan, "Scan")
    open_document(patient, "Scan")
    assert patient.downloads("Download") == scan.read_bytes()
    return patient, sent


def test_parts_go_straight_to_the_store(host: Host, browser: Browser, scan: Path) -> None:
    let_in(host.weed, BUCKET, host.server.url)
    patient, sent = adds_and_reads(host, browser, scan, "straight@example.org")
    parts = -(-SIZE // (8 << 20))
    assert (len(sent.straight), len(sent.proxied)) == (parts, 0)
    assert all("X-Amz-Signature=" in url for url in sent.straight)
    assert patient.faults == []


def test_a_store_that_lets_no_page_in_is_reached_through_the_server(
    host: Host, browser: Browser, scan: Path
) -> None:
    let_in(host.weed, BUCKET, "https://elsewhere.example")
    _, sent = adds_and_reads(host, browser, scan, "proxied@example.org")
    assert len(sent.proxied) == -(-SIZE // (8 << 20))
