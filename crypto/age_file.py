"""Whole age files: header, MAC and payload together (spec chapter 1).

Owns the header MAC, which recipients may stand together, and the order of checks. The parts are `age_header`,
`age_recipients`,
`age_stream` and `armor`.

    >>> open_bytes(seal_bytes(b"hello", [identity.recipient()]), [identity])
    b'hello'
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from crypto import age_pipeline, age_stream, primitives
from crypto.age_header import MAX_HEADER, Stanza, header_bytes_for_mac, parse_header, write_header
from crypto.age_recipients import HYBRID, SCRYPT, X25519, Identity, Recipient
from crypto.age_stream import FILE_KEY_SIZE, BufferSource, Sink, Source
from crypto.armor import ArmorReader, ArmorWriter, looks_armored
from crypto.errors import Malformed, Tampered, WrongKey
from crypto.primitives import Random, system_random

# One byte more than a header may have, so that a longer one is seen to be longer.
_START_SIZE: Final = MAX_HEADER + 1


@dataclass(frozen=True)
class OpenedHeader:
    """A header whose MAC was verified: its stanzas, its length in bytes, and the file key."""

    stanzas: tuple[Stanza, ...]
    length: int
    file_key: bytes = field(repr=False)


def new_file_key(*, random: Random = system_random) -> bytes:
    """A fresh 16-byte file key."""
    return random(FILE_KEY_SIZE)


def make_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """The header with these stanzas and its MAC.

    Raises Malformed for stanzas that must not stand together.
    """
    kinds = [stanza.type for stanza in stanzas]
    _refuse_company_of_scrypt(kinds)
    if HYBRID in kinds and X25519 in kinds:
        raise Malformed("post-quantum and classic recipients in one header")
    if not kinds:
        raise Malformed("no recipient")
    return write_header(stanzas, _mac(stanzas, file_key))


def open_header(data: bytes, identities: Sequence[Identity]) -> OpenedHeader:
    """The header at the start of the data, opened by the first identity that can.

    Raises Malformed, UnsupportedVersion, LimitExceeded, WrongKey if no stanza opens, Tampered if the MAC
    differs.
    """
    stanzas, _, _ = parse_header(data)
    _refuse_company_of_scrypt([stanza.type for stanza in stanzas])
    for identity in identities:
        if file_key := identity.unwrap(stanzas):
            return verify_header(data, file_key)
    raise WrongKey("no stanza opens")


def verify_header(data: bytes, file_key: bytes) -> OpenedHeader:
    """The header at the start of the data for a file key that is already known.

    Raises Tampered if the MAC differs.
    """
    stanzas, mac, length = parse_header(data)
    if not primitives.equal(_mac(stanzas, file_key), mac):
        raise Tampered("the header's MAC differs")
    return OpenedHeader(tuple(stanzas), length, file_key)


def seal_bytes(plaintext: bytes, recipients: Sequence[Recipient], *, random: Random = system_random) -> bytes:
    """An age file of the plaintext for all these recipients. Raises Malformed for a mix that age forbids."""
    out = io.BytesIO()
    seal_stream(io.BytesIO(plaintext), out, recipients, random=random)
    return out.getvalue()


def open_bytes(data: bytes, identities: Sequence[Identity]) -> bytes:
    """The plaintext of an age file, armored or not. Raises as `open_header`, and Tampered for the payload."""
    return b"".join(bytes(piece) for piece in open_chunks(io.BytesIO(data), identities))


def seal_stream(
    source: Source,
    sink: Sink,
    recipients: Sequence[Recipient],
    *,
    armored: bool = False,
    random: Random = system_random,
) -> None:
    """Writes an age file of everything that the source gives, in constant memory."""
    file_key = new_file_key(random=random)
    header = make_header([recipient.wrap(file_key, random=random) for recipient in recipients], file_key)
    armor = ArmorWriter(sink) if armored else None
    out: Sink = armor or sink
    out.write(memoryview(header))
    age_pipeline.seal_stream(file_key, source, out, random=random)
    if armor:
        armor.close()


def open_stream(source: Source, sink: Sink, identities: Sequence[Identity]) -> int:
    """Writes the plaintext of an age file, armored or not, in constant memory; its size.

    Raises as `open_bytes`. On an error, what was written is authentic but cut short: drop it.
    """
    file_key, payload = _open_start(source, identities)
    return age_pipeline.open_stream(file_key, payload, sink)


def open_chunks(source: Source, identities: Sequence[Identity]) -> Iterator[memoryview]:
    """The plaintext in verified pieces, each valid until the next is asked for. Raises as `open_bytes`."""
    file_key, payload = _open_start(source, identities)
    yield from age_stream.open_chunks(file_key, payload)


class Rejoined:
    """A source that first gives bytes that were read from it already."""

    def __init__(self, start: bytes, rest: Source) -> None:
        self._start = io.BytesIO(start)
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        return self._start.read(size) or self._rest.read(size)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fills the start of the buffer; 0 at the end."""
        if count := self._start.readinto(buffer):
            return count
        if isinstance(self._rest, BufferSource):
            return self._rest.readinto(buffer)
        piece = self._rest.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def _open_start(source: Source, identities: Sequence[Identity]) -> tuple[bytes, Source]:
    """The file key of an age file, armored or not, and its payload."""
    start = age_stream.read_exactly(source, _START_SIZE)
    if looks_armored(start):
        source = ArmorReader(Rejoined(start, source))
        start = age_stream.read_exactly(source, _START_SIZE)
    header = open_header(start, identities)
    return header.file_key, Rejoined(start[header.length :], source)


def _mac(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    key = primitives.hkdf(file_key, info=b"header")
    return primitives.hmac_sha256(key, header_bytes_for_mac(stanzas))


def _refuse_company_of_scrypt(kinds: Sequence[str]) -> None:
    if SCRYPT in kinds and len(kinds) > 1:
        raise Malformed("a passphrase stanza stands alone")
