"""The key that signs openings and checkpoints, and those that follow it (spec chapter 14, ADR 0040).

    rotate(session, overlap=OVERLAP, now=now)      # the next key: published now, used from LEAD seconds on
    keys = load(session)                           # verified; raises BadServerKeys
    keys.at(time)                                  # the key of an entry with this time
    retire(session, now)                           # secrets that nothing asks for any more are destroyed

Owns the rows of successions, the directory's too, and where the secrets are. Knows no note: who rotates signs
the newest one anew (`checkpoints.renew`).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crypto.errors import CoffreError
from crypto.signing import SigningKey
from crypto.statement_keys import DirectorySuccession, ServerSuccession, Succession
from crypto.statements import Signed, parse
from crypto.successions import LEAD, Dates, Keys, start, succeed, verified
from vault.errors import BadServerKeys, Conflict
from vault.models.server import ServerSecret
from vault.models.server import Succession as Row

OVERLAP: Final = 30 * 86400
"""For so long notes carry the old key's line: what does not follow successions has that time."""

_LINES: Final = 8


@dataclass(frozen=True)
class SigningKeys:
    """The keys as they are in the database; secrets by public key, where they are still kept."""

    keys: Keys
    _secrets: Mapping[bytes, SigningKey] = field(repr=False)

    def at(self, time: int) -> SigningKey:
        """The key of an entry whose header has this time. Raises BadServerKeys: its secret is gone."""
        return self._secret(self.keys.at(time))

    def noting(self, now: int) -> tuple[SigningKey, ...]:
        """The keys whose lines a note carries, the present one first; the newest ones, so that there is room
        for those of witnesses however often keys were replaced.
        """
        return tuple(self._secret(public) for public in self.keys.accepted(now)[:_LINES])

    def _secret(self, public: bytes) -> SigningKey:
        found = self._secrets.get(public)
        if found is None:
            raise BadServerKeys("the secret of a key in force is not there")
        return found


def load(session: Session) -> SigningKeys:
    """The keys, the whole chain verified.

    Raises:
        BadServerKeys: a chain that does not hold, or the present key's secret missing or another key's.
        NoResultFound: before the server's first start.
    """
    first = session.get_one(ServerSecret, 1).signing_seed
    rows = _rows(session, ServerSuccession)
    seeds = [
        seed for seed in (first, *(row.seed_before for row in rows), *(row.seed for row in rows)) if seed
    ]
    kept = {key.public: key for key in map(SigningKey.from_seed, seeds)}
    try:
        signed = [Signed(row.statement, row.signature) for row in rows]
        if signed:
            begun = start(parse(ServerSuccession, signed[0].statement).before)
        else:
            begun = start(next(iter(kept)))
        keys = verified(ServerSuccession, begun.first, signed)
    except (CoffreError, StopIteration):
        raise BadServerKeys("the server's keys do not follow one another") from None
    if keys.present not in kept:
        raise BadServerKeys("the secret of the server's present key is not there")
    return SigningKeys(keys, kept)


def newest(session: Session, known: SigningKeys) -> SigningKeys:
    """The keys as they are in this transaction. A process's own may be of before a pause of its machine, and
    an entry that a former key signed too late would be refused for ever."""
    query = select(func.count()).select_from(Row).where(Row.kind == ServerSuccession.KIND)
    return known if session.execute(query).scalar_one() == len(known.keys.followed) else load(session)


def chain(session: Session, kind: type[Succession]) -> list[Signed]:
    """The successions as everyone may read them, oldest first."""
    return [Signed(row.statement, row.signature) for row in _rows(session, kind)]


def rotate(session: Session, *, overlap: int, now: int) -> ServerSuccession:
    """Draws the next key and publishes it. `overlap`: seconds from the new key's begin for which the old one
    goes on signing notes; 0 when it was stolen.

    Raises Conflict: another succession is about to begin. BadServerKeys as `load`.
    """
    # One at a time.
    first = session.get_one(ServerSecret, 1, with_for_update=True)
    known = load(session)
    if known.keys.at(now) != known.keys.present:
        raise Conflict("another key is about to be used")
    before, after = known.at(now), SigningKey.from_seed(secrets.token_bytes(32))
    last = known.keys.followed[-1].time if known.keys.followed else now
    time = max(now, last)
    dates = Dates(time, time + LEAD, time + LEAD + overlap)
    signed = succeed(ServerSuccession, known.keys, before, after, dates)
    for row in _rows(session, ServerSuccession):
        row.seed = None
    first.signing_seed = None
    add(session, ServerSuccession, signed, seed=after.seed, seed_before=before.seed)
    return parse(ServerSuccession, signed.statement)


def retire(session: Session, now: int) -> int:
    """Destroys the secrets of keys whose `until` has passed; how many."""
    found = _over(session, now)
    for row in found:
        row.seed_before = None
    session.flush()
    return len(found)


def ends(session: Session, now: int) -> bool:
    """Whether there is a secret that `retire` would destroy."""
    return bool(_over(session, now))


def add(
    session: Session,
    kind: type[Succession],
    signed: Signed,
    *,
    seed: bytes | None = None,
    seed_before: bytes | None = None,
) -> None:
    """Keeps a succession that was verified. A directory's secrets are never here."""
    session.add(
        Row(
            kind=kind.KIND,
            sequence=parse(kind, signed.statement).sequence,
            statement=signed.statement,
            signature=signed.signature,
            seed=seed,
            seed_before=seed_before,
        )
    )
    session.flush()


def forget_directory(session: Session) -> None:
    """Drops the directory's chain: another key took its place without one."""
    session.execute(delete(Row).where(Row.kind == DirectorySuccession.KIND))


def _rows(session: Session, kind: type[Succession]) -> list[Row]:
    query = select(Row).where(Row.kind == kind.KIND).order_by(Row.sequence)
    return list(session.execute(query).scalars())


def _over(session: Session, now: int) -> list[Row]:
    query = select(Row).where(Row.kind == ServerSuccession.KIND, Row.seed_before.is_not(None))
    rows = session.execute(query).scalars()
    return [row for row in rows if parse(ServerSuccession, row.statement).until <= now]
