"""Ciphertext on its way to the server: parts with their digests, four at a time, sent again when a connection
breaks, and not at all when they have arrived before.

    upload = resume(vault, earlier, length, part_size) or reserve(vault, length, part_size)
    send(vault, upload, parts, advance)

Where the host offers it, a part goes straight to the store by a URL that the server signs for it; if that
does not work from here, it goes through the server, which always takes it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final, Protocol, cast

from crypto.document import Part
from crypto.encoding import VaultId, b64u, check_id
from crypto.signing import sha256
from crypto.statement_kinds import MAX_PART_SIZE, MIN_PART_SIZE, PART_UNIT
from vault.client.answers import binary, child, children, from_server, number, optional_text, text
from vault.client.client import Client
from vault.client.errors import BadAnswer, ServerRefused, Unreachable

Advance = Callable[[int], object]


class Destination(Protocol):
    """The vault that uploads are for, whether this account can open it or not."""

    @property
    def client(self) -> Client:
        """Who sends."""

    @property
    def id(self) -> VaultId:
        """Which vault."""


PARALLEL: Final = 4
MEMORY: Final = 64 << 20
"""What parts under way may take, in bytes; one part at least."""

_LARGE: Final = 256 << 20
_URL_ATTEMPTS: Final = 3
_PAUSE_SECONDS: Final = 0.3
_BUSY_ATTEMPTS: Final = 10


@dataclass
class Reserved:
    """A place for an object: which parts are there already (SHA-256 by number), and how the others may go."""

    id: str
    direct: bool = False
    arrived: Mapping[int, bytes] = field(default_factory=dict)


def part_size_of(vault: Destination, size: int) -> int:
    """The part size in bytes for a document of `size`: what the server wants, and twice as much for a large
    one, since each part has a price of its own (an address, a record, a request; ADR 0019).
    """
    wanted = number(child(vault.client.api.get("/server"), "limits"), "part_size")
    if not MIN_PART_SIZE <= wanted <= MAX_PART_SIZE or wanted % PART_UNIT:
        raise BadAnswer("limit_exceeded")
    return min(2 * wanted, MAX_PART_SIZE) if size >= _LARGE else wanted


def reserve(vault: Destination, length: int, part_size: int) -> Reserved:
    """A new place for an object of `length` bytes."""
    answer = vault.client.api.post(f"/vaults/{vault.id}/uploads", {"length": length, "part_size": part_size})
    with from_server():
        # It becomes part of an address.
        upload = check_id(text(answer, "upload", limit=32))
    return Reserved(upload, direct=optional_text(answer, "transfer") == "direct")


def resume(vault: Destination, upload: str, length: int, part_size: int) -> Reserved | None:
    """An upload that was begun before and what has arrived of it; None when the server no longer has it."""
    try:
        answer = vault.client.api.get(f"/vaults/{vault.id}/uploads/{upload}")
    except ServerRefused as error:
        if error.code != "not_found":
            raise
        return None
    if (number(answer, "length"), number(answer, "part_size")) != (length, part_size):
        return None
    arrived = {number(row, "number"): binary(row, "sha256", length=32) for row in children(answer, "parts")}
    return Reserved(upload, optional_text(answer, "transfer") == "direct", arrived)


def send(vault: Destination, upload: Reserved, parts: Iterable[Part], advance: Advance) -> None:
    """Sends every part that has not arrived. Raises what the first one that failed raised."""
    running: dict[Future[None], memoryview] = {}
    # Of parts that were sent, to be used again: large ones would be mapped and cleared anew each time.
    free: list[bytearray] = []
    with ThreadPoolExecutor(PARALLEL) as pool:
        try:
            for part in parts:
                size = len(part.data)
                if upload.arrived.get(part.number + 1) == part.sha256:
                    advance(size)
                    continue
                while running and (
                    len(running) >= PARALLEL or sum(map(len, running.values())) + size > MEMORY
                ):
                    _finish(running, free, advance)
                buffer = free.pop() if free else bytearray(size)
                # The sealer uses its own again for the next part. No part is larger than the one before.
                data = memoryview(buffer)[:size]
                data[:] = part.data
                running[pool.submit(_send, vault, upload, part.number + 1, data, part.sha256)] = data
            while running:
                _finish(running, free, advance)
        except BaseException:
            for future in running:
                future.cancel()
            raise


def upload_parts(
    vault: Destination, parts: Iterable[Part], length: int, part_size: int, advance: Advance
) -> str:
    """Sends an object of `length` bytes; the upload's id, to be named by the statement that uses it."""
    upload = reserve(vault, length, part_size)
    send(vault, upload, parts, advance)
    return upload.id


def upload_bytes(vault: Destination, data: bytes, part_size: int, advance: Advance) -> str:
    """Sends bytes that are sealed already, through the server, which compares their hash at once."""
    upload = reserve(vault, len(data), part_size)
    upload.direct = False
    send(vault, upload, _cut(data, part_size), advance)
    return upload.id


def _finish(running: dict[Future[None], memoryview], free: list[bytearray], advance: Advance) -> None:
    """Waits for a part at least, and counts those that are done."""
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        data = running.pop(future)
        future.result()
        free.append(cast(bytearray, data.obj))
        advance(len(data))


def _send(vault: Destination, upload: Reserved, place: int, data: memoryview, digest: bytes) -> None:
    path = f"/vaults/{vault.id}/uploads/{upload.id}/parts/{place}"
    if upload.direct and _send_direct(vault, upload, path, data, digest):
        return
    for attempt in range(_BUSY_ATTEMPTS):
        try:
            vault.client.api.put_part(path, data, digest)
        except ServerRefused as error:
            # Too many transfers at once: the server asks to wait, and the one before has waited some seconds.
            if error.code != "busy" or attempt == _BUSY_ATTEMPTS - 1:
                raise
        else:
            return


def _send_direct(vault: Destination, upload: Reserved, path: str, data: memoryview, digest: bytes) -> bool:
    """Whether the part went straight to the store. A URL may have expired: each attempt asks for another."""
    for attempt in range(_URL_ATTEMPTS):
        if attempt:
            vault.client.api.sleep(_PAUSE_SECONDS * 2**attempt)
        asked = vault.client.api.post(
            f"{path}/url", {"length": len(data), "sha256": b64u(digest)}, again=True
        )
        try:
            vault.client.api.put_url(text(asked, "url", limit=8192), data)
        except Unreachable:
            continue
        return True
    # The other parts need not try as well.
    upload.direct = False
    return False


def _cut(data: bytes, part_size: int) -> Iterator[Part]:
    view = memoryview(data)
    for index, start in enumerate(range(0, len(data), part_size)):
        piece = view[start : start + part_size]
        yield Part(index, piece, sha256(bytes(piece)))
