"""Rules of the fold for documents (spec chapter 6): added, deposited, filed elsewhere, removed, brought back.

Position, signature and body hash were checked before by the fold; each rule raises `Tampered`.
"""

from dataclasses import replace

from crypto.errors import Tampered
from crypto.statements import (
    Deposit,
    Manifest,
    Refile,
    Removal,
    Restoral,
    kind_of,
    metadata_hash,
    parse,
    statement_hash,
)
from vault.client.ledger_place import (
    Place,
    follows,
    in_view,
    learn_card,
    require,
    require_newest,
    sees_all,
)
from vault.client.ledger_state import DocumentState, Filing, KnownCard, LedgerState, VersionState


def _may_add(state: LedgerState, statement: Manifest, place: Place) -> bool:
    if statement.author == state.owner:
        return True
    if not sees_all(state, place) and statement.author != place.viewer.key:
        return state.cards[statement.author].card.role == "professional"
    return any(
        found.latest.revoked is None
        and found.latest.covers("add", statement.section, statement.author, place.time)
        for found in state.grants.values()
    )


def _check_author_metadata(state: LedgerState, manifest: Manifest | Deposit) -> None:
    require(
        "author's metadata belongs to authors who are not the owner",
        holds=(manifest.author_metadata is not None) == (manifest.author != state.owner),
    )


def manifest(state: LedgerState, statement: Manifest, place: Place) -> None:
    """A version of a document, in the section where it is."""
    require_newest(state, statement.section, statement.epoch)
    require("author without the right to add", holds=_may_add(state, statement, place))
    masked = state.mask_new and statement.author != state.owner and statement.version == 1
    require("new document while these are masked", holds=not masked)
    _check_author_metadata(state, statement)
    # Outside of their sections professionals see what they wrote or what a grant names, and nothing between.
    alone = not in_view(state, place, statement.section)
    known = state.documents.get(statement.document)
    if known is None:
        require("version without the ones before", holds=statement.version == 1 or alone)
        author = statement.author if statement.version == 1 else None
        known = DocumentState(document=statement.document, versions=(), author=author)
    else:
        require("version of a removed document", holds=known.removed is None)
        _follows(statement, known, alone=alone)
    state.documents[statement.document] = replace(
        known, versions=(*known.versions, _version(statement, place))
    )


def deposit(state: LedgerState, statement: Deposit, place: Place) -> None:
    """A first version in the inbox, by whoever signed the card that it brings."""
    require("deposit elsewhere than in the inbox", holds=statement.section == state.inbox)
    require_newest(state, statement.section, statement.epoch)
    require("deposit under a used identifier", holds=statement.document not in state.documents)
    learn_card(state, KnownCard.of(statement.card))
    state.documents[statement.document] = DocumentState(
        document=statement.document, versions=(_version(statement, place),), author=statement.author
    )


def _version(statement: Manifest | Deposit, place: Place) -> VersionState:
    if place.entry.signed is None:
        raise Tampered("entry without its body")
    return VersionState(
        manifest=statement,
        hash=statement_hash(place.entry.signed.statement),
        filing=_filing(statement, place),
        added=place.time,
    )


def _follows(statement: Manifest, known: DocumentState, *, alone: bool) -> None:
    latest = known.latest.manifest.version
    if alone and statement.version > latest + 1:
        return
    require("version out of order", holds=statement.version == latest + 1)
    require("version that does not follow the one before", holds=statement.previous == known.latest.hash)
    require(
        "version in a section where the document is not", holds=alone or statement.section == known.section
    )


def _filing(statement: Manifest | Deposit | Refile, place: Place) -> Filing:
    return Filing(
        section=statement.section,
        epoch=statement.epoch,
        header=statement.header,
        metadata=None if isinstance(statement, Deposit) else statement.metadata,
        seq=place.header.seq,
        sealed=place.entry.metadata,
    )


