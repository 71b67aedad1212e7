"""The server's keys as a client knows them (spec chapter 14): the chain that it publishes, and the pin.

    keys = known(client)                 # verified from the key that the keyring pinned; the pin has moved
    keys.at(entry.time), keys.present

Raises Stale for a chain that is shorter or another one than was seen, Tampered for one that does not hold.
"""

import json

from crypto.encoding import b64u, unb64u
from crypto.errors import CoffreError
from crypto.statement_grammar import Signed
from crypto.statement_keys import MAX_SUCCESSIONS, ServerSuccession
from crypto.successions import Keys, Pin, verified
from vault.client.answers import children, from_server, text
from vault.client.api import Api
from vault.client.client import Client
from vault.client.errors import ServerRefused, Usage
from vault.client.home import Home, place, write_atomically


def known(client: Client) -> Keys:
    """The server's keys, by the chain that it publishes now."""
    home, server = client.home, client.session.server
    with from_server():
        keys = verified(
            ServerSuccession, client.server_key, published(client.api, "server"), seen(home, server)
        )
    if keys.pin is not None:
        keep(home, server, keys.pin)
    return keys


def published(api: Api, whose: str) -> list[Signed]:
    """The successions that a server publishes, of its own key or the `directory`'s; nothing is verified.

    None of a server from before there were any.
    """
    try:
        answer = api.get("/server/keys")
    except ServerRefused as error:
        if error.code != "not_found":
            raise
        return []
    with from_server():
        rows = children(answer, whose, limit=MAX_SUCCESSIONS)
        return [Signed.from_wire({name: text(row, name) for name in row}) for row in rows]


def seen(home: Home, server: str) -> Pin | None:
    """What this device saw of a server's chain. Raises Usage: a damaged file."""
    try:
        data = json.loads((home.folder / _name(server)).read_bytes())
        return Pin(int(data["sequence"]), unb64u(str(data["head"]), length=32))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, CoffreError):
        raise Usage(f"damaged file in the client's home: {_name(server)}") from None


def keep(home: Home, server: str, pin: Pin) -> None:
    """Moves the pin forward; a lower one is left alone."""
    with home.locked():
        before = seen(home, server)
        if before is None or before.sequence < pin.sequence:
            data = {"sequence": pin.sequence, "head": b64u(pin.head)}
            write_atomically(home.folder / _name(server), json.dumps(data).encode())


def _name(server: str) -> str:
    return f"keys-{place(server)}.json"
