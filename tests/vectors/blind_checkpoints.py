"""Vectors of `merkle`, `checkpoints` and `head_code`, each with one fault."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace

from crypto.checkpoints import (
    ChainHead,
    Checkpoint,
    Leaf,
    LeafProof,
    origin,
    sign_checkpoint,
    vault_hash,
)
from crypto.encoding import Json, b64u, canonical, parse_canonical
from crypto.head_code import HeadCode
from crypto.merkle import Range, consistency_ranges, inclusion_ranges, leaf_hash, range_hashes
from crypto.signing import SigningKey
from crypto.statement_grammar import write_record
from tests.vectors.samples import VAULT, fixed

Vectors = Iterator[tuple[str, Mapping[str, object]]]

SERVER = SigningKey.from_seed(fixed("checkpoint server", 32))
WITNESS = SigningKey.from_seed(fixed("witness", 32))
SIZE, OLD, INDEX = 11, 6, 4
LEAVES = tuple(
    Leaf(
        accesses=ChainHead(head=fixed(f"accesses {number}", 32), size=number),
        ledger=ChainHead(head=fixed(f"ledger {number}", 32), size=number + 1),
        vault=vault_hash(VAULT, fixed(f"first entry {number}", 32)),
    )
    for number in range(SIZE)
)
HASH_OF = range_hashes([leaf_hash(leaf.to_bytes()) for leaf in LEAVES])
ROOT = HASH_OF(Range(0, SIZE))


def checkpoints() -> Vectors:
    """Everything of chapter 9, and the head codes of chapter 6."""
    yield from _leaves()
    yield from _inclusions()
    yield from _consistencies()
    yield from _notes()
    yield from _proofs()
    yield from _codes()


def _leaves() -> Vectors:
    leaf = LEAVES[3]
    entry = fixed("first entry 3", 32)
    known = {"vault": VAULT, "entry": b64u(entry), "hash": b64u(leaf.vault)}
    yield "vault-hash", {"stage": "vault-hash", "expect": "ok", **known}
    data = leaf.to_bytes()
    hashed = {"hash": b64u(leaf_hash(data))}
    yield "leaf", {"stage": "leaf", "expect": "ok", "data": b64u(data), **hashed}
    fields = parse_canonical(data)
    if not isinstance(fields, dict):
        raise TypeError(fields)
    ledger = fields["ledger"]
    if not isinstance(ledger, dict):
        raise TypeError(ledger)
    changes: dict[str, dict[str, Json]] = {
        "leaf-empty-ledger": {**fields, "ledger": {**ledger, "size": 0}},
        "leaf-short-head": {**fields, "ledger": {**ledger, "head": b64u(bytes(31))}},
        "leaf-unknown-field": {**fields, "more": 1},
        "leaf-without-accesses": {key: fields[key] for key in ("ledger", "vault")},
    }
    for name, changed in changes.items():
        yield name, {"stage": "leaf", "expect": "malformed", "data": b64u(canonical(changed))}
    yield "leaf-not-canonical", {"stage": "leaf", "expect": "malformed", "data": b64u(data + b" ")}
    yield "leaf-too-long", {"stage": "leaf", "expect": "limit_exceeded", "data": b64u(bytes(1025))}


def _inclusion(expect: str, **changes: object) -> dict[str, object]:
    good = {
        "leaf": b64u(leaf_hash(LEAVES[INDEX].to_bytes())),
        "index": INDEX,
        "size": SIZE,
        "proof": [b64u(HASH_OF(member)) for member in inclusion_ranges(INDEX, SIZE)],
        "root": b64u(ROOT),
    }
    return {"stage": "inclusion", "expect": expect, **good, **changes}


def _inclusions() -> Vectors:
    proof = [b64u(HASH_OF(member)) for member in inclusion_ranges(INDEX, SIZE)]
    yield "inclusion", _inclusion("ok")
    last = [b64u(HASH_OF(member)) for member in inclusion_ranges(SIZE - 1, SIZE)]
    hashed = b64u(leaf_hash(LEAVES[-1].to_bytes()))
    yield "inclusion-of-the-last", _inclusion("ok", leaf=hashed, index=SIZE - 1, proof=last)
    wrong: dict[str, dict[str, object]] = {
        "other-index": {"index": INDEX + 1},
        "other-leaf": {"leaf": b64u(bytes(32))},
        "other-root": {"root": b64u(bytes(32))},
        "other-size": {"size": 8},
        "index-beyond": {"index": SIZE},
        "hash-left-out": {"proof": proof[:-1]},
        "hash-too-many": {"proof": [*proof, proof[-1]]},
        "hashes-in-another-order": {"proof": proof[::-1]},
        "short-hash": {"proof": [b64u(bytes(31)), *proof[1:]]},
        "too-many-hashes": {"proof": [proof[0]] * 65},
    }
    for name, change in wrong.items():
        yield f"inclusion-{name}", _inclusion("tampered", **change)


def _consistency(expect: str, **changes: object) -> dict[str, object]:
    good = {
        "old": OLD,
        "new": SIZE,
        "old_root": b64u(HASH_OF(Range(0, OLD))),
        "new_root": b64u(ROOT),
        "proof": [b64u(HASH_OF(member)) for member in consistency_ranges(OLD, SIZE)],
    }
    return {"stage": "consistency", "expect": expect, **good, **changes}


def _consistencies() -> Vectors:
    proof = [b64u(HASH_OF(member)) for member in consistency_ranges(OLD, SIZE)]
    root, empty = b64u(ROOT), b64u(HASH_OF(Range(0, 0)))
    yield "consistency", _consistency("ok")
    eight = [b64u(HASH_OF(member)) for member in consistency_ranges(8, SIZE)]
    whole = {"old": 8, "old_root": b64u(HASH_OF(Range(0, 8)))}
    yield "consistency-from-a-power-of-two", _consistency("ok", proof=eight, **whole)
    yield "consistency-from-nothing", _consistency("ok", old=0, old_root=empty, proof=[])
    yield "consistency-of-the-same", _consistency("ok", old=SIZE, old_root=root, proof=[])
    wrong: dict[str, dict[str, object]] = {
        "other-old-root": {"old_root": b64u(bytes(32))},
        "other-new-root": {"new_root": b64u(bytes(32))},
        "shrank": {"old": SIZE + 1},
        "hash-left-out": {"proof": proof[:-1]},
        "hash-too-many": {"proof": [*proof, proof[-1]]},
        "without-proof": {"proof": []},
        "from-a-power-of-two-with-its-root": {**whole, "proof": [whole["old_root"], *eight]},
        "same-size-other-root": {"old": SIZE, "old_root": b64u(bytes(32)), "proof": []},
        "same-size-with-proof": {"old": SIZE, "old_root": root},
        "nothing-with-another-root": {"old": 0, "old_root": root, "proof": []},
        "short-hash": {"proof": [b64u(bytes(31)), *proof[1:]]},
        "too-many-hashes": {"proof": [proof[0]] * 65},
    }
    for name, change in wrong.items():
        yield f"consistency-{name}", _consistency("tampered", **change)


def _note(note: bytes, expect: str) -> dict[str, object]:
    public = b64u(SERVER.public)
    return {"stage": "checkpoint", "expect": expect, "public": public, "note": b64u(note)}


def _notes() -> Vectors:
    checkpoint = Checkpoint(SIZE, ROOT)
    note = sign_checkpoint(checkpoint, SERVER)
    text, signature = note[: note.index(b"\n\n") + 1], note[note.index(b"\n\n") + 2 :]
    read = {"result": {"size": SIZE, "root": b64u(ROOT)}, "seed": b64u(SERVER.seed)}
    yield "note", {**_note(note, "ok"), **read}
    stranger = f"— witness.example {base64.b64encode(b'abcd' + bytes(64)).decode()}\n".encode()
    with_witness = {"result": read["result"]}
    yield "note-with-a-witness", {**_note(note + stranger, "ok"), **with_witness}
    same_name = b"\xe2\x80\x94 " + origin(SERVER.public).encode() + b" " + stranger.split(b" ")[2]
    yield "note-with-another-key-of-the-name", {**_note(note + same_name, "ok"), **with_witness}
    other = sign_checkpoint(checkpoint, WITNESS)
    flipped = base64.b64encode(base64.b64decode(signature.split(b" ")[2])[:-1] + b"\xff")
    forged = signature[: signature.rindex(b" ") + 1] + flipped + b"\n"
    wrong = {
        "of-another-log": (other, "tampered"),
        "signed-by-another": (text + b"\n" + stranger, "tampered"),
        "another-size": (note.replace(b"\n11\n", b"\n12\n"), "tampered"),
        "signature-flipped": (text + b"\n" + forged, "tampered"),
        "second-signature-flipped": (note + forged, "tampered"),
        "leading-zero": (note.replace(b"\n11\n", b"\n011\n"), "malformed"),
        "size-too-large": (note.replace(b"\n11\n", b"\n9007199254740992\n"), "malformed"),
        "negative-size": (note.replace(b"\n11\n", b"\n-1\n"), "malformed"),
        "root-too-short": (note.replace(text.split(b"\n")[2], base64.b64encode(bytes(31))), "malformed"),
        "root-without-padding": (note.replace(b"=\n\n", b"\n\n"), "malformed"),
        "extension-line": (note.replace(b"\n\n", b"\nmore\n\n"), "malformed"),
        "without-signature": (text + b"\n", "malformed"),
        "without-the-last-line-feed": (note[:-1], "malformed"),
        "carriage-return": (note.replace(b"\n", b"\r\n"), "malformed"),
        "not-utf-8": (note + b"\xff\n", "malformed"),
        "hyphen-for-dash": (note.replace("—".encode(), b"-"), "malformed"),
        "name-with-plus": (note + stranger.replace(b"witness", b"wit+ness"), "malformed"),
        "short-signature": (note + "— w.example YWJjZA==\n".encode(), "malformed"),
        "base64-with-bits": (note + "— w.example YWJjZGV=\n".encode(), "malformed"),
        "too-many-signatures": (note + stranger * 16, "malformed"),
        "too-long": (note + b"x" * 65536, "limit_exceeded"),
        "empty": (b"", "malformed"),
    }
    for name, (changed, expect) in wrong.items():
        yield f"note-{name}", _note(changed, expect)


def _proofs() -> Vectors:
    note = sign_checkpoint(Checkpoint(SIZE, ROOT), SERVER)
    path = tuple(HASH_OF(member) for member in inclusion_ranges(INDEX, SIZE))
    proof = LeafProof(LEAVES[INDEX].to_bytes(), INDEX, path, note)

    def read(text: bytes, expect: str) -> dict[str, object]:
        public = b64u(SERVER.public)
        return {"stage": "leaf-proof", "expect": expect, "public": public, "text": b64u(text)}

    found = {"index": INDEX, "leaf": write_record(LEAVES[INDEX]), "size": SIZE}
    text = proof.to_text()
    yield "proof", {**read(text, "ok"), "result": found}
    tampered = {
        "of-another-leaf": replace(proof, leaf=LEAVES[INDEX + 1].to_bytes()),
        "at-another-index": replace(proof, index=INDEX + 1),
        "hash-left-out": replace(proof, proof=path[:-1]),
        "other-checkpoint": replace(proof, note=sign_checkpoint(Checkpoint(SIZE, bytes(32)), SERVER)),
    }
    for name, changed in tampered.items():
        yield f"proof-{name}", read(changed.to_text(), "tampered")
    malformed = {
        "other-version": text.replace(b"proof@v1", b"proof@v2"),
        "without-leaf": text.replace(b"extra ", b"other "),
        "without-index": text.replace(b"index ", b"place "),
        "index-with-zero": text.replace(b"index ", b"index 0"),
        "short-hash": replace(proof, proof=(bytes(31), *path[1:])).to_text(),
        "leaf-off-the-grammar": replace(proof, leaf=b"{}").to_text(),
        "without-note": text[: text.index(b"\n\n")],
        "two-lines": b"c2sp.org/tlog-proof@v1\nextra \n\n" + note,
        "not-utf-8": b"\xff" + text,
    }
    for name, changed_text in malformed.items():
        yield f"proof-{name}", read(changed_text, "malformed")
    yield "proof-of-65-hashes", read(replace(proof, proof=(path[0],) * 65).to_text(), "limit_exceeded")
    yield "proof-too-long", read(text + b"x" * 131072, "limit_exceeded")


def _codes() -> Vectors:
    code = HeadCode.of("ledger", 12, fixed("head", 32))
    result = {"chain": "ledger", "size": 12, "start": b64u(code.start), "text": code.text()}
    typed = code.text().lower().replace("-", " ").replace(":", " : ")
    for name, text in {"code": code.text(), "code-as-typed": typed}.items():
        yield name, {"stage": "head-code", "expect": "ok", "text": text, "result": result}
    text = code.text()
    wrong = {
        "other-chain": text.replace("ledger", "journal"),
        "leading-zero": text.replace(":12:", ":012:"),
        "size-too-large": text.replace(":12:", ":9007199254740992:"),
        "digit-left-out": text[:-1],
        "digit-too-many": text + "0",
        "no-digit": text[:-1] + "G",
        "without-chain": text.partition(":")[2],
        "other-space": text.replace("-", "\u00a0"),
        "empty": "",
    }
    for name, changed in wrong.items():
        yield f"code-{name}", {"stage": "head-code", "expect": "malformed", "text": changed}
