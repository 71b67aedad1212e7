"""The FHIR R4 bundle in a shared file (spec chapter 8): one document with its patient's name.

Owns the shape that SMART Health Link receivers show. It knows neither link nor encryption.
"""

import base64
import hashlib
import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from crypto.errors import LimitExceeded, Malformed
from crypto.metadata import Metadata, clean_name, clean_title
from crypto.primitives import Random, system_random

MAX_DOCUMENT: Final = 20 << 20

_LOINC: Final = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)


@dataclass(frozen=True)
class SharedDocument:
    """What a receiver reads in a bundle; `mime` decides how it is shown, `data` are the document's bytes."""

    title: str = field(repr=False)
    name: str = field(repr=False)
    mime: str
    date: str = field(repr=False)
    data: bytes = field(repr=False)


def write_bundle(
    metadata: Metadata, data: bytes, *, patient: str, now: int, random: Random = system_random
) -> bytes:
    """The bundle's JSON for a document's bytes and metadata; `now` in seconds since 1970.

    Raises LimitExceeded over 20 MiB.
    """
    if len(data) > MAX_DOCUMENT:
        raise LimitExceeded("documents over 20 MiB cannot be shared")
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    patient_url, document_url = (f"urn:uuid:{uuid.UUID(bytes=random(16), version=4)}" for _ in range(2))
    reference: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": patient_url},
        "date": moment,
        "description": metadata.title,
        "content": [{"attachment": _attachment(metadata, data)}],
    }
    if metadata.type is not None:
        reference["type"] = _type(metadata.type)
    bundle = {
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
    return json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()


def read_bundle(data: bytes) -> list[SharedDocument]:
    """The documents in a bundle, also one made by others; what is not a document with its data inside is left
    out.

    Raises Malformed for what is no FHIR bundle, or whose attachment is not what its hash says.
    """
    try:
        bundle = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise Malformed("not a FHIR bundle")
    found = []
    for entry in _objects(bundle.get("entry")):
        resource = entry.get("resource")
        if isinstance(resource, dict) and resource.get("resourceType") == "DocumentReference":
            for content in _objects(resource.get("content")):
                attachment = content.get("attachment")
                if isinstance(attachment, dict) and isinstance(attachment.get("data"), str):
                    found.append(_read(resource, attachment))
    return found


def _attachment(metadata: Metadata, data: bytes) -> dict[str, Any]:
    return {
        "contentType": metadata.mime,
        "data": base64.b64encode(data).decode(),
        "size": len(data),
        "hash": _hash(data),
        "title": metadata.name,
        "creation": metadata.date,
    }


def _hash(data: bytes) -> str:
    # FHIR R4 fixes SHA-1 here; the JWE around the bundle is what authenticates the bytes.
    return base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _type(code: str) -> dict[str, Any]:
    if _LOINC.fullmatch(code):
        return {"coding": [{"system": "http://loinc.org", "code": code}]}
    return {"text": code}


def _read(resource: dict[str, Any], attachment: dict[str, Any]) -> SharedDocument:
    try:
        data = base64.b64decode(attachment["data"], validate=True)
    except ValueError:
        raise Malformed("not base64") from None
    if "hash" in attachment and attachment["hash"] != _hash(data):
        raise Malformed("an attachment with another hash")
    # Whoever made the link chose these: they may name a path, or hide what they say.
    name = clean_name(_string(attachment, "title"))
    return SharedDocument(
        clean_title(_string(resource, "description")) or name,
        name,
        clean_title(_string(attachment, "contentType")),
        clean_title(_string(attachment, "creation")),
        data,
    )


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _string(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""
