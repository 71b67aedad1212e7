"""What statements are made of (spec chapter 5): the types of their fields and the small records inside them.

Knows no kind of statement.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Protocol, TypeAlias

from crypto.encoding import AccountId, DocumentId, GrantId, SectionId, ShareId, VaultId
from crypto.signing import RECIPIENT_LENGTH
from crypto.statement_grammar import Signed, binary, ident, integer, moment

MAX_SECTIONS: Final = 256
MAX_EPOCH: Final = 10_000
LADDER_LENGTH: Final = 72

Hash: TypeAlias = Annotated[bytes, binary(32)]
Time: TypeAlias = Annotated[int, moment()]
Epoch: TypeAlias = Annotated[int, integer(1, MAX_EPOCH)]
Version: TypeAlias = Annotated[int, integer(1)]
Sequence: TypeAlias = Annotated[int, integer(1)]
Recipient: TypeAlias = Annotated[bytes, binary(RECIPIENT_LENGTH)]
Account: TypeAlias = Annotated[AccountId, ident()]
InVaultId: TypeAlias = Annotated[VaultId, ident()]
Section: TypeAlias = Annotated[SectionId, ident()]
Document: TypeAlias = Annotated[DocumentId, ident()]
GrantRef: TypeAlias = Annotated[GrantId, ident()]
ShareRef: TypeAlias = Annotated[ShareId, ident()]
# A sealed section name: WRAP of a frame of 256 to 1024 bytes (spec chapter 3).
SealedName: TypeAlias = Annotated[bytes, binary(minimum=296, maximum=1064)]


@dataclass(frozen=True, kw_only=True)
class NewSection:
    """A section at the vault's start: epoch 1 and its sealed name."""

    epoch: Annotated[int, integer(1, 1)]
    name: SealedName
    section: Section


@dataclass(frozen=True, kw_only=True)
class RenamedSection:
    """A known section's new sealed name, under its newest epoch."""

    epoch: Epoch
    name: SealedName
    section: Section


@dataclass(frozen=True, kw_only=True)
class SectionTerm:
    """Until when whoever holds a section's epoch may seal under it."""

    epoch: Epoch
    not_after: Time
    section: Section


@dataclass(frozen=True, kw_only=True)
class SectionEpoch:
    """A section at one epoch."""

    epoch: Epoch
    section: Section


@dataclass(frozen=True, kw_only=True)
class Redeem:
    """What binds an invitation: its public key (32 bytes) and until when."""

    key: Hash
    not_after: Time


class Dated(Protocol):
    """What grants of both kinds say of whom they are for and how long."""

    @property
    def time(self) -> int:
        """When it was signed."""

    @property
    def not_before(self) -> int:
        """When it begins."""

    @property
    def not_after(self) -> int:
        """When it ends."""

    @property
    def redeem(self) -> Redeem | None:
        """The invitation, if it is one."""

    @property
    def card(self) -> Signed | None:
        """The professional's card, if they are known."""


@dataclass(frozen=True, kw_only=True)
class GrantBundle:
    """A remaining grant and the hash of its new bundle."""

    bundle: Hash
    grant: GrantRef


@dataclass(frozen=True, kw_only=True)
class NextEpoch:
    """A section's next epoch: `ladder` wraps the previous epoch's secret (72 bytes)."""

    epoch: Annotated[int, integer(2, MAX_EPOCH)]
    ladder: Annotated[bytes, binary(LADDER_LENGTH)]
    name: SealedName
    section: Section


@dataclass(frozen=True, kw_only=True)
class SharedDocument:
    """One version of a document in a share."""

    document: Document
    version: Version


@dataclass(frozen=True, kw_only=True)
class SharedFile:
    """Length in bytes and SHA-256 of one encrypted file of a share."""

    length: Annotated[int, integer(1)]
    sha256: Hash
