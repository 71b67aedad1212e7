"""`coffre open FILE` and `coffre seal`: any age v1 file, without a server (chapter 1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO

from crypto import age_file
from crypto.age_header import MAX_HEADER, parse_header
from crypto.age_recipients import (
    SCRYPT,
    Identity,
    ScryptIdentity,
    parse_identity_file,
    parse_recipient,
)
from crypto.age_stream import Source, read_exactly
from crypto.armor import ArmorReader, looks_armored
from crypto.errors import Malformed
from vault.client.errors import Usage

_IDENTITY_FILE_LIMIT = 1 << 20
# Holds the longest header, also when it is armored with CRLF.
_START = 96 * 1024
_AGE = b"age-encryption.org/"


@dataclass(frozen=True, slots=True)
class Written:
    """What came out: bytes and, if asked for, their SHA-256."""

    size: int
    sha256: bytes | None


def open_age(source: Source, sink: IO[bytes], identities: Sequence[Identity], *, digest: bool) -> Written:
    """Opens an age file, armored or not, in constant memory.

    Raises CoffreError; drop the sink's bytes then. `digest`: also hash what comes out, which takes as long
    as opening it.
    """
    if not digest:
        return Written(age_file.open_stream(source, sink, identities), None)
    hashed = Hashed(sink)
    return Written(age_file.open_stream(source, hashed, identities), hashed.digest.digest())


def needs_passphrase(source: IO[bytes]) -> tuple[bool, Source]:
    """Whether an age file asks for a passphrase, and the file from its start again (it may be a pipe)."""
    start = read_exactly(source, _START)
    header = start
    if looks_armored(start):
        header = read_exactly(ArmorReader(age_file.Rejoined(start, BytesIO())), MAX_HEADER + 1)
    stanzas, _, _ = parse_header(header)
    return any(stanza.type == SCRYPT for stanza in stanzas), age_file.Rejoined(start, source)


def read_identities(file: Path, passphrase: Callable[[], str]) -> list[Identity]:
    """The identities of a file as `age-keygen` writes it; the file may itself be an age file under a
    passphrase.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(_IDENTITY_FILE_LIMIT + 1)
    except OSError as error:
        raise Usage(f"cannot read the identity file: {error.strerror}") from error
    if len(data) > _IDENTITY_FILE_LIMIT:
        raise Usage("that is no identity file")
    if data.startswith(_AGE) or looks_armored(data):
        data = age_file.open_bytes(data, [ScryptIdentity(passphrase().encode())])
    try:
        return list(parse_identity_file(data.decode()))
    except UnicodeDecodeError:
        raise Malformed("an identity file is text") from None


def seal_age(source: IO[bytes], sink: IO[bytes], recipients: Sequence[str], *, armored: bool) -> None:
    """Writes an age file for `age1…` or `age1pq1…` recipients in constant memory. Raises Malformed."""
    parsed = [parse_recipient(text) for text in recipients]
    age_file.seal_stream(source, sink, parsed, armored=armored)


class Hashed:
    """A sink that hashes what passes through."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink
        self.digest = sha256()

    def write(self, data: memoryview, /) -> int:
        """Passes bytes on."""
        self.digest.update(data)
        return self._sink.write(data)
