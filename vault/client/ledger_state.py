"""What a folded ledger says of a vault (spec chapters 6 and 7): sections, documents, grants, shares, cards.

Frozen records in the dictionaries of one `LedgerState`; their annotations are also the grammar of the
client's cache. Answers questions about the state; how entries change it stands in `ledger_rules`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Annotated, Final, Literal, TypeAlias

from crypto.encoding import DocumentId, GrantId, KeyId, SectionId, ShareId, VaultId, b64u, unb64u
from crypto.errors import Malformed
from crypto.statement_grammar import Field, binary, integer, key_ident, listed, record
from crypto.statement_records import Document, Epoch, GrantRef, Hash, Section
from crypto.statements import (
    KINDS,
    Acceptance,
    Card,
    Deposit,
    DocumentGrant,
    Grant,
    Manifest,
    Share,
    ShareUpdate,
    Signed,
    Statement,
    kind_of,
    parse,
    to_bytes,
    verify_card,
)
from vault.client.kept_records import KeptRecords

GrantState: TypeAlias = Literal["invited", "upcoming", "active", "expired", "revoked"]
LIVE: Final[frozenset[GrantState]] = frozenset({"invited", "upcoming", "active"})

MANY: Final = 10_000_000


def statement(*kinds: type[Statement]) -> Field:
    """A statement of one of these kinds, kept as its bytes."""

    def read(value: object) -> Statement:
        if not isinstance(value, str):
            raise Malformed("not a statement")
        data = unb64u(value)
        kind = KINDS[kind_of(data)]
        if kind not in kinds:
            raise Malformed("not a statement of these kinds")
        return parse(kind, data)

    return Field(read, lambda found: b64u(to_bytes(found)))


Position: TypeAlias = Annotated[int, integer()]
Moment: TypeAlias = Annotated[int, integer()]


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The secret of epoch `epoch - 1`, wrapped under the wrap key of `epoch`."""

    epoch: Epoch
    sealed: Annotated[bytes, binary()]


@dataclass(frozen=True, kw_only=True)
class SectionState:
    """A section at its newest epoch; `name` is sealed under that epoch's meta key.

    `rotated_seq` and `rotated_time` are position and author's time of what began the epoch: the last
    rotation, else the statement that made the section. `term` says until when others than the owner may seal
    under the epoch, if that was published, and `term_seq` where.
    """

    section: Section
    epoch: Epoch
    name: Annotated[bytes, binary()]
    ladders: Annotated[tuple[Ladder, ...], listed(record(Ladder), minimum=0, maximum=MANY, order=("epoch",))]
    rotated_seq: Position
    rotated_time: Moment
    term: Annotated[int | None, integer()] = None
    term_seq: Annotated[int | None, integer()] = None


@dataclass(frozen=True, kw_only=True)
class Filing:
    """Where a version is now: hashes of its header and metadata, and the sealed metadata if it was given.

    A deposit that the owner has not taken in has no metadata.
    """

    section: Section
    epoch: Epoch
    header: Hash
    seq: Position
    metadata: Annotated[bytes | None, binary(32)] = None
    sealed: Annotated[bytes | None, binary()] = None


@dataclass(frozen=True, kw_only=True)
class VersionState:
    """One version: its manifest or deposit, that statement's hash, its present filing, when it was added."""

    manifest: Annotated[Manifest | Deposit, statement(Manifest, Deposit)]
    hash: Hash
    filing: Annotated[Filing, record(Filing)]
    added: Moment


@dataclass(frozen=True, kw_only=True)
class DocumentState:
    """A document's known versions, oldest first.

    A professional may not know the first ones (`author`, version 1's, is then absent). `removed` is when.
    """

    document: Document
    versions: Annotated[tuple[VersionState, ...], listed(record(VersionState), maximum=MANY)]
    author: Annotated[KeyId | None, key_ident()] = None
    removed: Annotated[int | None, integer()] = None

    @property
    def latest(self) -> VersionState:
        """The newest version."""
        return self.versions[-1]

    @property
    def section(self) -> SectionId:
        """The section the document is in now."""
        return self.latest.filing.section

    @property
    def waits(self) -> bool:
        """Whether it is a deposit that the owner's client has not taken in."""
        return self.removed is None and self.latest.filing.metadata is None

    def version(self, number: int) -> VersionState | None:
        """The version with this number, if known."""
        return next((found for found in self.versions if found.manifest.version == number), None)


