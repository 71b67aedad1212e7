"""Documents: new versions, filing, removal, and the download of objects (spec chapters 4 to 6)."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from crypto.encoding import unb64u
from vault import documents, ledger, uploads, vaults
from vault.documents import Committed, NewVersion
from web import context, downloads
from web.schemas import (
    Appended,
    Body,
    DocumentObjectPath,
    HeaderBytes,
    Identifier,
    MetadataBytes,
    Positive,
    SignedBody,
    VaultPath,
)

blueprint = APIBlueprint("documents", __name__, url_prefix="/api/v1/vaults")


class VersionBody(Body):
    """A version: its signed manifest, header, sealed metadata, and the upload with its object.

    `author_metadata` exactly when the author is not the vault's owner.
    """

    manifest: SignedBody
    header: HeaderBytes
    metadata: MetadataBytes
    upload: Identifier
    author_metadata: MetadataBytes | None = None


class VersionOutcome(Appended):
    """The version's entry in the ledger."""

    document: str
    version: Positive


class FilingBody(Body):
    """A document filed elsewhere: header and metadata are sealed anew, the object stays."""

    refile: SignedBody
    header: HeaderBytes
    metadata: MetadataBytes


class RemovalBody(Body):
    """A document taken out of the record."""

    removal: SignedBody


@blueprint.post("/<vault>/documents", responses={201: VersionOutcome, 200: VersionOutcome})
def commit(path: VaultPath, body: VersionBody) -> Response:
    """Adds a version. The very same request again is answered with the same entry (200)."""
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    new = NewVersion(
        body.manifest.read(),
        unb64u(body.header),
        unb64u(body.metadata),
        body.upload,
        None if body.author_metadata is None else unb64u(body.author_metadata),
    )
    with context.reading() as session:
        standing = vaults.standing(session, who, path.vault, now)
        checked = documents.check(session, vaults.find(session, path.vault), standing, new, now)
    if isinstance(checked, Committed):
        return _committed(checked)
    # The object is whole and durable before anything names it; a crash in between leaves an upload for the
    # sweep.
    uploads.complete(parts.database, parts.store, new.upload, now)
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.standing(session, who, path.vault, now)
        committed = documents.commit(session, row, standing, new, now)
    return _committed(committed)


@blueprint.post("/<vault>/filings", responses={200: Appended})
def refile(path: VaultPath, body: FilingBody) -> Response:
    """Files a document in another section."""
    who = context.signed_in()
    now = context.parts().clock()
    signed, header, metadata = body.refile.read(), unb64u(body.header), unb64u(body.metadata)
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = documents.refile(session, row, standing, signed, header, metadata, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/<vault>/removals", responses={200: Appended})
def remove(path: VaultPath, body: RemovalBody) -> Response:
    """Takes a document out of the record."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.removal.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.standing(session, who, path.vault, now)
        entry = documents.remove(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.get("/<vault>/documents/<document>/versions/<version>/object")
def download(path: DocumentObjectPath) -> Response:
    """A version's ciphertext, or a range of it. The header that opens it comes with the access statement
    only."""
    who = context.signed_in()
    parts = context.parts()
    with context.reading() as session:
        standing = vaults.standing(session, who, path.vault, parts.clock())
        found = documents.object_of(session, standing, path.document, path.version)
    return downloads.send(parts.store, found.name, found.length, "application/octet-stream")


def _committed(committed: Committed) -> Response:
    response = jsonify(
        {
            "entry": committed.entry.to_wire(),
            "document": committed.document,
            "version": committed.version,
        }
    )
    response.status_code = 200 if committed.again else 201
    return response
