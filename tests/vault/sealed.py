"""What the tests' people send: random bytes of the right shape for all that the server cannot open."""

import base64
import hashlib
import os
from dataclasses import dataclass, field
from typing import Any

from crypto import statements
from crypto.age_header import Stanza, write_header
from crypto.encoding import DocumentId, SectionId, VaultId, new_id
from crypto.signing import SigningKey

MIB = 1024 * 1024
PART = 5 * MIB


@dataclass
class Place:
    """A position in a ledger."""

    vault: VaultId
    seq: int
    prev: bytes

    def fields(self) -> dict[str, Any]:
        """As a statement carries it."""
        return {"vault": self.vault, "seq": self.seq, "prev": self.prev}


@dataclass
class SealedVersion:
    """A version with random bytes for everything that the server cannot read."""

    section: str
    document: DocumentId = field(default_factory=lambda: DocumentId(new_id()))
    version: int = 1
    epoch: int = 1
    previous: bytes | None = None
    content: bytes = field(default_factory=lambda: os.urandom(1000))
    metadata: bytes = field(default_factory=lambda: os.urandom(552))
    author_metadata: bytes = field(default_factory=lambda: os.urandom(552))
    author_stanza: bool = False

    def __post_init__(self) -> None:
        """Makes the header."""
        self.header = header(self.section, self.epoch, author_stanza=self.author_stanza)

    def fields(self) -> dict[str, Any]:
        """The manifest's fields."""
        parts = tuple(
            hashlib.sha256(self.content[start : start + PART]).digest()
            for start in range(0, len(self.content), PART)
        )
        return {
            "digest": statements.parts_digest(parts),
            "document": self.document,
            "epoch": self.epoch,
            "header": statements.header_hash(self.header),
            "length": len(self.content),
            "metadata": statements.metadata_hash(self.metadata),
            "part_size": PART,
            "parts": parts,
            "section": SectionId(self.section),
            "version": self.version,
            "previous": self.previous,
        }


def header(section: str, epoch: int, *, author_stanza: bool = False) -> bytes:
    """An age header of the right form that nothing opens."""
    stanzas = [Stanza("coffre.section/v1", (section, str(epoch)), os.urandom(56))]
    if author_stanza:
        stanzas.append(Stanza("mlkem768x25519", ("AAAA",), b"a" * 32))
    return write_header(stanzas, os.urandom(32))


def keyring() -> bytes:
    """An age file that nothing opens."""
    return b"age-encryption.org/v1\n-> none\n\n--- x\n" + os.urandom(200)


def bundle() -> bytes:
    """A grant's bundle that nothing opens."""
    return keyring()


def digest_header(data: bytes) -> str:
    """RFC 9530."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def redeem_key() -> SigningKey:
    """The key that an invitation's secret would give."""
    return SigningKey.generate()