def refile(state: LedgerState, statement: Refile, place: Place) -> None:
    """The latest version moves to another section or epoch."""
    require_newest(state, statement.section, statement.epoch)
    known = state.documents.get(statement.document)
    if known is None or known.latest.hash != statement.manifest:
        known = _learn(state, statement, place)
    elif in_view(state, place, known.section) or follows(place, known.latest):
        require("refile from a section where the document is not", holds=known.section == statement.from_)
    require("refile of a removed document", holds=known.removed is None)
    require("refile of another version", holds=known.latest.manifest.version == statement.version)
    latest = replace(known.latest, filing=_filing(statement, place))
    state.documents[statement.document] = replace(known, versions=(*known.versions[:-1], latest))


def _learn(state: LedgerState, statement: Refile, place: Place) -> DocumentState:
    """A document that comes from sections a professional does not see: the owner vouches for its manifest."""
    data = place.entry.manifest
    known = state.documents.get(statement.document)
    require(
        "refile of no latest",
        holds=not sees_all(state, place) and statement.from_ not in place.viewer.sections,
    )
    if data is None or statement_hash(data) != statement.manifest:
        raise Tampered("refile without the manifest it names")
    manifest = _parse_first(data)
    require(
        "manifest of another document",
        holds=(manifest.document, manifest.vault, manifest.version)
        == (statement.document, statement.vault, statement.version),
    )
    _check_author_metadata(state, manifest)
    require(
        "refile of an older version", holds=known is None or known.latest.manifest.version < manifest.version
    )
    version = VersionState(
        manifest=manifest,
        hash=statement.manifest,
        filing=_filing(statement, place),
        added=manifest.time,
    )
    if known is not None:
        return replace(known, versions=(*known.versions, version))
    author = manifest.author if manifest.version == 1 else None
    return DocumentState(document=manifest.document, versions=(version,), author=author)


def _parse_first(data: bytes) -> Manifest | Deposit:
    """The statement by which a version came."""
    return parse(Deposit, data) if kind_of(data) == Deposit.KIND else parse(Manifest, data)


def removal(state: LedgerState, statement: Removal, place: Place) -> None:
    """A live document goes to the bin, by the owner or by who wrote it."""
    known = state.documents.get(statement.document)
    if known is None or known.removed is not None:
        raise Tampered("removal of no live document")
    # A professional who came to know a later version does not know who wrote the first.
    writer = known.author == statement.author or (known.author is None and not sees_all(state, place))
    require("removal by neither owner nor author", holds=statement.author == state.owner or writer)
    _require_named(state, statement, known, place)
    state.documents[statement.document] = replace(known, removed=place.time)


def restoral(state: LedgerState, statement: Restoral, place: Place) -> None:
    """A removed document is back where it was; its metadata comes with the entry."""
    known = state.documents.get(statement.document)
    if known is None or known.removed is None:
        raise Tampered("restoral of no removed document")
    _require_named(state, statement, known, place)
    sealed, filing = place.entry.metadata, known.latest.filing
    if sealed is not None:
        current = statement.manifest == known.latest.hash and metadata_hash(sealed) == filing.metadata
        require("metadata that is not the version's", holds=current)
        latest = replace(known.latest, filing=replace(filing, sealed=sealed))
        known = replace(known, versions=(*known.versions[:-1], latest))
    state.documents[statement.document] = replace(known, removed=None)


def _require_named(
    state: LedgerState, statement: Removal | Restoral, known: DocumentState, place: Place
) -> None:
    """Raises Tampered unless the statement names the latest version and where it is, as far as is known."""
    latest = known.latest
    visible = in_view(state, place, statement.section)
    followed = visible or follows(place, latest)
    named = (statement.manifest, statement.version) == (latest.hash, latest.manifest.version)
    # Outside of their sections professionals do not see every version and move.
    unseen = not visible and statement.version > latest.manifest.version
    require("another version than the latest", holds=named or unseen)
    require(
        "another section than the document's",
        holds=unseen or not followed or statement.section == known.section,
    )
