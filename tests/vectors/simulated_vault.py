"""A vault as a server keeps it, in memory: makes valid chains that tests and vectors then break.

`statements` are made at the chain's present end with deterministic salts; `page` shows what a viewer may see.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar, cast

from crypto.encoding import DocumentId, GrantId, SectionId, ShareId
from crypto.journal import (
    LEDGER,
    Entry,
    EntryHeader,
    Page,
    entry_hash,
    make_entry,
    start_head,
)
from crypto.signing import SigningKey, server_key_id, sha256
from crypto.statements import (
    Acceptance,
    Access,
    Block,
    Deposit,
    DocumentGrant,
    Grant,
    GrantBundle,
    InVault,
    Manifest,
    NewSection,
    NextEpoch,
    Opening,
    Redeem,
    Refile,
    Removal,
    RenewalRefusal,
    RenewalRequest,
    Restoral,
    Revocation,
    Rotation,
    SectionEpoch,
    Share,
    SharedDocument,
    SharedFile,
    ShareEnd,
    Signed,
    Unblock,
    Vault,
    author_metadata_hash,
    bundle_hash,
    header_hash,
    metadata_hash,
    parse_any,
    parts_digest,
    sign,
    statement_hash,
)
from tests.vectors.samples import (
    DAY,
    DOCTOR,
    DOCUMENT,
    GRANT,
    INBOX,
    INVITATION,
    NOW,
    OTHER_DOCTOR,
    OWNER,
    SECTIONS,
    SERVER,
    SHARE,
    VAULT,
    Person,
    Placed,
    fixed,
    proof,
)

R = TypeVar("R", bound=InVault | EntryHeader)

A, B, C = SECTIONS


def sealed_metadata(document: str, version: int, filing: int = 0) -> bytes:
    """Stands for sealed metadata: the fold only hashes it."""
    return fixed(f"sealed metadata {document} {version} {filing}", 64)


@dataclass
class SimulatedVault:
    """Two chains with a clock; every method signs what a client would and appends it as a server would."""

    now: int = NOW
    ledger: list[Entry] = field(default_factory=list)
    accesses: list[Entry] = field(default_factory=list)
    people: list[Person] = field(default_factory=lambda: [OWNER, DOCTOR, OTHER_DOCTOR])
    filed: dict[DocumentId, tuple[bytes, bytes, int]] = field(default_factory=dict)

    def chain(self, name: str) -> list[Entry]:
        return self.ledger if name == LEDGER else self.accesses

    def head(self, chain: str = LEDGER) -> bytes:
        entries = self.chain(chain)
        return entry_hash(entries[-1].header) if entries else start_head(VAULT, chain)

    def placed(self, author: Person) -> Placed:
        """The common fields of a ledger statement by `author` at the present end."""
        return {
            "author": author.id,
            "prev": self.head(),
            "seq": len(self.ledger),
            "time": self.now,
            "vault": VAULT,
        }

    def append(
        self,
        statement: InVault,
        key: SigningKey,
        *,
        metadata: bytes | None = None,
        manifest: bytes | None = None,
    ) -> Entry:
        """Sign and append. The clock moves on by a minute."""
        return self.append_signed(statement, sign(statement, key), metadata=metadata, manifest=manifest)

    def append_signed(
        self,
        statement: InVault,
        signed: Signed,
        *,
        metadata: bytes | None = None,
        manifest: bytes | None = None,
    ) -> Entry:
        """Append what is already signed: also what nobody should have."""
        name = statement.CHAIN or LEDGER
        entries = self.chain(name)
        entry = make_entry(
            statement,
            signed,
            seq=len(entries),
            prev=self.head(name),
            time=self.now,
            random=lambda length: fixed(f"salt {name} {len(entries)}", length),
        )
        entry = replace(entry, metadata=metadata, manifest=manifest)
        entries.append(entry)
        self.now += 60
        return entry

    def page(
        self,
        start: int = 0,
        *,
        chain: str = LEDGER,
        end: int | None = None,
        sections: Iterable[SectionId] | None = None,
        grants: Iterable[GrantId] = (GRANT,),
        reader: Person = DOCTOR,
        documents: Iterable[tuple[DocumentId, int]] = (),
    ) -> Page:
        """What the server answers: everything, or what a professional with these grants may see.

        `documents` are the versions that their grants name.
        """
        entries: Sequence[Entry] = self.chain(chain)
        if sections is not None:
            scope, own = frozenset(sections), frozenset(grants)
            written = replace(self._written(reader), named=frozenset(documents))
            entries = [_as_shown(entry, scope, own, written) for entry in entries]
        cards = tuple(known.signed for known in self.people)
        return Page(tuple(entries[start:end]), len(entries), self.head(chain), cards)

    def _written(self, reader: Person) -> "Written":
        statements = [parse_any(entry.signed.statement) for entry in self.ledger if entry.signed is not None]
        own = [one for one in statements if isinstance(one, Manifest | Deposit) and one.author == reader.id]
        return Written(reader, frozenset((one.document, one.version) for one in own))

    def vault(self, **changes: object) -> Entry:
        """The first entry: three sections at epoch 1, the last one the inbox."""
        names = tuple(
            NewSection(epoch=1, name=fixed(f"name {section}", 296), section=section) for section in SECTIONS
        )
        value = Vault(
            **self.placed(OWNER),
            card=OWNER.signed,
            inbox=INBOX,
            inbox_recipient=fixed("inbox", 1216),
            sections=names,
            server=SERVER.public,
        )
        return self.append(_changed(value, changes), OWNER.key)

    def manifest(
        self,
        *,
        author: Person = OWNER,
        document: DocumentId = DOCUMENT,
        section: SectionId = A,
        epoch: int = 1,
        version: int = 1,
        **changes: object,
    ) -> Entry:
        """A version of a document; `previous` is filled in."""
        parts = (sha256(fixed(f"part {document} {version}", 8)),)
        sealed = sealed_metadata(document, version)
        value = Manifest(
            **self.placed(author),
            author_metadata=None if author is OWNER else author_metadata_hash(fixed("author's", 64)),
            digest=parts_digest(parts),
            document=document,
            epoch=epoch,
            header=header_hash(fixed(f"header {document} {version}", 64)),
            length=1000,
            metadata=metadata_hash(sealed),
            part_size=8 * 1024 * 1024,
            parts=parts,
            previous=statement_hash(self.filed.get(document, (b"",))[0]) if version > 1 else None,
            section=section,
            version=version,
        )
        value = _changed(value, changes)
        signed = sign(value, author.key)
        entry = self.append_signed(value, signed, metadata=sealed)
        self.filed[document] = (signed.statement, sealed, 0)
        return entry

    def refile(
        self,
        *,
        document: DocumentId = DOCUMENT,
        source: SectionId = A,
        target: SectionId = B,
        epoch: int = 1,
        version: int = 1,
        author: Person = OWNER,
        **changes: object,
    ) -> Entry:
        """Move the latest version of a document."""
        data, _, count = self.filed[document]
        sealed = sealed_metadata(document, version, count + 1)
        value = Refile(
            **self.placed(author),
            document=document,
            epoch=epoch,
            from_=source,
            header=header_hash(fixed(f"header {document} {version} {count}", 64)),
            manifest=statement_hash(data),
            metadata=metadata_hash(sealed),
            section=target,
            version=version,
        )
        self.filed[document] = (data, sealed, count + 1)
        return self.append(_changed(value, changes), author.key, metadata=sealed, manifest=data)

    def removal(
        self,
        *,
        document: DocumentId = DOCUMENT,
        section: SectionId = A,
        version: int = 1,
        author: Person = OWNER,
        **changes: object,
    ) -> Entry:
        value = Removal(
            **self.placed(author),
            document=document,
            manifest=statement_hash(self.filed[document][0]),
            section=section,
            version=version,
        )
        return self.append(_changed(value, changes), author.key)

    def grant(
        self,
        *,
        grant: GrantId = GRANT,
        to: Person | None = None,
        sections: Sequence[tuple[SectionId, int]] = ((A, 1),),
        rights: tuple[str, ...] = ("add", "read"),
        sequence: int = 1,
        days: int = 300,
        author: Person = OWNER,
        **changes: object,
    ) -> Entry:
        """An invitation of seven days, or a grant to a known professional."""
        value = Grant(
            **self.placed(author),
            bundle=bundle_hash(fixed(f"bundle {grant} {sequence}", 64)),
            card=to.signed if to is not None else None,
            grant=grant,
            not_after=self.now + days * DAY,
            not_before=self.now,
            redeem=None if to is not None else Redeem(key=INVITATION.public, not_after=self.now + 7 * DAY),
            rights=rights,
            sections=tuple(SectionEpoch(epoch=epoch, section=section) for section, epoch in sections),
            sequence=sequence,
        )
        return self.append(_changed(value, changes), author.key)

    def acceptance(
        self, *, by: Person = DOCTOR, grant: GrantId = GRANT, sequence: int = 1, **changes: object
    ) -> Entry:
        value = Acceptance(
            **self.placed(by),
            bundle=bundle_hash(fixed(f"bundle for {by.id}", 64)),
            card=by.signed,
            grant=grant,
            proof=proof(by, grant=grant),
            sequence=sequence,
        )
        return self.append(_changed(value, changes), by.key)

    def revocation(self, *, grant: GrantId = GRANT, sequence: int = 1, author: Person = OWNER) -> Entry:
        return self.append(Revocation(**self.placed(author), grant=grant, sequence=sequence), author.key)

    def rotation(
        self,
        *,
        sections: Sequence[tuple[SectionId, int]] = ((A, 2),),
        grants: Sequence[GrantId] = (),
        author: Person = OWNER,
        **changes: object,
    ) -> Entry:
        """New epochs (given as the new numbers) for sections, wrapped for `grants`."""
        value = Rotation(
            **self.placed(author),
            grants=tuple(GrantBundle(bundle=fixed(f"rotated {grant}", 32), grant=grant) for grant in grants),
            inbox_recipient=fixed("inbox 2", 1216) if INBOX in dict(sections) else None,
            sections=tuple(
                NextEpoch(
                    epoch=epoch,
                    ladder=fixed(f"ladder {section} {epoch}", 72),
                    name=fixed(f"name {section} {epoch}", 296),
                    section=section,
                )
                for section, epoch in sections
            ),
        )
        return self.append(_changed(value, changes), author.key)

    def share(self, *, share: ShareId = SHARE, author: Person = OWNER, **changes: object) -> Entry:
        value = Share(
            **self.placed(author),
            details=fixed("details", 552),
            documents=(SharedDocument(document=DOCUMENT, version=1),),
            files=(SharedFile(length=1000, sha256=fixed("file", 32)),),
            not_after=self.now + DAY,
            passcode=0,
            share=share,
        )
        return self.append(_changed(value, changes), author.key)

    def share_end(self, *, share: ShareId = SHARE, author: Person = OWNER) -> Entry:
        return self.append(ShareEnd(**self.placed(author), share=share), author.key)

    def access(
        self,
        *,
        by: Person = OWNER,
        mode: Literal["own", "grant"] = "own",
        nonce: str = "nonce",
        **changes: object,
    ) -> Entry:
        value = Access(
            author=by.id,
            document=DOCUMENT,
            grant=GRANT if mode == "grant" else None,
            mode=mode,
            nonce=fixed(nonce, 16),
            reason="care" if mode == "grant" else "own",
            time=self.now,
            vault=VAULT,
            version=1,
        )
        return self.append(_changed(value, changes), by.key)

    def opening(self, *, openings: int = 1, key: SigningKey = SERVER, **changes: object) -> Entry:
        value = Opening(
            author=server_key_id(key.public),
            openings=openings,
            recipient="Dr Hélène Dubois",
            share=SHARE,
            time=self.now,
            vault=VAULT,
        )
        return self.append(_changed(value, changes), key)


def rehashed(entries: Sequence[Entry], position: int, **changes: object) -> list[Entry]:
    """The chain with one header changed, the later ones made to follow: what a server can forge alone."""
    found = list(entries[:position])
    prev: bytes | None = None
    for entry in entries[position:]:
        header = EntryHeader.from_bytes(entry.header)
        header = _changed(header, changes) if prev is None else replace(header, prev=prev)
        found.append(replace(entry, header=header.to_bytes()))
        prev = entry_hash(found[-1].header)
    return found


@dataclass(frozen=True)
class Written:
    """A professional, the versions that they wrote, and those that they were granted by name."""

    reader: Person
    versions: frozenset[tuple[DocumentId, int]]
    named: frozenset[tuple[DocumentId, int]] = frozenset()

    def concerns(self, header: EntryHeader, statement: object) -> bool:
        """Whether an entry is theirs, or about what they wrote or were granted by name."""
        followed = self.versions | self.named
        if isinstance(statement, Refile):
            return (statement.document, statement.version) in followed
        if isinstance(statement, Removal | Restoral):
            return any(document == statement.document for document, _ in followed)
        if (
            isinstance(statement, Manifest | Deposit)
            and (statement.document, statement.version) in self.named
        ):
            return True
        return header.actor == self.reader.id


def _as_shown(
    entry: Entry, sections: frozenset[SectionId], grants: frozenset[GrantId], written: Written
) -> Entry:
    """The entry, or its header alone; metadata only where the reader has a grant."""
    header = EntryHeader.from_bytes(entry.header)
    statement = parse_any(entry.signed.statement) if entry.signed is not None else None
    if header.kind in {"vault", "rotation", "sections", "settings"} or not sections.isdisjoint(
        header.sections
    ):
        return entry
    about_grants = Grant | DocumentGrant | Acceptance | Revocation | RenewalRequest | RenewalRefusal
    if isinstance(statement, about_grants) and statement.grant in grants:
        return entry
    if isinstance(statement, Block | Unblock) and statement.professional == written.reader.id:
        return entry
    return replace(entry, metadata=None) if written.concerns(header, statement) else Entry(entry.header)


def _changed(value: R, changes: dict[str, object]) -> R:
    return replace(value, **cast(dict[str, Any], changes))
