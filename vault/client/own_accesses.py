"""What a professional opened in a vault, as they signed it.

Each statement is verified under the account's own key and held against its entry. The chain itself is the
owner's to read, so that a server can leave something out of this list and change nothing in it.
"""

from typing import Final, cast

from crypto import statements
from crypto.encoding import Json
from crypto.errors import Tampered
from crypto.journal import ACCESSES, Entry, EntryHeader, read_body
from crypto.statements import Access
from vault.client.answers import from_server
from vault.client.errors import BadAnswer
from vault.client.ledger_chain import Event
from vault.client.vaults import OpenVault

_ROUNDS: Final = 1000


def own_accesses(vault: OpenVault) -> list[Event]:
    """The account's own accesses, newest first. Raises Tampered, BadAnswer."""
    found: list[Event] = []
    path = f"/vaults/{vault.id}/accesses/own"
    for _ in range(_ROUNDS):
        query = {"before": found[-1].header.seq} if found else {}
        entries = vault.client.api.get(path, **query).get("entries")
        if not isinstance(entries, list):
            raise BadAnswer
        for member in entries:
            with from_server():
                event = _verified(vault, Entry.from_wire(cast("Json", member)))
            if found and event.header.seq >= found[-1].header.seq:
                raise Tampered("own accesses out of order")
            found.append(event)
        if not entries:
            return found
    raise BadAnswer


def _verified(vault: OpenVault, entry: Entry) -> Event:
    header = EntryHeader.from_bytes(entry.header)
    if (header.vault, header.chain, header.actor) != (vault.id, ACCESSES, vault.client.me):
        raise Tampered("an entry that is not the account's own")
    statement = read_body(entry, header)
    if entry.signed is None:
        raise Tampered("entry without its body")
    statements.verify(entry.signed, Access, vault.client.signing.public)
    return Event(header, statement)
