"""Vectors of `successions`, each with one fault, and of notes that several keys signed."""

from collections.abc import Iterator, Mapping, Sequence

from crypto.checkpoints import Checkpoint, sign_checkpoint
from crypto.encoding import b64u
from crypto.signing import SigningKey, sha256
from crypto.statement_keys import DirectorySuccession, ServerSuccession
from crypto.statements import Signed
from crypto.successions import Keys, Pin, start, succeed, verified
from tests.vectors.blind_signers import signers
from tests.vectors.samples import DAY, DIRECTORY, NOW, SERVER
from tests.vectors.successions_made import (
    NEXT_DIRECTORY,
    SECOND,
    THIEF,
    THIRD,
    chain_of,
    dates,
    faulty,
)

Vectors = Iterator[tuple[str, Mapping[str, object]]]
MOMENTS = tuple(
    NOW + days * DAY + seconds for days in (0, 100, 130, 200, 230) for seconds in (0, 599, 600, 601)
)


def successions() -> Vectors:
    """Everything of chapter 14."""
    yield from _chains()
    yield from _directories()
    yield from _notes()
    yield from signers()


def _vector(chain: Sequence[Signed], expect: str, first: SigningKey = SERVER) -> dict[str, object]:
    return {
        "stage": "successions",
        "expect": expect,
        "kind": ServerSuccession.KIND,
        "first": b64u(first.public),
        "chain": [signed.to_wire() for signed in chain],
    }


def _pinned(pin: Pin | None) -> dict[str, object]:
    return {} if pin is None else {"pin": {"sequence": pin.sequence, "head": b64u(pin.head)}}


def _told(keys: Keys) -> dict[str, object]:
    """What a chain says at some moments: the key of entries, and those that an overlap lets through."""
    return {
        "head": "" if keys.pin is None else b64u(keys.pin.head),
        "present": b64u(keys.present),
        "moments": [
            {
                "time": time,
                "key": b64u(keys.at(time)),
                "accepted": [b64u(key) for key in keys.accepted(time)],
            }
            for time in MOMENTS
        ],
    }


def _chains() -> Vectors:
    good = chain_of()
    for length in range(len(good) + 1):
        keys = verified(ServerSuccession, SERVER.public, good[:length])
        yield f"chain-of-{length}", {**_vector(good[:length], "ok"), "result": _told(keys)}
    keys = verified(ServerSuccession, SERVER.public, good)
    stolen = succeed(ServerSuccession, start(SERVER.public), SERVER, SECOND, dates(1, overlap=0))
    at_once = verified(ServerSuccession, SERVER.public, [stolen])
    yield "chain-without-overlap", {**_vector([stolen], "ok"), "result": _told(at_once)}
    for name, wrong in faulty().items():
        yield f"chain-{name}", _vector(wrong.chain, wrong.code)
    earlier = verified(ServerSuccession, SERVER.public, good[:1]).pin
    for name, pin in {
        "at-its-end": keys.pin,
        "before-its-end": earlier,
        "of-nothing": Pin(0, bytes(32)),
    }.items():
        yield f"pin-{name}", {**_vector(good, "ok"), **_pinned(pin), "result": _told(keys)}
    thiefs = [succeed(ServerSuccession, start(SERVER.public), SERVER, THIEF, dates(1))]
    onwards = verified(ServerSuccession, SERVER.public, thiefs)
    thiefs.append(succeed(ServerSuccession, onwards, THIEF, THIRD, dates(2)))
    refused = {"shorter": good[:1], "none": [], "forked": thiefs, "forked-and-shorter": thiefs[:1]}
    for name, chain in refused.items():
        yield f"pin-{name}", {**_vector(chain, "stale"), **_pinned(keys.pin)}
    yield "pin-that-was-forked", {**_vector(thiefs, "stale"), **_pinned(earlier)}


def _directories() -> Vectors:
    chain = chain_of((DIRECTORY, NEXT_DIRECTORY), DirectorySuccession)
    keys = verified(DirectorySuccession, DIRECTORY.public, chain)

    def vector(expect: str, shown: SigningKey, given: Sequence[Signed]) -> dict[str, object]:
        wire = [signed.to_wire() for signed in given]
        return {"stage": "directory-keys", "expect": expect, "present": b64u(shown.public), "chain": wire}

    yield "directory", {**vector("ok", NEXT_DIRECTORY, chain), "result": _told(keys)}
    yield "directory-alone", {**vector("ok", THIEF, []), "result": _told(start(THIEF.public))}
    yield "directory-that-leads-elsewhere", vector("tampered", THIEF, chain)
    yield "directory-of-before", vector("tampered", DIRECTORY, chain)
    yield "directory-by-a-server", vector("malformed", SECOND, chain_of((SERVER, SECOND)))


def _notes() -> Vectors:
    """Notes in the time between two keys, and after it."""
    checkpoint = Checkpoint(3, sha256(b"root"))
    read = {"result": {"size": checkpoint.size, "root": b64u(checkpoint.root)}}

    def vector(expect: str, note: bytes, signer: SigningKey) -> dict[str, object]:
        return {
            "stage": "succeeded-checkpoint",
            "expect": expect,
            "log": b64u(SERVER.public),
            "signer": b64u(signer.public),
            "note": b64u(note),
        }

    both = sign_checkpoint(checkpoint, SECOND, SERVER, log=SERVER.public)
    for name, key in {"present": SECOND, "first": SERVER}.items():
        yield f"note-of-both-for-the-{name}", {**vector("ok", both, key), **read}
    alone = sign_checkpoint(checkpoint, SECOND, log=SERVER.public)
    seeds = {"seed": b64u(SECOND.seed)}
    yield "note-of-the-new-key", {**vector("ok", alone, SECOND), **read, **seeds}
    yield "note-of-the-old-key-alone", vector("tampered", sign_checkpoint(checkpoint, SERVER), SECOND)
    yield "note-of-the-new-key-for-the-first", vector("tampered", alone, SERVER)
    yield "note-of-the-new-key-s-own-log", vector("tampered", sign_checkpoint(checkpoint, SECOND), SECOND)
    yield "note-by-a-thief", vector("tampered", sign_checkpoint(checkpoint, THIEF, log=SERVER.public), SECOND)
