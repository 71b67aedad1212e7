"""Devices: whether an account signed in from this browser or command line before.

A device keeps a random token; the server keeps a hash of it with the account, so that two accounts in one
browser cannot be told to be so. The token lets nobody in: it only spares the account a notice.
"""

import hashlib
import re
import secrets

from sqlalchemy import update
from sqlalchemy.orm import Session

from crypto.encoding import b64u
from vault import notices
from vault.insert_once import insert_once
from vault.models.notices import Device

KEPT_SECONDS = 400 * 86400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def token_of(given: str | None) -> str:
    """The token that a device showed, or a new one."""
    if given is not None and _TOKEN.fullmatch(given) is not None:
        return given
    return b64u(secrets.token_bytes(32))


def signed_up(session: Session, account: str, token: str, now: int) -> None:
    """Keeps the device that a new account signed up from: no notice."""
    _keep(session, account, _hash(token, account), now)


def signed_in(session: Session, account: str, token: str, method: str, now: int) -> None:
    """Keeps the device; tells the account of one that is new, and of a sign-in with the kit."""
    digest = _hash(token, account)
    if _keep(session, account, digest, now):
        notices.new_device(session, account, device=digest, now=now)
    if method == "kit":
        notices.kit_used(session, account, now=now)


def _keep(session: Session, account: str, digest: bytes, now: int) -> bool:
    """Whether it is new."""
    if insert_once(session, Device, token_hash=digest, account=account, created=now, seen=now):
        return True
    session.execute(update(Device).where(Device.token_hash == digest).values(seen=now))
    return False


def _hash(token: str, account: str) -> bytes:
    return hashlib.sha256(f"{token}\0{account}".encode()).digest()
