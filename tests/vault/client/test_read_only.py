"""A host that is being maintained, from the command line: it says until when, and goes on afterwards."""

import os

import httpx
import pytest

from tests.vault.client.conftest import Server
from tests.vault.client.people import Network, Person, Rewrite
from vault import maintenance

UNTIL = 1_800_003_600
MIB = 1 << 20


@pytest.mark.slow
def test_an_upload_goes_on_after_the_maintenance(patient: Person, network: Network, server: Server) -> None:
    content = os.urandom(12 * MIB)
    path = patient.write("scan.bin", content)
    sent: list[str] = []

    def closes(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if "/parts/" in request.url.path:
            sent.append(request.url.path)
            if len(sent) == 2:
                with server.database.writing() as session:
                    maintenance.begin(session, maintenance.READ_ONLY, until=UNTIL, now=UNTIL - 3600)
        return response

    network.rewrite = closes
    ran = patient.run("add", path)
    assert ran.status == 6
    assert "until 2027-01-15T09:00:00Z" in ran.stderr
    assert patient.fails("add", path) == (6, "read_only")
    network.rewrite = None
    assert patient.json("list") == []
    with server.database.writing() as session:
        maintenance.end(session)
    network.requests.clear()
    [added] = patient.json("add", path)
    assert not [request for request in network.requests if "/parts/" in request.url.path]
    patient.json("get", added["id"], "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == content


@pytest.mark.slow
def test_the_host_says_until_when_and_whom_to_ask(patient: Person, network: Network) -> None:
    said = "support@example.org, 01 23 45 67 89"

    def closed(contact: object, level: str) -> Rewrite:
        error = {"error": {"code": "read_only", "message": ""}, "contact": contact}
        return lambda *_: httpx.Response(503, json=error, headers={"Coffre-Read-Only": f"{UNTIL}{level}"})

    for level in ("", " still"):
        network.rewrite = closed(said, level)
        shown = patient.run("list").stderr
        assert f"until 2027-01-15T09:00:00Z, contact: {said}" in shown
    for bad in (None, 7, "a" * 201, "two\nlines"):
        network.rewrite = closed(bad, "")
        assert "contact" not in patient.run("list").stderr
