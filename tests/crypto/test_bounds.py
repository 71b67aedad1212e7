"""Hostile sizes: refused with one typed error, before much memory or work was spent on them.

No test looks at a clock. Work is bounded by what a parser may touch: sources that count what was read, key
derivations that must not be reached.
"""

import base64
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from crypto import age_file, armor, fhir, keyring, metadata, primitives, sections, share
from crypto.age_header import MAX_HEADER, parse_header
from crypto.age_recipients import ScryptIdentity, X25519Identity, parse_identity_file, parse_recipient
from crypto.encoding import canonical, normalise_address, parse_canonical
from crypto.errors import CoffreError, LimitExceeded, Malformed, Tampered
from crypto.grants import Invitation
from crypto.journal import Entry, EntryHeader, Page
from crypto.keyring import Keyring, password_parameters
from crypto.padding import unframe
from crypto.passwords import Argon2Parameters, derive
from crypto.records import read_versioned
from crypto.recovery import Kit
from crypto.share import ShareLink
from crypto.statements import parse_any

MIB = 1 << 20
VERSION = b"age-encryption.org/v1\n"
MAC = b"--- " + b"A" * 43 + b"\n"


class Endless:
    """A source that never ends, and counts what was taken."""

    def __init__(self, start: bytes, then: bytes) -> None:
        self._start = io.BytesIO(start)
        self._then = then
        self.taken = 0

    def read(self, size: int, /) -> bytes:
        piece = self._start.read(size) or (self._then * (size // len(self._then) + 1))[:size]
        self.taken += len(piece)
        return piece


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Asserts that the block never held more than `size` bytes at once."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size


@pytest.mark.parametrize(
    "then",
    [
        b"-> x\n\n",
        b"-> x\n" + b"A" * 64 + b"\n",
        b"A",
        b"\n",
        b"-> " + b"x " * 5000,
        b"-> X25519 " + b"\xff" * 900,
    ],
    ids=["stanzas", "full lines", "one line", "empty lines", "arguments", "bytes over 127"],
)
def test_a_header_without_end(then: bytes) -> None:
    source = Endless(VERSION + b"-> x\n", then)
    with at_most(MIB), pytest.raises(CoffreError):
        age_file.open_stream(source, io.BytesIO(), [X25519Identity.generate()])
    assert source.taken <= MAX_HEADER + 1


def test_a_million_stanzas() -> None:
    data = VERSION + b"-> x\n\n" * 1_000_000 + MAC
    with at_most(MIB), pytest.raises(LimitExceeded):
        parse_header(data)


def test_as_many_stanzas_as_a_reader_takes() -> None:
    assert len(parse_header(VERSION + b"-> x\n\n" * 128 + MAC)[0]) == 128
    with pytest.raises(LimitExceeded):
        parse_header(VERSION + b"-> x\n\n" * 129 + MAC)


@pytest.mark.parametrize("work", [b"21", b"63", b"1000000000", b"9" * 400])
def test_an_enormous_scrypt_work_factor(work: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primitives, "scrypt", _never)
    data = VERSION + b"-> scrypt " + b"A" * 22 + b" " + work + b"\n" + b"A" * 43 + b"\n" + MAC
    with pytest.raises(LimitExceeded):
        age_file.open_bytes(data, [ScryptIdentity(b"p")])


@pytest.mark.parametrize("cost", [(1 << 30, 3, 1), (65536, 1_000_000_000, 1), (65536, 3, 1 << 24), (8, 1, 1)])
def test_an_enormous_argon2id_cost(cost: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primitives, "argon2id", _never)
    with pytest.raises(LimitExceeded):
        derive("x" * 20, address="a@b", salt=bytes(16), parameters=Argon2Parameters(*cost))
    numbers = " ".join(str(number) for number in cost).encode()
    data = VERSION + b"-> coffre.argon2id/v1 " + b"A" * 22 + b" " + numbers + b"\n" + b"A" * 43 + b"\n" + MAC
    with pytest.raises(CoffreError):
        password_parameters(data)


def test_an_enormous_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(primitives, "argon2id", _never)
    with pytest.raises(LimitExceeded):
        derive("x" * MIB, address="a@b", salt=bytes(16))


@pytest.mark.parametrize(
    ("start", "then"),
    [
        (b"", b" "),
        (armor.BEGIN, b"A"),
        (armor.BEGIN + b"\n", b"A"),
        (armor.BEGIN + b"\n", b"\n"),
        (armor.armor(b"x"), b" "),
        (armor.armor(b"x"), b"\n"),
    ],
)
def test_armor_without_end(start: bytes, then: bytes) -> None:
    source = Endless(start, then)
    reader = armor.ArmorReader(source)
    with at_most(2 * MIB), pytest.raises(Malformed):
        list(iter(lambda: reader.read(65536), b""))
    assert source.taken <= 1 << 18


def test_an_armored_header_without_end() -> None:
    line = base64.b64encode(b"-> x\n\n" * 8)
    source = Endless(armor.BEGIN + b"\n" + base64.b64encode(VERSION + bytes(26)) + b"\n", line + b"\n")
    with at_most(2 * MIB), pytest.raises(CoffreError):
        age_file.open_stream(source, io.BytesIO(), [X25519Identity.generate()])
    assert source.taken <= 1 << 18


def _never(*_: object, **__: object) -> bytes:
    raise AssertionError("a derivation on a stranger's word")


PARSERS: dict[str, Callable[[bytes], object]] = {
    "canonical JSON": parse_canonical,
    "statement": parse_any,
    "entry header": EntryHeader.from_bytes,
    "entry": lambda data: Entry.from_wire(parse_canonical(data)),
    "page": lambda data: Page.from_wire(parse_canonical(data)),
    "keyring's record": lambda data: read_versioned(Keyring, data, limit=keyring.MAX_RECORD),
    "keyring": password_parameters,
    "metadata": metadata.read_frame,
    "section's name": sections.read_name,
    "share's details": share.read_details,
    "share's file": lambda data: share.open_file(bytes(32), data),
    "FHIR bundle": fhir.read_bundle,
    "share's link": lambda data: ShareLink.parse(data.decode("utf-8", "surrogateescape")),
    "invitation": lambda data: Invitation.from_link(data.decode("utf-8", "surrogateescape")),
    "kit's words": lambda data: Kit.from_words(data.decode("utf-8", "surrogateescape")),
    "kit's QR": lambda data: Kit.from_qr(data.decode("utf-8", "surrogateescape")),
    "recipient": lambda data: parse_recipient(data.decode("utf-8", "surrogateescape")),
    "identity file": lambda data: parse_identity_file(data.decode("utf-8", "surrogateescape")),
    "address": lambda data: normalise_address(data.decode("utf-8", "surrogateescape")),
    "frame": lambda data: unframe(data, floor=256),
}
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "zeros": bytes(8 * MIB),
    "not UTF-8": b'{"a":"\xff\xfe\xc0\x80\xed\xa0\x80"}',
    "deep lists": b"[" * MIB,
    "deep objects": b'{"a":' * 100_000,
    "long number": b"9" * 100_000,
    "long exponent": b"1e" + b"9" * 100_000,
    "long string": b'"' + b"a" * (8 * MIB) + b'"',
    "many keys": b"{" + b",".join(b'"k%d":1' % number for number in range(100_000)) + b"}",
    "one key many times": b"{" + b'"a":1,' * 100_000 + b'"a":1}',
    "words": b"abandon " * MIB,
    "letters that grow when normalised": "ﷺ".encode() * 100_000,
    "dots": b"/redeem#1." + b"." * MIB,
    "trailing bytes": b'{"version":1}\n',
    "byte order mark": b'\xef\xbb\xbf{"version":1}',
    "a frame's giant length": b"\xff\xff\xff\xff" + bytes(508),
}


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("parser", PARSERS)
def test_every_parser_gives_one_typed_error(parser: str, hostile: str) -> None:
    with at_most(96 * MIB), pytest.raises(CoffreError):
        PARSERS[parser](HOSTILE[hostile])


def test_what_a_list_cannot_be_made_to_hold() -> None:
    many = canonical([{}] * 400_000, limit=4 * MIB)
    with at_most(MIB), pytest.raises(LimitExceeded):
        parse_canonical(many)


def test_a_share_s_file_is_limited_before_it_is_opened() -> None:
    data = b"." * (share.MAX_JWE + 1)
    with at_most(MIB), pytest.raises(LimitExceeded):
        share.open_file(bytes(32), data)


def test_an_attachment_that_lies_about_its_size() -> None:
    attachment = {"data": "QUJD", "size": 10**12, "title": "x", "contentType": "text/plain"}
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": {"resourceType": "DocumentReference", "content": [{"attachment": attachment}]}},
        ],
    }
    assert fhir.read_bundle(json.dumps(bundle).encode())[0].data == b"ABC"


def test_a_payload_without_end_is_refused_at_its_first_batch() -> None:
    identity = X25519Identity.generate()
    sealed = age_file.seal_bytes(b"", [identity.recipient()])
    source = Endless(sealed, b"A")
    out = io.BytesIO()
    with at_most(24 * MIB), pytest.raises(Tampered):
        age_file.open_stream(source, out, [identity])
    assert out.getvalue() == b""
    assert source.taken <= 16 * MIB
