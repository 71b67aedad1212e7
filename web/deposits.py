"""Deposits: a vault's inbox, documents left in it, and taking one's own back (spec chapters 4 and 7)."""

from dataclasses import replace

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from crypto.encoding import b64u, unb64u
from crypto.errors import Malformed
from vault import deposits, documents, ledger, uploads, vaults, whole_objects
from vault.deposits import NewDeposit
from vault.documents import Committed
from vault.sessions import SignedIn
from web import context
from web.documents import RemovalBody, VersionOutcome
from web.schemas import (
    Appended,
    Body,
    HeaderBytes,
    Identifier,
    MetadataBytes,
    Natural,
    Outcome,
    Positive,
    SignedBody,
    SmallObject,
    VaultPath,
    drop_absent,
)

blueprint = APIBlueprint("deposits", __name__, url_prefix="/api/v1/vaults")


class InboxOutcome(Outcome):
    """The owner's own words about the inbox, and the position for the next statement."""

    vault: SignedBody
    rotation: SignedBody | None = None
    size: Natural
    head: str


class DepositBody(Body):
    """A deposit: its signed statement, header, sealed author's metadata, and either the upload with its
    object or, for one of 1 MiB at most, the `object` itself.
    """

    deposit: SignedBody
    header: HeaderBytes
    author_metadata: MetadataBytes
    upload: Identifier | None = None
    object: SmallObject | None = None


class OwnDeposit(Outcome):
    """Where one of the account's deposits is now; `manifest` is what a removal names."""

    document: str
    version: Positive
    section: str
    manifest: str
    time: Natural


class OwnDepositsOutcome(Outcome):
    """All that are not removed, and the position for the next statement."""

    deposits: list[OwnDeposit]
    size: Natural
    head: str


@blueprint.get("/<vault>/inbox", responses={200: InboxOutcome})
def inbox(path: VaultPath) -> Response:
    """What a verified professional needs for a deposit."""
    who = context.signed_in()
    with context.reading() as session:
        found = deposits.inbox(session, who, path.vault)
    outcome = InboxOutcome(
        vault=SignedBody.of(found.vault),
        rotation=None if found.rotation is None else SignedBody.of(found.rotation),
        size=found.size,
        head=b64u(found.head),
    )
    return jsonify(drop_absent(outcome))


@blueprint.post("/<vault>/deposits", responses={201: VersionOutcome, 200: VersionOutcome})
def deposit(path: VaultPath, body: DepositBody) -> Response:
    """Leaves a document in the inbox. The very same request again is answered with the same entry (200)."""
    who = context.signed_in()
    if (body.upload is None) == (body.object is None):
        raise Malformed("an upload or an object")
    new = NewDeposit(
        body.deposit.read(), unb64u(body.header), unb64u(body.author_metadata), body.upload or ""
    )
    if body.object is None:
        earlier = _complete(who, path.vault, new)
    else:
        earlier, new = _receive(who, path.vault, new, unb64u(body.object))
    if earlier is not None:
        return _committed(earlier)
    now = context.parts().clock()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        committed = deposits.commit(session, row, who, new, now)
    return _committed(committed)


@blueprint.get("/<vault>/deposits", responses={200: OwnDepositsOutcome})
def own(path: VaultPath) -> Response:
    """The account's own deposits in a vault."""
    who = context.signed_in()
    with context.reading() as session:
        deposits.require_depositor(session, who, path.vault)
        found = deposits.left(session, who, path.vault)
        row = vaults.find(session, path.vault)
        size, head = row.ledger_size, row.ledger_head
    outcome = OwnDepositsOutcome(
        deposits=[
            OwnDeposit(
                document=one.document,
                version=one.version,
                section=one.section,
                manifest=b64u(one.manifest),
                time=one.time,
            )
            for one in found
        ],
        size=size,
        head=b64u(head),
    )
    return jsonify(drop_absent(outcome))


@blueprint.post("/<vault>/withdrawals", responses={200: Appended})
def withdraw(path: VaultPath, body: RemovalBody) -> Response:
    """Takes back a document of one's own, wherever the owner filed it; no grant is needed."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.removal.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        entry = deposits.withdraw(session, row, who, signed, now)
    return jsonify({"entry": entry.to_wire()})


def _complete(who: SignedIn, vault: str, new: NewDeposit) -> Committed | None:
    """Makes an upload's parts one object, unless they are; or what was committed before."""
    parts = context.parts()
    now = parts.clock()
    with context.reading() as session:
        if uploads.is_completed(session, new.upload):
            return None
        checked = deposits.check(session, vaults.find(session, vault), who, new, now)
    if isinstance(checked, Committed):
        return checked
    uploads.complete(parts.database, parts.store, new.upload, now)
    return None


def _receive(
    who: SignedIn, vault: str, new: NewDeposit, content: bytes
) -> tuple[Committed | None, NewDeposit]:
    """Stores an object that came with its statement, once that was checked."""
    parts = context.parts()
    now = parts.clock()
    with context.reading() as session:
        checked = deposits.check_statement(session, vaults.find(session, vault), who, new)
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
