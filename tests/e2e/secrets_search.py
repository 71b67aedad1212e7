"""Looks for secrets in what a server keeps: database, objects, logs; in every form in which they could stand
there.

findings = search(secrets, server.kept())
assert not findings
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_WINDOW: Final = 24
_WINDOWS: Final = 8
_DISTINCT: Final = 10


@dataclass(frozen=True)
class Secret:
    """Something that the server must never hold. `name` says what it is in a failing test."""

    name: str
    data: bytes

    @classmethod
    def text(cls, name: str, text: str) -> "Secret":
        return cls(name, text.encode())


@dataclass(frozen=True)
class Place:
    """A part of what the server keeps."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Finding:
    """A secret where it must not be."""

    secret: str
    form: str
    place: str


def search(secrets: Iterable[Secret], places: Iterable[Place]) -> list[Finding]:
    """Every secret found in every place, by form."""
    needles = [(secret.name, form, needle) for secret in secrets for form, needle in forms(secret.data)]
    findings = []
    for place in places:
        lower = place.data.lower()
        for name, form, needle in needles:
            if needle in (lower if form == "hex" else place.data):
                findings.append(Finding(name, form, place.name))
    return findings


def forms(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes raw, in hex, base64 and base64url (all three alignments), and as UTF-16 if they are text.

    Of long data some windows are taken, since a place that holds a part of it is as bad.
    """
    for piece in _windows(data):
        yield "raw", piece
        yield "hex", piece.hex().encode()
        for offset in range(3):
            encoded = _inner_base64(piece, offset)
            yield "base64", encoded
            yield "base64url", encoded.translate(bytes.maketrans(b"+/", b"-_"))
        try:
            text = piece.decode()
        except UnicodeDecodeError:
            continue
        yield "utf-16-le", text.encode("utf-16-le")
        yield "utf-16-be", text.encode("utf-16-be")
        if not text.isascii():
            yield "json", text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")


def _windows(data: bytes) -> Iterator[bytes]:
    if len(data) <= 64:
        yield data
        return
    step = max(1, (len(data) - _WINDOW) // _WINDOWS)
    for start in range(0, len(data) - _WINDOW + 1, step):
        window = data[start : start + _WINDOW]
        # Runs of zeros and the like stand everywhere and prove nothing.
        if len(set(window)) >= _DISTINCT:
            yield window


def _inner_base64(data: bytes, offset: int) -> bytes:
    """The base64 characters that depend on `data` only when it starts at this offset modulo 3."""
    encoded = base64.b64encode(bytes(offset) + data)
    start = (0, 2, 3)[offset]
    remainder = (offset + len(data)) % 3
    end = len(encoded) - (0, 3, 2)[remainder]
    return encoded[start:end]
