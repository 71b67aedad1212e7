"""The kinds' own rules (spec chapter 6, "Folding"): may this author say this now, and what changes.

Each rule takes the state (a copy that the fold throws away on an error), the verified statement and its
place, and raises `Tampered`. Position, signature and body hash were checked before by the fold.
"""

from dataclasses import dataclass, replace

from crypto.encoding import KeyId, SectionId
from crypto.errors import Tampered
from crypto.journal import Entry, EntryHeader
from crypto.statements import (
    Acceptance,
    Grant,
    InVault,
    Manifest,
    Refile,
    Removal,
    Revocation,
    Rotation,
    Share,
    ShareEnd,
    Vault,
    metadata_hash,
    parse,
    statement_hash,
    verify_redemption,
)
from vault.client.ledger_state import (
    DocumentState,
    Filing,
    GrantRecord,
    GrantTerm,
    KnownCard,
    Ladder,
    LedgerState,
    SectionState,
    ShareRecord,
    VersionState,
)


@dataclass(frozen=True)
class Viewer:
    """Who folds: their key id and, for a professional, the sections of their current grants."""

    key: KeyId
    sections: frozenset[SectionId] = frozenset()


@dataclass(frozen=True)
class Place:
    """Where a statement stands, and for whom it is folded."""

    header: EntryHeader
    entry: Entry
    viewer: Viewer

    @property
    def time(self) -> int:
        """The entry's time."""
        return self.header.time


def apply(state: LedgerState, statement: InVault, place: Place) -> None:
    """Change `state` by one verified statement. Raises Tampered if the statement may not stand here."""
    _check_attachments(statement, place.entry)
    match statement:
        case Manifest():
            _manifest(state, statement, place)
        case Removal():
            _removal(state, statement, place)
        case Acceptance():
            _acceptance(state, statement, place)
        case Vault():
            _vault(state, statement, place)
        case _:
            _require("statement that only the owner may make", holds=statement.author == state.owner)
            _apply_owners(state, statement, place)


def _apply_owners(state: LedgerState, statement: InVault, place: Place) -> None:
    match statement:
        case Refile():
            _refile(state, statement, place)
        case Grant():
            _grant(state, statement, place)
        case Revocation():
            _revocation(state, statement, place)
        case Rotation():
            _rotation(state, statement, place)
        case Share():
            _share(state, statement, place)
        case ShareEnd():
            _share_end(state, statement, place)
        case _:
            raise Tampered("kind without a rule")


def _require(rule: str, *, holds: bool) -> None:
    if not holds:
        raise Tampered(rule)


def _check_attachments(statement: InVault, entry: Entry) -> None:
    if entry.metadata is not None:
        _require("metadata on an entry that has none", holds=isinstance(statement, Manifest | Refile))
        _require(
            "metadata that is not the statement's",
            holds=isinstance(statement, Manifest | Refile)
            and metadata_hash(entry.metadata) == statement.metadata,
        )
    if entry.manifest is not None:
        _require("manifest on an entry that is no refile", holds=isinstance(statement, Refile))


def _sees_all(state: LedgerState, place: Place) -> bool:
    return place.viewer.key == state.owner


def _newest(state: LedgerState, section: SectionId, epoch: int) -> None:
    found = state.sections.get(section)
    _require("section unknown or not at its newest epoch", holds=found is not None and found.epoch == epoch)


def _vault(state: LedgerState, statement: Vault, place: Place) -> None:
    _require("second vault statement", holds=state.owner is None)
    state.owner = statement.author
    state.server = statement.server
    state.inbox = statement.inbox
    state.inbox_recipient = statement.inbox_recipient
    state.cards[statement.author] = KnownCard.of(statement.card)
    for member in statement.sections:
        state.sections[member.section] = SectionState(
            section=member.section,
            epoch=member.epoch,
            name=member.name,
            ladders=(),
            rotated_seq=place.header.seq,
            rotated_time=statement.time,
        )


def _may_add(state: LedgerState, statement: Manifest, place: Place) -> bool:
    if statement.author == state.owner:
        return True
    if not _sees_all(state, place) and statement.author != place.viewer.key:
        return state.cards[statement.author].card.role == "professional"
    return any(
        found.latest.revoked is None
        and found.latest.covers("add", statement.section, statement.author, place.time)
        for found in state.grants.values()
    )


