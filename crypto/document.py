"""One version of a document: its object in parts, its header, its export (spec chapter 4).

Owns sealing a file into parts and opening it again in constant memory (one part and a few chunks), and the
header's stanzas.
It knows neither statements' signatures nor where objects are kept; the caller puts `SealedObject` into a
manifest.

    >>> sealer = ObjectSealer(source, size=size, file_key=file_key)
    >>> for part in sealer:
    ...     upload(part.number, part.data)
    >>> sealer.result().digest

    >>> for piece in open_object(downloaded, manifest, metadata, file_key=file_key):
    ...     out.write(piece)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from crypto import age_file, age_pipeline, age_stream, primitives
from crypto.age_header import Stanza, parse_header
from crypto.age_recipients import HYBRID, HybridIdentity, HybridRecipient, Recipient
from crypto.age_stream import Sink, Source, payload_length
from crypto.content import ContentHasher, ScatteredContentHasher
from crypto.errors import LimitExceeded, Malformed, Stale, Tampered
from crypto.metadata import MAX_DOCUMENT
from crypto.padding import padme
from crypto.primitives import Hasher, Random, system_random
from crypto.sections import Filing, SectionSecret, unwrap_file_key, wrap_file_key
from crypto.sources import CheckedParts, Limited
from crypto.statement_kinds import MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE, PART_UNIT
from crypto.statements import parts_digest

DEFAULT_PART_SIZE: Final = 8 << 20

_PADDING_STEP: Final = 1 << 20
_OTHER_CONTENT: Final = "the document is not the one that its metadata names"


@dataclass(frozen=True)
class Part:
    """One part of an object, counted from 0. `data` is valid until the next part is asked for."""

    number: int
    data: memoryview
    sha256: bytes


@dataclass(frozen=True)
class SealedObject:
    """What a manifest says of an object (length in bytes, hash of each part, hash of the hashes), and
    metadata of the document (size in bytes, hash of its content).

    `sha256`, of the document as one, is for people who compare it: it is written nowhere, and None unless
    the sealer was asked for it.
    """

    length: int
    part_size: int
    parts: tuple[bytes, ...]
    digest: bytes
    size: int
    content: bytes
    sha256: bytes | None


class ObjectFacts(Protocol):
    """The fields of a manifest that `open_object` needs; see `SealedObject`."""

    @property
    def length(self) -> int:
        """Of the object, in bytes."""

    @property
    def part_size(self) -> int:
        """In bytes; the last part may be shorter."""

    @property
    def parts(self) -> tuple[bytes, ...]:
        """SHA-256 of each part."""

    @property
    def digest(self) -> bytes:
        """Hash of the parts' hashes."""


class DocumentFacts(Protocol):
    """The fields of the metadata that `open_object` needs."""

    @property
    def size(self) -> int:
        """Of the document, in bytes."""

    @property
    def content(self) -> bytes | None:
        """Hash of the document's content; None in older metadata."""

    @property
    def sha256(self) -> bytes | None:
        """Of the document as one; counts where there is no `content`."""


def object_length(size: int) -> int:
    """The length of the object of a document of `size` bytes.

    Raises LimitExceeded for 0 bytes or more than 5 GiB.
    """
    if not 1 <= size <= MAX_DOCUMENT:
        raise LimitExceeded("documents have 1 byte to 5 GiB")
    return padme(payload_length(size))


