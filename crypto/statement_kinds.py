"""The kinds of statements that a vault starts with (spec chapter 5's table): one frozen dataclass a kind.

Attributes are the fields on the wire (`from_` is `from`); binary fields are bytes, times are seconds since
1970. What joins several fields is in `check`. Knows neither signatures nor the journal's state. Other kinds
are in `statement_deposits` and `statement_settings`; `statement_table` has them all.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from crypto.encoding import GrantId, KeyId
from crypto.errors import LimitExceeded, Malformed, Tampered
from crypto.signing import RECIPIENT_LENGTH, key_id
from crypto.statement_grammar import (
    Signed,
    binary,
    choice,
    email,
    ident,
    integer,
    key_ident,
    listed,
    moment,
    printable,
    record,
    rpps_number,
    signed,
    text,
)
from crypto.statement_records import (
    MAX_SECTIONS,
    Account,
    Dated,
    Document,
    Epoch,
    GrantBundle,
    GrantRef,
    Hash,
    InVaultId,
    NewSection,
    NextEpoch,
    Recipient,
    Redeem,
    Section,
    SectionEpoch,
    Sequence,
    SharedDocument,
    SharedFile,
    ShareRef,
    Time,
    Version,
)

DAY: Final = 24 * 3600
MAX_TERM: Final = 366 * DAY
MAX_INVITATION: Final = 30 * DAY
MIN_PART_SIZE: Final = 5 * 1024 * 1024
MAX_PART_SIZE: Final = 64 * 1024 * 1024
PART_UNIT: Final = 65_536
MAX_PARTS: Final = 10_000
MAX_GRANTS: Final = 1_000

# What a share was opened with, no finer than this.
CLIENTS: Final = ("android", "ios", "linux", "macos", "other", "windows")

# Codes of TRE_G15 that may be granted.
# fmt: off
PROFESSIONS: Final = (
    "10", "21", "26", "28", "40", "50", "60", "70", "80", "86", "91", "92", "94", "95", "96", "98",
)
# fmt: on


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What all kinds have. `KIND` is the word on the wire; `CHAIN` the chain it stands in, if any."""

    KIND: ClassVar[str]
    CHAIN: ClassVar[str | None] = None

    time: Time


@dataclass(frozen=True, kw_only=True)
class Authored(Statement):
    """Signed with the keys that `author` identifies."""

    author: Annotated[KeyId, key_ident()]


@dataclass(frozen=True, kw_only=True)
class InVault(Authored):
    """About one vault."""

    vault: InVaultId


@dataclass(frozen=True, kw_only=True)
class InLedger(InVault):
    """Valid at one position of the vault's ledger only: `seq` from 0, `prev` the entry hash before it."""

    CHAIN = "ledger"

    seq: Annotated[int, integer()]
    prev: Hash


@dataclass(frozen=True, kw_only=True)
class Login(Statement):
    """Proof at sign-in, by the login key that the password or the kit gives."""

    KIND = "login"

    address: Annotated[str, email()]
    challenge: Hash
    method: Annotated[str, choice("password", "kit")]
    origin: Annotated[str, printable(300)]


@dataclass(frozen=True, kw_only=True)
class Card(Authored):
    """Someone's public keys, self-signed. Professionals are public: name, profession, RPPS."""

    KIND = "card"

    account: Account
    recipient: Recipient
    role: Annotated[str, choice("patient", "professional")]
    signing: Hash
    name: Annotated[str | None, text(200)] = None
    profession: Annotated[str | None, choice(*PROFESSIONS)] = None
    rpps: Annotated[str | None, rpps_number()] = None

    def check(self) -> None:
        """Raises Malformed: a professional's fields at fault; Tampered: keys that are not the author's."""
        public = (self.name, self.profession, self.rpps)
        if any((member is None) != (self.role == "patient") for member in public):
            raise Malformed("name, profession and RPPS belong to a professional's card")
        if key_id(self.signing, self.recipient) != self.author:
            raise Tampered("card with keys that are not its author's")


