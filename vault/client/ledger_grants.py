"""Rules of the fold for grants (spec chapters 6 and 7): given, accepted, revoked, asked for; blocking.

Position, signature and body hash were checked before by the fold; each rule raises `Tampered`.
"""

from dataclasses import replace

from crypto.errors import Tampered
from crypto.statement_kinds import MAX_TERM
from crypto.statements import (
    Acceptance,
    Block,
    DocumentGrant,
    Grant,
    RenewalRefusal,
    RenewalRequest,
    Revocation,
    Unblock,
    verify_redemption,
)
from vault.client.ledger_place import Place, learn_card, require, require_newest, sees_all
from vault.client.ledger_state import LIVE, GrantRecord, GrantTerm, KnownCard, LedgerState


def grant(state: LedgerState, statement: Grant, place: Place) -> None:
    """A new grant or invitation, or the next term of one."""
    for member in statement.sections:
        require_newest(state, member.section, member.epoch)
    _begin(state, statement, place)


def document_grant(state: LedgerState, statement: DocumentGrant, place: Place) -> None:
    """The same of single documents, which the owner can tell are live and taken in."""
    if sees_all(state, place):
        for member in statement.documents:
            document = state.documents.get(member.document)
            version = None if document is None else document.version(member.version)
            readable = version is not None and version.filing.metadata is not None
            live = readable and document is not None and document.removed is None
            require("grant of no live document", holds=live)
    _begin(state, statement, place)


def _begin(state: LedgerState, statement: Grant | DocumentGrant, place: Place) -> None:
    known = state.grants.get(statement.grant)
    last = known.latest.statement.sequence if known is not None else 0
    in_order = statement.sequence == last + 1 or (not sees_all(state, place) and statement.sequence > last)
    require("grant out of sequence", holds=in_order)
    same = known is None or isinstance(known.latest.statement, type(statement))
    require("grant of another kind than before", holds=same)
    card = KnownCard.of(statement.card) if statement.card is not None else None
    if card is not None:
        require("grant to a blocked professional", holds=card.card.author not in state.blocked)
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


def acceptance(state: LedgerState, statement: Acceptance, place: Place) -> None:
    """An invitation is bound to a professional."""
    known = state.grants.get(statement.grant)
    if known is None or known.latest.statement.redeem is None:
        raise Tampered("acceptance of no invitation")
    term, redeem = known.latest, known.latest.statement.redeem
    require("acceptance of another sequence", holds=term.statement.sequence == statement.sequence)
    require("second acceptance", holds=term.professional is None)
    require("acceptance by a blocked professional", holds=statement.author not in state.blocked)
    require("acceptance of a revoked invitation", holds=term.revoked is None)
    require("acceptance after the invitation's time", holds=place.time <= redeem.not_after)
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


def revocation(state: LedgerState, statement: Revocation, place: Place) -> None:
    """A grant ends before its time; saying it twice keeps the first."""
    known = state.grants.get(statement.grant)
    if known is None or known.latest.statement.sequence != statement.sequence:
        raise Tampered("revocation of no known grant")
    if known.latest.revoked is None:
        term = replace(known.latest, revoked=place.time, revoked_seq=place.header.seq)
        state.grants[statement.grant] = known.with_latest(term)


def block(state: LedgerState, statement: Block, place: Place) -> None:
    """A key's grants that are not over end, and it gets no new ones."""
    key = statement.professional
    require("block of a blocked professional", holds=key not in state.blocked)
    state.blocked[key] = place.time
    for identifier, known in state.grants.items():
        term = known.latest
        if term.professional == key and term.state(place.time) in LIVE:
            ended = replace(term, revoked=place.time, revoked_seq=place.header.seq)
            state.grants[identifier] = known.with_latest(ended)


def unblock(state: LedgerState, statement: Unblock) -> None:
    """A key may be given grants again."""
    require("unblock of nobody blocked", holds=statement.professional in state.blocked)
    del state.blocked[statement.professional]


def renewal_request(state: LedgerState, statement: RenewalRequest, place: Place) -> None:
    """The holder of a grant asks for another term, once for each."""
    known = state.grants.get(statement.grant)
    if known is None or known.latest.professional != statement.author:
        raise Tampered("request for no grant of one's own")
    term = known.latest
    require("request of another sequence", holds=term.statement.sequence == statement.sequence)
    require("second request for a term", holds=term.asked is None)
    require("request of a blocked professional", holds=statement.author not in state.blocked)
    over = min(term.statement.not_after, term.statement.not_after if term.revoked is None else term.revoked)
    require("request long after the end", holds=place.time - over <= MAX_TERM)
    state.grants[statement.grant] = known.with_latest(replace(term, asked=statement.not_after))


def renewal_refusal(state: LedgerState, statement: RenewalRefusal, place: Place) -> None:
    """The owner's no to an open request."""
    known = state.grants.get(statement.grant)
    if known is None or known.latest.statement.sequence != statement.sequence:
        raise Tampered("refusal for no known grant")
    is_open = known.latest.asked is not None and known.latest.refused is None
    require("refusal of no open request", holds=is_open)
    state.grants[statement.grant] = known.with_latest(replace(known.latest, refused=place.time))
