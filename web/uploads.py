"""Ciphertext on its way in, in parts (spec chapter 4). Bodies are streamed: the server never holds a part."""

import base64
import binascii
import re
from typing import Annotated, Literal

from flask import Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from crypto.encoding import b64u, unb64u
from crypto.errors import Malformed
from vault import direct_parts, ledger, uploads, vaults, whole_objects
from vault.direct_parts import Announced
from vault.errors import NotFound
from web import context
from web.schemas import Body, Natural, Outcome, PartPath, Positive, SmallObject, UploadPath, VaultPath

blueprint = APIBlueprint("uploads", __name__, url_prefix="/api/v1/vaults")

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


class ReserveBody(Body):
    """The object to come, in bytes."""

    length: Positive
    part_size: Annotated[int, Field(ge=1, le=2**31)]


class ReservedOutcome(Outcome):
    """Where the parts go, and until when."""

    upload: str
    part_size: Positive
    parts: Positive
    expires: Natural
    transfer: Literal["proxied", "direct"]


class ObjectsBody(Body):
    """Up to 64 small objects, of 1 MiB at most each and 4 MiB in all; of one part each."""

    objects: Annotated[list[SmallObject], Field(min_length=1, max_length=whole_objects.MAXIMUM_NUMBER)]
    part_size: Annotated[int, Field(ge=1, le=2**31)]


class ObjectsOutcome(Outcome):
    """The uploads, in the objects' order; each is complete, and named by a commit as any other."""

    uploads: list[str]


class PartOutcome(Outcome):
    """A part that arrived whole."""

    number: Positive
    sha256: str


class AnnouncedBody(Body):
    """A part that will go straight to the store: its length in bytes and SHA-256."""

    length: Positive
    sha256: Annotated[str, Field(min_length=43, max_length=43)]


class UrlOutcome(Outcome):
    """Where to PUT one part, with which headers, and until when."""

    url: str
    headers: dict[str, str]
    expires: Natural


class UploadOutcome(Outcome):
    """What has arrived of an upload."""

    upload: str
    length: Positive
    part_size: Positive
    parts: list[PartOutcome]
    transfer: Literal["proxied", "direct"]


@blueprint.post("/<vault>/uploads", responses={201: ReservedOutcome})
def reserve(path: VaultPath, body: ReserveBody) -> Response:
    """Reserves an upload. It is swept after a day unless something names its object.

    `transfer` says whether parts may also go straight to the store; sending them here is always possible.
    """
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    limits = parts.config.limits
    with context.writing() as session:
        vaults.require_contributor(session, who, path.vault, now)
        upload = uploads.reserve(
            session,
            parts.store,
            ledger.locked(session, path.vault),
            who.account,
            length=body.length,
            part_size=body.part_size,
            quota=limits.quota_bytes,
            maximum=limits.max_document_bytes,
            now=now,
        )
    response = jsonify(
        {
            "upload": upload.id,
            "part_size": upload.part_size,
            "parts": uploads.part_count(upload.length, upload.part_size),
            "expires": upload.expires,
            "transfer": "proxied" if context.direct_store() is None else "direct",
        }
    )
    response.status_code = 201
    return response


@blueprint.post("/<vault>/objects", responses={201: ObjectsOutcome})
def receive_objects(path: VaultPath, body: ObjectsBody) -> Response:
    """Takes small objects whole, many in one request. What no version names within a day is swept."""
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    with context.reading() as session:
        vaults.require_contributor(session, who, path.vault, now)
    received = whole_objects.receive(
        parts.database,
        parts.store,
        path.vault,
        who.account,
        [unb64u(content) for content in body.objects],
        part_size=body.part_size,
        quota=parts.config.limits.quota_bytes,
        now=now,
    )
    response = jsonify({"uploads": received})
    response.status_code = 201
    return response


@blueprint.put("/<vault>/uploads/<upload>/parts/<number>", responses={200: PartOutcome})
def receive(path: PartPath) -> Response:
    """Takes one part: raw bytes with Content-Length and `Content-Digest: sha-256=:…:` (RFC 9530)."""
    who = context.signed_in()
    parts = context.parts()
    length = request.content_length
    match = _DIGEST.fullmatch(request.headers.get("Content-Digest", ""))
    if length is None or match is None:
        raise Malformed("length or digest of a part")
    with context.reading() as session:
        vaults.require_contributor(session, who, path.vault, parts.clock())
        upload = uploads.find(session, path.vault, path.upload, who.account, parts.clock())
    request.max_content_length = uploads.MAXIMUM_PART
    with parts.transfers.one(who.account):
        received = uploads.receive(
            parts.database,
            parts.store,
            upload,
            path.number,
            request.stream,
            length=length,
            sha256=_decode(match[1]),
        )
    return jsonify({"number": received.number, "sha256": b64u(received.sha256)})


@blueprint.post("/<vault>/uploads/<upload>/parts/<number>/url", responses={200: UrlOutcome})
def announce(path: PartPath, body: AnnouncedBody) -> Response:
    """A URL to PUT one part straight to the store, for exactly its length and a few minutes.

    Not found unless the upload was reserved as `direct`.
    """
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    store = context.direct_store()
    if store is None:
        raise NotFound("direct transfer is not offered")
    announced = Announced(path.number, body.length, unb64u(body.sha256, length=32))
    with context.writing() as session:
        vaults.require_contributor(session, who, path.vault, now)
        upload = uploads.find(session, path.vault, path.upload, who.account, now)
        uploads.offset_of(upload, announced.number, announced.length)
        asked = direct_parts.announce(session, store, upload, announced)
    expires = now + direct_parts.LIFETIME
    return jsonify({"url": asked.url, "headers": dict(asked.headers), "expires": expires})


@blueprint.get("/<vault>/uploads/<upload>", responses={200: UploadOutcome})
def look(path: UploadPath) -> Response:
    """What has arrived, so that an interrupted upload can go on."""
    who = context.signed_in()
    now = context.parts().clock()
    with context.reading() as session:
        vaults.require_contributor(session, who, path.vault, now)
        upload = uploads.find(session, path.vault, path.upload, who.account, now)
        noted = uploads.parts_of(session, upload.id)
    arrived = direct_parts.arrived(context.parts().store, upload, noted)
    return jsonify(
        {
            "upload": upload.id,
            "length": upload.length,
            "part_size": upload.part_size,
            "parts": [{"number": part.number, "sha256": b64u(part.sha256)} for part in arrived],
            "transfer": "proxied" if context.direct_store() is None else "direct",
        }
    )


@blueprint.delete("/<vault>/uploads/<upload>", responses={204: None})
def drop(path: UploadPath) -> Response:
    """Gives an upload up."""
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    with context.writing() as session:
        upload = uploads.find(session, path.vault, path.upload, who.account, now)
        name, token = uploads.drop(session, upload, now)
    parts.store.abort(name, token)
    return Response(status=204)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Malformed("digest of a part") from None
