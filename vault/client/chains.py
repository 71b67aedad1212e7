"""Bringing a vault's two chains up to date: fetch, fold, pin, cache (chapter 6).

Owns the order in which pins and caches are read and written: nothing is kept unless the fold accepted
everything. The folds themselves are `ledger` and `ledger_accesses`.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, cast

from crypto.encoding import Json, KeyId, VaultId, b64u, unb64u
from crypto.errors import CoffreError
from crypto.journal import Page
from crypto.successions import Keys
from vault.client import kept_ledger, server_keys
from vault.client.answers import from_server
from vault.client.client import Client
from vault.client.errors import BadAnswer
from vault.client.home import Pins, Position
from vault.client.ledger import Ledger
from vault.client.ledger_accesses import AccessLog
from vault.client.ledger_cache import accesses_from_json, accesses_to_json
from vault.client.ledger_chain import Event, Pin
from vault.client.ledger_rules import Viewer

PAGE: Final = 500


def fetch(client: Client, vault: VaultId, chain: str, start: int) -> Page:
    """One page of a chain as the server has it; nothing is verified."""
    answer = client.api.get(f"/vaults/{vault}/{chain}", **{"from": start, "limit": PAGE})
    with from_server():
        return Page.from_wire(cast("Json", answer))


def pinned_owner(client: Client, vault: VaultId) -> KeyId | None:
    """Whose vault it is as far as keyring or device know; the account's own key for its own vault."""
    own = client.keyring.vault
    if own is not None and own.id == vault:
        return client.me
    known = client.keyring.pins.vaults.get(vault)
    if known is not None:
        return known.owner
    owner = client.home.pins(client.session.server, vault).owner
    return KeyId(owner) if owner else None


def ledger_pin(client: Client, vault: VaultId) -> Pin | None:
    """The furthest position that this device, or another one by the keyring, has verified."""
    known = client.keyring.pins.vaults.get(vault)
    there = Pin(known.ledger.size, known.ledger.head) if known else None
    return _furthest(there, _pin(client.home.pins(client.session.server, vault).ledger))


def accesses_pin(client: Client, vault: VaultId) -> Pin | None:
    """The same for the accesses."""
    known = client.keyring.pins.vaults.get(vault)
    there = Pin(known.accesses.size, known.accesses.head) if known else None
    return _furthest(there, _pin(client.home.pins(client.session.server, vault).accesses))


def cached_ledger(client: Client, vault: VaultId) -> Ledger:
    """The ledger as this device last folded it, or the empty one.

    A cache from before the pin is gone on with: the fold meets the pin on its way.
    """
    pin, owner = ledger_pin(client, vault), pinned_owner(client, vault)
    found = kept_ledger.load(client.home, vault)
    if found is not None and pin is not None and found.state.vault == vault:
        if found.position() == pin:
            return found
        if found.state.size < pin.size:
            return replace(found, pin=pin)
    return Ledger.empty(vault, owner=owner, pin=pin)


def fold(client: Client, ledger: Ledger, viewer: Viewer) -> Ledger:
    """The ledger with everything that the server has beyond it. Raises Stale, Tampered, BadAnswer."""
    vault = ledger.state.vault
    news: list[Event] = []
    while True:
        page = fetch(client, vault, "ledger", ledger.state.size)
        ledger = ledger.append_page(page, viewer)
        news += ledger.news
        if ledger.state.size == page.size:
            return replace(ledger, news=tuple(news))


def keep_ledger(client: Client, ledger: Ledger) -> Ledger:
    """Moves the pin forward, then brings the cache up to date; the ledger as it is kept."""
    move_pin(client, ledger)
    return kept_ledger.save(client.home, ledger)


def move_pin(client: Client, ledger: Ledger) -> None:
    """Moves the pin forward. The cache is of no use until it reaches the pin again."""
    state = ledger.state
    client.home.save_pins(
        client.session.server,
        state.vault,
        Pins(owner=state.owner or "", ledger=Position(state.size, b64u(state.head))),
    )


def events(client: Client, vault: VaultId, viewer: Viewer) -> Iterator[Event]:
    """Every entry of the ledger from the start, verified again, against the pin."""
    ledger = Ledger.empty(vault, owner=pinned_owner(client, vault), pin=ledger_pin(client, vault))
    while True:
        page = fetch(client, vault, "ledger", ledger.state.size)
        ledger = ledger.append_page(page, viewer)
        yield from ledger.news
        if ledger.state.size == page.size:
            keep_ledger(client, ledger)
            return


def fold_accesses(
    client: Client, ledger: Ledger, viewer: Viewer, *, cached: bool
) -> tuple[AccessLog, list[Event]]:
    """The owner's access log, and its new entries (all of them unless `cached`)."""
    vault = ledger.state.vault
    log = _cached_accesses(client, vault) if cached else _no_accesses(client, vault)
    found: list[Event] = []
    keys: Keys | None = None
    while True:
        page = fetch(client, vault, "accesses", log.tip.size)
        # An access can name a document or a grant that is newer than the ledger at hand.
        ledger = fold(client, ledger, viewer)
        if keys is None:
            # After a page: what signed its openings was published long before.
            keys = server_keys.known(client)
        log = log.append_page(page, ledger.state, keys)
        found += log.news
        if log.tip.size == page.size:
            break
        if not page.entries:
            raise BadAnswer
    keep_ledger(client, ledger)
    position = Position(log.tip.size, b64u(log.tip.head))
    client.home.save_pins(client.session.server, vault, Pins(accesses=position))
    client.home.save_cache("accesses", vault, accesses_to_json(log))
    return log, found


def _cached_accesses(client: Client, vault: VaultId) -> AccessLog:
    stored = client.home.cache("accesses", vault)
    if stored is not None:
        try:
            found = accesses_from_json(cast("Json", stored))
        except CoffreError:
            found = None
        if found is not None and found.position() == accesses_pin(client, vault) and found.tip.vault == vault:
            return found
    return _no_accesses(client, vault)


def _no_accesses(client: Client, vault: VaultId) -> AccessLog:
    return AccessLog.empty(vault, pin=accesses_pin(client, vault))


def _pin(position: Position | None) -> Pin | None:
    return Pin(position.size, unb64u(position.head, length=32)) if position else None


def _furthest(one: Pin | None, other: Pin | None) -> Pin | None:
    if one is None or other is None:
        return one or other
    return one if one.size > other.size else other
