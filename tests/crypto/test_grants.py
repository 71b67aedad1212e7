"""Bundles and invitations."""

import os
from dataclasses import replace
from typing import TypedDict

import pytest

from crypto import grants
from crypto.age_header import Stanza
from crypto.age_recipients import HybridIdentity
from crypto.encoding import AccountId, GrantId, SectionId, VaultId, new_id
from crypto.errors import CoffreError, LimitExceeded, Malformed, Tampered, UnsupportedVersion, WrongKey
from crypto.grants import Bundle, Invitation
from crypto.records import Pin
from crypto.sections import SectionSecret
from crypto.signing import SigningKey, key_id
from crypto.statement_kinds import Card
from crypto.statements import bundle_hash, prove_redemption, sign, verify_redemption
from tests.crypto.mutations import refuses_every_change
from tests.vectors.samples import DOCTOR

VAULT, GRANT = VaultId(new_id()), GrantId(new_id())
ONE, TWO = SectionId(new_id()), SectionId(new_id())
PROFESSIONAL = HybridIdentity.generate()
EPOCHS = {ONE: 1, TWO: 3}


def owner_card() -> Card:
    signing, recipient = SigningKey.generate(), HybridIdentity.generate().recipient().public
    return Card(
        account=AccountId(new_id()),
        author=key_id(signing.public, recipient),
        recipient=recipient,
        role="patient",
        signing=signing.public,
        time=1_800_000_000,
    )


def bundle_of() -> Bundle:
    signing, recipient = SigningKey.generate(), HybridIdentity.generate().recipient().public
    card = replace(
        owner_card(),
        author=key_id(signing.public, recipient),
        recipient=recipient,
        signing=signing.public,
    )
    return Bundle(
        card=sign(card, signing),
        grant=GRANT,
        ledger=Pin(os.urandom(32), 12),
        patient="Zoé Lefèvre",
        sections={ONE: SectionSecret.generate(1), TWO: SectionSecret.generate(3)},
        vault=VAULT,
    )


BUNDLE = bundle_of()


class Expected(TypedDict, total=False):
    vault: VaultId
    grant: GrantId
    sections: dict[SectionId, int]
    bundle_hash: bytes


def read(data: bytes, change: Expected | None = None) -> Bundle:
    granted: Expected = {"vault": VAULT, "grant": GRANT, "sections": EPOCHS, "bundle_hash": bundle_hash(data)}
    expected: Expected = {**granted, **(change or {})}
    return grants.open_for_professional(data, PROFESSIONAL, **expected)


def test_for_a_professional() -> None:
    data = grants.seal_for_professional(BUNDLE, PROFESSIONAL.recipient())
    assert read(data) == BUNDLE
    assert read(data, {"sections": {ONE: 1, TWO: 2}}) == BUNDLE


def test_what_is_read_must_be_what_was_granted() -> None:
    data = grants.seal_for_professional(BUNDLE, PROFESSIONAL.recipient())
    changes: list[Expected] = [
        {"vault": VaultId(new_id())},
        {"grant": GrantId(new_id())},
        {"sections": {ONE: 1}},
        {"sections": {**EPOCHS, SectionId(new_id()): 1}},
        {"sections": {ONE: 2, TWO: 3}},
        {"bundle_hash": bytes(32)},
        {"bundle_hash": b""},
    ]
    for change in changes:
        with pytest.raises(Tampered):
            read(data, change)


def test_any_change_is_refused_by_hash_and_by_age() -> None:
    data = grants.seal_for_professional(BUNDLE, PROFESSIONAL.recipient())
    signed_hash = bundle_hash(data)
    refuses_every_change(data, lambda changed: read(changed, {"bundle_hash": signed_hash}))
    refuses_every_change(data, read)


def test_the_card_inside_must_hold() -> None:
    forged = replace(BUNDLE.card, signature=bytes(64))
    with pytest.raises(CoffreError):
        read(grants.seal_for_professional(replace(BUNDLE, card=forged), PROFESSIONAL.recipient()))


def test_another_professional_cannot_read() -> None:
    data = grants.seal_for_professional(BUNDLE, HybridIdentity.generate().recipient())
    with pytest.raises(WrongKey):
        read(data)


def test_an_invitation_is_redeemed() -> None:
    invitation = Invitation.generate(VAULT, GRANT)
    data = grants.seal_for_invitation(BUNDLE, invitation)
    scanned = Invitation.from_link(invitation.link("https://coffre.example"))
    opened = grants.open_invitation(data, scanned, bundle_hash=bundle_hash(data), sections=EPOCHS)
    assert opened == BUNDLE
    assert read(grants.seal_for_professional(opened, PROFESSIONAL.recipient())) == BUNDLE
    professional = owner_card().author
    proof = prove_redemption(scanned.redeem_key(), grant=GRANT, professional=professional, vault=VAULT)
    verify_redemption(
        invitation.redeem_key().public, proof, grant=GRANT, professional=professional, vault=VAULT
    )


def test_another_secret_grant_or_vault_does_not_open() -> None:
    invitation = Invitation.generate(VAULT, GRANT)
    data = grants.seal_for_invitation(BUNDLE, invitation)
    for other in (
        replace(invitation, secret=bytes(32)),
        replace(invitation, grant=GrantId(new_id())),
        replace(invitation, vault=VaultId(new_id())),
    ):
        with pytest.raises(WrongKey):
            grants.open_invitation(data, other, bundle_hash=bundle_hash(data), sections=EPOCHS)
        with pytest.raises(WrongKey):
            read(data)
    with pytest.raises(Malformed):
        grants.seal_for_invitation(BUNDLE, Invitation.generate(VAULT, GrantId(new_id())))


def test_links() -> None:
    invitation = Invitation(VAULT, GRANT, bytes(range(32)))
    link = invitation.link("https://coffre.example")
    assert link.startswith(f"https://coffre.example/redeem#1.{VAULT}.{GRANT}.AAEC")
    assert Invitation.from_link(f"  {link}\n") == invitation
    for bad in ("", link[:-1], link + "A", link.replace(".", ":"), link.replace("/redeem", ""), link + ".x"):
        with pytest.raises(Malformed):
            Invitation.from_link(bad)
    with pytest.raises(UnsupportedVersion):
        Invitation.from_link(link.replace("#1.", "#2."))


def test_nothing_secret_is_shown() -> None:
    invitation = Invitation.generate(VAULT, GRANT)
    assert repr(invitation.secret) not in repr(invitation)
    assert "Lefèvre" not in repr(BUNDLE)
    assert not any(repr(section.secret) in repr(BUNDLE) for section in BUNDLE.sections.values())


def test_an_invitation_ignores_stanzas_of_others_but_not_faults_in_its_own() -> None:
    invitation = Invitation.generate(VAULT, GRANT)
    file_key = bytes(range(16))
    stanza, grease = invitation.wrap(file_key), Stanza("grease", ("x",), b"")
    assert invitation.unwrap([grease, stanza]) == file_key
    assert invitation.unwrap([grease]) is None
    with pytest.raises(Malformed):
        invitation.unwrap([replace(stanza, args=("x",))])


def test_what_is_no_patients_bundle() -> None:
    with pytest.raises(LimitExceeded):
        read(bytes(2 * grants.MAX_RECORD + 1))
    of_a_professional = grants.seal_for_professional(
        replace(BUNDLE, card=DOCTOR.signed), PROFESSIONAL.recipient()
    )
    with pytest.raises(Tampered):
        read(of_a_professional)
