"""Grants and invitations, both sides (chapter 7): the patient gives, renews, revokes; the professional
redeems.

Owns terms and scope of what this client signs. Rotations are `rotations`; states come from the folded ledger.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from crypto.age_recipients import HybridRecipient
from crypto.encoding import GrantId, Json, SectionId, VaultId, b64u, new_id
from crypto.errors import LimitExceeded, Malformed, Tampered
from crypto.grants import Bundle, Invitation, open_invitation, seal_for_invitation, seal_for_professional
from crypto.journal import ACCESSES, Entry, EntryHeader, read_body, start_head
from crypto.keyring import Keyring, Pins, VaultPins
from crypto.records import Pin
from crypto.statement_kinds import MAX_TERM
from crypto.statements import (
    Acceptance,
    Card,
    Grant,
    InLedger,
    Redeem,
    Revocation,
    SectionEpoch,
    Signed,
    bundle_hash,
    check_signature,
    prove_redemption,
    verify_card,
)
from vault.client import section_terms
from vault.client.answers import Answer, binary, child, children, from_server, number, text
from vault.client.client import Client
from vault.client.directory import signed_in
from vault.client.errors import Blocked, Ended, NotAllowed, NotFound, ServerRefused, Usage
from vault.client.ledger_state import GrantRecord, KnownCard, LedgerState
from vault.client.rotations import bundle_of, settle
from vault.client.vaults import OpenVault

DAY = 24 * 3600
_ATTEMPTS = 3


@dataclass(frozen=True)
class Terms:
    """What a grant gives: sections, rights, and until when (seconds since 1970)."""

    sections: Collection[SectionId]
    rights: tuple[str, ...]
    not_after: int


@dataclass(frozen=True)
class Redeemed:
    """What a professional has after redeeming."""

    grant: GrantId
    vault: VaultId
    patient: str
    not_after: int


def invite(vault: OpenVault, terms: Terms, redeem_until: int) -> tuple[GrantId, str]:
    """Makes an invitation; its id and the link, whose secret never reaches the server."""
    require_owner(vault)
    grant = GrantId(new_id())
    invitation = Invitation.generate(vault.id, grant)
    redeem = Redeem(key=invitation.redeem_key().public, not_after=min(redeem_until, terms.not_after))
    _check_end(vault, terms)
    section_terms.shorten(vault, terms.sections, min(redeem.not_after + 1, terms.not_after))

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        data = seal_for_invitation(bundle_of(vault, grant, terms.sections, {}), invitation)
        statement = _statement(vault, state, grant, terms, data, sequence=1)
        return replace(statement, redeem=redeem), {"bundle": b64u(data)}

    vault.append("grants", make, "grant")
    section_terms.publish(vault)
    return grant, invitation.link(vault.client.session.server)


def give(vault: OpenVault, terms: Terms, professional: KnownCard) -> GrantId:
    """Gives a grant to a professional whose key was confirmed."""
    require_owner(vault)
    grant = GrantId(new_id())
    _give(vault, grant, terms, professional, sequence=1)
    return grant


def renew(vault: OpenVault, identifier: str, not_after: int) -> GrantRecord:
    """Begins a new term of a bound grant with the same sections and rights. Raises NotFound, Usage."""
    require_owner(vault)
    found = find(vault, identifier)
    latest = found.latest
    if latest.professional is None:
        raise Usage("an invitation that nobody redeemed cannot be renewed: make a new one")
    terms = Terms(latest.sections, latest.statement.rights, not_after)
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
                time=vault.now(),
                author=vault.client.me,
                vault=vault.id,
                seq=state.size,
                prev=state.head,
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


def redeem(client: Client, link: str) -> Redeemed:
    """Binds an invitation to this professional's key.

    Raises ServerRefused (used, ended), Tampered, Malformed, Usage.
    """
    client.require_professional()
    invitation = Invitation.from_link(link)
    if not link.strip().startswith(f"{client.session.server}/"):
        raise Usage("this invitation is for another server")
    for attempt in range(_ATTEMPTS):
        answer = client.api.get(f"/invitations/{invitation.grant}")
        with from_server():
            statement, bundle = _check_invitation(answer, invitation, client.now())
        # The owner is pinned before anything of the vault is read.
        pin_owner(client, invitation.vault, bundle)
        try:
            _accept(client, invitation, answer, statement, bundle)
        except ServerRefused as error:
            if error.code != "stale" or attempt == _ATTEMPTS - 1:
                raise
        else:
            return Redeemed(invitation.grant, invitation.vault, bundle.patient, statement.not_after)
    raise AssertionError


def pin_owner(client: Client, vault: VaultId, bundle: Bundle) -> None:
    """Keeps whose vault it is, and how long its ledger was, in the keyring.

    Raises Tampered for another owner.
    """
    owner = verify_card(bundle.card).author
    known = client.keyring.pins.vaults.get(vault)
    if known is not None:
        if known.owner != owner:
            raise Tampered("another owner than the one pinned")
        return
    first = VaultPins(accesses=Pin(start_head(vault, ACCESSES), 0), ledger=bundle.ledger, owner=owner)

    def change(keyring: Keyring) -> Keyring:
        return replace(keyring, pins=Pins({**keyring.pins.vaults, vault: first}))

    client.update_keyring(change)


def _outdated(vault: OpenVault, found: GrantRecord) -> bool:
    """Whether the holder's bundle is the one that the invitation held, and a section has a newer epoch."""
    latest = found.latest
    if latest.acceptance is None or latest.bundle != latest.acceptance.bundle:
        return False
    if latest.state(vault.now()) != "active":
        return False
    return any(vault.state.sections[m.section].epoch > m.epoch for m in latest.statement.sections)


