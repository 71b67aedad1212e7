"""Checkpoints: what stands for a vault in the tree, and the signed texts that commit to it (spec chapter 9).

Reads and writes the formats of C2SP `signed-note`, `tlog-checkpoint` and `tlog-proof`; the tree's hashes are
`merkle`'s. Knows no journal: heads and sizes come from outside.

    >>> note = sign_checkpoint(Checkpoint(1, leaf_hash(leaf.to_bytes())), server_key)
    >>> open_checkpoint(note, server_key.public).size
    1
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Final, Self

from crypto import labels
from crypto.encoding import MAX_INTEGER, VaultId, b64u, canonical, parse_canonical
from crypto.errors import LimitExceeded, Malformed, Tampered
from crypto.merkle import HASH_LENGTH, MAX_PROOF, leaf_hash, verify_inclusion
from crypto.signing import SigningKey, labelled_hash, server_key_id, verify_text
from crypto.statement_grammar import binary, integer, read_record, record, write_record

MAX_NOTE: Final = 64 * 1024
MAX_LEAF: Final = 1024
MAX_SIGNATURES: Final = 16

_ORIGIN: Final = "coffre/checkpoints/"
_ED25519: Final = b"\x01"
_PROOF_LINE: Final = "c2sp.org/tlog-proof@v1"
_DECIMAL: Final = re.compile("0|[1-9][0-9]{0,15}", re.ASCII)
_BASE64: Final = re.compile("[A-Za-z0-9+/]*={0,2}", re.ASCII)
_SIGNATURE: Final = re.compile("— ([!-*,-~]+) ([!-~]+)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class ChainHead:
    """Where a chain stood: its head (32 bytes) after `size` entries."""

    head: Annotated[bytes, binary(32)]
    size: Annotated[int, integer()]


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """Both heads of one vault at one moment; `vault` is `vault_hash`."""

    accesses: Annotated[ChainHead, record(ChainHead)]
    ledger: Annotated[ChainHead, record(ChainHead)]
    vault: Annotated[bytes, binary(32)]

    def check(self) -> None:
        """Raises Malformed: a ledger without its first entry."""
        if self.ledger.size < 1:
            raise Malformed("leaf of an empty ledger")

    def to_bytes(self) -> bytes:
        """Canonical JSON: the leaf's data."""
        return canonical(write_record(self), limit=MAX_LEAF)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The reverse of `to_bytes`. Raises Malformed, LimitExceeded."""
        return read_record(cls, parse_canonical(data, limit=MAX_LEAF))


@dataclass(frozen=True)
class Checkpoint:
    """The tree's size and root (32 bytes)."""

    size: int
    root: bytes


@dataclass(frozen=True)
class LeafProof:
    """A leaf's data, its index, the inclusion proof and the note of the checkpoint which that reaches."""

    leaf: bytes
    index: int
    proof: tuple[bytes, ...]
    note: bytes

    def to_text(self) -> bytes:
        """A C2SP `tlog-proof` with the leaf's data as its extra data."""
        hashes = "".join(f"{_b64(member)}\n" for member in self.proof)
        head = f"{_PROOF_LINE}\nextra {_b64(self.leaf)}\nindex {self.index}\n{hashes}\n"
        return head.encode() + self.note

    @classmethod
    def from_text(cls, text: bytes) -> Self:
        """The reverse of `to_text`; nothing is verified. Raises Malformed, LimitExceeded."""
        head, separator, note = _decoded(text, 2 * MAX_NOTE).partition("\n\n")
        lines = head.split("\n")
        if not separator or len(lines) < 3 or lines[0] != _PROOF_LINE:
            raise Malformed("not a proof")
        if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
            raise Malformed("proof without leaf or index")
        if len(lines) - 3 > MAX_PROOF:
            raise LimitExceeded("proof of too many hashes")
        leaf, index = _unb64(lines[1][6:]), _decimal(lines[2][6:])
        return cls(leaf, index, tuple(_hash(member) for member in lines[3:]), note.encode())

    def open(self, log: bytes, signer: bytes | None = None) -> tuple[Checkpoint, Leaf]:
        """Checkpoint and leaf, both verified (chapter 9, steps 1 and 3). Raises Tampered, Malformed."""
        checkpoint = open_checkpoint(self.note, log, signer)
        leaf = Leaf.from_bytes(self.leaf)
        verify_inclusion(
            leaf_hash(self.leaf),
            index=self.index,
            size=checkpoint.size,
            proof=self.proof,
            root=checkpoint.root,
        )
        return checkpoint, leaf


