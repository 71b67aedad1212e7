"""The kinds of statements that came later: samples of each, and steps of a simulated vault that make them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from crypto.encoding import DocumentId, GrantId, SectionId
from crypto.journal import Entry
from crypto.signing import SigningKey, sha256
from crypto.statements import (
    AccountDeletion,
    AccountKeeping,
    Block,
    Deposit,
    DocumentGrant,
    InLedger,
    NewSection,
    RenamedSection,
    RenewalRefusal,
    RenewalRequest,
    Restoral,
    Sections,
    SectionTerm,
    SectionTerms,
    Settings,
    SharedDocument,
    SharedFile,
    ShareUpdate,
    Statement,
    Unblock,
    author_metadata_hash,
    header_hash,
    parts_digest,
    sign,
    statement_hash,
    to_bytes,
)
from tests.vectors.samples import (
    DAY,
    DOCTOR,
    DOCUMENT,
    GRANT,
    INBOX,
    NOW,
    OWNER,
    SECTIONS,
    SHARE,
    VAULT,
    Person,
    Placed,
    fixed,
    fixed_id,
)
from tests.vectors.simulated_vault import SimulatedVault, sealed_metadata

DEPOSITED = DocumentId(fixed_id("deposited document"))
NEW_SECTION = SectionId(fixed_id("new section"))
DOCUMENTS_GRANT = GrantId(fixed_id("grant of documents"))


def later_statements() -> dict[str, tuple[Statement, SigningKey]]:
    """One valid statement of each kind with its signer, as `first_statements`."""
    placed: Placed = {"author": OWNER.id, "prev": fixed("head", 32), "seq": 7, "time": NOW, "vault": VAULT}
    doctors: Placed = {**placed, "author": DOCTOR.id}
    found: list[tuple[Statement, SigningKey]] = [
        (_deposit(DOCTOR, doctors), DOCTOR.key),
        (
            Restoral(
                **placed, document=DOCUMENT, manifest=fixed("manifest 1", 32), section=SECTIONS[1], version=1
            ),
            OWNER.key,
        ),
        (
            Sections(
                **placed,
                added=(NewSection(epoch=1, name=fixed("a name", 296), section=NEW_SECTION),),
                renamed=(RenamedSection(epoch=2, name=fixed("new name", 1064), section=SECTIONS[0]),),
            ),
            OWNER.key,
        ),
        (
            SectionTerms(
                **placed,
                terms=tuple(
                    SectionTerm(epoch=1, not_after=NOW + 366 * DAY, section=section) for section in SECTIONS
                ),
            ),
            OWNER.key,
        ),
        (Settings(**placed, mask_new=1), OWNER.key),
        (RenewalRequest(**doctors, grant=GRANT, not_after=NOW + 366 * DAY, sequence=1), DOCTOR.key),
        (RenewalRefusal(**placed, grant=GRANT, sequence=1), OWNER.key),
        (Block(**placed, professional=DOCTOR.id), OWNER.key),
        (Unblock(**placed, professional=DOCTOR.id), OWNER.key),
        (_share_update(placed), OWNER.key),
        (_document_grant(placed), OWNER.key),
        *_about_the_account(),
    ]
    return {value.KIND: (value, key) for value, key in found}


def _about_the_account() -> list[tuple[Statement, SigningKey]]:
    deletion = AccountDeletion(
        time=NOW,
        account=OWNER.card.account,
        address="camille@example.org",
        challenge=fixed("challenge of a deletion", 32),
        origin="https://coffre.example",
    )
    wish = statement_hash(to_bytes(deletion))
    keeping = AccountKeeping(time=NOW, author=OWNER.id, account=OWNER.card.account, deletion=wish)
    return [(deletion, OWNER.key), (keeping, OWNER.key)]


def _document_grant(placed: Placed) -> DocumentGrant:
    return DocumentGrant(
        **placed,
        bundle=fixed("bundle of documents", 32),
        documents=(
            SharedDocument(document=DOCUMENT, version=1),
            SharedDocument(document=DOCUMENT, version=2),
        ),
        grant=DOCUMENTS_GRANT,
        not_after=placed["time"] + 300 * DAY,
        not_before=placed["time"],
        card=DOCTOR.signed,
        rights=("read",),
        sequence=1,
    )


def _share_update(placed: Placed) -> ShareUpdate:
    return ShareUpdate(
        **placed,
        details=fixed("new details", 552),
        documents=(SharedDocument(document=DOCUMENT, version=1),),
        files=(SharedFile(length=1001, sha256=fixed("new file", 32)),),
        max_openings=20,
        not_after=NOW + 2 * DAY,
        share=SHARE,
    )


def _deposit(author: Person, placed: Placed, document: DocumentId = DEPOSITED) -> Deposit:
    parts = (sha256(fixed(f"part {document}", 8)),)
    return Deposit(
        **placed,
        author_metadata=author_metadata_hash(fixed("author's", 64)),
        card=author.signed,
        digest=parts_digest(parts),
        document=document,
        epoch=1,
        header=header_hash(fixed(f"header {document}", 64)),
        length=1000,
        part_size=8 * 1024 * 1024,
        parts=parts,
        section=INBOX,
        version=1,
    )


def _append(vault: SimulatedVault, value: InLedger, author: Person, changes: dict[str, object]) -> Entry:
    return vault.append(replace(value, **cast(dict[str, Any], changes)), author.key)


def deposit(
    vault: SimulatedVault,
    *,
    author: Person = DOCTOR,
    document: DocumentId = DEPOSITED,
    **changes: object,
) -> Entry:
    """A document in the inbox, which the owner may `refile`."""
    made = _deposit(author, vault.placed(author), document)
    value = replace(made, **cast(dict[str, Any], changes))
    signed = sign(value, author.key)
    vault.filed[document] = (signed.statement, b"", 0)
    return vault.append_signed(value, signed)


def restoral(
    vault: SimulatedVault,
    *,
    document: DocumentId = DOCUMENT,
    section: SectionId = SECTIONS[0],
    version: int = 1,
    author: Person = OWNER,
    sealed: bytes | None = None,
    **changes: object,
) -> Entry:
    """A removed document comes back, with its metadata as it was first sealed."""
    value = Restoral(
        **vault.placed(author),
        document=document,
        manifest=statement_hash(vault.filed[document][0]),
        section=section,
        version=version,
    )
    value = replace(value, **cast(dict[str, Any], changes))
    found = sealed_metadata(document, version) if sealed is None else sealed
    return vault.append(value, author.key, metadata=found or None)


def sections(
    vault: SimulatedVault,
    *,
    added: Sequence[SectionId] = (),
    renamed: Sequence[tuple[SectionId, int]] = (),
    author: Person = OWNER,
) -> Entry:
    """New sections, and new names (by section and epoch)."""
    value = Sections(
        **vault.placed(author),
        added=tuple(
            NewSection(epoch=1, name=fixed(f"name {section}", 296), section=section)
            for section in sorted(added)
        ),
        renamed=tuple(
            RenamedSection(epoch=epoch, name=fixed(f"new name {section}", 296), section=section)
            for section, epoch in renamed
        ),
    )
    return _append(vault, value, author, {})


def section_terms(
    vault: SimulatedVault,
    *,
    terms: Sequence[tuple[SectionId, int]] = ((SECTIONS[0], 1),),
    days: int = 100,
    author: Person = OWNER,
) -> Entry:
    """How long some sections' epochs may be sealed under."""
    value = SectionTerms(
        **vault.placed(author),
        terms=tuple(
            SectionTerm(epoch=epoch, not_after=vault.now + days * DAY, section=section)
            for section, epoch in terms
        ),
    )
    return _append(vault, value, author, {})


