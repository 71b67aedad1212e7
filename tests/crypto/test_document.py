"""Objects, headers, export."""

import io
import os
import tracemalloc
from dataclasses import dataclass, replace

import pyrage
import pytest

from crypto import document
from crypto.age_file import make_header as age_header
from crypto.age_recipients import HybridIdentity, X25519Identity
from crypto.age_stream import payload_length
from crypto.content import ContentHasher
from crypto.document import DocumentFacts, ObjectSealer, SealedObject, open_object
from crypto.encoding import DocumentId, SectionId, VaultId, new_id
from crypto.errors import CoffreError, LimitExceeded, Malformed, Stale, Tampered, WrongKey
from crypto.padding import padme
from crypto.sections import Filing, SectionSecret
from crypto.signing import labelled_hash, sha256
from crypto.sources import IterableSource
from crypto.statements import parts_digest
from tests.crypto.mutations import refuses_every_change

KEY = bytes(range(16))
MIB = 1 << 20
PART = 5 * MIB
SECRET = SectionSecret.generate()
FILING = Filing(VaultId(new_id()), SectionId(new_id()), 1, DocumentId(new_id()), 1)


def sealed(data: bytes, part_size: int = PART) -> tuple[bytes, SealedObject]:
    sealer = ObjectSealer(io.BytesIO(data), size=len(data), file_key=KEY, part_size=part_size)
    parts = [(part.number, bytes(part.data), part.sha256) for part in sealer]
    assert [number for number, _, _ in parts] == list(range(len(parts)))
    assert all(sha256(data) == digest for _, data, digest in parts)
    return b"".join(data for _, data, _ in parts), sealer.result()


def content(data: bytes) -> bytes:
    pieces = [sha256(data[start : start + (256 << 10)]) for start in range(0, len(data), 256 << 10)]
    return labelled_hash("coffre/v1/hash/content", b"".join(pieces))


def opened(
    stored: bytes, facts: SealedObject, key: bytes = KEY, described: DocumentFacts | None = None
) -> bytes:
    """By pieces, and written at once: both ways give, or refuse, the same."""
    out = io.BytesIO()
    try:
        document.write_object(IterableSource([stored]), out, facts, described or facts, file_key=key)
    except CoffreError as error:
        with pytest.raises(type(error)):
            by_pieces(stored, facts, key, described or facts)
        raise
    assert by_pieces(stored, facts, key, described or facts) == out.getvalue()
    return out.getvalue()


def by_pieces(stored: bytes, facts: SealedObject, key: bytes, described: DocumentFacts) -> bytes:
    return b"".join(bytes(piece) for piece in open_object(io.BytesIO(stored), facts, described, file_key=key))


@pytest.fixture(scope="module")
def large() -> tuple[bytes, bytes, SealedObject]:
    data = os.urandom(11 * MIB + 12_345)
    return data, *sealed(data)


@pytest.mark.parametrize("size", [1, 65535, 65536, 65537, 1_000_000])
def test_small_objects(size: int) -> None:
    data = os.urandom(size)
    stored, facts = sealed(data)
    assert opened(stored, facts) == data
    assert (facts.size, facts.sha256, facts.length) == (size, sha256(data), len(stored))
    assert facts.content == content(data)
    assert facts.length == padme(payload_length(size))
    assert facts.digest == parts_digest(facts.parts)
    assert len(facts.parts) == 1


