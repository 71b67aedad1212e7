"""Signed statements (spec chapter 5): signing, strict parsing, verifying, and the hashes in statements.

A statement is canonical JSON; the received bytes are what is verified and hashed, never a re-serialisation.
Knows one statement at a time: who is entitled to make it is chapter 6's question.

    >>> key = SigningKey.generate()
    >>> signed = sign(ShareEnd(author=author, time=now, vault=vault, seq=3, prev=head, share=share), key)
    >>> verify(signed, ShareEnd, key.public).share == share
    True
"""

from typing import Final, TypeVar

from crypto import labels
from crypto.encoding import GrantId, KeyId, VaultId, canonical, parse_canonical
from crypto.errors import LimitExceeded, Malformed, Stale, Tampered
from crypto.signing import SigningKey, directory_key_id, labelled_hash
from crypto.signing import verify as verify_signature
from crypto.statement_accounts import AccountDeletion, AccountKeeping
from crypto.statement_deposits import Deposit, Restoral
from crypto.statement_documents import DocumentGrant
from crypto.statement_grammar import Signed, read_record, write_record
from crypto.statement_keys import DirectorySuccession, ServerSuccession
from crypto.statement_kinds import (
    Acceptance,
    Access,
    Authored,
    Card,
    DirectoryEntry,
    Grant,
    InLedger,
    InVault,
    Login,
    Manifest,
    Opening,
    Refile,
    Removal,
    Revocation,
    Rotation,
    Share,
    ShareEnd,
    Statement,
    Vault,
)
from crypto.statement_records import (
    GrantBundle,
    NewSection,
    NextEpoch,
    Redeem,
    RenamedSection,
    SectionEpoch,
    SectionTerm,
    SharedDocument,
    SharedFile,
)
from crypto.statement_settings import (
    Block,
    RenewalRefusal,
    RenewalRequest,
    Sections,
    SectionTerms,
    Settings,
    Unblock,
)
from crypto.statement_shares import ShareUpdate
from crypto.statement_table import KINDS

__all__ = [
    "KINDS",
    "MAX_STATEMENT",
    "Acceptance",
    "Access",
    "AccountDeletion",
    "AccountKeeping",
    "Authored",
    "Block",
    "Card",
    "Deposit",
    "DirectoryEntry",
    "DirectorySuccession",
    "DocumentGrant",
    "Grant",
    "GrantBundle",
    "InLedger",
    "InVault",
    "Login",
    "Manifest",
    "NewSection",
    "NextEpoch",
    "Opening",
    "Redeem",
    "Refile",
    "Removal",
    "RenamedSection",
    "RenewalRefusal",
    "RenewalRequest",
    "Restoral",
    "Revocation",
    "Rotation",
    "SectionEpoch",
    "SectionTerm",
    "SectionTerms",
    "Sections",
    "ServerSuccession",
    "Settings",
    "Share",
    "ShareEnd",
    "ShareUpdate",
    "SharedDocument",
    "SharedFile",
    "Signed",
    "Statement",
    "Unblock",
    "Vault",
    "author_metadata_hash",
    "bundle_hash",
    "check_signature",
    "header_hash",
    "kind_of",
    "metadata_hash",
    "parse",
    "parse_any",
    "parts_digest",
    "prove_redemption",
    "sign",
    "statement_hash",
    "to_bytes",
    "verify",
    "verify_by_card",
    "verify_card",
    "verify_directory_entry",
    "verify_redemption",
]

MAX_STATEMENT: Final = 1 << 20

S = TypeVar("S", bound=Statement)
A = TypeVar("A", bound=Authored)


def sign(value: Statement, key: SigningKey) -> Signed:
    """`value` in canonical JSON with its signature.

    Raises:
        CoffreError: what `parse` would raise on it, so that nobody signs what no verifier accepts.
    """
    data = to_bytes(value)
    parse(type(value), data)
    return Signed(data, key.sign(_label(type(value)), data))


def to_bytes(value: Statement) -> bytes:
    """The one canonical form of `value`: for what `parse` gave, the bytes it was given."""
    return canonical({**write_record(value), "kind": value.KIND}, limit=MAX_STATEMENT)


def parse(kind: type[S], data: bytes) -> S:
    """The statement in `data`, which must be of the class `kind`; unverified but for the cards inside.

    Raises:
        LimitExceeded: over 1 MiB, or over one of chapter 5's limits.
        Malformed: not canonical, another kind, missing or unknown fields, a field off its grammar.
        Tampered: a card inside does not verify, or a list of parts is not its digest's.
    """
    value = parse_canonical(data, limit=MAX_STATEMENT)
    if not isinstance(value, dict) or value.get("kind") != kind.KIND:
        raise Malformed("not a statement of this kind")
    del value["kind"]
    found = read_record(kind, value)
    _check_inside(found)
    return found


def parse_any(data: bytes) -> Statement:
    """`parse` for whatever kind the bytes say they are."""
    return parse(KINDS[kind_of(data)], data)


def kind_of(data: bytes) -> str:
    """The kind that unverified statement bytes say they are: a key of `KINDS`.

    Raises:
        LimitExceeded, Malformed: no canonical object with a known kind.
    """
    value = parse_canonical(data, limit=MAX_STATEMENT)
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise Malformed("not a statement of a known kind")
    return kind