def _in_view(state: LedgerState, place: Place, section: SectionId) -> bool:
    return _sees_all(state, place) or section in place.viewer.sections


def _check_author_metadata(state: LedgerState, manifest: Manifest) -> None:
    _require(
        "author's metadata belongs to authors who are not the owner",
        holds=(manifest.author_metadata is not None) == (manifest.author != state.owner),
    )


def _manifest(state: LedgerState, statement: Manifest, place: Place) -> None:
    _newest(state, statement.section, statement.epoch)
    _require("author without the right to add", holds=_may_add(state, statement, place))
    _check_author_metadata(state, statement)
    # Outside of their sections authors see their own versions only, not those of others between.
    alone = statement.author == place.viewer.key and not _in_view(state, place, statement.section)
    known = state.documents.get(statement.document)
    if known is None:
        _require("version without the ones before", holds=statement.version == 1 or alone)
        author = statement.author if statement.version == 1 else None
        known = DocumentState(document=statement.document, versions=(), author=author)
    else:
        _require("version of a removed document", holds=known.removed is None)
        _follows(statement, known, alone=alone)
    signed = place.entry.signed
    if signed is None:
        raise Tampered("entry without its body")
    added = VersionState(
        manifest=statement,
        hash=statement_hash(signed.statement),
        filing=_filing(statement, place),
        added=place.time,
    )
    state.documents[statement.document] = replace(known, versions=(*known.versions, added))


def _follows(statement: Manifest, known: DocumentState, *, alone: bool) -> None:
    latest = known.latest.manifest.version
    if alone and statement.version > latest + 1:
        return
    _require("version out of order", holds=statement.version == latest + 1)
    _require("version that does not follow the one before", holds=statement.previous == known.latest.hash)
    _require(
        "version in a section where the document is not", holds=alone or statement.section == known.section
    )


def _filing(statement: Manifest | Refile, place: Place) -> Filing:
    return Filing(
        section=statement.section,
        epoch=statement.epoch,
        header=statement.header,
        metadata=statement.metadata,
        seq=place.header.seq,
        sealed=place.entry.metadata,
    )


def _refile(state: LedgerState, statement: Refile, place: Place) -> None:
    _newest(state, statement.section, statement.epoch)
    known = state.documents.get(statement.document)
    if known is None or known.latest.hash != statement.manifest:
        known = _learn(state, statement, place)
    elif _in_view(state, place, known.section) or known.latest.manifest.author == place.viewer.key:
        _require("refile from a section where the document is not", holds=known.section == statement.from_)
    _require("refile of a removed document", holds=known.removed is None)
    _require("refile of another version", holds=known.latest.manifest.version == statement.version)
    latest = replace(known.latest, filing=_filing(statement, place))
    state.documents[statement.document] = replace(known, versions=(*known.versions[:-1], latest))