class ObjectSealer:
    """Seals a source of exactly `size` bytes under a fresh file key; iterate once over its parts, then ask
    for `result`. `hashed`: whether the document's own SHA-256 is wanted, which costs another pass.

    Raises:
        LimitExceeded: a size or part size outside the limits.
        Malformed: a part size that is no multiple of 65536.
        Stale: while iterating, a source that gives more or fewer bytes than `size`.
    """

    def __init__(
        self,
        source: Source,
        *,
        size: int,
        file_key: bytes,
        part_size: int = DEFAULT_PART_SIZE,
        random: Random = system_random,
        hashed: bool = True,
    ) -> None:
        self.length = object_length(size)
        self.part_size = part_size
        if not MIN_PART_SIZE <= part_size <= MAX_PART_SIZE or -(-self.length // part_size) > MAX_PARTS:
            raise LimitExceeded("part size")
        if part_size % PART_UNIT:
            raise Malformed("a part size is a multiple of 65536")
        self._size = size
        self._source = _Measured(source, size, primitives.new_sha256() if hashed else None)
        self._payload = age_stream.seal_chunks(file_key, self._source, random=random)
        self._random = random
        self._hashes: list[bytes] = []

    def __iter__(self) -> Iterator[Part]:
        buffer = memoryview(bytearray(min(self.part_size, self.length)))
        filled = 0
        for piece in self._pieces():
            rest = piece
            while rest:
                taken = rest[: len(buffer) - filled]
                buffer[filled : filled + len(taken)] = taken
                filled, rest = filled + len(taken), rest[len(taken) :]
                if filled == len(buffer):
                    yield self._part(buffer)
                    filled = 0
        if filled:
            yield self._part(buffer[:filled])

    def result(self) -> SealedObject:
        """What to put into manifest and metadata. Raises Malformed before the last part was given."""
        if len(self._hashes) != -(-self.length // self.part_size):
            raise Malformed("the object is not complete")
        parts = tuple(self._hashes)
        digest = parts_digest(parts)
        measured = self._source
        return SealedObject(
            self.length,
            self.part_size,
            parts,
            digest,
            self._size,
            measured.content.digest(),
            measured.sha256.digest() if measured.sha256 is not None else None,
        )

    def _pieces(self) -> Iterator[memoryview]:
        yield from self._payload
        padding = self.length - payload_length(self._size)
        for start in range(0, padding, _PADDING_STEP):
            yield memoryview(self._random(min(_PADDING_STEP, padding - start)))

    def _part(self, data: memoryview) -> Part:
        digest = primitives.new_sha256(data).digest()
        self._hashes.append(digest)
        return Part(len(self._hashes) - 1, data, digest)


def open_object(
    source: Source, manifest: ObjectFacts, metadata: DocumentFacts, *, file_key: bytes
) -> Iterator[memoryview]:
    """The document in verified pieces, each valid until the next is asked for.

    Raises Tampered for any difference between object, manifest and metadata. What was given before is
    authentic but
    perhaps cut short: use it only once the iterator has ended.
    """
    parts = _open_parts(source, manifest, metadata)
    hasher, expected = _content_check(metadata)
    size = 0
    for piece in age_stream.open_chunks(file_key, Limited(parts, payload_length(metadata.size))):
        hasher.update(piece)
        size += len(piece)
        yield piece
    parts.finish()
    if size != metadata.size or hasher.digest() != expected:
        raise Tampered(_OTHER_CONTENT)


def write_object(
    source: Source, sink: Sink, manifest: ObjectFacts, metadata: DocumentFacts, *, file_key: bytes
) -> None:
    """Writes the document to the sink, on every core. Raises Tampered: drop what was written then.

    As `open_object`; source and sink are used by one thread at a time, in order, but not always the same.
    """
    parts = _open_parts(source, manifest, metadata)
    payload = Limited(parts, payload_length(metadata.size))
    if metadata.content is None:
        whole = _Hashed(sink)
        age_pipeline.open_stream(file_key, payload, whole)
        found, expected = whole.sha256.digest(), metadata.sha256
    else:
        content = ScatteredContentHasher()
        age_pipeline.open_stream(file_key, payload, sink, content.add)
        found, expected = content.digest(), metadata.content
    parts.finish()
    if found != expected:
        raise Tampered(_OTHER_CONTENT)


def export_object(
    source: Source,
    sink: Sink,
    manifest: ObjectFacts,
    metadata: DocumentFacts,
    *,
    file_key: bytes,
    recipients: Sequence[Recipient],
    random: Random = system_random,
) -> None:
    """Writes a plain `.age` file for other recipients; no payload is encrypted again.

    Raises Tampered, Malformed.
    """
    parts = _open_parts(source, manifest, metadata)
    sink.write(memoryview(export_header(file_key, recipients, random=random)))
    payload = Limited(parts, payload_length(metadata.size))
    while piece := payload.read(_PADDING_STEP):
        sink.write(memoryview(piece))
    parts.finish()


def make_header(
    secret: SectionSecret,
    filing: Filing,
    file_key: bytes,
    *,
    author: HybridRecipient | None = None,
    random: Random = system_random,
) -> bytes:
    """A version's header: the section's stanza, then one for an author who is not the owner."""
    stanzas = [wrap_file_key(secret, filing, file_key, random=random)]
    if author is not None:
        stanzas.append(author.wrap(file_key, random=random))
    return age_file.make_header(stanzas, file_key)


def open_header(header: bytes, secret: SectionSecret, filing: Filing) -> bytes:
    """The file key, by the section's secret.

    Raises WrongKey, Tampered for the MAC, Malformed and as parsing does.
    """
    file_key = unwrap_file_key(secret, filing, _whole_header(header))
    age_file.verify_header(header, file_key)
    return file_key


def open_header_as_author(header: bytes, identity: HybridIdentity) -> bytes:
    """The file key, by the author's own stanza. Raises as `open_header`."""
    _whole_header(header)
    return age_file.open_header(header, [identity]).file_key


def refile_header(
    header: bytes,
    file_key: bytes,
    secret: SectionSecret,
    filing: Filing,
    *,
    random: Random = system_random,
) -> bytes:
    """The header for another section or epoch: authors' stanzas are kept.

    Raises Tampered if the old MAC does not hold.
    """
    _whole_header(header)
    kept = [s for s in age_file.verify_header(header, file_key).stanzas if s.type == HYBRID]
    return age_file.make_header([wrap_file_key(secret, filing, file_key, random=random), *kept], file_key)


def export_header(
    file_key: bytes, recipients: Sequence[Recipient], *, random: Random = system_random
) -> bytes:
    """A header that makes the object's payload a plain age file for these recipients."""
    return age_file.make_header(
        [recipient.wrap(file_key, random=random) for recipient in recipients], file_key
    )


class _Measured:
    """Hashes and counts what a source gives, which must be exactly `size` bytes."""

    def __init__(self, source: Source, size: int, sha256: Hasher | None) -> None:
        self._source = source
        self._left = size
        self.content = ContentHasher()
        self.sha256 = sha256

    def read(self, size: int, /) -> bytes:
        piece = self._source.read(size)
        self._left -= len(piece)
        if self._left < 0 or (not piece and size and self._left):
            raise Stale("the file changed while it was read")
        self.content.update(piece)
        if self.sha256 is not None:
            self.sha256.update(piece)
        return piece


class _Hashed:
    """Hashes what is written to a sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.sha256 = primitives.new_sha256()

    def write(self, data: memoryview, /) -> None:
        self.sha256.update(data)
        self._sink.write(data)


def _content_check(metadata: DocumentFacts) -> tuple[ContentHasher | Hasher, bytes | None]:
    """What hashes the document, and what it must give."""
    if metadata.content is not None:
        return ContentHasher(), metadata.content
    return primitives.new_sha256(), metadata.sha256


def _open_parts(source: Source, manifest: ObjectFacts, metadata: DocumentFacts) -> CheckedParts:
    if len(manifest.parts) != -(-manifest.length // manifest.part_size):
        raise Malformed("number of parts that is not the length's")
    if parts_digest(manifest.parts) != manifest.digest:
        raise Tampered("digest that is not the parts'")
    if object_length(metadata.size) != manifest.length:
        raise Tampered("an object whose length is not its document's")
    return CheckedParts(source, length=manifest.length, part_size=manifest.part_size, hashes=manifest.parts)


def _whole_header(header: bytes) -> tuple[Stanza, ...]:
    stanzas, _, length = parse_header(header)
    if length != len(header):
        raise Malformed("data after the header")
    return stanzas
