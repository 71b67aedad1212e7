"""Rotation of sections after a grant's end (chapter 7): new secrets for those who remain.

Owns the order that no crash can turn into a lost secret: the keyring holds the new secrets as pending, then
the ledger the rotation, then the keyring takes them over. Who remains comes from the folded ledger only.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from crypto.age_recipients import HybridRecipient
from crypto.encoding import GrantId, Json, SectionId, b64u
from crypto.grants import Bundle, seal_for_professional
from crypto.keyring import Keyring, OwnVault
from crypto.records import Pin
from crypto.sections import SectionSecret, make_ladder, open_name, seal_name
from crypto.statements import GrantBundle, InLedger, NextEpoch, Rotation, bundle_hash
from vault.client.answers import from_server
from vault.client.errors import NotFound
from vault.client.ledger_state import LedgerState
from vault.client.positions import next_position
from vault.client.vaults import OpenVault


def settle(vault: OpenVault) -> frozenset[SectionId]:
    """Finishes or drops pending rotations and does those that are due; the sections that were rotated.

    Every owner's command does this after opening the vault.
    """
    own = vault.client.keyring.vault
    if own is None or not vault.owned:
        return frozenset()
    again = frozenset(
        section
        for section, secret in (own.pending or {}).items()
        if section in vault.state.sections and vault.state.sections[section].epoch == secret.epoch - 1
    )
    due = vault.state.due_sections(vault.now()) | again
    if due:
        rotate(vault, due)
    elif (own.pending or {}) != _unknown(vault, own) or dict(own.sections) != dict(vault.secrets):
        take_over(vault)
    return due


class _RotatedElsewhere(Exception):
    """The ledger has moved past the epochs that were to be begun."""


def rotate(vault: OpenVault, sections: Collection[SectionId]) -> None:
    """Begins the next epoch of these sections. Raises ServerRefused, and what the fold raises.

    Another device of the same patient may be faster: its rotation is then this one.
    """
    begun = {section: vault.state.sections[section].epoch for section in sections}

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        if all(state.sections[section].epoch > epoch for section, epoch in begun.items()):
            raise _RotatedElsewhere
        pending = _prepare(vault, sections)
        position = next_position(vault, state)
        bundles = {
            grant: seal_bundle(vault, grant, pending)
            for grant in sorted(state.remaining_grants(sections, position["time"]))
        }
        inbox = pending.get(state.inbox) if state.inbox is not None else None
        statement = Rotation(
            **position,
            grants=tuple(
                GrantBundle(bundle=bundle_hash(data), grant=grant) for grant, data in bundles.items()
            ),
            sections=tuple(_next_epoch(vault, section, pending[section]) for section in sorted(pending)),
            inbox_recipient=inbox.drop_identity().recipient().public if inbox else None,
        )
        sent: Json = [{"grant": grant, "bundle": b64u(data)} for grant, data in bundles.items()]
        return statement, {"bundles": sent}

    with suppress(_RotatedElsewhere):
        vault.append("rotations", make, "rotation")
    take_over(vault)


def bundle_of(
    vault: OpenVault, grant: GrantId, sections: Collection[SectionId], newer: dict[SectionId, SectionSecret]
) -> Bundle:
    """What a professional is given for these sections; `newer` are secrets that the ledger has not."""
    state = vault.state
    if state.owner is None:
        raise NotFound("no owner")
    return Bundle(
        card=state.cards[state.owner].signed,
        grant=grant,
        ledger=Pin(state.head, state.size),
        patient=vault.client.keyring.name,
        sections={section: newer.get(section) or vault.newest(section) for section in sorted(sections)},
        vault=vault.id,
    )


def seal_bundle(vault: OpenVault, grant: GrantId, newer: dict[SectionId, SectionSecret]) -> bytes:
    """The new bundle of a bound grant, for the key that the ledger's signed statements bind it to."""
    term = vault.state.grants[grant].latest
    if term.professional is None:
        raise NotFound("a grant that is not bound")
    recipient = HybridRecipient(vault.state.cards[term.professional].card.recipient)
    return seal_for_professional(bundle_of(vault, grant, term.sections, newer), recipient)


def _prepare(vault: OpenVault, sections: Collection[SectionId]) -> dict[SectionId, SectionSecret]:
    """The next secrets, in the keyring on the server before this returns; those of an earlier attempt are
    kept.
    """
    state = vault.state

    def change(keyring: Keyring) -> Keyring:
        if keyring.vault is None:
            return keyring
        held = keyring.vault.pending or {}
        pending = _unknown(vault, keyring.vault)
        for section in sections:
            epoch = state.sections[section].epoch + 1
            kept = held.get(section)
            pending[section] = (
                kept if kept is not None and kept.epoch == epoch else SectionSecret.generate(epoch)
            )
        return replace(keyring, vault=replace(keyring.vault, sections=dict(vault.secrets), pending=pending))

    vault.client.update_keyring(change)
    own = vault.client.keyring.vault
    held = own.pending or {} if own else {}
    return {section: held[section] for section in sections}


def take_over(vault: OpenVault) -> None:
    """Writes the keyring with the secrets that the ledger's epochs ask for; what none knows yet stays."""

    def change(keyring: Keyring) -> Keyring:
        own = keyring.vault
        if own is None:
            return keyring
        pending = _unknown(vault, own) or None
        return replace(keyring, vault=replace(own, sections=dict(vault.secrets), pending=pending))

    vault.client.update_keyring(change)


def _unknown(vault: OpenVault, own: OwnVault) -> dict[SectionId, SectionSecret]:
    """What is pending for sections that the ledger does not hold: another device may be about to add them."""
    known = vault.state.sections
    return {section: secret for section, secret in (own.pending or {}).items() if section not in known}


def _next_epoch(vault: OpenVault, section: SectionId, secret: SectionSecret) -> NextEpoch:
    older = vault.newest(section)
    known = vault.state.sections[section]
    with from_server():
        name = open_name(older, known.name, vault=vault.id, section=section)
    return NextEpoch(
        epoch=secret.epoch,
        ladder=make_ladder(secret, older, vault=vault.id, section=section),
        name=seal_name(secret, name, vault=vault.id, section=section),
        section=section,
    )