Documents: TypeAlias = KeptRecords[DocumentId, DocumentState]


@dataclass(frozen=True, kw_only=True)
class GrantTerm:
    """One `grant` or `document_grant` statement with what became of it.

    `bundle` is the hash of the newest bundle made for it.

    `seq` and `since` are the entry's position and time; `accepted`, `revoked` times and `revoked_seq`
    likewise. `asked` is the end that its professional asked for, `refused` when the owner said no.
    """

    statement: Annotated[Grant | DocumentGrant, statement(Grant, DocumentGrant)]
    seq: Position
    since: Moment
    bundle: Hash
    professional: Annotated[KeyId | None, key_ident()] = None
    acceptance: Annotated[Acceptance | None, statement(Acceptance)] = None
    accepted: Annotated[int | None, integer()] = None
    revoked: Annotated[int | None, integer()] = None
    revoked_seq: Annotated[int | None, integer()] = None
    asked: Annotated[int | None, integer()] = None
    refused: Annotated[int | None, integer()] = None

    @property
    def sections(self) -> frozenset[SectionId]:
        """The sections it covers; a grant of documents covers none."""
        if isinstance(self.statement, DocumentGrant):
            return frozenset()
        return frozenset(member.section for member in self.statement.sections)

    @property
    def documents(self) -> frozenset[tuple[DocumentId, int]]:
        """The versions it names, if it is a grant of documents."""
        if isinstance(self.statement, Grant):
            return frozenset()
        return frozenset((member.document, member.version) for member in self.statement.documents)

    def state(self, now: int) -> GrantState:
        """Its state at `now` (seconds since 1970), as if no later term existed."""
        if self.revoked is not None:
            return "revoked"
        redeem = self.statement.redeem
        lapsed = self.professional is None and redeem is not None and now > redeem.not_after
        if now >= self.statement.not_after or lapsed:
            return "expired"
        if self.professional is None:
            return "invited"
        return "upcoming" if now < self.statement.not_before else "active"

    def covers(self, right: str, section: SectionId | None, professional: KeyId, time: int) -> bool:
        """Whether it let `professional` use `right` at `time` (an entry's), in `section` if one is given."""
        bound_since = self.since if self.acceptance is None else self.accepted
        return (
            self.professional == professional
            and right in self.statement.rights
            and (section is None or section in self.sections)
            and bound_since is not None
            and bound_since <= time
            and self.statement.not_before <= time < self.statement.not_after
            and (self.revoked is None or time <= self.revoked)
        )

    @property
    def ended_by_clock(self) -> int:
        """When it ends by itself."""
        redeem = self.statement.redeem
        if self.professional is None and redeem is not None:
            return min(self.statement.not_after, redeem.not_after + 1)
        return self.statement.not_after


@dataclass(frozen=True, kw_only=True)
class GrantRecord:
    """A grant through all its sequence numbers, oldest first."""

    grant: GrantRef
    terms: Annotated[tuple[GrantTerm, ...], listed(record(GrantTerm), maximum=MANY)]

    @property
    def latest(self) -> GrantTerm:
        """The term that counts now."""
        return self.terms[-1]

    def covers(self, right: str, professional: KeyId, time: int) -> GrantTerm | None:
        """The term that let `professional` use `right` at `time`, while it was the latest."""
        ends = (*(term.since for term in self.terms[1:]), None)
        for term, end in zip(self.terms, ends, strict=True):
            if term.covers(right, None, professional, time) and (end is None or time <= end):
                return term
        return None

    def with_latest(self, term: GrantTerm) -> "GrantRecord":
        """The same grant with its newest term replaced."""
        return replace(self, terms=(*self.terms[:-1], term))