def vault_hash(vault: VaultId, first_entry: bytes) -> bytes:
    """What stands for a vault in its leaves (32 bytes); `first_entry` is the hash of its ledger's entry 0."""
    return labelled_hash(labels.CHECKPOINT_VAULT, canonical({"entry": b64u(first_entry), "vault": vault}))


def origin(server_public: bytes) -> str:
    """The name of a server's log, from its Ed25519 public key (32 bytes)."""
    return _ORIGIN + server_key_id(server_public)


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey, *others: SigningKey, log: bytes = b"") -> bytes:
    """The signed note of a checkpoint, a line for each key. `log`: the server's first key, if `key` is
    another (chapter 14)."""
    name = log or key.public
    text = _text(checkpoint, name)
    blobs = [_b64(_key_hash(name, each.public) + each.sign_text(text)) for each in (key, *others)]
    return text + b"\n" + "".join(f"— {origin(name)} {blob}\n" for blob in blobs).encode()


def open_checkpoint(note: bytes, log: bytes, signer: bytes | None = None) -> Checkpoint:
    """The checkpoint of a note of the log whose first key is `log`, by the line of `signer` (the first key if
    none is given); lines of others are ignored.

    Raises:
        LimitExceeded: over 64 KiB.
        Malformed: off the grammar of chapter 9.
        Tampered: of another log, or not signed by this server.
    """
    lines = _decoded(note, MAX_NOTE).split("\n")
    if len(lines) < 6 or lines[3] or lines[-1]:
        raise Malformed("not a checkpoint")
    if len(lines) - 5 > MAX_SIGNATURES:
        raise Malformed("note with too many signatures")
    checkpoint = Checkpoint(_decimal(lines[1]), _hash(lines[2]))
    blobs = [_signature(line) for line in lines[4:-1]]
    public = log if signer is None else signer
    name, key_hash = origin(log), _key_hash(log, public)
    if lines[0] != name:
        raise Tampered("checkpoint of another log")
    own = [blob[4:] for signer, blob in blobs if signer == name and blob[:4] == key_hash]
    if not own:
        raise Tampered("checkpoint that the server did not sign")
    for signature in own:
        verify_text(public, _text(checkpoint, log), signature)
    return checkpoint


def _text(checkpoint: Checkpoint, log: bytes) -> bytes:
    return f"{origin(log)}\n{checkpoint.size}\n{_b64(checkpoint.root)}\n".encode()


def _key_hash(log: bytes, public: bytes) -> bytes:
    return hashlib.sha256(origin(log).encode() + b"\n" + _ED25519 + public).digest()[:4]


def _decoded(data: bytes, limit: int) -> str:
    if len(data) > limit:
        raise LimitExceeded("text too long")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None


def _signature(line: str) -> tuple[str, bytes]:
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        raise Malformed("signature line off the grammar")
    blob = _unb64(found[2])
    if len(blob) < 5:
        raise Malformed("signature too short")
    return found[1], blob


def _decimal(text: str) -> int:
    if _DECIMAL.fullmatch(text) is None or int(text) > MAX_INTEGER:
        raise Malformed("number off the grammar")
    return int(text)


def _hash(text: str) -> bytes:
    data = _unb64(text)
    if len(data) != HASH_LENGTH:
        raise Malformed("hash of another length")
    return data


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes:
    """Canonical standard base64 with padding."""
    if _BASE64.fullmatch(text) is None or len(text) % 4:
        raise Malformed("not base64")
    data = binascii.a2b_base64(text)
    if _b64(data) != text:
        raise Malformed("base64 that is not canonical")
    return data
