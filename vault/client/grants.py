"""Grants and invitations, the patient's side (chapter 7): given, renewed, revoked. The other: `redeeming`.

Owns terms and scope of what this client signs. Rotations are `rotations`; states come from the folded ledger.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from crypto.age_recipients import HybridRecipient
from crypto.document_bundle import DocumentBundle
from crypto.encoding import DocumentId, GrantId, Json, SectionId, b64u, new_id
from crypto.errors import LimitExceeded, Malformed
from crypto.grants import (
    Bundle,
    Invitation,
    seal_for_invitation,
    seal_for_professional,
)
from crypto.statement_kinds import MAX_TERM
from crypto.statements import (
    DocumentGrant,
    Grant,
    InLedger,
    Redeem,
    Revocation,
    SectionEpoch,
    bundle_hash,
)
from vault.client import document_grants, section_terms
from vault.client.document_grants import Held
from vault.client.errors import Blocked, NotAllowed, NotFound, Usage
from vault.client.ledger_state import GrantRecord, KnownCard, LedgerState
from vault.client.positions import NextPosition, next_position
from vault.client.rotations import bundle_of, settle
from vault.client.vaults import OpenVault

DAY = 24 * 3600
_ATTEMPTS = 3


@dataclass(frozen=True)
class Terms:
    """What a grant gives: sections and rights there, or single documents to read; and until when (seconds
    since 1970).
    """

    sections: Collection[SectionId]
    rights: tuple[str, ...]
    not_after: int
    documents: Collection[DocumentId] = ()


class _Common(NextPosition):
    """What statements of both kinds of grant say."""

    bundle: bytes
    grant: GrantId
    not_after: int
    not_before: int
    rights: tuple[str, ...]
    sequence: int


def invite(vault: OpenVault, terms: Terms, redeem_until: int) -> tuple[GrantId, str]:
    """Makes an invitation; its id and the link, whose secret never reaches the server."""
    require_owner(vault)
    grant = GrantId(new_id())
    invitation = Invitation.generate(vault.id, grant)
    redeem = Redeem(key=invitation.redeem_key().public, not_after=min(redeem_until, terms.not_after))
    _check_end(vault, terms)
    section_terms.shorten(vault, terms.sections, min(redeem.not_after + 1, terms.not_after))

    held = document_grants.gather(vault, terms.documents)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        data = seal_for_invitation(_bundle(vault, grant, terms, held), invitation)
        statement = _statement(vault, state, grant, terms, held, data, sequence=1)
        return replace(statement, redeem=redeem), {"bundle": b64u(data)}

    _append(vault, terms, make)
    return grant, invitation.link(vault.client.session.server)


def give(vault: OpenVault, terms: Terms, professional: KnownCard) -> GrantId:
    """Gives a grant to a professional whose key was confirmed."""
    require_owner(vault)
    grant = GrantId(new_id())
    _give(vault, grant, terms, professional, sequence=1)
    return grant


def renew(vault: OpenVault, identifier: str, not_after: int) -> GrantRecord:
    """Begins a new term of a bound grant with the same sections and rights, or with the newest versions of
    the same documents. Raises NotFound, Usage.
    """
    require_owner(vault)
    found = find(vault, identifier)
    latest = found.latest
    if latest.professional is None:
        raise Usage("an invitation that nobody redeemed cannot be renewed: make a new one")
    terms = Terms(latest.sections, latest.statement.rights, not_after)
    if isinstance(latest.statement, DocumentGrant):
        terms = replace(terms, documents=document_grants.live_documents(vault, latest))
    card = vault.state.cards[latest.professional]
    _give(vault, found.grant, terms, card, sequence=latest.statement.sequence + 1)
    return find(vault, identifier)


def revoke(vault: OpenVault, identifier: str) -> GrantRecord:
    """Ends a grant at once, then renews the keys of its sections for those who remain."""
    require_owner(vault)
    found = find(vault, identifier)
    if found.latest.revoked is None:

        def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
            term = state.grants[found.grant].latest.statement
            statement = Revocation(
                **next_position(vault, state),
                grant=found.grant,
                sequence=term.sequence,
            )
            return statement, {}

        vault.append("revocations", make, "revocation")
    settle(vault)
    section_terms.publish(vault)
    return find(vault, identifier)


def complete(vault: OpenVault) -> bool:
    """What an owner's client does after opening the vault: rotations that are due, and new bundles for
    invitations that were redeemed with secrets older than a rotation. Whether there was anything to do.
    """
    rotated = settle(vault)
    outdated = [found for found in vault.state.grants.values() if vault.owned and _outdated(vault, found)]
    for found in outdated:
        renew(vault, found.grant, found.latest.statement.not_after)
    section_terms.publish(vault)
    return bool(rotated or outdated)


def find(vault: OpenVault, identifier: str) -> GrantRecord:
    """A grant by its id. Raises NotFound."""
    for grant in vault.state.grants.values():
        if grant.grant == identifier:
            return grant
    raise NotFound("no such grant")


def require_owner(vault: OpenVault) -> None:
    """Raises NotAllowed unless the vault is the account's own."""
    if not vault.owned:
        raise NotAllowed("only the patient gives grants")