@dataclass(frozen=True, kw_only=True)
class DirectoryEntry(Authored):
    """What the operator found out about a professional's keys; the one with the highest `sequence` counts."""

    KIND = "directory_entry"

    account: Account
    key: Annotated[KeyId, key_ident()]
    name: Annotated[str, text(200)]
    profession: Annotated[str, choice(*PROFESSIONS)]
    rpps: Annotated[str, rpps_number()]
    sequence: Sequence
    state: Annotated[str, choice("verified", "refused")]


@dataclass(frozen=True, kw_only=True)
class Vault(InLedger):
    """The first entry of a ledger: who owns it, its sections, the server it lives on."""

    KIND = "vault"

    card: Annotated[Signed, signed()]
    inbox: Section
    inbox_recipient: Recipient
    sections: Annotated[
        tuple[NewSection, ...], listed(record(NewSection), maximum=MAX_SECTIONS, order=("section",))
    ]
    server: Hash

    def check(self) -> None:
        """Raises Malformed: not at position 0, or an inbox that is no section."""
        if self.seq != 0:
            raise Malformed("a vault starts at position 0")
        if self.inbox not in {member.section for member in self.sections}:
            raise Malformed("inbox that is no section")


@dataclass(frozen=True, kw_only=True)
class Manifest(InLedger):
    """One version of a document: what its header, metadata and object hash to.

    `author_metadata` is there exactly when the author is not the vault's owner, which the fold checks.
    """

    KIND = "manifest"

    digest: Hash
    document: Document
    epoch: Epoch
    header: Hash
    length: Annotated[int, integer(1)]
    metadata: Hash
    part_size: Annotated[int, integer(MIN_PART_SIZE, MAX_PART_SIZE)]
    parts: Annotated[tuple[bytes, ...], listed(binary(32), maximum=MAX_PARTS)]
    section: Section
    version: Version
    previous: Annotated[bytes | None, binary(32)] = None
    author_metadata: Annotated[bytes | None, binary(32)] = None

    def check(self) -> None:
        """Raises Malformed: parts that do not add up, or `previous` where there is none."""
        check_parts(self.length, self.part_size, self.parts)
        if (self.previous is None) != (self.version == 1):
            raise Malformed("previous belongs to every version but the first")


