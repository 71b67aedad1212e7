"""A version's sealed metadata, and the rules for file names (spec chapter 4, "Metadata").

Owns the record and its grammar. It knows neither object nor header.

    >>> sealed = seal(secret, filing, metadata)
    >>> open_sealed(secret, filing, sealed) == metadata
    True
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date as calendar_date
from typing import Annotated, Final

from crypto import labels, primitives
from crypto.encoding import DocumentId, Json, VaultId, canonical, check_text, parse_canonical
from crypto.errors import LimitExceeded, Malformed, UnsupportedVersion, WrongKey
from crypto.padding import frame, unframe
from crypto.primitives import Random, Wrap, system_random
from crypto.sections import Filing, SectionSecret
from crypto.statement_grammar import (
    Field,
    binary,
    integer,
    listed,
    printable,
    read_record,
    text,
    write_record,
)

MAX_DOCUMENT: Final = 5 << 30
MAX_NAME_BYTES: Final = 255
MAX_TITLE: Final = 200
MAX_THUMBNAIL: Final = 64 << 10
MAX_RECORD: Final = 4 << 20

_FLOOR: Final = 512
_VERSION: Final = 2
_MAX_EXTENSION_BYTES: Final = 32
_NAMELESS: Final = "document"
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_METADATA: Final = Wrap(labels.METADATA)
_AUTHOR: Final = Wrap(labels.AUTHOR_METADATA_BLOCK)


def _as_is(value: Json) -> Json:
    return value


def _check_date(value: Json) -> str:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise Malformed("not a date")
    try:
        calendar_date.fromisoformat(value)
    except ValueError:
        raise Malformed("a day that does not exist") from None
    return value


def _check_name(value: Json) -> str:
    if not isinstance(value, str):
        raise Malformed("not a file name")
    check_text(value, maximum=MAX_NAME_BYTES)
    if len(value.encode()) > MAX_NAME_BYTES:
        raise LimitExceeded("file name too long")
    if "/" in value or "\\" in value or value in (".", ".."):
        raise Malformed("not a file name")
    return value


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a list shows of a version.

    `date` is YYYY-MM-DD, `size` in bytes, `content` the hash of the document by chapter 4, `thumbnail` a
    JPEG. Older metadata has `sha256`, of the document's bytes as one, in place of `content`.
    """

    author: Annotated[str, text(200)] = field(repr=False)
    date: Annotated[str, Field(_check_date, _as_is)] = field(repr=False)
    mime: Annotated[str, printable(100)] = field(repr=False)
    name: Annotated[str, Field(_check_name, _as_is)] = field(repr=False)
    size: Annotated[int, integer(1, MAX_DOCUMENT)] = field(repr=False)
    tags: Annotated[tuple[str, ...], listed(text(50), minimum=0, maximum=20)] = field(repr=False)
    title: Annotated[str, text(MAX_TITLE)] = field(repr=False)
    content: Annotated[bytes | None, binary(32)] = field(default=None, repr=False)
    sha256: Annotated[bytes | None, binary(32)] = field(default=None, repr=False)
    thumbnail: Annotated[bytes | None, binary(maximum=MAX_THUMBNAIL)] = field(default=None, repr=False)
    type: Annotated[str | None, printable(32)] = field(default=None, repr=False)


def seal(
    secret: SectionSecret, filing: Filing, metadata: Metadata, *, random: Random = system_random
) -> bytes:
    """The sealed metadata. Raises Malformed or LimitExceeded for metadata that a reader would refuse."""
    if secret.epoch != filing.epoch:
        raise Malformed("a filing under another epoch than the secret's")
    return _METADATA.seal(secret.meta_key(), filing.context(), _write_frame(metadata), random=random)


def open_sealed(secret: SectionSecret, filing: Filing, sealed: bytes) -> Metadata:
    """The metadata. Raises WrongKey, Malformed, LimitExceeded, UnsupportedVersion."""
    if secret.epoch != filing.epoch:
        raise WrongKey("the secret of another epoch")
    return read_frame(_METADATA.open(secret.meta_key(), filing.context(), sealed))


@dataclass(frozen=True)
class Authored:
    """The version that an author's metadata belongs to, wherever it is filed."""

    vault: VaultId
    document: DocumentId
    version: int

    def context(self) -> dict[str, Json]:
        """The associated data."""
        return {"document": self.document, "vault": self.vault, "version": self.version}


def seal_for_author(
    file_key: bytes, authored: Authored, metadata: Metadata, *, random: Random = system_random
) -> bytes:
    """The metadata for an author who is not the owner: whoever has the file key (16 bytes) opens it.

    Raises as `seal`.
    """
    return _AUTHOR.seal(_author_key(file_key), authored.context(), _write_frame(metadata), random=random)


def open_as_author(file_key: bytes, authored: Authored, sealed: bytes) -> Metadata:
    """The metadata of `seal_for_author`. Raises WrongKey, Malformed, LimitExceeded, UnsupportedVersion."""
    return read_frame(_AUTHOR.open(_author_key(file_key), authored.context(), sealed))


def read_frame(framed: bytes) -> Metadata:
    """The metadata in what was sealed. Raises Malformed, LimitExceeded, UnsupportedVersion."""
    return from_record(parse_canonical(unframe(framed, floor=_FLOOR), limit=MAX_RECORD))


def to_record(metadata: Metadata) -> dict[str, Json]:
    """What is sealed, before it is written as canonical JSON. Raises Malformed, LimitExceeded."""
    record = write_record(metadata)
    if metadata.content is not None:
        record["version"] = _VERSION
    from_record(record)
    return record


def from_record(record: Json) -> Metadata:
    """The metadata that a record says. Raises Malformed, LimitExceeded, UnsupportedVersion."""
    if not isinstance(record, dict) or "version" not in record:
        metadata = read_record(Metadata, record)
        if metadata.sha256 is None or metadata.content is not None:
            raise Malformed("the hash of another version's metadata")
        return metadata
    members = dict(record)
    version = members.pop("version")
    if not isinstance(version, int):
        raise Malformed("not a version")
    if version != _VERSION:
        raise UnsupportedVersion("metadata of another version")
    metadata = read_record(Metadata, members)
    if metadata.content is None or metadata.sha256 is not None:
        raise Malformed("the hash of another version's metadata")
    return metadata


def clean_name(name: str) -> str:
    """A file's name as it may stand in metadata: last path part, nothing hidden, NFC, at most 255 UTF-8 bytes
    with its extension.
    """
    last = re.split(r"[/\\]", name)[-1]
    cleaned = unicodedata.normalize("NFC", _HIDDEN.sub("", last))
    if cleaned in ("", ".", ".."):
        return _NAMELESS
    stem, dot, extension = cleaned.rpartition(".")
    tail = (dot + extension).encode()
    if not stem or len(tail) > _MAX_EXTENSION_BYTES:
        stem, tail = cleaned, b""
    return _cut(stem, MAX_NAME_BYTES - len(tail)) + tail.decode()


def clean_title(text: str) -> str:
    """A text of someone else's as a title: nothing hidden, NFC, at most 200 characters; may be empty."""
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text))[:MAX_TITLE]


def _write_frame(metadata: Metadata) -> bytes:
    return frame(canonical(to_record(metadata), limit=MAX_RECORD), floor=_FLOOR)


def _author_key(file_key: bytes) -> bytes:
    return primitives.derive(file_key, labels.AUTHOR_METADATA)


def _cut(text: str, size: int) -> str:
    """The longest start of the text that has at most `size` UTF-8 bytes."""
    return text.encode()[:size].decode(errors="ignore")
