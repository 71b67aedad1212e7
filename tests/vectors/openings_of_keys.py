"""Openings of a share before, between and after the server's keys: right ones, and one wrong at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.signing import SigningKey
from crypto.statements import Signed
from tests.vectors.samples import SERVER
from tests.vectors.simulated_vault import SimulatedVault
from tests.vectors.stories import story
from tests.vectors.successions_made import SECOND, THIEF, THIRD, chain_of, dates

BEFORE, AFTER, LAST = dates(1).begins - 1, dates(1).begins, dates(2).begins


@dataclass(frozen=True)
class Openings:
    """A vault whose accesses from `start` on are what is asked about, the server's successions beside it."""

    expect: str
    vault: SimulatedVault
    start: int
    chain: list[Signed] = field(default_factory=chain_of)


def across_keys() -> dict[str, Openings]:
    """By name."""
    good = [(BEFORE, SERVER), (AFTER, SECOND), (LAST - 1, SECOND), (LAST, THIRD)]
    stolen = chain_of((SERVER, THIEF, THIRD))
    return {
        "of-three-keys": Openings("ok", _opened(good), 4),
        "of-the-old-key-too-late": _wrong([*good[:1], (AFTER, SERVER)]),
        "of-the-old-key-in-the-overlap": _wrong([*good[:2], (AFTER + 86400, SERVER)]),
        "of-the-first-key-after-the-second": _wrong([*good, (LAST, SERVER)]),
        "of-the-new-key-too-early": _wrong([(BEFORE, SECOND)]),
        "of-a-key-out-of-the-chain": _wrong([*good[:1], (AFTER, THIEF)]),
        "of-the-new-key-without-its-succession": _wrong(good[:2], []),
        "of-the-third-key-without-its-succession": _wrong(good, chain_of()[:1]),
        "with-another-chain": _wrong(good[:2], stolen),
    }


def _opened(openings: Sequence[tuple[int, SigningKey]]) -> SimulatedVault:
    vault = story()
    for number, (time, key) in enumerate(openings, start=3):
        vault.now = time
        vault.opening(openings=number, key=key)
    return vault


def _wrong(openings: Sequence[tuple[int, SigningKey]], chain: list[Signed] | None = None) -> Openings:
    start = 4 + len(openings) - 1
    return Openings("tampered", _opened(openings), start, chain_of() if chain is None else chain)