def _check_end(vault: OpenVault, terms: Terms) -> None:
    """Before anything is signed for a grant: Malformed, LimitExceeded for its end; Usage for its sections."""
    if not terms.sections:
        raise Usage("a grant needs a section")
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

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        recipient = HybridRecipient(professional.card.recipient)
        data = seal_for_professional(bundle_of(vault, grant, terms.sections, {}), recipient)
        statement = _statement(vault, state, grant, terms, data, sequence=sequence)
        return replace(statement, card=professional.signed), {"bundle": b64u(data)}

    vault.append("grants", make, "grant")
    section_terms.publish(vault)


def _statement(
    vault: OpenVault, state: LedgerState, grant: GrantId, terms: Terms, bundle: bytes, *, sequence: int
) -> Grant:
    now = vault.now()
    return Grant(
        time=now,
        author=vault.client.me,
        vault=vault.id,
        seq=state.size,
        prev=state.head,
        bundle=bundle_hash(bundle),
        grant=grant,
        not_after=terms.not_after,
        not_before=now,
        rights=tuple(sorted(set(terms.rights))),
        sections=tuple(
            SectionEpoch(epoch=state.sections[section].epoch, section=section)
            for section in sorted(terms.sections)
        ),
        sequence=sequence,
    )


def _check_invitation(answer: Answer, invitation: Invitation, now: int) -> tuple[Grant, Bundle]:
    """The invitation's grant and bundle, each held against the other and against the link."""
    owner = verify_card(signed_in(child(answer, "owner_card")))
    wire = child(answer, "entry")
    entry = Entry.from_wire({name: text(wire, name, limit=1 << 22) for name in wire})
    statement = read_body(entry, EntryHeader.from_bytes(entry.header))
    if not isinstance(statement, Grant) or entry.signed is None:
        raise Tampered("no grant")
    check_signature(entry.signed, Grant, owner.signing)
    redeem_terms = statement.redeem
    if (statement.author, statement.vault, statement.grant) != (
        owner.author,
        invitation.vault,
        invitation.grant,
    ):
        raise Tampered("a grant of another vault or owner")
    if redeem_terms is None or redeem_terms.key != invitation.redeem_key().public:
        raise Tampered("a grant for another link")
    if now > redeem_terms.not_after or now >= statement.not_after:
        raise Ended("the invitation is over")
    bundle = open_invitation(
        binary(answer, "bundle"),
        invitation,
        bundle_hash=statement.bundle,
        sections={member.section: member.epoch for member in statement.sections},
    )
    if verify_card(bundle.card).author != owner.author:
        raise Tampered("a bundle by another owner")
    return statement, bundle


def _accept(client: Client, invitation: Invitation, answer: Answer, statement: Grant, bundle: Bundle) -> None:
    identity = client.keyring.age_identity()
    data = seal_for_professional(bundle, identity.recipient())
    acceptance = Acceptance(
        time=client.now(),
        author=client.me,
        vault=invitation.vault,
        seq=number(answer, "size"),
        prev=binary(answer, "head", length=32),
        bundle=bundle_hash(data),
        card=own_card(client),
        grant=invitation.grant,
        proof=prove_redemption(
            invitation.redeem_key(), grant=invitation.grant, professional=client.me, vault=invitation.vault
        ),
        sequence=statement.sequence,
    )
    signed = client.sign(acceptance)
    path = f"/invitations/{invitation.grant}/acceptance"
    client.api.post(path, {"acceptance": signed.to_wire(), "bundle": b64u(data)})


def own_card(client: Client) -> Signed:
    """This professional's card, as the directory has it.

    Raises Tampered if it is not of the account's keys.
    """
    rows = children(client.api.get("/directory", key=client.me), "professionals", limit=10)
    if len(rows) != 1:
        raise NotFound("not in the directory")
    with from_server():
        signed = signed_in(child(rows[0], "card"))
        card: Card = verify_card(signed)
    if card.author != client.me:
        raise Tampered("another card than the account's")
    return signed