def settings(vault: SimulatedVault, *, mask_new: int = 1, author: Person = OWNER) -> Entry:
    return _append(vault, Settings(**vault.placed(author), mask_new=mask_new), author, {})


def share_update(vault: SimulatedVault, *, author: Person = OWNER, **changes: object) -> Entry:
    """Replaces what the share holds, for two days from now."""
    value = replace(_share_update(vault.placed(author)), not_after=vault.now + 2 * DAY)
    return _append(vault, value, author, changes)


def renewal_request(
    vault: SimulatedVault, *, grant: GrantId = GRANT, sequence: int = 1, author: Person = DOCTOR
) -> Entry:
    value = RenewalRequest(
        **vault.placed(author), grant=grant, not_after=vault.now + 300 * DAY, sequence=sequence
    )
    return _append(vault, value, author, {})


def renewal_refusal(
    vault: SimulatedVault, *, grant: GrantId = GRANT, sequence: int = 1, author: Person = OWNER
) -> Entry:
    value = RenewalRefusal(**vault.placed(author), grant=grant, sequence=sequence)
    return _append(vault, value, author, {})


def block(vault: SimulatedVault, *, of: Person = DOCTOR, author: Person = OWNER) -> Entry:
    return _append(vault, Block(**vault.placed(author), professional=of.id), author, {})


def unblock(vault: SimulatedVault, *, of: Person = DOCTOR, author: Person = OWNER) -> Entry:
    return _append(vault, Unblock(**vault.placed(author), professional=of.id), author, {})