def test_objects_of_several_parts(large: tuple[bytes, bytes, SealedObject]) -> None:
    data, stored, facts = large
    assert len(facts.parts) == -(-len(stored) // PART) == 3
    assert opened(stored, facts) == data
    pieces = (stored[start : start + 77_777] for start in range(0, len(stored), 77_777))
    out = io.BytesIO()
    document.write_object(IterableSource(pieces), out, facts, facts, file_key=KEY)
    assert out.getvalue() == data


def test_the_documents_own_hash_is_made_only_when_it_is_asked_for() -> None:
    sealer = ObjectSealer(io.BytesIO(b"scan"), size=4, file_key=KEY, hashed=False)
    stored = b"".join(bytes(part.data) for part in sealer)
    facts = sealer.result()
    assert (facts.sha256, facts.content) == (None, content(b"scan"))
    assert opened(stored, facts) == b"scan"


def test_an_object_that_ends_with_its_part() -> None:
    size = next(n for n in range(PART, 0, -1) if padme(payload_length(n)) == PART)
    data = os.urandom(size)
    stored, facts = sealed(data)
    assert (len(stored), len(facts.parts)) == (PART, 1)
    assert opened(stored, facts) == data


def test_no_byte_of_a_part_is_given_before_the_part_was_checked(
    large: tuple[bytes, bytes, SealedObject],
) -> None:
    data, stored, facts = large
    changed = bytearray(stored)
    changed[2 * PART - 1] ^= 1
    given = bytearray()
    pieces = open_object(io.BytesIO(changed), facts, facts, file_key=KEY)
    with pytest.raises(Tampered):
        given.extend(byte for piece in pieces for byte in bytes(piece))
    assert len(given) <= PART
    assert data.startswith(given)


def test_any_change_of_the_object_is_refused() -> None:
    stored, facts = sealed(os.urandom(5000))
    refuses_every_change(stored, lambda data: opened(data, facts))


def test_parts_keep_their_places(large: tuple[bytes, bytes, SealedObject]) -> None:
    _, stored, facts = large
    with pytest.raises(Tampered):
        opened(stored[PART : 2 * PART] + stored[:PART] + stored[2 * PART :], facts)
    with pytest.raises(Tampered):
        opened(stored[: 2 * PART], facts)


def test_manifest_and_metadata_must_agree() -> None:
    stored, facts = sealed(b"x" * 5000)
    wrong: list[tuple[SealedObject, type[CoffreError]]] = [
        (replace(facts, size=4999), Tampered),
        (replace(facts, size=9000), Tampered),
        (replace(facts, size=0), LimitExceeded),
        (replace(facts, size=6 << 30), LimitExceeded),
        (replace(facts, content=bytes(32)), Tampered),
        (replace(facts, digest=bytes(32)), Tampered),
        (replace(facts, parts=(bytes(32),)), Tampered),
        (replace(facts, parts=()), Malformed),
        (replace(facts, length=facts.length + 1), Tampered),
    ]
    for other, error in wrong:
        with pytest.raises(error):
            opened(stored, other)
    with pytest.raises(Tampered):
        opened(stored, facts, key=bytes(16))


@dataclass(frozen=True)
class Old:
    """What older metadata says of a document."""

    size: int
    sha256: bytes
    content: None = None


def test_documents_with_older_metadata_are_read() -> None:
    data = os.urandom(70_000)
    stored, facts = sealed(data)

    assert opened(stored, facts, described=Old(len(data), sha256(data))) == data
    with pytest.raises(Tampered):
        opened(stored, facts, described=Old(len(data), facts.content))


@pytest.mark.parametrize("size", [1, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 3 << 20, 3_000_001])
@pytest.mark.parametrize("step", [65_536, 100_003, 1 << 20])
def test_the_content_hash_does_not_depend_on_how_it_is_fed(size: int, step: int) -> None:
    data = os.urandom(size)
    hasher = ContentHasher()
    for start in range(0, size, step):
        hasher.update(memoryview(data)[start : start + step])
    assert hasher.digest() == content(data)


def test_sizes_and_part_sizes_have_limits() -> None:
    def sealer(size: int, part_size: int = PART) -> ObjectSealer:
        return ObjectSealer(io.BytesIO(), size=size, file_key=KEY, part_size=part_size)

    for size, part_size in ((0, PART), ((5 << 30) + 1, PART), (1, 4 * MIB), (1, 64 * MIB + 65536)):
        with pytest.raises(LimitExceeded):
            sealer(size, part_size)
    with pytest.raises(Malformed):
        sealer(1, PART + 1)
    with pytest.raises(Malformed):
        sealer(1).result()


@pytest.mark.parametrize("real", [0, 999, 1001, 2_000_000])
def test_a_file_that_changes_while_it_is_read(real: int) -> None:
    sealer = ObjectSealer(io.BytesIO(bytes(real)), size=1000, file_key=KEY)
    with pytest.raises(Stale):
        list(sealer)
    with pytest.raises(Malformed):
        sealer.result()


def test_the_padding_is_random() -> None:
    stored, facts = sealed(bytes(100_000))
    padding = stored[payload_length(facts.size) :]
    assert len(padding) > 100
    assert len(set(padding)) > 30


def test_memory_stays_at_one_part_and_some_chunks() -> None:
    class Zeros:
        left = 40 * MIB

        def read(self, size: int, /) -> bytes:
            given = min(size, self.left)
            self.left -= given
            return bytes(given)

    tracemalloc.start()
    try:
        sealer = ObjectSealer(Zeros(), size=40 * MIB, file_key=KEY, part_size=PART)
        stored = sum(len(part.data) for part in sealer)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert stored == sealer.length
    assert peak < PART + 8 * MIB


def test_headers_for_section_and_author() -> None:
    author = HybridIdentity.generate()
    header = document.make_header(SECRET, FILING, KEY, author=author.recipient())
    assert document.open_header(header, SECRET, FILING) == KEY
    assert document.open_header_as_author(header, author) == KEY
    with pytest.raises(WrongKey):
        document.open_header_as_author(header, HybridIdentity.generate())
    with pytest.raises(WrongKey):
        document.open_header(header, SectionSecret.generate(), FILING)
    with pytest.raises(WrongKey):
        document.open_header(header, SECRET, replace(FILING, document=DocumentId(new_id())))
    refuses_every_change(header, lambda data: document.open_header(data, SECRET, FILING))
    refuses_every_change(header, lambda data: document.open_header_as_author(data, author))


def test_refiling_keeps_the_author_and_shuts_out_the_old_section() -> None:
    author = HybridIdentity.generate()
    header = document.make_header(SECRET, FILING, KEY, author=author.recipient())
    secret, filing = SectionSecret.generate(4), replace(FILING, section=SectionId(new_id()), epoch=4)
    moved = document.refile_header(header, KEY, secret, filing)
    assert document.open_header(moved, secret, filing) == KEY
    assert document.open_header_as_author(moved, author) == KEY
    with pytest.raises(WrongKey):
        document.open_header(moved, SECRET, FILING)
    with pytest.raises(Tampered):
        document.refile_header(header, bytes(16), secret, filing)


def test_a_header_is_only_a_header() -> None:
    header = document.make_header(SECRET, FILING, KEY)
    with pytest.raises(Malformed):
        document.open_header(header + b"payload", SECRET, FILING)
    with pytest.raises(Malformed):
        document.open_header_as_author(header + b"payload", HybridIdentity.generate())
    with pytest.raises(Malformed):
        document.refile_header(header + b"payload", KEY, SECRET, FILING)


def test_a_header_without_our_stanza() -> None:
    author = HybridIdentity.generate()
    with pytest.raises(WrongKey):
        document.open_header(age_header([author.recipient().wrap(KEY)], KEY), SECRET, FILING)


def test_export_is_a_plain_age_file(large: tuple[bytes, bytes, SealedObject]) -> None:
    data, stored, facts = large
    identity = X25519Identity.generate()
    out = io.BytesIO()
    document.export_object(
        io.BytesIO(stored), out, facts, facts, file_key=KEY, recipients=[identity.recipient()]
    )
    assert pyrage.decrypt(out.getvalue(), [pyrage.x25519.Identity.from_str(identity.text())]) == data
    with pytest.raises(Tampered):
        document.export_object(
            io.BytesIO(stored[:-1]),
            io.BytesIO(),
            facts,
            facts,
            file_key=KEY,
            recipients=[identity.recipient()],
        )


def test_a_last_part_that_is_padding_only_is_checked_too() -> None:
    part_size = PART + 65536
    data = os.urandom(part_size - 2000)
    stored, facts = sealed(data, part_size)
    assert payload_length(len(data)) <= part_size < facts.length
    assert opened(stored, facts) == data
    with pytest.raises(Tampered):
        opened(stored[:-1] + bytes([stored[-1] ^ 1]), facts)
