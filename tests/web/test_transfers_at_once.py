"""Too many transfers at once, and senders who stand still: others are answered all the same."""

import io
import socket
import time
from contextlib import ExitStack, closing

import httpx
import pytest

from crypto.encoding import new_id
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import PART, SealedVersion, digest_header
from tests.web.signed_up import signed_up
from tests.web.test_serve import Served
from tests.web.test_serve import served as served
from tests.web.test_transfers import reserved
from vault.errors import Busy
from web.context import Parts
from web.serve import THREADS
from web.transfers import PER_PEER, Steady, Transfers
from web.worker import SILENCE_SECONDS


def test_transfers_are_counted_in_all_and_by_peer() -> None:
    transfers = Transfers(maximum=3, per_peer=2)
    first, second = transfers.begin("a"), transfers.begin("a")
    with pytest.raises(Busy):
        transfers.begin("a")
    third = transfers.begin("b")
    with pytest.raises(Busy):
        transfers.begin("c")
    first()
    first()
    with transfers.one("c"), pytest.raises(Busy):
        transfers.begin("d")
    second()
    third()
    assert not transfers._under_way


def test_a_sender_who_is_far_too_slow_is_given_up() -> None:
    now = [0.0]
    body = Steady(io.BytesIO(bytes(1000)), lambda: now[0])
    assert len(body.read(10)) == 10
    now[0] = 59
    assert len(body.read(10)) == 10
    now[0] = 61
    with pytest.raises(Busy):
        body.read(10)


def test_a_connection_that_ends_is_no_fault_of_the_server() -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(Busy):
        Steady(Broken()).read(10)


def test_one_account_takes_some_of_the_places_only(room: Room) -> None:
    patient, other = room.patient(), room.patient()
    sealed = SealedVersion(patient.sections[1])
    ok(patient.commit(sealed), 201)
    upload = reserved(patient)["upload"]
    parts: Parts = room.app.extensions["coffre"]
    with ExitStack() as stack:
        for _ in range(PER_PEER):
            stack.enter_context(parts.transfers.one(patient.account))
        answer = patient.send_part(upload, 2, b"x" * 10)
        refused(answer, "busy", 429)
        assert answer.headers["Retry-After"]
        refused(patient.download(sealed.document), "busy", 429)
        theirs = reserved(other)["upload"]
        ok(other.send_part(theirs, 2, b"x" * 10))
    ok(patient.send_part(upload, 2, b"x" * 10))
    for _ in range(PER_PEER + 1):
        assert patient.download(sealed.document).data == sealed.content


def stand_still(http: httpx.Client, vault: str) -> socket.socket:
    """A sender who begins a part and says nothing more."""
    upload = http.post(f"/vaults/{vault}/uploads", json={"length": PART, "part_size": PART}).json()["upload"]
    address = (str(http.base_url.host), http.base_url.port or 80)
    names = {"Content-Digest": digest_header(bytes(PART)), "Content-Length": str(PART)}
    headers = {"Host": f"{address[0]}:{address[1]}", **dict(http.headers), **names}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection = socket.create_connection(address)
    connection.sendall(f"PUT /api/v1/vaults/{vault}/uploads/{upload}/parts/1 HTTP/1.1\r\n".encode())
    connection.sendall(f"{lines}\r\n".encode() + bytes(1000))
    return connection


@pytest.mark.slow
@pytest.mark.servers
def test_senders_who_stand_still_keep_nobody_from_being_answered(served: Served) -> None:
    with ExitStack() as stack:
        # More of them than the server has threads.
        for _ in range(THREADS // PER_PEER + 1):
            http, vault = signed_up(served.url, f"{new_id()}@example.org")
            stack.enter_context(closing(http))
            for _ in range(PER_PEER):
                stack.enter_context(stand_still(http, vault))
        time.sleep(0.5)
        http, _ = signed_up(served.url, f"{new_id()}@example.org")
        stack.enter_context(closing(http))
        began = time.monotonic()
        assert http.get("/server").status_code == 200
        assert http.get("/vaults").status_code == 200
        # After that, those who stand still would have been given up.
        assert time.monotonic() - began < SILENCE_SECONDS / 2
