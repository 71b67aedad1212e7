"""Leaving: the own account is to be deleted, or kept after all (spec chapter 12).

    pending = ask(client, password)
    keep(client)

Owns what is signed: the wish with the key that the password gives, its taking back with the account's own.
"""

from dataclasses import dataclass

from crypto import passwords
from crypto.encoding import AccountId
from crypto.passwords import Argon2Parameters
from crypto.statements import AccountDeletion, AccountKeeping, sign, statement_hash
from vault.client.answers import Answer, binary, child, from_server, number
from vault.client.client import Client
from vault.client.errors import NotFound


@dataclass(frozen=True)
class Pending:
    """A deletion that was asked for: the hash of its statement, since when and when it is due, as the server
    says."""

    request: bytes
    requested: int
    due: int


@dataclass(frozen=True)
class State:
    """What the account waits for, and the days between a wish and the deletion."""

    deletion: Pending | None
    days: int


def state(client: Client) -> State:
    """Whether the account is to be deleted."""
    answer = client.api.get("/account/deletion")
    days = number(answer, "days")
    if answer.get("deletion") is None:
        return State(None, days)
    return State(_pending(child(answer, "deletion")), days)


def ask(client: Client, password: str) -> Pending:
    """Asks for the account's deletion. Raises ServerRefused: `credentials`, `conflict` (asked before)."""
    address = client.session.address
    challenge = client.api.post("/sessions/challenge", {"address": address, "method": "password"})
    parameters = Argon2Parameters(number(challenge, "m"), number(challenge, "t"), number(challenge, "p"))
    with from_server():
        # Before deriving: a server must not make this device do too little or too much work.
        parameters.check()
    salt = binary(challenge, "salt", length=passwords.SALT_SIZE)
    keys = passwords.derive(password, address=address, salt=salt, parameters=parameters)
    statement = AccountDeletion(
        time=client.now(),
        account=AccountId(client.session.account),
        address=address,
        challenge=binary(challenge, "challenge", length=32),
        origin=client.api.origin,
    )
    signed = sign(statement, keys.login)
    answer = client.api.post("/account/deletion", {"deletion": signed.to_wire()})
    # The wish is named by what was signed here, whatever the server calls it.
    return Pending(statement_hash(signed.statement), number(answer, "requested"), number(answer, "due"))


def keep(client: Client) -> None:
    """Keeps the account after all. Raises NotFound: nothing was asked for."""
    pending = state(client).deletion
    if pending is None:
        raise NotFound("this account is not to be deleted")
    statement = AccountKeeping(
        time=client.now(),
        author=client.me,
        account=AccountId(client.session.account),
        deletion=pending.request,
    )
    client.api.post("/account/keeping", {"keeping": client.sign(statement).to_wire()})


def _pending(answer: Answer) -> Pending:
    return Pending(binary(answer, "request", length=32), number(answer, "requested"), number(answer, "due"))
