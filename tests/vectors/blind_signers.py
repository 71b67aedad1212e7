"""Vectors of what keys that followed sign: entries of a directory, notes, and proofs that reach them."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from crypto.checkpoints import Checkpoint, LeafProof, origin, sign_checkpoint
from crypto.encoding import b64u
from crypto.merkle import inclusion_ranges
from crypto.signing import SigningKey, directory_key_id, sha256
from crypto.statement_grammar import write_record
from crypto.statement_keys import DirectorySuccession
from crypto.statements import Signed, sign
from tests.vectors.blind_checkpoints import HASH_OF, INDEX, LEAVES, ROOT, SIZE
from tests.vectors.samples import DIRECTORY, SERVER, directory_entry, fixed
from tests.vectors.successions_made import NEXT_DIRECTORY, SECOND, THIEF, THIRD, chain_of, dates

Vectors = Iterator[tuple[str, Mapping[str, object]]]

UNTIL = dates(1).until


def signers() -> Vectors:
    """Chapter 14's directory, checkpoints and proofs."""
    yield from _entries()
    yield from _notes()
    yield from _proofs()


def _entries() -> Vectors:
    chain = chain_of((DIRECTORY, NEXT_DIRECTORY), DirectorySuccession)

    def vector(
        expect: str, key: SigningKey, now: int, shown: SigningKey, given: Sequence[Signed]
    ) -> dict[str, object]:
        entry = sign(replace(directory_entry(), author=directory_key_id(key.public)), key)
        asked = {"present": b64u(shown.public), "chain": [signed.to_wire() for signed in given]}
        found = {"result": b64u(key.public)} if expect == "ok" else {}
        return {
            "stage": "directory-signer",
            "expect": expect,
            **asked,
            "entry": entry.to_wire(),
            "now": now,
            **found,
        }

    for name, key, now, expect in (
        ("of-the-present-key", NEXT_DIRECTORY, UNTIL - 1, "ok"),
        ("of-the-present-key-after-the-overlap", NEXT_DIRECTORY, UNTIL, "ok"),
        ("of-the-key-before", DIRECTORY, UNTIL - 1, "ok"),
        ("of-the-key-before-after-the-overlap", DIRECTORY, UNTIL, "tampered"),
        ("of-a-thief", THIEF, UNTIL - 1, "tampered"),
    ):
        yield f"entry-{name}", vector(expect, key, now, NEXT_DIRECTORY, chain)
    alone = vector("tampered", DIRECTORY, UNTIL - 1, NEXT_DIRECTORY, [])
    yield "entry-of-the-key-before-without-its-succession", alone
    early = vector("tampered", NEXT_DIRECTORY, UNTIL - 1, DIRECTORY, [])
    yield "entry-of-the-next-key-without-its-succession", early


def _line(name: str, key_hash: bytes, signature: bytes) -> bytes:
    return f"— {name} {base64.b64encode(key_hash + signature).decode()}\n".encode()


def _notes() -> Vectors:
    checkpoint = Checkpoint(3, sha256(b"root"))
    read = {"result": {"size": checkpoint.size, "root": b64u(checkpoint.root)}}
    log, name = SERVER.public, origin(SERVER.public)

    def vector(expect: str, note: bytes) -> dict[str, object]:
        keys = {"log": b64u(log), "signer": b64u(SECOND.public)}
        found = read if expect == "ok" else {}
        return {"stage": "succeeded-checkpoint", "expect": expect, **keys, "note": b64u(note), **found}

    others = [SigningKey.from_seed(fixed(f"key {number} of eight", 32)) for number in range(6)]
    yield "note-of-eight-keys", vector("ok", sign_checkpoint(checkpoint, SERVER, *others, SECOND, log=log))
    first, second = (sign_checkpoint(checkpoint, key, log=log) for key in (SERVER, SECOND))
    text = first[: first.index(b"\n\n") + 2]
    blobs = [base64.b64decode(note[len(text) :].split(b" ")[2]) for note in (first, second)]
    (of_first, by_first), (of_second, by_second) = ((blob[:4], blob[4:]) for blob in blobs)
    good, wrong = _line(name, of_second, by_second), bytes(64)
    yield "note-with-a-broken-line-of-the-old-key", vector("ok", text + _line(name, of_first, wrong) + good)
    changed = {
        "with-a-second-line-that-is-broken": good + _line(name, of_second, wrong),
        "of-the-new-key-by-another-name": _line("witness.example", of_second, by_second),
        "of-the-new-key-as-the-old-one": _line(name, of_first, by_second),
        "of-the-old-key-as-the-new-one": _line(name, of_second, by_first),
    }
    for key, lines in changed.items():
        yield f"note-{key}", vector("tampered", text + lines)


def _proofs() -> Vectors:
    path = tuple(HASH_OF(member) for member in inclusion_ranges(INDEX, SIZE))
    found = {"index": INDEX, "leaf": write_record(LEAVES[INDEX]), "size": SIZE}

    def vector(expect: str, *keys: SigningKey) -> dict[str, object]:
        note = sign_checkpoint(Checkpoint(SIZE, ROOT), *keys, log=SERVER.public)
        text = LeafProof(LEAVES[INDEX].to_bytes(), INDEX, path, note).to_text()
        asked = {"public": b64u(SERVER.public), "signer": b64u(SECOND.public), "text": b64u(text)}
        result = {"result": found} if expect == "ok" else {}
        return {"stage": "leaf-proof", "expect": expect, **asked, **result}

    yield "proof-of-the-new-key", vector("ok", SECOND)
    yield "proof-of-both-keys", vector("ok", SERVER, SECOND)
    yield "proof-of-the-old-key-alone", vector("tampered", SERVER)
    yield "proof-of-another-key", vector("tampered", THIRD)
