"""Entries of a vault's two hash chains (spec chapter 6): headers, bodies and their hashes.

Knows one entry at a time; what a chain of them means is the ledger's fold. The server makes entries, clients
read them.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Self

from crypto import labels
from crypto.encoding import Json, KeyId, SectionId, VaultId, b64u, canonical, parse_canonical, unb64u
from crypto.errors import Malformed, Tampered
from crypto.signing import labelled_hash
from crypto.statement_grammar import (
    Signed,
    binary,
    choice,
    ident,
    integer,
    key_ident,
    listed,
    moment,
    read_record,
    write_record,
)
from crypto.statement_records import MAX_SECTIONS
from crypto.statements import (
    KINDS,
    Deposit,
    InLedger,
    InVault,
    Manifest,
    Refile,
    Removal,
    Restoral,
    Rotation,
    Sections,
    SectionTerms,
    parse,
)

LEDGER: Final = "ledger"
ACCESSES: Final = "accesses"
SALT_LENGTH: Final = 16
MAX_HEADER: Final = 64 * 1024

# What stands in a chain is about a vault, and the other way round.
_IN_CHAINS: Final = {kind: cls for kind, cls in KINDS.items() if issubclass(cls, InVault)}


@dataclass(frozen=True, kw_only=True)
class EntryHeader:
    """What of an entry everyone may see who may see the chain; its hash is the chain's next head."""

    actor: Annotated[KeyId, key_ident()]
    body: Annotated[bytes, binary(32)]
    chain: Annotated[str, choice(LEDGER, ACCESSES)]
    kind: Annotated[str, choice(*_IN_CHAINS)]
    prev: Annotated[bytes, binary(32)]
    sections: Annotated[tuple[SectionId, ...], listed(ident(), minimum=0, maximum=MAX_SECTIONS, order=())]
    seq: Annotated[int, integer()]
    time: Annotated[int, moment()]
    vault: Annotated[VaultId, ident()]

    def check(self) -> None:
        """Raises Malformed: a kind that does not stand in this chain."""
        if self.chain != _IN_CHAINS[self.kind].CHAIN:
            raise Malformed("kind of another chain")

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical(write_record(self), limit=MAX_HEADER)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The reverse of `to_bytes`. Raises Malformed, LimitExceeded."""
        return read_record(cls, parse_canonical(data, limit=MAX_HEADER))


@dataclass(frozen=True)
class Entry:
    """An entry as it travels: header bytes, and the body unless it is withheld.

    `metadata` is the version's sealed metadata, on the `manifest`, `refile` or `restoral` entry that it now
    belongs to. `manifest` is the manifest or deposit that a `refile` names, for readers from whom its entry
    is withheld.
    """

    header: bytes
    salt: bytes | None = None
    signed: Signed | None = None
    metadata: bytes | None = None
    manifest: bytes | None = None

    def to_wire(self) -> dict[str, str]:
        """`{"header", "salt"?, "statement"?, "signature"?, "metadata"?, "manifest"?}`, all base64url."""
        wire = {"header": b64u(self.header)}
        if self.salt is not None and self.signed is not None:
            wire |= {"salt": b64u(self.salt), **self.signed.to_wire()}
        if self.metadata is not None:
            wire["metadata"] = b64u(self.metadata)
        if self.manifest is not None:
            wire["manifest"] = b64u(self.manifest)
        return wire

    @classmethod
    def from_wire(cls, value: Json) -> Self:
        """The reverse of `to_wire`; nothing is verified. Raises Malformed."""
        if not isinstance(value, dict) or not value.keys() <= {*_BODY, "header", "metadata", "manifest"}:
            raise Malformed("not an entry")
        if "header" not in value or 0 < len(_BODY & value.keys()) < len(_BODY):
            raise Malformed("entry with half a body")
        found: dict[str, bytes] = {}
        for key, member in value.items():
            if not isinstance(member, str):
                raise Malformed("not an entry")
            found[key] = unb64u(member, length=_LENGTHS.get(key))
        signed = Signed(found["statement"], found["signature"]) if "statement" in found else None
        return cls(found["header"], found.get("salt"), signed, found.get("metadata"), found.get("manifest"))


@dataclass(frozen=True)
class Page:
    """A stretch of a chain as the server answers it; `size` and `head` are the whole chain's."""

    entries: tuple[Entry, ...]
    size: int
    head: bytes
    cards: tuple[Signed, ...]

    def to_wire(self) -> dict[str, Json]:
        """`{"cards", "entries", "head": b64u, "size"}`."""
        return {
            "cards": [card.to_wire() for card in self.cards],
            "entries": [entry.to_wire() for entry in self.entries],
            "head": b64u(self.head),
            "size": self.size,
        }

    @classmethod
    def from_wire(cls, value: Json) -> Self:
        """The reverse of `to_wire`; nothing is verified. Raises Malformed."""
        if not isinstance(value, dict) or value.keys() != {"cards", "entries", "head", "size"}:
            raise Malformed("not a page")
        cards, entries, head, size = value["cards"], value["entries"], value["head"], value["size"]
        if not isinstance(cards, list) or not isinstance(entries, list) or not isinstance(head, str):
            raise Malformed("not a page")
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise Malformed("not a page")
        return cls(
            tuple(Entry.from_wire(member) for member in entries),
            size,
            unb64u(head, length=32),
            tuple(Signed.from_wire(member) for member in cards),
        )


_BODY: Final = frozenset({"salt", "statement", "signature"})
_LENGTHS: Final = {"salt": SALT_LENGTH, "signature": 64}


def start_head(vault: VaultId, chain: str) -> bytes:
    """The head of an empty chain (32 bytes)."""
    return labelled_hash(labels.JOURNAL_START, canonical({"chain": chain, "vault": vault}))


def body_hash(salt: bytes, signed: Signed) -> bytes:
    """What the header says of the body: salted, so that a withheld statement cannot be guessed."""
    return labelled_hash(labels.JOURNAL_BODY, salt + signed.statement + signed.signature)


def entry_hash(header: bytes) -> bytes:
    """The chain's head after the entry with these header bytes."""
    return labelled_hash(labels.JOURNAL_ENTRY, header)


def sections_of(statement: InVault) -> tuple[SectionId, ...]:
    """The sections that the entry of this statement names, sorted."""
    if isinstance(statement, Manifest | Deposit | Removal | Restoral):
        return (statement.section,)
    if isinstance(statement, Refile):
        return tuple(sorted({statement.from_, statement.section}))
    if isinstance(statement, Rotation):
        return tuple(member.section for member in statement.sections)
    if isinstance(statement, SectionTerms):
        return tuple(member.section for member in statement.terms)
    if isinstance(statement, Sections):
        added = {member.section for member in statement.added}
        return tuple(sorted(added | {member.section for member in statement.renamed}))
    return ()


def make_entry(
    statement: InVault,
    signed: Signed,
    *,
    seq: int,
    prev: bytes,
    time: int,
    random: Callable[[int], bytes] = os.urandom,
) -> Entry:
    """The entry of a verified statement at a position; `statement` is what `signed` says. Used by the server.

    Raises:
        Malformed: a kind that stands in no chain.
        Tampered: a ledger statement made for another position.
    """
    if statement.CHAIN is None:
        raise Malformed("kind that stands in no chain")
    if isinstance(statement, InLedger) and (statement.seq, statement.prev) != (seq, prev):
        raise Tampered("statement made for another position")
    salt = random(SALT_LENGTH)
    header = EntryHeader(
        actor=statement.author,
        body=body_hash(salt, signed),
        chain=statement.CHAIN,
        kind=statement.KIND,
        prev=prev,
        sections=sections_of(statement),
        seq=seq,
        time=time,
        vault=statement.vault,
    )
    return Entry(header.to_bytes(), salt, signed)


def read_body(entry: Entry, header: EntryHeader) -> InVault:
    """The statement of an entry that is not withheld, held against its header. Its signature is not verified.

    Raises:
        Tampered: body hash, kind, author, vault, position or sections are not the header's.
        CoffreError: as `parse`.
    """
    if entry.salt is None or entry.signed is None:
        raise Tampered("entry without its body")
    if body_hash(entry.salt, entry.signed) != header.body:
        raise Tampered("body that is not the entry's")
    statement = parse(_IN_CHAINS[header.kind], entry.signed.statement)
    if (statement.author, statement.vault) != (header.actor, header.vault):
        raise Tampered("statement by another author or of another vault")
    if isinstance(statement, InLedger) and (statement.seq, statement.prev) != (header.seq, header.prev):
        raise Tampered("statement made for another position")
    if sections_of(statement) != header.sections:
        raise Tampered("sections that are not the statement's")
    return statement