@dataclass(frozen=True, kw_only=True)
class ShareRecord:
    """A share: its statement, when it was made and, if ended before its time, when.

    `update` is the newest statement that replaced what it holds.
    """

    statement: Annotated[Share, statement(Share)]
    since: Moment
    ended: Annotated[int | None, integer()] = None
    update: Annotated[ShareUpdate | None, statement(ShareUpdate)] = None

    @property
    def holds(self) -> Share | ShareUpdate:
        """The statement that says what it holds now, until when, and how often it opens."""
        return self.statement if self.update is None else self.update


@dataclass(frozen=True)
class KnownCard:
    """A card that verified, with its signed form for handing on."""

    card: Card
    signed: Signed

    @classmethod
    def of(cls, signed: Signed) -> "KnownCard":
        """Verify and keep. Raises as `verify_card`."""
        return cls(verify_card(signed), signed)


@dataclass(kw_only=True)
class LedgerState:
    """The folded ledger. Rules change a copy; whoever is handed one reads only.

    `owner` is absent and `server` and the inbox are empty until the vault's first entry was folded.
    `waiting` are the documents that wait (`DocumentState.waits`), so that nobody looks through all of them.
    `ended_seq` is the position of the newest end of a grant, shown or not; `blocked` has the time of each.
    """

    vault: VaultId
    size: int
    head: bytes
    time: int = 0
    owner: KeyId | None = None
    server: bytes = b""
    inbox: SectionId | None = None
    inbox_recipient: bytes = b""
    sections: dict[SectionId, SectionState] = field(default_factory=dict)
    documents: Documents = field(default_factory=Documents)
    waiting: frozenset[DocumentId] = frozenset()
    grants: dict[GrantId, GrantRecord] = field(default_factory=dict)
    shares: dict[ShareId, ShareRecord] = field(default_factory=dict)
    cards: dict[KeyId, KnownCard] = field(default_factory=dict)
    mask_new: bool = False
    ended_seq: int | None = None
    blocked: dict[KeyId, int] = field(default_factory=dict)

    def copy(self) -> "LedgerState":
        """An independent copy: the records inside are immutable."""
        return replace(
            self,
            sections=dict(self.sections),
            documents=self.documents.copy(),
            grants=dict(self.grants),
            shares=dict(self.shares),
            cards=dict(self.cards),
            blocked=dict(self.blocked),
        )

    def may_seal(self, section: SectionId, now: int) -> bool:
        """Whether others than the owner may seal under the section's newest epoch (spec chapter 7)."""
        known = self.sections.get(section)
        if known is None or known.term is None or known.term_seq is None or self.mask_new:
            return False
        began = max(known.rotated_seq, known.term_seq)
        ended = self.ended_seq is not None and self.ended_seq > began
        return not ended and max(now, self.time) < known.term

    def grant_state(self, grant: GrantId, now: int) -> GrantState:
        """The state of a known grant; the clock never goes back behind the newest entry's time.

        Raises:
            KeyError: no such grant.
        """
        return self.grants[grant].latest.state(max(now, self.time))

    def remaining_grants(self, sections: Iterable[SectionId], at: int) -> frozenset[GrantId]:
        """The grants that a rotation of `sections`, signed at `at`, must wrap the new secrets for."""
        wanted = frozenset(sections)
        return frozenset(
            grant
            for grant, found in self.grants.items()
            if found.latest.professional is not None
            and found.latest.state(at) in LIVE
            and not wanted.isdisjoint(found.latest.sections)
        )

    def due_sections(self, now: int) -> frozenset[SectionId]:
        """The sections whose newest secret a former reader holds: they are due for rotation."""
        now = max(now, self.time)
        return frozenset(section for found in self.grants.values() for section in self._due(found, now))

    def _due(self, found: GrantRecord, now: int) -> Iterable[SectionId]:
        latest = found.latest
        live = latest.state(now) in LIVE
        for index, term in enumerate(found.terms):
            heir = live and (term is latest or term.professional == latest.professional)
            superseded = found.terms[index + 1].seq if term is not latest else None
            end_seq = superseded if term.revoked_seq is None else term.revoked_seq
            for section in term.sections - (latest.sections if heir else frozenset()):
                known = self.sections[section]
                if end_seq is not None:
                    due = known.rotated_seq < end_seq
                else:
                    due = term.state(now) == "expired" and known.rotated_time < term.ended_by_clock
                if due:
                    yield section
