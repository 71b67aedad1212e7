"""An object on its way here, part by part; what an interruption left is not fetched again.

    with download(vault, version, access) as source: …    # sealed bytes: the reader verifies them

Of an object in several parts, those that arrive once it has taken KEPT_AFTER_SECONDS are kept in the home
until the last one was given: sealed as they came, useless without their key, and held against their hash in
the manifest before they are used again. That takes the object's size on the disk beside the document's own.
What comes sooner is fetched sooner than it would be kept: writing it costs as much as receiving it. Knows
nothing of keys.
"""

import fcntl
import hashlib
import os
import time
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, Final

from crypto.signing import sha256
from crypto.sources import IterableSource
from vault.client.direct_ranges import RANGE, DirectRanges
from vault.client.ledger_state import VersionState
from vault.client.vaults import OpenVault

AHEAD: Final = 4
"""Parts under way at once, and what they may take, in bytes."""
MEMORY: Final = 64 << 20
KEPT_AFTER_SECONDS: Final = 4.0
"""What an interruption may cost: on a line that brings less than a part in this time, nothing."""
LIFETIME: Final = 7 * 24 * 3600
"""Seconds for which an interrupted download is kept."""


@contextmanager
def download(vault: OpenVault, version: VersionState, access: int | None) -> Iterator[IterableSource]:
    """The object's bytes, from here as far as they were fetched before; nothing is verified for the reader.

    `access` is where the access that allows it stands, for what comes straight from the store. Parts are
    fetched some ahead of the reader, into buffers that are used again. Raises Unreachable, ServerRefused,
    BadAnswer; what has arrived whole stays for the next time.
    """
    parts = _parts(vault, version, _Object(vault, version, access))
    try:
        yield IterableSource(parts)
    finally:
        # Another thread may be reading just now, when this one was interrupted.
        with suppress(ValueError):
            parts.close()


def _parts(vault: OpenVault, version: VersionState, source: "_Object") -> Generator[memoryview, None, None]:
    manifest = version.manifest
    if len(manifest.parts) == 1:
        whole = memoryview(bytearray(manifest.length))
        source.fetch(0, whole)
        yield whole
        return
    ahead = max(1, min(AHEAD, MEMORY // manifest.part_size - 1))
    with _kept(vault, version) as file:
        held = _parts_held(file, version)
        free = [memoryview(bytearray(manifest.part_size)) for _ in range(ahead + 1)]
        with ThreadPoolExecutor(ahead) as pool:
            under_way: deque[tuple[memoryview, Future[memoryview]]] = deque()
            try:
                for number in range(len(manifest.parts)):
                    if not free:
                        buffer, future = under_way.popleft()
                        yield future.result()
                        free.append(buffer)
                    buffer = free.pop()
                    take = source.kept_part if number in held else source.part
                    part = buffer[: _length(version, number)]
                    under_way.append((buffer, pool.submit(take, number, part, file)))
                for _, future in under_way:
                    yield future.result()
            finally:
                for _, future in under_way:
                    future.cancel()
        # Asked for more after its last byte, so that the reader has taken all of them.
        file.truncate(0)


def _length(version: VersionState, number: int) -> int:
    """The length of a part in bytes; numbers count from 0 here."""
    manifest = version.manifest
    return min(manifest.part_size, manifest.length - number * manifest.part_size)


class _Object:
    """An object at the server, and what is here of it."""

    def __init__(self, vault: OpenVault, version: VersionState, access: int | None) -> None:
        manifest = version.manifest
        self._api = vault.client.api
        self._path = f"/vaults/{vault.id}/documents/{manifest.document}/versions/{manifest.version}/object"
        self._part_size = manifest.part_size
        self._kept_from = time.monotonic() + KEPT_AFTER_SECONDS
        self._straight: DirectRanges | None = None
        if access is not None and len(manifest.parts) > 1:
            self._straight = DirectRanges(
                self._api, self._path, access=access, length=manifest.length, part_size=manifest.part_size
            )

    def fetch(self, start: int, buffer: memoryview) -> None:
        """Fills the buffer with what begins at `start`, in ranges."""
        for at in range(0, len(buffer), RANGE):
            piece = buffer[at : at + RANGE]
            if self._straight is None or not self._straight.fetch(start + at, piece):
                self._api.download(self._path, piece, start=start + at)

    def part(self, number: int, part: memoryview, file: IO[bytes]) -> memoryview:
        """A part, perhaps kept as it came: the reader holds it against the manifest, as does who goes on
        later."""
        start = number * self._part_size
        self.fetch(start, part)
        if time.monotonic() >= self._kept_from:
            _keep(file, start, part)
        return part

    def kept_part(self, number: int, part: memoryview, file: IO[bytes]) -> memoryview:
        """A part that was kept."""
        filled = 0
        while count := os.preadv(file.fileno(), [part[filled:]], number * self._part_size + filled):
            filled += count
        return part[:filled]


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


def _keep(file: IO[bytes], start: int, part: memoryview) -> None:
    """Writes a part at its place. A full disk costs only the resuming: what is not whole there is no part."""
    with suppress(OSError):
        while part:
            written = os.pwrite(file.fileno(), part, start)
            start, part = start + written, part[written:]
