"""Pages of a vault's two chains, and the access statements that open documents (spec chapter 6)."""

from typing import Annotated

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field
from sqlalchemy.orm import Session

from crypto.encoding import b64u
from crypto.journal import ACCESSES, LEDGER
from vault import accesses, ledger, replica, vaults
from vault.ledger import Page, Viewer
from vault.models.vaults import Vault
from vault.own_accesses import own_accesses
from web import context
from web.schemas import (
    Body,
    EntryOutcome,
    Natural,
    Outcome,
    PageQuery,
    Parameters,
    SignedBody,
    VaultPath,
    drop_absent,
)

blueprint = APIBlueprint("journal", __name__, url_prefix="/api/v1/vaults")


class PageOutcome(Outcome):
    """A piece of a chain, where the chain stands, and the cards of those whose entries are shown."""

    entries: list[EntryOutcome]
    size: Natural
    head: str
    cards: list[SignedBody]


class OwnAccessesQuery(Parameters):
    """Entries below a position of the chain."""

    before: Natural | None = None


class OwnAccessesOutcome(Outcome):
    """The account's own entries."""

    entries: list[EntryOutcome]


class AccessBody(Body):
    """Signed `access` statements, one for each version to open."""

    accesses: Annotated[list[SignedBody], Field(min_length=1, max_length=50)]


class OpenedOutcome(Outcome):
    """What it takes to open one version: the header holds the wrapped file key.

    `author_metadata` is answered to the version's author, unless that is the owner.
    """

    entry: EntryOutcome
    document: str
    version: Natural
    header: str
    length: Natural
    part_size: Natural
    author_metadata: str | None = None


class AccessesOutcome(Outcome):
    """In the order of the statements."""

    opened: list[OpenedOutcome]


@blueprint.get("/<vault>/ledger", responses={200: PageOutcome})
def read_ledger(path: VaultPath, query: PageQuery) -> Response:
    """What changed the record. Bodies that the account may not see are withheld."""
    who = context.signed_in()
    if who.own is not None and who.own.vault == path.vault and query.start >= who.own.size:
        # What clients ask for all the time: nothing is new, which the look at the session told already.
        return _answer(Page((), who.own.size, who.own.head, ()))
    with context.reading() as session:
        standing = vaults.standing(session, who, path.vault, context.parts().clock())
        row = vaults.find(session, path.vault)
        page = _page(session, row, LEDGER, standing.viewer, query)
    return _answer(page)


@blueprint.get("/<vault>/accesses", responses={200: PageOutcome})
def read_accesses(path: VaultPath, query: PageQuery) -> Response:
    """Who opened what; for the owner."""
    who = context.signed_in()
    with context.reading() as session:
        standing = vaults.owned(session, who, path.vault, context.parts().clock())
        row = vaults.find(session, path.vault)
        page = _page(session, row, ACCESSES, standing.viewer, query)
    return _answer(page)


@blueprint.get("/<vault>/accesses/own", responses={200: OwnAccessesOutcome})
def read_own_accesses(path: VaultPath, query: OwnAccessesQuery) -> Response:
    """What the account itself opened in the vault, newest first; nothing of others."""
    who = context.signed_in()
    with context.reading() as session:
        standing = vaults.standing(session, who, path.vault, context.parts().clock())
        entries = own_accesses(session, standing, query.before)
    return jsonify({"entries": [entry.to_wire() for entry in entries]})


@blueprint.post("/<vault>/accesses", responses={200: AccessesOutcome})
def open_documents(path: VaultPath, body: AccessBody) -> Response:
    """Records the openings and, in the same transaction, hands out the headers: all or none."""
    now = context.parts().clock()
    with context.writing_as() as (session, who):
        signed = [access.read() for access in body.accesses]
        row = ledger.locked(session, path.vault)
        standing = vaults.standing(session, who, path.vault, now)
        opened = accesses.open_documents(session, row, standing, signed, now)
    outcome = [
        OpenedOutcome(
            entry=EntryOutcome(**one.entry.to_wire()),
            document=one.document,
            version=one.version,
            header=b64u(one.header),
            length=one.length,
            part_size=one.part_size,
            author_metadata=None if one.author_metadata is None else b64u(one.author_metadata),
        )
        for one in opened
    ]
    return jsonify({"opened": [drop_absent(one) for one in outcome]})


def _page(session: Session, row: Vault, chain: str, viewer: Viewer, query: PageQuery) -> Page:
    """From the replica, if there is one that has come as far."""
    found = context.parts().replica
    return replica.page_of(found, session, row, chain, viewer, start=query.start, limit=query.limit)


def _answer(page: Page) -> Response:
    return jsonify(
        {
            "entries": [entry.to_wire() for entry in page.entries],
            "size": page.size,
            "head": b64u(page.head),
            "cards": [card.to_wire() for card in page.cards],
        }
    )