def verify(signed: Signed, kind: type[S], public: bytes) -> S:
    """The statement, its signature verified under the Ed25519 key `public` before it is parsed.

    That `public` belongs to the statement's author is the caller's to know (`verify_by_card` checks it).

    Raises:
        LimitExceeded, Tampered (signature), then as `parse`.
    """
    if len(signed.statement) > MAX_STATEMENT:
        raise LimitExceeded("statement too long")
    check_signature(signed, kind, public)
    return parse(kind, signed.statement)


def check_signature(signed: Signed, kind: type[Statement], public: bytes) -> None:
    """Return if the signature is `public`'s under this kind's label, else Tampered. Parses nothing."""
    verify_signature(public, _label(kind), signed.statement, signed.signature)


def verify_by_card(signed: Signed, kind: type[A], card: Card) -> A:
    """`verify` with the keys of `card` (itself verified), whose owner must be the statement's author."""
    found = verify(signed, kind, card.signing)
    if found.author != card.author:
        raise Tampered("statement by another author")
    return found


def verify_card(signed: Signed) -> Card:
    """A card that holds by itself: its keys are its author's and signed it.

    Raises:
        LimitExceeded, Malformed: as `parse`.
        Tampered: key id or signature does not hold.
    """
    card = parse(Card, signed.statement)
    check_signature(signed, Card, card.signing)
    return card


def verify_directory_entry(signed: Signed, directory: bytes, card: Card, *, seen: int = 0) -> DirectoryEntry:
    """What the operator says of a professional's card (itself verified).

    `directory` is the operator's pinned Ed25519 public key, `seen` the highest sequence met for these keys.

    Raises:
        As `verify`; Tampered: by another key, or about other keys or other particulars than the card's.
        Stale: a lower sequence than `seen`.
    """
    entry = verify(signed, DirectoryEntry, directory)
    if entry.author != directory_key_id(directory):
        raise Tampered("statement by another author")
    said = (entry.key, entry.account, entry.name, entry.profession, entry.rpps)
    if said != (card.author, card.account, card.name, card.profession, card.rpps):
        raise Tampered("directory entry about another card")
    if entry.sequence < seen:
        raise Stale("an older directory entry than one already seen")
    return entry


def statement_hash(data: bytes) -> bytes:
    """The 32-byte hash by which other statements name this statement."""
    return labelled_hash(labels.HASH_STATEMENT, data)


def header_hash(header: bytes) -> bytes:
    """The hash of a document's age header, for `manifest` and `refile`."""
    return labelled_hash(labels.HASH_HEADER, header)


def metadata_hash(sealed: bytes) -> bytes:
    """The hash of sealed metadata, for `manifest` and `refile`."""
    return labelled_hash(labels.HASH_METADATA, sealed)


def author_metadata_hash(sealed: bytes) -> bytes:
    """The hash of the author's metadata, for `manifest`."""
    return labelled_hash(labels.HASH_AUTHOR_METADATA, sealed)


def parts_digest(parts: tuple[bytes, ...]) -> bytes:
    """The hash of the SHA-256 of all parts (32 bytes each, in order), for `manifest`."""
    return labelled_hash(labels.HASH_PARTS, b"".join(parts))


def bundle_hash(bundle: bytes) -> bytes:
    """The hash of a grant's bundle, for `grant`, `acceptance` and `rotation`."""
    return labelled_hash(labels.HASH_BUNDLE, bundle)


def prove_redemption(redeem: SigningKey, *, grant: GrantId, professional: KeyId, vault: VaultId) -> bytes:
    """The `proof` of an acceptance (64 bytes), by the key from the invitation's secret (spec chapter 7)."""
    return redeem.sign(_redemption_label(), _redemption(grant, professional, vault))


def verify_redemption(
    public: bytes, proof: bytes, *, grant: GrantId, professional: KeyId, vault: VaultId
) -> None:
    """Return if `proof` is `prove_redemption`'s for the invitation's public key, else Tampered."""
    verify_signature(public, _redemption_label(), _redemption(grant, professional, vault), proof)


def _redemption_label() -> str:
    return labels.REDEEM


def _redemption(grant: GrantId, professional: KeyId, vault: VaultId) -> bytes:
    return canonical({"grant": grant, "key": professional, "vault": vault})


def _label(kind: type[Statement]) -> str:
    return labels.STATEMENT_PREFIX + kind.KIND


def _check_inside(found: Statement) -> None:
    """What a statement holds that verifies by itself: cards, and the digest of a list of hashes."""
    if isinstance(found, Manifest | Deposit) and parts_digest(found.parts) != found.digest:
        raise Tampered("digest that is not the parts'")
    if isinstance(found, Vault):
        _check_card(found.card, role="patient", author=found.author)
    if isinstance(found, Acceptance | Deposit):
        _check_card(found.card, role="professional", author=found.author)
    if isinstance(found, Grant | DocumentGrant) and found.card is not None:
        _check_card(found.card, role="professional", author=None)


def _check_card(signed: Signed, *, role: str, author: KeyId | None) -> None:
    card = verify_card(signed)
    if card.role != role:
        raise Malformed("card of another role")
    if author is not None and card.author != author:
        raise Tampered("card of another author")
