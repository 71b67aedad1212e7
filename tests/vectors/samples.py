"""Fixed people, keys and statements for tests and vectors: the same bytes at every run."""

import hashlib
from dataclasses import dataclass
from typing import Final, TypedDict, Unpack

from crypto.encoding import AccountId, DocumentId, GrantId, KeyId, SectionId, ShareId, VaultId
from crypto.signing import SigningKey, directory_key_id, key_id, server_key_id, sha256
from crypto.statements import (
    Acceptance,
    Access,
    Card,
    DirectoryEntry,
    Grant,
    GrantBundle,
    Login,
    Manifest,
    NewSection,
    NextEpoch,
    Opening,
    Redeem,
    Refile,
    Removal,
    Revocation,
    Rotation,
    SectionEpoch,
    Share,
    SharedDocument,
    SharedFile,
    ShareEnd,
    Signed,
    Statement,
    Vault,
    parts_digest,
    prove_redemption,
    sign,
)

NOW: Final = 1_790_000_000
DAY: Final = 24 * 3600


def fixed(name: str, length: int) -> bytes:
    """Bytes that look random and are always the same for a name."""
    return hashlib.shake_256(b"coffre test vector: " + name.encode()).digest(length)


def fixed_id(name: str) -> str:
    return fixed(name, 16).hex()


class Placed(TypedDict):
    """The common fields of a statement in the ledger."""

    author: KeyId
    prev: bytes
    seq: int
    time: int
    vault: VaultId


VAULT: Final = VaultId(fixed_id("vault"))
DOCUMENT: Final = DocumentId(fixed_id("document"))
GRANT: Final = GrantId(fixed_id("grant"))
SHARE: Final = ShareId(fixed_id("share"))
SECTIONS: Final = tuple(sorted(SectionId(fixed_id(f"section {number}")) for number in range(3)))
INBOX: Final = SECTIONS[2]
SERVER: Final = SigningKey.from_seed(fixed("server", 32))
DIRECTORY: Final = SigningKey.from_seed(fixed("directory", 32))
INVITATION: Final = SigningKey.from_seed(fixed("invitation", 32))


@dataclass(frozen=True)
class Person:
    """Someone with keys and a card."""

    key: SigningKey
    card: Card
    signed: Signed

    @property
    def id(self) -> KeyId:
        return self.card.author


def person(name: str, *, rpps: str | None = None) -> Person:
    """A patient, or a professional if an RPPS number is given."""
    key = SigningKey.from_seed(fixed(f"signing {name}", 32))
    recipient = fixed(f"recipient {name}", 1216)
    card = Card(
        account=AccountId(fixed_id(f"account {name}")),
        author=key_id(key.public, recipient),
        name=name if rpps else None,
        profession="10" if rpps else None,
        recipient=recipient,
        role="professional" if rpps else "patient",
        rpps=rpps,
        signing=key.public,
        time=NOW,
    )
    return Person(key, card, sign(card, key))


OWNER: Final = person("Aline Morel")
DOCTOR: Final = person("Hélène Dubois", rpps="10001234565")
OTHER_DOCTOR: Final = person("Karim Benali", rpps="10009876540")
STRANGER: Final = person("Someone else")


