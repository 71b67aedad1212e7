"""Requests for another term, blocking, and the terms of sections (spec chapter 7)."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from crypto.encoding import b64u
from vault import blocks, ledger, renewals, section_terms, vaults
from web import context
from web.schemas import Appended, Body, GrantPath, Natural, Outcome, SignedBody, VaultPath

blueprint = APIBlueprint("renewals", __name__, url_prefix="/api/v1")


class RequestBody(Body):
    """A professional asks for another term."""

    renewal_request: SignedBody


class RefusalBody(Body):
    """The owner's no."""

    renewal_refusal: SignedBody


class BlockBody(Body):
    """A professional's key is blocked."""

    block: SignedBody


class UnblockBody(Body):
    """A blocked key may be given grants again."""

    unblock: SignedBody


class TermsBody(Body):
    """Until when others may seal under the epochs of some sections."""

    section_terms: SignedBody


class AskingOutcome(Outcome):
    """Where a request would stand, and whether this term's holder asked before."""

    vault: str
    sequence: Natural
    size: Natural
    head: str
    asked: bool


@blueprint.get("/grants/<grant>/renewal-request", responses={200: AskingOutcome})
def position(path: GrantPath) -> Response:
    """Where the request of a grant's holder would stand, also after its end."""
    who = context.signed_in()
    with context.reading() as session:
        found = renewals.position(session, who, path.grant)
    return jsonify(
        {
            "vault": found.vault,
            "sequence": found.sequence,
            "size": found.size,
            "head": b64u(found.head),
            "asked": found.asked,
        }
    )


@blueprint.post("/grants/<grant>/renewal-request", responses={200: Appended})
def ask(path: GrantPath, body: RequestBody) -> Response:
    """Asks the owner for another term, once for each."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.renewal_request.read()
    with context.writing() as session:
        row = ledger.locked(session, renewals.vault_of(session, who, path.grant))
        entry = renewals.ask(session, row, who, path.grant, signed, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/vaults/<vault>/renewal-refusals", responses={200: Appended})
def refuse(path: VaultPath, body: RefusalBody) -> Response:
    """The owner says no to a request."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.renewal_refusal.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = renewals.refuse(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/vaults/<vault>/blocks", responses={200: Appended})
def block(path: VaultPath, body: BlockBody) -> Response:
    """Ends every grant of a professional's key at once, and keeps it from new ones."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.block.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = blocks.block(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/vaults/<vault>/unblocks", responses={200: Appended})
def unblock(path: VaultPath, body: UnblockBody) -> Response:
    """Lets a blocked key be given grants again."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.unblock.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = blocks.unblock(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})


@blueprint.post("/vaults/<vault>/section-terms", responses={200: Appended})
def publish(path: VaultPath, body: TermsBody) -> Response:
    """Says until when others than the owner may seal under the epochs of some sections."""
    who = context.signed_in()
    now = context.parts().clock()
    signed = body.section_terms.read()
    with context.writing() as session:
        row = ledger.locked(session, path.vault)
        standing = vaults.owned(session, who, path.vault, now)
        entry = section_terms.publish(session, row, standing, signed, now)
    return jsonify({"entry": entry.to_wire()})
