"""The FHIR R4 bundle in a shared file (spec chapter 8): one document with its patient's name.

Owns the shape that SMART Health Link receivers show, the place of a file among the share's, and where a large
document is found. It knows neither link nor encryption.
"""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from crypto.encoding import canonical, parse_canonical, parse_foreign
from crypto.errors import LimitExceeded, Malformed, Tampered
from crypto.metadata import MAX_TITLE, Metadata, clean_name, clean_title
from crypto.primitives import Random, system_random
from crypto.statement_grammar import binary, integer, listed, read_record, text, write_record
from crypto.statement_kinds import MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE
from crypto.summaries import Summary, read_summary

MAX_DOCUMENT: Final = 20 << 20
PLACE_SYSTEM: Final = "urn:coffre:share-file"
SUMMARY_NAME: Final = "summary.json"
SUMMARY_MIME: Final = "application/fhir+json"
SEALED_EXTENSION: Final = "urn:coffre:sealed-document"

_PLACE: Final = re.compile(r"([0-9a-f]{32})/([1-9][0-9]{0,2})/([1-9][0-9]{0,2})", re.ASCII)
_LONGEST_EXTENSION: Final = 1 << 20
_LOINC: Final = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)


@dataclass(frozen=True)
class FilePlace:
    """Where a file stands in its share: `number` of `count`, from 1; `set_id` (32 hex digits) is the
    statement's.
    """

    set_id: str
    number: int
    count: int


@dataclass(frozen=True, kw_only=True)
class SealedElsewhere:
    """A document too large for a bundle: its object's facts (chapter 5), its file key, its size and hash."""

    digest: Annotated[bytes, binary(32)]
    file_key: Annotated[bytes, binary(16)] = field(repr=False)
    length: Annotated[int, integer(1)]
    part_size: Annotated[int, integer(MIN_PART_SIZE, MAX_PART_SIZE)]
    parts: Annotated[tuple[bytes, ...], listed(binary(32), maximum=MAX_PARTS)]
    size: Annotated[int, integer(1)]
    title: Annotated[str, text(MAX_TITLE)] = field(repr=False)
    content: Annotated[bytes | None, binary(32)] = field(default=None, repr=False)
    sha256: Annotated[bytes | None, binary(32)] = field(default=None, repr=False)

    def check(self) -> None:
        """Raises Malformed: not exactly one hash of the document (chapter 4)."""
        if (self.content is None) == (self.sha256 is None):
            raise Malformed("a document has one hash")


@dataclass(frozen=True)
class SharedDocument:
    """What a receiver reads in a bundle; `mime` decides how it is shown.

    `data` are the document's bytes, or empty with `elsewhere`. `place` is absent in bundles by others. With a
    `summary` it is the bundle itself (chapter 10), and `data` its bytes.
    """

    title: str = field(repr=False)
    name: str = field(repr=False)
    mime: str
    date: str = field(repr=False)
    data: bytes = field(repr=False)
    elsewhere: SealedElsewhere | None = field(default=None, repr=False)
    place: FilePlace | None = field(default=None, repr=False)
    summary: Summary | None = field(default=None, repr=False)


def check_complete(places: Sequence[FilePlace | None]) -> None:
    """Whether a share's files are all there, each once: one place for each file that was answered.

    Raises Tampered. Files by others, none of which has a place, pass.
    """
    found = [place for place in places if place is not None]
    if not found:
        return
    whole = {FilePlace(found[0].set_id, number, found[0].count) for number in range(1, found[0].count + 1)}
    if len(found) != len(places) or len(found) != found[0].count or set(found) != whole:
        raise Tampered("files of a share left out, repeated or mixed")


def write_bundle(
    metadata: Metadata,
    data: bytes,
    *,
    patient: str,
    now: int,
    place: FilePlace | None = None,
    random: Random = system_random,
) -> bytes:
    """The bundle's JSON for a document's bytes and metadata; `now` in seconds since 1970.

    Raises LimitExceeded over 20 MiB.
    """
    if len(data) > MAX_DOCUMENT:
        raise LimitExceeded("documents over 20 MiB do not fit into a bundle")
    attachment = {
        "contentType": metadata.mime,
        "data": base64.b64encode(data).decode(),
        "size": len(data),
        "hash": _hash(data),
        "title": metadata.name,
        "creation": metadata.date,
    }
    return _write(metadata, metadata.title, attachment, patient=patient, now=now, place=place, random=random)


