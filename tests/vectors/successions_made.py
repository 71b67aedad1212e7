"""Chains of keys of a server and of a directory: samples, and chains with one fault."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from crypto.signing import SigningKey
from crypto.statement_keys import DirectorySuccession, ServerSuccession, Succession
from crypto.statements import Signed, Statement, parse, sign
from crypto.successions import LEAD, Dates, start, succeed, verified, with_proof
from tests.vectors.samples import DAY, DIRECTORY, NOW, SERVER, fixed

SECOND: Final = SigningKey.from_seed(fixed("second server key", 32))
THIRD: Final = SigningKey.from_seed(fixed("third server key", 32))
THIEF: Final = SigningKey.from_seed(fixed("a thief's key", 32))
NEXT_DIRECTORY: Final = SigningKey.from_seed(fixed("next directory key", 32))
SERVER_KEYS: Final = (SERVER, SECOND, THIRD)


def dates(number: int, *, overlap: int = 30 * DAY) -> Dates:
    """Those of the succession of a number, counted from 1: a hundred days between two."""
    time = NOW + number * 100 * DAY
    return Dates(time, time + LEAD, time + LEAD + overlap)


def chain_of(
    keys: Sequence[SigningKey] = SERVER_KEYS, kind: type[Succession] = ServerSuccession
) -> list[Signed]:
    """The successions from the first key through all others."""
    signed: list[Signed] = []
    known = start(keys[0].public)
    for number in range(1, len(keys)):
        signed.append(succeed(kind, known, keys[number - 1], keys[number], dates(number)))
        known = verified(kind, keys[0].public, signed)
    return signed


def samples() -> dict[str, tuple[Statement, SigningKey]]:
    """One valid succession of each kind with its signer, as `samples.first_statements`."""
    server, directory = chain_of()[1], chain_of((DIRECTORY, NEXT_DIRECTORY), DirectorySuccession)[0]
    return {
        ServerSuccession.KIND: (parse(ServerSuccession, server.statement), SECOND),
        DirectorySuccession.KIND: (parse(DirectorySuccession, directory.statement), DIRECTORY),
    }


@dataclass(frozen=True)
class Wrong:
    """A chain that does not hold, and why."""

    chain: list[Signed]
    code: str = "tampered"


def faulty() -> dict[str, Wrong]:
    """Chains from SERVER with one fault each."""
    good = chain_of()
    one = good[0]
    first = parse(ServerSuccession, one.statement)
    stolen = succeed(ServerSuccession, start(SERVER.public), SERVER, THIEF, dates(1))
    directory = chain_of((SERVER, SECOND), DirectorySuccession)
    its_proof = parse(DirectorySuccession, directory[0].statement).proof
    found = {
        "first-left-out": good[1:],
        "out-of-order": good[::-1],
        "twice": [one, one],
        "goes-on-from-another": [stolen, good[1]],
        "of-another-server": chain_of((THIRD, SECOND)),
        "of-a-directory": directory,
        "signed-by-another": [sign(first, THIEF)],
        "signed-by-the-new-key": [sign(first, SECOND)],
        "without-the-new-key": [sign(replace(first, key=THIEF.public), SERVER)],
        "proof-of-other-dates": [sign(replace(first, until=first.until + 1), SERVER)],
        "proof-of-the-other-kind": [sign(replace(first, proof=its_proof), SERVER)],
        "begins-at-two": [resigned(replace(first, sequence=2, prev=bytes(32)), SERVER, SECOND)],
        "back-to-a-key-from-before": [one, _after_one(SERVER)],
        "another-prev": [one, _after_one(THIRD, prev=bytes(32))],
        "another-before": [one, _after_one(THIRD, before=SERVER.public)],
        "another-author": [one, _after_one(THIRD, author=first.author)],
        "made-before-the-last": [one, _after_one(THIRD, time=first.time - 1)],
        "begins-with-the-last": [one, _after_one(THIRD, time=first.time, from_=first.from_)],
    }
    return {
        **{name: Wrong(chain) for name, chain in found.items()},
        "too-many": Wrong([one] * 1001, "limit_exceeded"),
    }


def resigned(value: Succession, before: SigningKey, after: SigningKey) -> Signed:
    """A succession as it stands, with a proof and a signature that hold."""
    return sign(with_proof(value, after), before)


def _after_one(after: SigningKey, **changes: object) -> Signed:
    """A second succession of SERVER's chain with a fault, whose proof and signature hold."""
    good = parse(ServerSuccession, chain_of()[1].statement)
    return resigned(replace(good, key=after.public, **cast(dict[str, Any], changes)), SECOND, after)
