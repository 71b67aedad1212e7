"""Chains of keys: from the first key of a server or directory to the present one (spec chapter 14).

Owns making a succession and verifying a chain of them. Knows neither where a chain is kept nor who asks.

    >>> signed = succeed(ServerSuccession, start(old.public), old, new, Dates(now, now + LEAD, now + week))
    >>> keys = verified(ServerSuccession, old.public, [signed])
    >>> keys.at(now) == old.public and keys.present == new.public
    True
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from crypto import labels, statements
from crypto.encoding import KeyId, canonical
from crypto.errors import LimitExceeded, Stale, Tampered
from crypto.signing import SigningKey, directory_key_id, server_key_id, verify
from crypto.statement_grammar import Signed, write_record
from crypto.statement_keys import MAX_SUCCESSIONS, DirectorySuccession, ServerSuccession, Succession

LEAD: Final = 600
"""Seconds for which a succession is published at least before the new key signs entries."""
_NO_PROOF: Final = bytes(64)
_KEY_ID: Final[dict[str, Callable[[bytes], KeyId]]] = {
    ServerSuccession.KIND: server_key_id,
    DirectorySuccession.KIND: directory_key_id,
}


@dataclass(frozen=True)
class Pin:
    """How far somebody saw a chain: number of successions and the last one's statement hash."""

    sequence: int
    head: bytes


@dataclass(frozen=True)
class Dates:
    """A succession's times: when it is made, from when the new key signs, until when the old one's hold."""

    time: int
    begins: int
    until: int


@dataclass(frozen=True)
class Keys:
    """The keys of a verified chain: the first one, and the successions in their order."""

    first: bytes
    followed: tuple[Succession, ...] = ()
    heads: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def publics(self) -> tuple[bytes, ...]:
        """All keys, oldest first."""
        return (self.first, *(member.key for member in self.followed))

    @property
    def present(self) -> bytes:
        """The newest key."""
        return self.publics[-1]

    @property
    def pin(self) -> Pin | None:
        """What to pin; None as long as the first key is the present one."""
        return Pin(len(self.heads), self.heads[-1]) if self.heads else None

    def at(self, time: int) -> bytes:
        """The key that signs entries whose header has this time."""
        begun = [member.key for member in self.followed if member.from_ <= time]
        return begun[-1] if begun else self.first

    def accepted(self, now: int) -> tuple[bytes, ...]:
        """The keys whose signatures are taken where an overlap counts: the present one, then earlier ones."""
        earlier = [member.before for member in self.followed if now < member.until]
        return (self.present, *reversed(earlier))

    def check_pin(self, pin: Pin | None) -> None:
        """Raises Stale: shorter than what was seen, or another one."""
        if pin is None or pin.sequence == 0:
            return
        if len(self.heads) < pin.sequence:
            raise Stale("fewer successions of keys than were seen")
        self.check_known(pin)

    def check_known(self, pin: Pin | None) -> None:
        """Raises Stale: another succession than was seen at a place that both have (older is well)."""
        if (
            pin is not None
            and 0 < pin.sequence <= len(self.heads)
            and self.heads[pin.sequence - 1] != pin.head
        ):
            raise Stale("another succession of keys than the one seen")


def start(first: bytes) -> Keys:
    """The chain without a succession."""
    return Keys(first)


def succeed(
    kind: type[Succession], keys: Keys, before: SigningKey, after: SigningKey, dates: Dates
) -> Signed:
    """The next succession of a chain, signed by both keys.

    Raises:
        Tampered: `before` is not the present key, `after` stood there already, or dates before the last one.
        Malformed, LimitExceeded: dates that chapter 14 refuses.
    """
    value = kind(
        author=_KEY_ID[kind.KIND](before.public),
        time=dates.time,
        before=before.public,
        from_=dates.begins,
        key=after.public,
        proof=_NO_PROOF,
        sequence=len(keys.followed) + 1,
        until=dates.until,
        prev=keys.heads[-1] if keys.heads else None,
    )
    signed = statements.sign(with_proof(value, after), before)
    _follow(kind, keys, signed)
    return signed


def verified(kind: type[Succession], first: bytes, chain: Sequence[Signed], pin: Pin | None = None) -> Keys:
    """The keys of a chain that begins at `first`, each succession verified, held against a pin.

    Raises:
        Tampered: a signature, proof, place or time that does not hold.
        Malformed, LimitExceeded: off the grammar, or too many.
        Stale: shorter than the pin, or another chain.
    """
    if len(chain) > MAX_SUCCESSIONS:
        raise LimitExceeded("too many successions")
    keys = start(first)
    for signed in chain:
        keys = _follow(kind, keys, signed)
    keys.check_pin(pin)
    return keys


def directory_keys(present: bytes, chain: Sequence[Signed]) -> Keys:
    """A directory's keys from the one that a server shows and the chain that should lead to it.

    Raises:
        Tampered: as `verified`, or the chain ends at another key.
        Malformed, LimitExceeded: off the grammar.
    """
    if not chain:
        return start(present)
    first = statements.parse(DirectorySuccession, chain[0].statement).before
    keys = verified(DirectorySuccession, first, chain)
    if keys.present != present:
        raise Tampered("a chain that leads to another key")
    return keys


def directory_signer(keys: Keys, entry: Signed, now: int) -> bytes:
    """The key under which a directory's entry is to be verified: an earlier one whose overlap is not over if
    it signed it, else the present one.
    """
    for public in keys.accepted(now):
        try:
            statements.check_signature(entry, statements.DirectoryEntry, public)
        except Tampered:
            continue
        return public
    return keys.present


def with_proof(value: Succession, after: SigningKey) -> Succession:
    """A succession with the new key's proof in place of the one that it has."""
    return replace(value, proof=after.sign(_proof_label(), _proven(value)))


def _follow(kind: type[Succession], keys: Keys, signed: Signed) -> Keys:
    found = statements.verify(signed, kind, keys.present)
    last = keys.followed[-1] if keys.followed else None
    expected = (len(keys.heads) + 1, keys.heads[-1] if keys.heads else None, keys.present)
    if (found.sequence, found.prev, found.before) != expected:
        raise Tampered("succession at another place")
    if found.author != _KEY_ID[kind.KIND](found.before):
        raise Tampered("succession by another author")
    if found.key in keys.publics:
        raise Tampered("succession to a key from before")
    if last is not None and (found.time < last.time or found.from_ <= last.from_):
        raise Tampered("succession before the previous one")
    verify(found.key, _proof_label(), _proven(found), found.proof)
    head = statements.statement_hash(signed.statement)
    return Keys(keys.first, (*keys.followed, found), (*keys.heads, head))


def _proof_label() -> str:
    return labels.SUCCESSION


def _proven(value: Succession) -> bytes:
    """What the new key signs: the statement's bytes without the proof."""
    fields = write_record(value)
    del fields["proof"]
    return canonical({**fields, "kind": value.KIND})
