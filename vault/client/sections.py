"""A vault's own sections: listed, added, renamed; and its settings (chapters 3, 5 and 7).

    add(vault, "Médecine du sport")
    rename(vault, vault.section("dental"), "Dents de lait")
    mask_new(vault, on=True)

Owns the order that no crash can turn into a lost secret: the keyring holds a new section's secret as pending
before the ledger is told of the section.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from crypto.encoding import Json, SectionId, new_id
from crypto.errors import LimitExceeded
from crypto.keyring import Keyring
from crypto.sections import CUSTOM, MAX_SECTIONS, SectionName, SectionSecret, seal_name
from crypto.statements import InLedger, NewSection, RenamedSection, Sections, Settings
from vault.client.errors import NotAllowed, Usage
from vault.client.filing import kind_named
from vault.client.ledger_state import LedgerState
from vault.client.positions import next_position
from vault.client.rotations import take_over
from vault.client.vaults import OpenVault

FIXED: Final = ("inbox", "masked")
"""Kinds that every vault has once, under the names that everyone knows them by."""


@dataclass(frozen=True)
class Row:
    """A section with how many live documents are in it."""

    id: SectionId
    name: str
    documents: int


def rows(vault: OpenVault) -> list[Row]:
    """The sections that the account may read, by name."""
    counted = Counter(document.section for document in vault.documents())
    found = [Row(section, vault.name(section), counted[section]) for section in vault.readable()]
    return sorted(found, key=lambda row: row.name)


def add(vault: OpenVault, name: str) -> SectionId:
    """A new section with a name of the owner's own.

    Raises Usage for a name that is taken, Malformed or LimitExceeded for one off chapter 3's rules.
    """
    _require_owner(vault)
    if len(vault.state.sections) >= MAX_SECTIONS:
        raise LimitExceeded("sections of a vault")
    wanted = _new_name(vault, name)
    section, secret = SectionId(new_id()), SectionSecret.generate()

    def hold(keyring: Keyring) -> Keyring:
        own = keyring.vault
        if own is None:
            return keyring
        return replace(keyring, vault=replace(own, pending={**(own.pending or {}), section: secret}))

    vault.client.update_keyring(hold)
    sealed = seal_name(secret, wanted, vault=vault.id, section=section)
    new = NewSection(epoch=secret.epoch, name=sealed, section=section)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        return Sections(**next_position(vault, state), added=(new,), renamed=()), {}

    vault.append("sections", make, "sections")
    take_over(vault)
    return section


def rename(vault: OpenVault, section: SectionId, name: str) -> None:
    """Gives a section another name. Raises as `add`; Usage for inbox and masked section."""
    _require_owner(vault)
    if vault.name(section) in FIXED:
        raise Usage("this section keeps its name")
    wanted = _new_name(vault, name)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        secret = vault.newest(section)
        sealed = seal_name(secret, wanted, vault=vault.id, section=section)
        member = RenamedSection(epoch=secret.epoch, name=sealed, section=section)
        return Sections(**next_position(vault, state), added=(), renamed=(member,)), {}

    vault.append("sections", make, "sections")


def mask_new(vault: OpenVault, *, on: bool) -> None:
    """Whether professionals make deposits only; nothing is said when it is so already."""
    _require_owner(vault)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        return Settings(**next_position(vault, state), mask_new=int(on)), {}

    if vault.state.mask_new != on:
        vault.append("settings", make, "settings")


def _new_name(vault: OpenVault, name: str) -> SectionName:
    """The name, if no section here goes by it: a known kind for one of its names, else an own one."""
    kind = kind_named(name)
    taken = {vault.name(section).casefold() for section in vault.state.sections}
    if (kind or name.strip()).casefold() in taken or kind in FIXED:
        raise Usage("there is a section of this name")
    return SectionName(kind) if kind is not None else SectionName(CUSTOM, name.strip())


def _require_owner(vault: OpenVault) -> None:
    if not vault.owned:
        raise NotAllowed("only the owner changes the sections")