def _learn(state: LedgerState, statement: Refile, place: Place) -> DocumentState:
    """A document that comes from sections a professional does not see: the owner vouches for its manifest."""
    data = place.entry.manifest
    known = state.documents.get(statement.document)
    _require(
        "refile of no latest",
        holds=not _sees_all(state, place) and statement.from_ not in place.viewer.sections,
    )
    if data is None or statement_hash(data) != statement.manifest:
        raise Tampered("refile without the manifest it names")
    manifest = parse(Manifest, data)
    _require(
        "manifest of another document",
        holds=(manifest.document, manifest.vault, manifest.version)
        == (statement.document, statement.vault, statement.version),
    )
    _check_author_metadata(state, manifest)
    _require(
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


def _removal(state: LedgerState, statement: Removal, place: Place) -> None:
    known = state.documents.get(statement.document)
    if known is None or known.removed is not None:
        raise Tampered("removal of no live document")
    # A professional who came to know a later version does not know who wrote the first.
    writer = known.author == statement.author or (known.author is None and not _sees_all(state, place))
    _require("removal by neither owner nor author", holds=statement.author == state.owner or writer)
    latest = known.latest
    followed = _in_view(state, place, statement.section) or latest.manifest.author == place.viewer.key
    named = (statement.manifest, statement.version) == (latest.hash, latest.manifest.version)
    # Outside of their sections authors do not see the versions and moves of others.
    unseen = not _in_view(state, place, statement.section) and statement.version > latest.manifest.version
    _require("removal of another version", holds=named or unseen)
    _require(
        "removal from another section",
        holds=unseen or not followed or statement.section == known.section,
    )
    state.documents[statement.document] = replace(known, removed=place.time)


def _grant(state: LedgerState, statement: Grant, place: Place) -> None:
    known = state.grants.get(statement.grant)
    last = known.latest.statement.sequence if known is not None else 0
    in_order = statement.sequence == last + 1 or (not _sees_all(state, place) and statement.sequence > last)
    _require("grant out of sequence", holds=in_order)
    for member in statement.sections:
        _newest(state, member.section, member.epoch)
    card = KnownCard.of(statement.card) if statement.card is not None else None
    if card is not None:
        learn_card(state, card)
    term = GrantTerm(
        statement=statement,
        seq=place.header.seq,
        since=place.time,
        bundle=statement.bundle,
        professional=card.card.author if card is not None else None,
    )
    before = known.terms if known is not None else ()
    state.grants[statement.grant] = GrantRecord(grant=statement.grant, terms=(*before, term))


def _acceptance(state: LedgerState, statement: Acceptance, place: Place) -> None:
    known = state.grants.get(statement.grant)
    if known is None or known.latest.statement.redeem is None:
        raise Tampered("acceptance of no invitation")
    term, redeem = known.latest, known.latest.statement.redeem
    _require("acceptance of another sequence", holds=term.statement.sequence == statement.sequence)
    _require("second acceptance", holds=term.professional is None)
    _require("acceptance of a revoked invitation", holds=term.revoked is None)
    _require("acceptance after the invitation's time", holds=place.time <= redeem.not_after)
    verify_redemption(
        redeem.key,
        statement.proof,
        grant=statement.grant,
        professional=statement.author,
        vault=statement.vault,
    )
    learn_card(state, KnownCard.of(statement.card))
    state.grants[statement.grant] = known.with_latest(
        replace(
            term,
            professional=statement.author,
            acceptance=statement,
            accepted=place.time,
            bundle=statement.bundle,
        )
    )


def _revocation(state: LedgerState, statement: Revocation, place: Place) -> None:
    known = state.grants.get(statement.grant)
    if known is None or known.latest.statement.sequence != statement.sequence:
        raise Tampered("revocation of no known grant")
    if known.latest.revoked is None:
        term = replace(known.latest, revoked=place.time, revoked_seq=place.header.seq)
        state.grants[statement.grant] = known.with_latest(term)


def _rotation(state: LedgerState, statement: Rotation, place: Place) -> None:
    sections = {member.section for member in statement.sections}
    _require(
        "inbox recipient misplaced",
        holds=(statement.inbox_recipient is not None) == (state.inbox in sections),
    )
    for member in statement.sections:
        _newest(state, member.section, member.epoch - 1)
        known = state.sections[member.section]
        state.sections[member.section] = replace(
            known,
            epoch=member.epoch,
            name=member.name,
            ladders=(*known.ladders, Ladder(epoch=member.epoch, sealed=member.ladder)),
            rotated_seq=place.header.seq,
            rotated_time=statement.time,
        )
    if statement.inbox_recipient is not None:
        state.inbox_recipient = statement.inbox_recipient
    if _sees_all(state, place):
        listed = {member.grant for member in statement.grants}
        _require(
            "rotation for other grants", holds=listed == state.remaining_grants(sections, statement.time)
        )
    for bundle in statement.grants:
        found = state.grants.get(bundle.grant)
        if found is not None:
            state.grants[bundle.grant] = found.with_latest(replace(found.latest, bundle=bundle.bundle))


def _share(state: LedgerState, statement: Share, place: Place) -> None:
    _require("share that is already known", holds=statement.share not in state.shares)
    if _sees_all(state, place):
        for member in statement.documents:
            known = state.documents.get(member.document)
            _require(
                "share of no live document",
                holds=known is not None
                and known.removed is None
                and known.version(member.version) is not None,
            )
    state.shares[statement.share] = ShareRecord(statement=statement, since=place.time)


def _share_end(state: LedgerState, statement: ShareEnd, place: Place) -> None:
    known = state.shares.get(statement.share)
    if known is None:
        raise Tampered("end of no known share")
    if known.ended is None:
        state.shares[statement.share] = replace(known, ended=place.time)


def learn_card(state: LedgerState, found: KnownCard) -> None:
    """Keep a verified card; of several for the same keys, the newest."""
    known = state.cards.get(found.card.author)
    if known is None or known.card.time < found.card.time:
        state.cards[found.card.author] = found
