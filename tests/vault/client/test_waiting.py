"""A server whose store is away for a moment, or whose answer is lost: `coffre get` waits, and tells people.

An access counts once: sent again, it is appended once or refused, and nobody is told that their clock is off.
"""

import os
import pty
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO

import httpx
import pytest

from tests.vault.client.people import Network, Person

SAID = "the server asks to wait a moment: trying again"
CONTENT = b"what the scanner saw"


@dataclass
class Away(httpx.BaseTransport):
    """Before the server: refuses the first requests for a path (its end), which do not get there."""

    inner: httpx.BaseTransport
    path: str
    left: int
    refused: list[bytes] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.left or not request.url.path.endswith(self.path):
            return self.inner.handle_request(request)
        self.left -= 1
        self.refused.append(request.read())
        return httpx.Response(503, content=b'{"error":{"code":"store_unavailable","message":""}}')


def openings(patient: Person) -> int:
    """How many openings the patient's journal shows."""
    return sum(row["kind"] == "access" for row in patient.json("journal", "--verify"))


def accesses_sent(network: Network) -> list[bytes]:
    """The bodies of the accesses that were sent."""
    return [one.content for one in network.requests if one.url.path.endswith("/accesses") and one.content]


def test_an_access_is_sent_again_while_the_store_is_away(patient: Person, network: Network) -> None:
    identifier = patient.add(content=CONTENT)
    network.inner = Away(network.inner, "/accesses", left=3)
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == CONTENT
    sent = accesses_sent(network)
    assert (len(sent), len(set(sent))) == (4, 1), "the very same"
    assert openings(patient) == 1


@pytest.mark.parametrize("answer", ["cut", "503"])
def test_an_access_whose_answer_was_lost_is_followed_by_another(
    patient: Person, network: Network, answer: str
) -> None:
    identifier = patient.add(content=CONTENT)
    lost: list[bytes] = []

    def lose(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/accesses") or lost:
            return response
        lost.append(request.content)
        if answer == "cut":
            raise httpx.ReadError("gone")
        return httpx.Response(503, content=b"<html>restarting")

    network.rewrite = lose
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    assert (patient.folder / "out").read_bytes() == CONTENT
    first, again, another = accesses_sent(network)
    assert first == again != another
    # The server gave the header out twice.
    assert openings(patient) == 2


def read_to_end(screen: FileIO) -> bytes:
    """What a terminal shows until its writer closes it."""
    shown = b""
    with suppress(OSError):
        while found := screen.read(4096):
            shown += found
    return shown


def test_people_at_a_terminal_are_told_once(
    patient: Person, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = patient.add(content=CONTENT)
    network.inner = Away(network.inner, "/accesses", left=3)
    screen, device = pty.openpty()
    # Read while it is written: a terminal that nobody reads stops who writes.
    with os.fdopen(screen, "rb", buffering=0) as seen, ThreadPoolExecutor(1) as reader:
        reading = reader.submit(read_to_end, seen)
        with os.fdopen(device, "w") as terminal, monkeypatch.context() as patch:
            patch.setattr("sys.stderr", terminal)
            ran = patient.run("get", identifier, "-o", "-")
        shown = reading.result().decode()
    assert (ran.status, ran.stdout.encode()) == (0, CONTENT)
    assert shown.count(SAID) == 1


@pytest.mark.parametrize("arguments", [("-o", "-"), ("-o", "out", "--json")])
def test_pipes_and_programs_are_told_nothing(
    patient: Person, network: Network, arguments: tuple[str, ...]
) -> None:
    identifier = patient.add(content=CONTENT)
    network.inner = Away(network.inner, "/accesses", left=3)
    named = [str(patient.folder / "out") if one == "out" else one for one in arguments]
    ran = patient.run("get", identifier, *named)
    assert (ran.status, ran.stderr) == (0, "")
    if "--json" in arguments:
        assert ran.json["size"] == len(CONTENT)
    else:
        assert ran.stdout.encode() == CONTENT
