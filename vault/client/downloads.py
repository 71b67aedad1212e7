"""An object on its way here, part by part; what an interruption left is not fetched again.

    for piece in download(vault, version): …      # sealed bytes, in order; the reader verifies all of them

Of an object in several parts, each that matched its hash in the manifest is kept in the home until the last
one was given: sealed as it came, useless without its key, and held against the manifest again when it is used
again. That takes the object's size on the disk beside the document's own. Knows nothing of keys.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from crypto.signing import sha256
from vault.client.errors import Unreachable
from vault.client.ledger_state import VersionState
from vault.client.vaults import OpenVault

RANGE: Final = 8 << 20
LIFETIME: Final = 7 * 24 * 3600
"""Seconds for which an interrupted download is kept."""

_PAUSES: Final = (0.2, 0.8, 2.0)


def download(vault: OpenVault, version: VersionState) -> Iterator[bytes]:
    """The object's bytes in pieces, from here as far as they were fetched before; nothing is verified for the
    reader.

    Raises Unreachable, ServerRefused, BadAnswer; what has arrived whole stays for the next time.
    """
    manifest = version.manifest
    if len(manifest.parts) == 1:
        yield _range(vault, version, 0, manifest.length)
        return
    with _kept(vault, version) as file:
        held = _parts_held(file, version)
        for number, expected in enumerate(manifest.parts):
            start = number * manifest.part_size
            length = min(manifest.part_size, manifest.length - start)
            if number < held:
                file.seek(start)
                yield file.read(length)
                continue
            part = b"".join(
                _range(vault, version, at, min(RANGE, start + length - at))
                for at in range(start, start + length, RANGE)
            )
            # Another part than the manifest's is the reader's to refuse; it is not kept.
            if sha256(part) == expected and held == number and _keep(file, start, part):
                held += 1
            yield part
        # Asked for more after its last byte, so that the reader has taken all of them.
        file.truncate(0)


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


def _parts_held(file: IO[bytes], version: VersionState) -> int:
    """How many of the first parts are here, by their hashes; the rest is cut off."""
    manifest = version.manifest
    held = 0
    for number, expected in enumerate(manifest.parts):
        start = number * manifest.part_size
        file.seek(start)
        if sha256(file.read(min(manifest.part_size, manifest.length - start))) != expected:
            break
        held += 1
    file.truncate(min(held * manifest.part_size, manifest.length))
    return held


def _keep(file: IO[bytes], start: int, part: bytes) -> bool:
    """Whether the part could be kept. A full disk costs only the resuming."""
    try:
        file.seek(start)
        rest = memoryview(part)
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.truncate(start)
        return False
    return True


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
