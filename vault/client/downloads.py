"""An object on its way here, part by part; what an interruption left is not fetched again.

    for piece in download(vault, version): …      # sealed bytes, in order; the reader verifies all of them

Of an object in several parts, each is kept in the home until the last one was given: sealed as it came,
useless without its key, and held against its hash in the manifest before it is used again. That takes the
object's size on the disk beside the document's own. Knows nothing of keys.
"""

import fcntl
import hashlib
import os
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, Final

from crypto.signing import sha256
from vault.client.errors import Unreachable
from vault.client.ledger_state import VersionState
from vault.client.vaults import OpenVault

RANGE: Final = 8 << 20
AHEAD: Final = 4
"""Parts under way at once, and what they may take, in bytes."""
MEMORY: Final = 64 << 20
LIFETIME: Final = 7 * 24 * 3600
"""Seconds for which an interrupted download is kept."""

_PAUSES: Final = (0.2, 0.8, 2.0)


def download(vault: OpenVault, version: VersionState) -> Iterator[bytes]:
    """The object's bytes in pieces, from here as far as they were fetched before; nothing is verified for the
    reader.

    Parts are fetched some ahead of the reader. Raises Unreachable, ServerRefused, BadAnswer; what has arrived
    whole stays for the next time.
    """
    manifest = version.manifest
    if len(manifest.parts) == 1:
        yield _range(vault, version, 0, manifest.length)
        return
    with _kept(vault, version) as file:
        held = _parts_held(file, version)
        with ThreadPoolExecutor(AHEAD) as pool:
            under_way: deque[Future[bytes]] = deque()
            try:
                for number in range(len(manifest.parts)):
                    take = _kept_part if number in held else _part
                    under_way.append(pool.submit(take, vault, version, number, file))
                    if len(under_way) * manifest.part_size >= MEMORY or len(under_way) == AHEAD:
                        yield under_way.popleft().result()
                while under_way:
                    yield under_way.popleft().result()
            finally:
                for future in under_way:
                    future.cancel()
        # Asked for more after its last byte, so that the reader has taken all of them.
        file.truncate(0)


def _length(version: VersionState, number: int) -> int:
    """The length of a part in bytes; numbers count from 0 here."""
    manifest = version.manifest
    return min(manifest.part_size, manifest.length - number * manifest.part_size)


def _part(vault: OpenVault, version: VersionState, number: int, file: IO[bytes]) -> bytes:
    """A part, kept as it came: the reader holds it against the manifest, and so does who goes on later."""
    manifest = version.manifest
    start, length = number * manifest.part_size, _length(version, number)
    part = b"".join(
        _range(vault, version, at, min(RANGE, start + length - at))
        for at in range(start, start + length, RANGE)
    )
    _keep(file, start, part)
    return part


@contextmanager
def _kept(vault: OpenVault, version: VersionState) -> Iterator[IO[bytes]]:
    """The file of what has arrived, locked (an empty one if another process has it). It goes once empty."""
    session, manifest = vault.client.session, version.manifest
    place = f"{session.server} {vault.id} {manifest.document} {manifest.version}"
    path = vault.client.home.download_file(hashlib.sha256(place.encode()).hexdigest()[:32], LIFETIME)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with vault.client.home.temporary() as own:
                yield own.file
            return
        try:
            yield file
        finally:
            if os.fstat(file.fileno()).st_size == 0:
                path.unlink(missing_ok=True)


def _parts_held(file: IO[bytes], version: VersionState) -> frozenset[int]:
    """Which parts are here, by their hashes; numbers count from 0."""
    manifest = version.manifest
    size = os.fstat(file.fileno()).st_size
    held = set()
    for number, expected in enumerate(manifest.parts[: -(-size // manifest.part_size)]):
        file.seek(number * manifest.part_size)
        if sha256(file.read(_length(version, number))) == expected:
            held.add(number)
    return frozenset(held)


def _kept_part(_vault: OpenVault, version: VersionState, number: int, file: IO[bytes]) -> bytes:
    return os.pread(file.fileno(), _length(version, number), number * version.manifest.part_size)


def _keep(file: IO[bytes], start: int, part: bytes) -> None:
    """Writes a part at its place. A full disk costs only the resuming: what is not whole there is no part."""
    rest = memoryview(part)
    with suppress(OSError):
        while rest:
            written = os.pwrite(file.fileno(), rest, start)
            start, rest = start + written, rest[written:]


def _range(vault: OpenVault, version: VersionState, start: int, length: int) -> bytes:
    """A range, asked for again after a pause when the connection breaks."""
    manifest = version.manifest
    path = f"/vaults/{vault.id}/documents/{manifest.document}/versions/{manifest.version}/object"
    for pause in (*_PAUSES, None):
        try:
            with vault.client.api.download(path, start=start, length=length) as pieces:
                return b"".join(pieces)
        except Unreachable:
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError
