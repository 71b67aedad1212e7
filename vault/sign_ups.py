"""An address is confirmed before it signs up, so that nobody learns here which addresses have an account.

    sign_ups.ask(session, server_key, "anne@example.org", client, language="fr", now=now)
    sign_ups.confirm(database, server_key, "anne@example.org", "1234 5678", now)

Owns codes, how often one is sent, and how many guesses there are. Asking does the same for every address and
looks at no account: which of two mails leaves is found out by the worker that sends it. A wrong code gets the
same answer whether the address has an account or not. The code is written nowhere: it follows from the row's
nonce, the address and the server's key.
"""

import hmac
import secrets
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crypto.encoding import normalise_address
from crypto.errors import Malformed
from vault import attempts, outbox
from vault.attempts import Pace
from vault.database import Database
from vault.errors import Ended, PasscodeRefused
from vault.insert_once import insert_once
from vault.mail import is_deliverable
from vault.models.sign_ups import PendingAddress
from vault.server_key import ServerKey

DIGITS: Final = 8
LIFETIME: Final = 30 * 60
ATTEMPTS: Final = 10
"""For all codes of an address in a day; one that was right gives its guess back."""
KEPT_SECONDS: Final = 86400
PER_ADDRESS: Final = Pace(limit=5, seconds=86400)
"""Nobody's mailbox is filled by strangers."""
PER_CLIENT: Final = Pace(limit=60, seconds=3600)
KIND: Final = "sign_up"


def ask(
    session: Session, server_key: ServerKey, address: str, client: str, *, language: str, now: int
) -> None:
    """Queues a mail to an address: with a code, or, if it has an account, with a word that it has.

    Raises Malformed: no address that mail can reach; Busy: too many mails in a while.
    """
    address = _checked(address)
    attempts.count(session, server_key.mac("attempts/sign-up-mail-client", client), PER_CLIENT, now)
    attempts.count(session, server_key.mac("attempts/sign-up-mail", address), PER_ADDRESS, now)
    nonce = secrets.token_bytes(32)
    fresh: dict[str, object] = {"created": now, "attempts_left": ATTEMPTS}
    newest: dict[str, object] = {"nonce": nonce, "language": language, "expires": now + LIFETIME}
    insert_once(session, PendingAddress, address=address, **fresh, **newest)
    row = session.get_one(PendingAddress, address, with_for_update=True)
    if row.created <= now - KEPT_SECONDS:
        row.created, row.attempts_left = now, ATTEMPTS
    row.nonce, row.language, row.expires = nonce, language, now + LIFETIME
    session.flush()
    outbox.queue(session, None, channel="mail", kind=KIND, now=now, event=nonce)


def confirm(database: Database, server_key: ServerKey, address: str, code: str | None, now: int) -> None:
    """Finds that the code is the one that was sent to the address.

    Raises PasscodeRefused with the guesses that are left; Ended: none was given or asked for, it is too old,
    or no guesses are left.
    """
    address = _checked(address)
    if code is None:
        raise Ended("no code")
    # The guess is taken before the code is looked at, and given back if it was right.
    with database.writing() as session:
        found = session.execute(
            update(PendingAddress)
            .where(
                PendingAddress.address == address,
                PendingAddress.attempts_left > 0,
                PendingAddress.expires > now,
            )
            .values(attempts_left=PendingAddress.attempts_left - 1)
            .returning(PendingAddress.attempts_left, PendingAddress.nonce)
        ).one_or_none()
    if found is None:
        raise Ended("no code that could be typed")
    left, nonce = found
    right = [hmac.compare_digest(one, code) for one in codes(server_key, address, nonce)]
    if not any(right):
        raise PasscodeRefused(left)
    with database.writing() as session:
        session.execute(
            update(PendingAddress)
            .where(PendingAddress.address == address)
            .values(attempts_left=PendingAddress.attempts_left + 1)
        )


def waiting(session: Session, event: bytes, now: int) -> PendingAddress | None:
    """The address that a message of the outbox is for; None when it is over, or a newer one was asked for."""
    query = select(PendingAddress).where(PendingAddress.nonce == event, PendingAddress.expires > now)
    return session.execute(query).scalar_one_or_none()


def codes(server_key: ServerKey, address: str, nonce: bytes) -> list[str]:
    """The code of a mail, first by the key in use, then by those that are still accepted."""
    macs = server_key.macs("sign-up/code", f"{nonce.hex()}\0{address}")
    return [f"{int.from_bytes(mac) % 10**DIGITS:0{DIGITS}d}" for mac in macs]


def _checked(address: str) -> str:
    address = normalise_address(address)
    if not is_deliverable(address):
        raise Malformed("address")
    return address
