"""Deposits (spec chapters 4 and 7): the link that says where to, whose inbox that is, and a deposit's header.

Owns what a professional needs who holds no key of the vault, and what the owner does with the header. It
knows neither statements' positions nor objects.

    >>> link = DepositLink.from_text("https://coffre.example/deposit#1.…")
    >>> inbox = read_inbox(link, vault_statement, rotation_statement)
    >>> header = make_deposit_header(file_key, inbox.recipient, author=own_recipient)
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from crypto import age_file
from crypto.age_header import Stanza, parse_header
from crypto.age_recipients import HYBRID, HybridIdentity, HybridRecipient
from crypto.encoding import KeyId, SectionId, VaultId, check_id, check_key_id
from crypto.errors import Malformed, Tampered, UnsupportedVersion, WrongKey
from crypto.primitives import Random, system_random
from crypto.sections import Filing, SectionSecret, wrap_file_key
from crypto.statements import Rotation, Signed, Vault, parse, verify_by_card, verify_card

_LINK: Final = re.compile(r"/deposit#([0-9]+)\.(.*)", re.ASCII)


@dataclass(frozen=True)
class DepositLink:
    """Where a deposit goes: the vault and its owner's key id. Holds no secret."""

    vault: VaultId
    owner: KeyId

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The link's parts, whatever its origin. Raises Malformed, UnsupportedVersion."""
        found = _LINK.search(text.strip())
        if found is None:
            raise Malformed("not a deposit link")
        if found[1] != "1":
            raise UnsupportedVersion("deposit link of another version")
        vault, _, owner = found[2].partition(".")
        return cls(VaultId(check_id(vault)), check_key_id(owner))

    def text(self, origin: str) -> str:
        """The link for a server's origin (`https://host`)."""
        return f"{origin}/deposit#1.{self.vault}.{self.owner}"


@dataclass(frozen=True)
class Inbox:
    """What the owner signed about the inbox: its id, newest epoch, and the recipient of its drop identity."""

    section: SectionId
    epoch: int
    recipient: HybridRecipient


def read_inbox(link: DepositLink, vault: Signed, rotation: Signed | None) -> Inbox:
    """The inbox by the owner's own statements: the ledger's first, and the newest rotation of the inbox if
    any.

    Raises Tampered for statements of another owner or vault, or a rotation of other sections; as `verify`.
    """
    first = verify_by_card(vault, Vault, verify_card(parse(Vault, vault.statement).card))
    if (first.author, first.vault) != (link.owner, link.vault):
        raise Tampered("the vault of another owner than the link's")
    if rotation is None:
        return Inbox(first.inbox, 1, HybridRecipient(first.inbox_recipient))
    newest = verify_by_card(rotation, Rotation, verify_card(first.card))
    epochs = {member.section: member.epoch for member in newest.sections}
    if newest.vault != link.vault or newest.inbox_recipient is None or first.inbox not in epochs:
        raise Tampered("no rotation of this inbox")
    return Inbox(first.inbox, epochs[first.inbox], HybridRecipient(newest.inbox_recipient))


def make_deposit_header(
    file_key: bytes, inbox: HybridRecipient, *, author: HybridRecipient, random: Random = system_random
) -> bytes:
    """A deposit's header: a stanza for the inbox, then the author's."""
    stanzas = [inbox.wrap(file_key, random=random), author.wrap(file_key, random=random)]
    return age_file.make_header(stanzas, file_key)


def open_deposit_header(header: bytes, drop: HybridIdentity) -> bytes:
    """The file key, by the inbox's drop identity of the epoch that the deposit names.

    Raises Malformed for other stanzas than a deposit's, WrongKey, Tampered for the MAC.
    """
    first, _ = _stanzas(header)
    file_key = drop.unwrap([first])
    if file_key is None:
        raise WrongKey("a deposit for another inbox")
    age_file.verify_header(header, file_key)
    return file_key


def take_in_header(
    header: bytes, file_key: bytes, secret: SectionSecret, filing: Filing, *, random: Random = system_random
) -> bytes:
    """The header with a section stanza in place of the inbox's; the author's stays. Raises as above."""
    _, author = _stanzas(header)
    age_file.verify_header(header, file_key)
    return age_file.make_header([wrap_file_key(secret, filing, file_key, random=random), author], file_key)


def _stanzas(header: bytes) -> tuple[Stanza, Stanza]:
    stanzas, _, length = parse_header(header)
    if length != len(header):
        raise Malformed("data after the header")
    if [stanza.type for stanza in stanzas] != [HYBRID, HYBRID]:
        raise Malformed("not the stanzas of a deposit")
    return stanzas[0], stanzas[1]