def _outdated(vault: OpenVault, found: GrantRecord) -> bool:
    """Whether the holder's bundle is the one that the invitation held, and a section has a newer epoch."""
    latest = found.latest
    if latest.acceptance is None or latest.bundle != latest.acceptance.bundle:
        return False
    if latest.state(vault.now()) != "active":
        return False
    if isinstance(latest.statement, DocumentGrant):
        return False
    return any(vault.state.sections[m.section].epoch > m.epoch for m in latest.statement.sections)


def _check_end(vault: OpenVault, terms: Terms) -> None:
    """Before anything is signed for a grant: Malformed, LimitExceeded for its end; Usage for its sections."""
    if not terms.sections and not terms.documents:
        raise Usage("a grant needs a section")
    if terms.documents and (terms.sections or tuple(terms.rights) != ("read",)):
        raise Usage("single documents are given to read, without sections")
    if vault.state.inbox in terms.sections:
        # Whoever holds its secret opens what others deposit.
        raise Usage("the inbox is yours alone")
    if terms.not_after <= vault.now():
        raise Malformed("grant that ends before it starts")
    if terms.not_after - vault.now() > MAX_TERM:
        raise LimitExceeded("grant of more than 366 days")


def _give(vault: OpenVault, grant: GrantId, terms: Terms, professional: KnownCard, *, sequence: int) -> None:
    _check_end(vault, terms)
    if professional.card.author in vault.state.blocked:
        raise Blocked("unblock this professional first")
    section_terms.shorten(vault, terms.sections, terms.not_after)
    held = document_grants.gather(vault, terms.documents)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        recipient = HybridRecipient(professional.card.recipient)
        data = seal_for_professional(_bundle(vault, grant, terms, held), recipient)
        statement = _statement(vault, state, grant, terms, held, data, sequence=sequence)
        return replace(statement, card=professional.signed), {"bundle": b64u(data)}

    _append(vault, terms, make)


def _append(
    vault: OpenVault, terms: Terms, make: Callable[[LedgerState], tuple[InLedger, dict[str, Json]]]
) -> None:
    if terms.documents:
        vault.append("document-grants", make, "document_grant")
    else:
        vault.append("grants", make, "grant")
    section_terms.publish(vault)


def _bundle(vault: OpenVault, grant: GrantId, terms: Terms, held: Held) -> Bundle | DocumentBundle:
    if terms.documents:
        return document_grants.bundle_of(vault, grant, held)
    return bundle_of(vault, grant, terms.sections, {})


def _statement(
    vault: OpenVault,
    state: LedgerState,
    grant: GrantId,
    terms: Terms,
    held: Held,
    bundle: bytes,
    *,
    sequence: int,
) -> Grant | DocumentGrant:
    position = next_position(vault, state)
    common = _Common(
        **position,
        bundle=bundle_hash(bundle),
        grant=grant,
        not_after=terms.not_after,
        not_before=position["time"],
        rights=tuple(sorted(set(terms.rights))),
        sequence=sequence,
    )
    if terms.documents:
        return DocumentGrant(**common, documents=document_grants.named(held))
    sections = tuple(
        SectionEpoch(epoch=state.sections[section].epoch, section=section)
        for section in sorted(terms.sections)
    )
    return Grant(**common, sections=sections)
