"""Ciphertext on its way in, in parts (spec chapter 4). Bodies are streamed: the server never holds a part."""

import base64
import binascii
import re
from typing import Annotated

from flask import Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from crypto.encoding import b64u
from crypto.errors import Malformed
from vault import ledger, uploads, vaults
from vault.errors import Forbidden
from web import context
from web.schemas import Body, Natural, Outcome, PartPath, Positive, UploadPath, VaultPath

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


class PartOutcome(Outcome):
    """A part that arrived whole."""

    number: Positive
    sha256: str


class UploadOutcome(Outcome):
    """What has arrived of an upload."""

    upload: str
    length: Positive
    part_size: Positive
    parts: list[PartOutcome]


@blueprint.post("/<vault>/uploads", responses={201: ReservedOutcome})
def reserve(path: VaultPath, body: ReserveBody) -> Response:
    """Reserves an upload. It is swept after a day unless something names its object."""
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    limits = parts.config.limits
    with context.writing() as session:
        standing = vaults.standing(session, who, path.vault, now)
        if not standing.owner and not any(grant.row.may_add for grant in standing.current):
            raise Forbidden("no right to add")
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
        }
    )
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
        vaults.standing(session, who, path.vault, parts.clock())
        upload = uploads.find(session, path.vault, path.upload, who.account, parts.clock())
    request.max_content_length = uploads.MAXIMUM_PART
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


@blueprint.get("/<vault>/uploads/<upload>", responses={200: UploadOutcome})
def look(path: UploadPath) -> Response:
    """What has arrived, so that an interrupted upload can go on."""
    who = context.signed_in()
    now = context.parts().clock()
    with context.reading() as session:
        vaults.standing(session, who, path.vault, now)
        upload = uploads.find(session, path.vault, path.upload, who.account, now)
        arrived = uploads.parts_of(session, upload.id)
    return jsonify(
        {
            "upload": upload.id,
            "length": upload.length,
            "part_size": upload.part_size,
            "parts": [{"number": part.number, "sha256": b64u(part.sha256)} for part in arrived],
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
