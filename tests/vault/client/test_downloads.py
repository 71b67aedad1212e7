"""An interrupted `coffre get` goes on: what arrived is not fetched again, and nothing unverified gets out."""

import errno
import fcntl
import os
import stat
from pathlib import Path

import httpx
import pytest

from tests.vault.client.people import Network, Person
from vault.client import downloads

MIB = 1 << 20
PART = 8 * MIB
SIZE = 20 * MIB  # three parts


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part comes late enough to be kept."""
    monkeypatch.setattr(downloads, "KEPT_AFTER_SECONDS", 0)


@pytest.fixture
def content() -> bytes:
    return os.urandom(SIZE)


@pytest.fixture
def identifier(patient: Person, content: bytes) -> str:
    return patient.add("scan.bin", content)


def die_at(network: Network, start: int) -> None:
    """The process dies when the answer to the range from `start` would arrive."""

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.headers.get("range", "").startswith(f"bytes={start}-"):
            raise Killed
        return response

    network.rewrite = rewrite


def ranges(network: Network) -> list[int]:
    """Where the ranges began that were asked for since the last question; threads ask, in any order."""
    found = sorted(
        int(request.headers["range"].removeprefix("bytes=").split("-")[0])
        for request in network.requests
        if request.url.path.endswith("/object")
    )
    network.requests.clear()
    return found


def kept(patient: Person) -> list[Path]:
    return list((patient.folder / "home").glob("download-*"))


def interrupted(patient: Person, network: Network, identifier: str, at: int) -> None:
    die_at(network, at)
    with pytest.raises(Killed):
        patient.run("get", identifier, "-o", str(patient.folder / "out"))
    network.rewrite = None
    network.requests.clear()
    assert not (patient.folder / "out").exists()


def get(patient: Person, identifier: str) -> bytes:
    patient.json("get", identifier, "-o", str(patient.folder / "out"))
    return (patient.folder / "out").read_bytes()


@pytest.mark.slow
def test_what_arrived_is_not_fetched_again(
    patient: Person, network: Network, identifier: str, content: bytes
) -> None:
    interrupted(patient, network, identifier, 2 * PART)
    [file] = kept(patient)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert content[1000:1100] not in before, "it stays sealed"
    with file.open("r+b") as theirs:
        # Another process goes on with it: it is left alone.
        fcntl.flock(theirs, fcntl.LOCK_EX)
        assert get(patient, identifier) == content
        assert (ranges(network), file.read_bytes() == before) == ([0, PART, 2 * PART], True)
    assert get(patient, identifier) == content
    assert ranges(network) == [2 * PART]
    assert kept(patient) == []


@pytest.mark.slow
@pytest.mark.parametrize(("size", "expected"), [(0, [0, PART, 2 * PART]), (PART + 5, [PART, 2 * PART])])
def test_a_file_cut_off_is_used_as_far_as_it_is_whole(
    patient: Person, network: Network, identifier: str, content: bytes, size: int, expected: list[int]
) -> None:
    interrupted(patient, network, identifier, 2 * PART)
    os.truncate(kept(patient)[0], size)
    assert get(patient, identifier) == content
    assert ranges(network) == expected


@pytest.mark.slow
def test_a_file_that_was_changed_is_not_believed(
    patient: Person, network: Network, identifier: str, content: bytes
) -> None:
    interrupted(patient, network, identifier, 2 * PART)
    [file] = kept(patient)
    with file.open("r+b") as opened:
        opened.seek(PART + 7)
        byte = opened.read(1)[0]
        opened.seek(PART + 7)
        opened.write(bytes([byte ^ 1]))
    assert get(patient, identifier) == content
    assert ranges(network) == [PART, 2 * PART]


@pytest.mark.slow
def test_a_part_that_is_not_the_manifests_is_refused_and_not_kept(
    patient: Person, network: Network, identifier: str, content: bytes
) -> None:
    def flipped(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.headers.get("range", "").startswith(f"bytes={PART}-"):
            return response
        data = bytearray(response.content)
        data[9] ^= 1
        return httpx.Response(response.status_code, content=bytes(data))

    network.rewrite = flipped
    assert patient.fails("get", identifier, "-o", str(patient.folder / "out")) == (5, "tampered")
    assert not (patient.folder / "out").exists()
    network.rewrite = None
    network.requests.clear()
    assert get(patient, identifier) == content
    # The part after it had come as well.
    assert ranges(network) == [PART]


@pytest.mark.slow
def test_a_connection_that_breaks_is_tried_again(
    patient: Person, network: Network, identifier: str, content: bytes
) -> None:
    lost: list[str] = []

    def lose(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/object") and len(lost) < 2:
            lost.append(request.headers["range"])
            raise httpx.ReadError("gone")
        return response

    network.rewrite = lose
    assert get(patient, identifier) == content
    assert len(lost) == 2


@pytest.mark.slow
def test_what_the_system_takes_and_gives_piece_by_piece_is_whole(
    patient: Person, network: Network, identifier: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, read = os.pwrite, os.preadv
    monkeypatch.setattr(os, "pwrite", lambda file, data, offset: write(file, data[: MIB + 1], offset))
    monkeypatch.setattr(os, "preadv", lambda file, into, offset: read(file, [into[0][: MIB + 1]], offset))
    interrupted(patient, network, identifier, 2 * PART)
    assert get(patient, identifier) == content
    assert ranges(network) == [2 * PART]


def test_a_full_disk_costs_only_the_resuming(
    patient: Person, network: Network, identifier: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    assert get(patient, identifier) == content
    assert ranges(network) == [0, PART, 2 * PART]


def test_a_small_document_leaves_nothing_in_the_home(patient: Person, network: Network) -> None:
    identifier = patient.add("a.txt", b"small")
    die_at(network, 0)
    with pytest.raises(Killed):
        patient.run("get", identifier, "-o", str(patient.folder / "out"))
    assert kept(patient) == []


@pytest.mark.slow
def test_what_comes_at_once_is_fetched_again_rather_than_kept(
    patient: Person, network: Network, identifier: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "KEPT_AFTER_SECONDS", 3600)
    interrupted(patient, network, identifier, 2 * PART)
    assert kept(patient) == []
    assert get(patient, identifier) == content
    assert ranges(network) == [0, PART, 2 * PART]


@pytest.mark.slow
def test_signing_out_forgets_it(patient: Person, network: Network, identifier: str) -> None:
    interrupted(patient, network, identifier, 2 * PART)
    patient.json("logout")
    assert kept(patient) == []