def first_statements() -> dict[str, tuple[Statement, SigningKey]]:
    """One valid statement with its signer of the kinds that a vault starts with (others: `later_kinds`)."""
    placed: Placed = {"author": OWNER.id, "prev": fixed("head", 32), "seq": 7, "time": NOW, "vault": VAULT}
    parts = (sha256(b"part 1"), sha256(b"part 2"))
    found: list[tuple[Statement, SigningKey]] = [
        (
            Login(
                address="aline@example.org",
                challenge=fixed("challenge", 32),
                method="password",
                origin="https://coffre.example",
                time=NOW,
            ),
            OWNER.key,
        ),
        (DOCTOR.card, DOCTOR.key),
        (directory_entry(), DIRECTORY),
        (
            Vault(
                author=OWNER.id,
                card=OWNER.signed,
                inbox=INBOX,
                inbox_recipient=fixed("inbox", 1216),
                prev=fixed("head", 32),
                sections=tuple(
                    NewSection(epoch=1, name=fixed(f"name {section}", 296), section=section)
                    for section in SECTIONS
                ),
                seq=0,
                server=SERVER.public,
                time=NOW,
                vault=VAULT,
            ),
            OWNER.key,
        ),
        (
            Manifest(
                **placed,
                author_metadata=fixed("author metadata", 32),
                digest=parts_digest(parts),
                document=DOCUMENT,
                epoch=1,
                header=fixed("header", 32),
                length=8 * 1024 * 1024 + 5,
                metadata=fixed("metadata", 32),
                part_size=8 * 1024 * 1024,
                parts=parts,
                previous=fixed("manifest 1", 32),
                section=SECTIONS[0],
                version=2,
            ),
            OWNER.key,
        ),
        (
            Refile(
                **placed,
                document=DOCUMENT,
                epoch=1,
                from_=SECTIONS[0],
                header=fixed("header", 32),
                manifest=fixed("manifest 1", 32),
                metadata=fixed("metadata", 32),
                section=SECTIONS[1],
                version=1,
            ),
            OWNER.key,
        ),
        (
            Removal(
                **placed,
                document=DOCUMENT,
                manifest=fixed("manifest 1", 32),
                section=SECTIONS[1],
                version=1,
            ),
            OWNER.key,
        ),
        (invitation(**placed), OWNER.key),
        (
            Acceptance(
                author=DOCTOR.id,
                bundle=fixed("bundle", 32),
                card=DOCTOR.signed,
                grant=GRANT,
                prev=fixed("head", 32),
                proof=proof(DOCTOR),
                seq=7,
                sequence=1,
                time=NOW,
                vault=VAULT,
            ),
            DOCTOR.key,
        ),
        (Revocation(**placed, grant=GRANT, sequence=1), OWNER.key),
        (
            Rotation(
                **placed,
                grants=(GrantBundle(bundle=fixed("bundle", 32), grant=GRANT),),
                sections=(
                    NextEpoch(
                        epoch=2, ladder=fixed("ladder", 72), name=fixed("name", 296), section=SECTIONS[0]
                    ),
                ),
            ),
            OWNER.key,
        ),
        (
            Share(
                **placed,
                details=fixed("details", 552),
                documents=(SharedDocument(document=DOCUMENT, version=1),),
                files=(SharedFile(length=1000, sha256=sha256(b"file")),),
                max_openings=3,
                not_after=NOW + DAY,
                passcode=1,
                share=SHARE,
            ),
            OWNER.key,
        ),
        (ShareEnd(**placed, share=SHARE), OWNER.key),
        (
            Access(
                author=DOCTOR.id,
                time=NOW,
                vault=VAULT,
                document=DOCUMENT,
                grant=GRANT,
                mode="grant",
                nonce=fixed("nonce", 16),
                reason="care",
                version=1,
            ),
            DOCTOR.key,
        ),
        (
            Opening(
                author=server_key_id(SERVER.public),
                time=NOW,
                vault=VAULT,
                openings=1,
                recipient="Dr Hélène Dubois",
                share=SHARE,
            ),
            SERVER,
        ),
    ]
    return {value.KIND: (value, key) for value, key in found}


def directory_entry(state: str = "verified", sequence: int = 1) -> DirectoryEntry:
    """What the operator says of the doctor."""
    card = DOCTOR.card
    assert card.name is not None
    assert card.profession is not None
    assert card.rpps is not None
    return DirectoryEntry(
        account=card.account,
        author=directory_key_id(DIRECTORY.public),
        key=card.author,
        name=card.name,
        profession=card.profession,
        rpps=card.rpps,
        sequence=sequence,
        state=state,
        time=NOW,
    )


def invitation(**placed: Unpack[Placed]) -> Grant:
    """A grant for whoever has the invitation's secret, in the first section, for 300 days."""
    time = placed["time"]
    return Grant(
        **placed,
        bundle=fixed("bundle", 32),
        grant=GRANT,
        not_after=time + 300 * DAY,
        not_before=time,
        redeem=Redeem(key=INVITATION.public, not_after=time + 7 * DAY),
        rights=("add", "read"),
        sections=(SectionEpoch(epoch=1, section=SECTIONS[0]),),
        sequence=1,
    )


def proof(professional: Person, *, grant: GrantId = GRANT, vault: VaultId = VAULT) -> bytes:
    """The proof that the professional holds the invitation's secret."""
    return prove_redemption(INVITATION, grant=grant, professional=professional.id, vault=vault)
