"""Documents: new versions, filing, removal, and the download of objects (spec chapters 4 to 6)."""

from dataclasses import replace
from functools import partial
from typing import Annotated

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from crypto.encoding import unb64u
from crypto.errors import Malformed
from vault import bin, direct_ranges, documents, ledger, sessions, uploads, vaults, whole_objects
from vault.direct_ranges import Range
from vault.documents import Committed, NewVersion
from vault.errors import NotFound, VaultError
from vault.sessions import SignedIn
from vault.uploads import Incomplete
from web import context, downloads
from web.context import Parts
from web.schemas import (
    Appended,
    Body,
    DocumentObjectPath,
    HeaderBytes,
    Identifier,
    MetadataBytes,
    Natural,
    Outcome,
    Positive,
    SignedBody,
    SmallObject,
    VaultPath,
)

blueprint = APIBlueprint("documents", __name__, url_prefix="/api/v1/vaults")


class VersionBody(Body):
    """A version: its signed manifest, header, sealed metadata, and either the upload with its object or, for
    one of 1 MiB at most, the `object` itself.

    `author_metadata` exactly when the author is not the vault's owner.
    """

    manifest: SignedBody
    header: HeaderBytes
    metadata: MetadataBytes
    upload: Identifier | None = None
    object: SmallObject | None = None
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


class RestoralBody(Body):
    """A removed document brought back."""

    restoral: SignedBody


class RangeBody(Body):
    """Bytes of an object."""

    start: Natural
    length: Annotated[int, Field(ge=1, le=uploads.MAXIMUM_PART)]


class RangesBody(Body):
    """Ranges of a version's object, and the position of the access that allows it."""

    access: Natural
    ranges: Annotated[list[RangeBody], Field(min_length=1, max_length=direct_ranges.MAXIMUM_NUMBER)]


class UrlsOutcome(Outcome):
    """Where to GET each range, with its `Range` header, and until when."""

    urls: list[str]
    expires: Natural


@blueprint.post("/<vault>/documents", responses={201: VersionOutcome, 200: VersionOutcome})
def commit(path: VaultPath, body: VersionBody) -> Response:
    """Adds a version. The very same request again is answered with the same entry (200)."""
    if (body.upload is None) == (body.object is None):
        raise Malformed("an upload or an object")
    new = NewVersion(
        body.manifest.read(),
        unb64u(body.header),
        unb64u(body.metadata),
        body.upload or "",
        None if body.author_metadata is None else unb64u(body.author_metadata),
    )
    if body.object is None:
        try:
            return _committed(_commit(path.vault, new))
        except Incomplete:
            earlier = _complete(context.signed_in(), path.vault, new)
    else:
        earlier, new = _receive(context.signed_in(), path.vault, new, unb64u(body.object))
    return _committed(earlier or _commit(path.vault, new))


def _commit(vault: str, new: NewVersion) -> Committed:
    now = context.parts().clock()
    with context.writing_as() as (session, who):
        row = ledger.locked(session, vault)
        standing = vaults.standing(session, who, vault, now)
        return documents.commit(session, row, standing, new, now)


def _complete(who: SignedIn, vault: str, new: NewVersion) -> Committed | None:
    """Makes an upload's parts one object, unless they are; or what was committed before.

    The object is whole and durable before anything names it; a crash in between leaves an upload for the
    sweep.
    """
    parts = context.parts()
    now = parts.clock()
    with context.reading() as session:
        # All that is looked at here is looked at again by the commit.
        standing = vaults.standing(session, who, vault, now)
        checked = documents.check(session, vaults.find(session, vault), standing, new, now)
    if isinstance(checked, Committed):
        return checked
    uploads.complete(parts.database, parts.store, new.upload, now)
    return None


def _receive(
    who: SignedIn, vault: str, new: NewVersion, content: bytes
) -> tuple[Committed | None, NewVersion]:
    """Stores an object that came with its manifest, once that was checked; the version with its upload."""
    parts = context.parts()
    now = parts.clock()
    with context.reading() as session:
        standing = vaults.standing(session, who, vault, now)
        checked = documents.check_statement(session, vaults.find(session, vault), standing, new, now)
    if isinstance(checked, Committed):
        return checked, new
    documents.check_object(content, checked)
    [upload] = whole_objects.receive(
        parts.database,
        parts.store,
        vault,
        who.account,
        [content],
        part_size=checked.part_size,
        quota=parts.config.limits.quota_bytes,
        now=now,
    )
    return None, replace(new, upload=upload)


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


@blueprint.post("/<vault>/restorals", responses={200: Appended})
def restore(path: VaultPath, body: RestoralBody) -> Response:
    """Brings a removed document back from the bin; `ended` once that was emptied."""
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    signed = body.restoral.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        bin_days = parts.config.limits.bin_days
        entry = bin.restore(session, row, standing, signed, bin_days=bin_days, now=now)
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
    still = partial(_still_allowed, parts, context.session_token(), path)
    return downloads.send(parts, who.account, found.name, found.length, "application/octet-stream", still)


@blueprint.post("/<vault>/documents/<document>/versions/<version>/object/urls", responses={200: UrlsOutcome})
def sign_ranges(path: DocumentObjectPath, body: RangesBody) -> Response:
    """URLs to GET ranges straight from the store, for a minute, by whom opened the version before.

    Not found unless the host offers direct transfer.
    """
    who = context.signed_in()
    now = context.parts().clock()
    store = context.direct_store()
    if store is None:
        raise NotFound("direct transfer is not offered")
    with context.reading() as session:
        standing = vaults.standing(session, who, path.vault, now)
        urls = direct_ranges.sign(
            session,
            store,
            standing,
            document=path.document,
            version=path.version,
            access=body.access,
            ranges=[Range(wanted.start, wanted.length) for wanted in body.ranges],
            now=now,
        )
    return jsonify({"urls": urls, "expires": now + direct_ranges.LIFETIME})


def _still_allowed(parts: Parts, token: str, path: DocumentObjectPath) -> bool:
    """Whether the session and the right to read a version still stand."""
    try:
        with parts.database.reading() as session:
            who = sessions.find(session, token, parts.clock())
            standing = vaults.standing(session, who, path.vault, parts.clock())
            documents.object_of(session, standing, path.document, path.version)
    except VaultError:
        return False
    return True


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
