"""The statements by which an actor asks for the own account's deletion, and keeps it (spec chapter 12)."""

from typing import Any

from crypto import statements
from crypto.encoding import unb64u
from crypto.signing import SigningKey
from crypto.statements import AccountDeletion, AccountKeeping
from tests.vault.actors import DAY, ORIGIN, Actor
from tests.vault.expect import ok

WEEK = 7 * DAY


def wish(actor: Actor, key: SigningKey | None = None, **changes: Any) -> dict[str, Any]:
    """A signed `account_deletion` over a fresh challenge, as a body."""
    fields: dict[str, Any] = {
        "time": actor.clock(),
        "account": actor.account,
        "address": actor.address,
        "challenge": unb64u(actor.challenge("password")["challenge"]),
        "origin": ORIGIN,
    }
    signed = statements.sign(AccountDeletion(**{**fields, **changes}), key or actor.login)
    return {"deletion": signed.to_wire()}


def asked(actor: Actor) -> bytes:
    """Asks, and gives the wish's hash."""
    answer = ok(actor.send("POST", "/account/deletion", wish(actor)))
    assert answer["due"] == actor.clock() + WEEK
    return unb64u(answer["request"])


def keeping(actor: Actor, request: bytes, key: SigningKey | None = None, **changes: Any) -> dict[str, Any]:
    """A signed `account_keeping`, as a body."""
    fields: dict[str, Any] = {
        "time": actor.clock(),
        "author": actor.author,
        "account": actor.account,
        "deletion": request,
    }
    signed = statements.sign(AccountKeeping(**{**fields, **changes}), key or actor.key)
    return {"keeping": signed.to_wire()}