def check_parts(length: int, part_size: int, parts: tuple[bytes, ...]) -> None:
    """Raises Malformed unless an object of `length` bytes has as many parts of `part_size` bytes."""
    if part_size % PART_UNIT:
        raise Malformed("part size that is no multiple of 65536")
    if len(parts) != -(-length // part_size):
        raise Malformed("number of parts that is not the length's")


@dataclass(frozen=True, kw_only=True)
class Refile(InLedger):
    """A document's latest version moved to another section or epoch: new header, new sealed metadata."""

    KIND = "refile"

    document: Document
    epoch: Epoch
    from_: Section
    header: Hash
    manifest: Hash
    metadata: Hash
    section: Section
    version: Version


@dataclass(frozen=True, kw_only=True)
class Removal(InLedger):
    """A document taken out of the record; `version` is its latest."""

    KIND = "removal"

    document: Document
    manifest: Hash
    section: Section
    version: Version


@dataclass(frozen=True, kw_only=True)
class Grant(InLedger):
    """A dated right in some sections: for a known professional (`card`) or an invitation (`redeem`)."""

    KIND = "grant"

    bundle: Hash
    grant: GrantRef
    not_after: Time
    not_before: Time
    rights: Annotated[tuple[str, ...], listed(choice("add", "read"), maximum=2, order=())]
    sections: Annotated[
        tuple[SectionEpoch, ...], listed(record(SectionEpoch), maximum=MAX_SECTIONS, order=("section",))
    ]
    sequence: Sequence
    redeem: Annotated[Redeem | None, record(Redeem)] = None
    card: Annotated[Signed | None, signed()] = None

    def check(self) -> None:
        """Raises Malformed or LimitExceeded: whom it is for, and its term."""
        check_term(self)


def check_term(grant: Dated) -> None:
    """Raises Malformed or LimitExceeded: whom a grant is for, and its term."""
    if (grant.redeem is None) == (grant.card is None):
        raise Malformed("a grant has either a card or an invitation")
    if grant.not_after <= grant.not_before:
        raise Malformed("grant that ends before it starts")
    if grant.not_after - grant.time > MAX_TERM:
        raise LimitExceeded("grant of more than 366 days")
    if grant.redeem is not None and grant.redeem.not_after - grant.time > MAX_INVITATION:
        raise LimitExceeded("invitation of more than 30 days")


@dataclass(frozen=True, kw_only=True)
class Acceptance(InLedger):
    """A professional binds an invitation to their keys."""

    KIND = "acceptance"

    bundle: Hash
    card: Annotated[Signed, signed()]
    grant: GrantRef
    proof: Annotated[bytes, binary(64)]
    sequence: Sequence


@dataclass(frozen=True, kw_only=True)
class Revocation(InLedger):
    """The end of a grant before its time."""

    KIND = "revocation"

    grant: GrantRef
    sequence: Sequence


@dataclass(frozen=True, kw_only=True)
class Rotation(InLedger):
    """New secrets for some sections, wrapped for the grants that remain."""

    KIND = "rotation"

    grants: Annotated[
        tuple[GrantBundle, ...], listed(record(GrantBundle), minimum=0, maximum=MAX_GRANTS, order=("grant",))
    ]
    sections: Annotated[
        tuple[NextEpoch, ...], listed(record(NextEpoch), maximum=MAX_SECTIONS, order=("section",))
    ]
    inbox_recipient: Annotated[bytes | None, binary(RECIPIENT_LENGTH)] = None


@dataclass(frozen=True, kw_only=True)
class Share(InLedger):
    """A link that opens chosen documents; `details` is sealed for the owner."""

    KIND = "share"

    details: Annotated[bytes, binary(minimum=552, maximum=16_424)]
    documents: Annotated[
        tuple[SharedDocument, ...], listed(record(SharedDocument), maximum=100, order=("document", "version"))
    ]
    files: Annotated[tuple[SharedFile, ...], listed(record(SharedFile), maximum=100)]
    not_after: Time
    passcode: Annotated[int, integer(0, 1)]
    share: ShareRef
    max_openings: Annotated[int | None, integer(1)] = None

    def check(self) -> None:
        """Raises Malformed or LimitExceeded: files that are not the documents', or a term too long."""
        if len(self.files) != len(self.documents):
            raise Malformed("a share has one file for each document")
        if self.not_after - self.time > MAX_TERM:
            raise LimitExceeded("share of more than 366 days")


@dataclass(frozen=True, kw_only=True)
class ShareEnd(InLedger):
    """The end of a share before its time."""

    KIND = "share_end"

    share: ShareRef


@dataclass(frozen=True, kw_only=True)
class Access(InVault):
    """Someone is about to open a version; the server answers the header only to this. `opened`: their device
    had opened a copy of its own before, without the server.
    """

    KIND = "access"
    CHAIN = "accesses"

    document: Document
    mode: Annotated[str, choice("own", "grant")]
    nonce: Annotated[bytes, binary(16)]
    reason: Annotated[str, choice("care", "emergency", "administrative", "own")]
    version: Version
    grant: Annotated[GrantId | None, ident()] = None
    opened: Annotated[int | None, moment()] = None

    def check(self) -> None:
        """Raises Malformed: `grant` in mode `own` or none in mode `grant`, `opened` there or after `time`."""
        if (self.grant is None) != (self.mode == "own"):
            raise Malformed("a grant belongs to mode grant")
        if self.opened is not None and (self.mode != "own" or self.opened > self.time):
            raise Malformed("opened before, by the owner alone")


@dataclass(frozen=True, kw_only=True)
class Opening(InVault):
    """A share was opened; signed by the server. `openings` counts this one too; `client` is the kind of
    device that the request named.
    """

    KIND = "opening"
    CHAIN = "accesses"

    openings: Annotated[int, integer(1)]
    recipient: Annotated[str, text(100)]
    share: ShareRef
    client: Annotated[str | None, choice(*CLIENTS)] = None
