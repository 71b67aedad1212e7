"""Grants, invitations and rotations (spec chapter 7)."""

from collections.abc import Callable
from typing import Annotated

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from crypto.encoding import b64u, unb64u
from crypto.errors import Malformed
from crypto.journal import Entry as JournalEntry
from vault import document_grants, grants, invitations, ledger, rotations, vaults
from web import context
from web.schemas import (
    Appended,
    Body,
    Bundle,
    DocumentBundle,
    EntryOutcome,
    GrantPath,
    Identifier,
    Natural,
    Outcome,
    SignedBody,
    VaultPath,
)

blueprint = APIBlueprint("grants", __name__, url_prefix="/api/v1")


class GrantBody(Body):
    """A grant, invitation or renewal, with its sealed bundle."""

    grant: SignedBody
    bundle: Bundle


class DocumentGrantBody(Body):
    """A grant of single documents, an invitation to them or its renewal, with its sealed bundle."""

    document_grant: SignedBody
    bundle: DocumentBundle


class RevocationBody(Body):
    """The end of a grant."""

    revocation: SignedBody


class GrantBundleBody(Body):
    """A remaining grant's new bundle."""

    grant: Identifier
    bundle: Bundle


class RotationBody(Body):
    """New epochs, with a bundle for each grant that remains."""

    rotation: SignedBody
    bundles: Annotated[list[GrantBundleBody], Field(max_length=1000)]


class AcceptanceBody(Body):
    """An invitation redeemed: the same secrets, sealed for the professional."""

    acceptance: SignedBody
    bundle: DocumentBundle


class InvitationOutcome(Outcome):
    """What a professional checks and opens."""

    vault: str
    grant: str
    bundle: str
    entry: EntryOutcome
    owner_card: SignedBody
    size: Natural
    head: str


class BundleOutcome(Outcome):
    """A grant's sealed secrets: of sections, or of single documents."""

    bundle: str
    vault: str


@blueprint.post("/vaults/<vault>/grants", responses={200: Appended})
def give(path: VaultPath, body: GrantBody) -> Response:
    """Gives a grant, makes an invitation, or renews."""
    return _given(path.vault, grants.give, body.grant, body.bundle)


@blueprint.post("/vaults/<vault>/document-grants", responses={200: Appended})
def give_documents(path: VaultPath, body: DocumentGrantBody) -> Response:
    """The same for single documents."""
    return _given(path.vault, document_grants.give, body.document_grant, body.bundle)


def _given(vault: str, give: Callable[..., JournalEntry], statement: SignedBody, bundle: str) -> Response:
    who = context.signed_in()
    parts = context.parts()
    now = parts.clock()
    signed, sealed = statement.read(), unb64u(bundle)
    days = parts.config.limits.invitation_days
    required = parts.config.directory.required
    with context.writing() as session:
        row = ledger.locked(session, vault)
        standing = vaults.owned(session, who, vault, now)
        entry = give(
            session, row, standing, signed, sealed, invitation_days=days, verified_only=required, now=now
        )
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/vaults/<vault>/revocations", responses={200: Appended})
def revoke(path: VaultPath, body: RevocationBody) -> Response:
    """Ends a grant at once."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.revocation.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = grants.revoke(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/vaults/<vault>/rotations", responses={200: Appended})
def rotate(path: VaultPath, body: RotationBody) -> Response:
    """Begins new epochs of some sections for exactly the grants that remain."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.rotation.read()
    bundles = {member.grant: unb64u(member.bundle) for member in body.bundles}
    if len(bundles) != len(body.bundles):
        raise Malformed("a grant twice")
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = rotations.rotate(session, row, standing, signed, bundles, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.get("/invitations/<grant>", responses={200: InvitationOutcome})
def look(path: GrantPath) -> Response:
    """An open invitation, for a professional."""
    who = context.signed_in()
    parts = context.parts()
    with context.reading() as session:
        required = parts.config.directory.required
        found = invitations.look(session, who, path.grant, parts.clock(), verified_only=required)
    return jsonify(
        {
            "vault": found.vault,
            "grant": path.grant,
            "bundle": b64u(found.bundle),
            "entry": found.entry.to_wire(),
            "owner_card": found.owner_card.to_wire(),
            "size": found.size,
            "head": b64u(found.head),
        }
    )


@blueprint.post("/invitations/<grant>/acceptance", responses={200: Appended})
def accept(path: GrantPath, body: AcceptanceBody) -> Response:
    """Redeems an invitation, once."""
    who = context.signed_in()
    parts = context.parts()
    now, required = parts.clock(), parts.config.directory.required
    signed, bundle = body.acceptance.read(), unb64u(body.bundle)
    with context.writing() as session:
        row = ledger.locked(session, invitations.vault_of(session, who, path.grant))
        entry = invitations.accept(session, row, who, path.grant, signed, bundle, now, verified_only=required)
    return jsonify({"entry": entry.to_wire()})


@blueprint.get("/grants/<grant>/bundle", responses={200: BundleOutcome})
def bundle(path: GrantPath) -> Response:
    """The bundle of a grant that is current, for its professional."""
    who = context.signed_in()
    now = context.parts().clock()
    with context.reading() as session:
        row = grants.current_bundle(session, who, path.grant, now)
        return jsonify({"bundle": b64u(grants.bundle_for(row)), "vault": row.vault})
