"""Invitations, the professional's side (chapter 7): looked at, checked, bound to the account's key.

Owns the order: the owner is pinned before anything of the vault is read.
"""

from dataclasses import dataclass, replace
from typing import Final

from crypto.document_bundle import DocumentBundle
from crypto.encoding import GrantId, VaultId, b64u
from crypto.errors import Tampered
from crypto.grants import (
    Bundle,
    Invitation,
    open_documents_invitation,
    open_invitation,
    seal_for_professional,
)
from crypto.journal import ACCESSES, Entry, EntryHeader, read_body, start_head
from crypto.keyring import Keyring, Pins, VaultPins
from crypto.records import Pin
from crypto.statements import (
    Acceptance,
    Card,
    DocumentGrant,
    Grant,
    Signed,
    bundle_hash,
    check_signature,
    prove_redemption,
    verify_card,
)
from vault.client.answers import Answer, binary, child, children, from_server, number, text
from vault.client.client import Client
from vault.client.directory import signed_in
from vault.client.errors import Ended, NotFound, ServerRefused, Usage

_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class Redeemed:
    """What a professional has after redeeming."""

    grant: GrantId
    vault: VaultId
    patient: str
    not_after: int


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


def pin_owner(client: Client, vault: VaultId, bundle: Bundle | DocumentBundle) -> None:
    """Keeps whose vault it is, the patient's name, and how long its ledger was, in the keyring.

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
        names = {**(keyring.patients or {}), vault: bundle.patient}
        return replace(keyring, pins=Pins({**keyring.pins.vaults, vault: first}), patients=names)

    client.update_keyring(change)


def _check_invitation(
    answer: Answer, invitation: Invitation, now: int
) -> tuple[Grant | DocumentGrant, Bundle | DocumentBundle]:
    """The invitation's grant and bundle, each held against the other and against the link."""
    owner = verify_card(signed_in(child(answer, "owner_card")))
    wire = child(answer, "entry")
    entry = Entry.from_wire({name: text(wire, name, limit=1 << 22) for name in wire})
    statement = read_body(entry, EntryHeader.from_bytes(entry.header))
    if not isinstance(statement, Grant | DocumentGrant) or entry.signed is None:
        raise Tampered("no grant")
    check_signature(entry.signed, type(statement), owner.signing)
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
    bundle = _open_invitation(binary(answer, "bundle"), invitation, statement)
    if verify_card(bundle.card).author != owner.author:
        raise Tampered("a bundle by another owner")
    return statement, bundle


def _open_invitation(
    data: bytes, invitation: Invitation, statement: Grant | DocumentGrant
) -> Bundle | DocumentBundle:
    if isinstance(statement, DocumentGrant):
        return open_documents_invitation(
            data, invitation, bundle_hash=statement.bundle, documents=statement.documents
        )
    sections = {member.section: member.epoch for member in statement.sections}
    return open_invitation(data, invitation, bundle_hash=statement.bundle, sections=sections)


def _accept(
    client: Client,
    invitation: Invitation,
    answer: Answer,
    statement: Grant | DocumentGrant,
    bundle: Bundle | DocumentBundle,
) -> None:
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