def write_large_bundle(
    metadata: Metadata,
    elsewhere: SealedElsewhere,
    *,
    note: str,
    patient: str,
    now: int,
    place: FilePlace | None = None,
    random: Random = system_random,
) -> bytes:
    """The bundle's JSON of a document that is fetched apart; `note` tells people with other readers."""
    attachment = {
        "extension": [
            {"url": SEALED_EXTENSION, "valueString": canonical(write_record(elsewhere)).decode()},
        ],
        "contentType": metadata.mime,
        "title": metadata.name,
        "creation": metadata.date,
    }
    described = f"{metadata.title} ({note})"
    return _write(metadata, described, attachment, patient=patient, now=now, place=place, random=random)


def _write(
    metadata: Metadata,
    description: str,
    attachment: dict[str, Any],
    *,
    patient: str,
    now: int,
    place: FilePlace | None,
    random: Random,
) -> bytes:
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    patient_url, document_url = (f"urn:uuid:{uuid.UUID(bytes=random(16), version=4)}" for _ in range(2))
    reference: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": patient_url},
        "date": moment,
        "description": description,
        "content": [{"attachment": attachment}],
    }
    if metadata.type is not None:
        reference["type"] = _type(metadata.type)
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": moment,
        "entry": [
            {
                "fullUrl": patient_url,
                "resource": {"resourceType": "Patient", "name": [{"text": patient}]},
            },
            {"fullUrl": document_url, "resource": reference},
        ],
    }
    if place is not None:
        value = f"{place.set_id}/{place.number}/{place.count}"
        bundle["identifier"] = {"system": PLACE_SYSTEM, "value": value}
    return json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()


def read_bundle(data: bytes) -> list[SharedDocument]:
    """The documents in a bundle, also one made by others; what is not a document with its data inside is left
    out. A patient summary is one of them.

    Raises Malformed for what is no FHIR bundle, or whose attachment is not what its hash says.
    """
    bundle = parse_foreign(data)
    if bundle.get("resourceType") != "Bundle":
        raise Malformed("not a FHIR bundle")
    place = _place(bundle.get("identifier"))
    found: list[SharedDocument] = []
    summary = read_summary(bundle)
    if summary is not None:
        title, day = clean_title(summary.title) or SUMMARY_NAME, summary.date[:10]
        found.append(SharedDocument(title, SUMMARY_NAME, SUMMARY_MIME, day, data, None, place, summary))
    for entry in _objects(bundle.get("entry")):
        resource = entry.get("resource")
        if isinstance(resource, dict) and resource.get("resourceType") == "DocumentReference":
            for content in _objects(resource.get("content")):
                attachment = content.get("attachment")
                if isinstance(attachment, dict):
                    found.extend(_read(resource, attachment, place))
    return found


def _place(identifier: object) -> FilePlace | None:
    if not isinstance(identifier, dict) or identifier.get("system") != PLACE_SYSTEM:
        return None
    written = _PLACE.fullmatch(_string(identifier, "value"))
    if written is None or not int(written[2]) <= int(written[3]):
        raise Malformed("not the place of a file")
    return FilePlace(written[1], int(written[2]), int(written[3]))


def _hash(data: bytes) -> str:
    # FHIR R4 fixes SHA-1 here; the JWE around the bundle is what authenticates the bytes.
    return base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _type(code: str) -> dict[str, Any]:
    if _LOINC.fullmatch(code):
        return {"coding": [{"system": "http://loinc.org", "code": code}]}
    return {"text": code}


def _read(
    resource: dict[str, Any], attachment: dict[str, Any], place: FilePlace | None
) -> Iterator[SharedDocument]:
    # Whoever made the link chose these: they may name a path, or hide what they say.
    name = clean_name(_string(attachment, "title"))
    mime = clean_title(_string(attachment, "contentType"))
    date = clean_title(_string(attachment, "creation"))
    if isinstance(attachment.get("data"), str):
        title = clean_title(_string(resource, "description")) or name
        yield SharedDocument(title, name, mime, date, _decoded(attachment), place=place)
    for extension in _objects(attachment.get("extension")):
        if extension.get("url") == SEALED_EXTENSION:
            elsewhere = _elsewhere(_string(extension, "valueString"))
            yield SharedDocument(clean_title(elsewhere.title), name, mime, date, b"", elsewhere, place)


def _decoded(attachment: dict[str, Any]) -> bytes:
    try:
        data = base64.b64decode(attachment["data"], validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if "hash" in attachment and attachment["hash"] != _hash(data):
        raise Malformed("an attachment with another hash")
    return data


def _elsewhere(written: str) -> SealedElsewhere:
    try:
        found = parse_canonical(written.encode(), limit=_LONGEST_EXTENSION)
    except UnicodeEncodeError:
        raise Malformed("not a text") from None
    return read_record(SealedElsewhere, found)


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _string(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""
