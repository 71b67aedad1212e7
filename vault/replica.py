"""Pages of a vault's chains from a replica of the database, which may be late (ADR 0034).

    replica = Replica.open(url)
    page = page_of(replica, session, row, LEDGER, viewer, start=0, limit=500)

Owns one rule. Who asks, what they may see, and where the chain stands is always read from the database that
is written to; a page is taken from the replica only if that has the chain up to there. So nobody is shown
less than they have seen or wrote, nor anything that they lost the right to. Knows no request; whatever goes
wrong with the replica, the other answers.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crypto.journal import LEDGER
from vault import ledger
from vault.database import Database
from vault.ledger import Page, Viewer
from vault.models.vaults import Vault

REST_SECONDS = 10.0
"""For how long a replica that failed is not asked."""
_PATIENCE = {"connect_timeout": "2", "tcp_user_timeout": "5000"}


def _nobody(_outcome: str) -> None:
    """Nothing is counted."""


@dataclass
class Replica:
    """A replica, and until when it rests. `note` is told of each page: `answered`, `late` or `away`."""

    database: Database
    note: Callable[[str], None] = _nobody
    _rests_until: float = field(default=0.0, init=False)

    @classmethod
    def open(cls, url: str, note: Callable[[str], None] = _nobody) -> Self:
        """For `postgresql://…`; nothing is connected yet. One that is silent costs a request seconds, once in
        a while."""
        parsed = make_url(url)
        patient = parsed.update_query_dict({**_PATIENCE, **parsed.query})
        return cls(Database.open(patient.render_as_string(hide_password=False)), note)

    def page(self, vault: Vault, chain: str, viewer: Viewer, *, start: int, limit: int) -> Page | None:
        """A page of a chain that stands where `vault` says; None when the replica is late, or away."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            with self.database.reading() as session:
                there = session.get(Vault, vault.id)
                found = None
                if there is not None and _reaches(there, vault, chain):
                    found = ledger.page(session, vault, chain, viewer, start=start, limit=limit)
        except SQLAlchemyError:
            self._rests_until = time.monotonic() + REST_SECONDS
            self.note("away")
            return None
        self.note("late" if found is None else "answered")
        return found


def page_of(
    replica: Replica | None,
    session: Session,
    vault: Vault,
    chain: str,
    viewer: Viewer,
    *,
    start: int,
    limit: int,
) -> Page:
    """As `ledger.page`, from the replica if there is one that can."""
    found = None if replica is None else replica.page(vault, chain, viewer, start=start, limit=limit)
    return found or ledger.page(session, vault, chain, viewer, start=start, limit=limit)


def _reaches(there: Vault, vault: Vault, chain: str) -> bool:
    """Whether a row of the replica's is at least as far; at the same place, with the same head."""
    if chain == LEDGER:
        places = (there.ledger_size, vault.ledger_size, there.ledger_head == vault.ledger_head)
    else:
        places = (there.accesses_size, vault.accesses_size, there.accesses_head == vault.accesses_head)
    far, wanted, same = places
    return far > wanted or (far == wanted and same)
