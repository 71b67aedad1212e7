"""Professionals as the directory shows them, and what of it counts (chapters 5 and 7).

    found = look_up(client, "10003456786")      # or a fingerprint, its words, a contact's link
    found.state                                 # "verified": signed under the pinned directory key

Owns the pin of the directory's key, the order of its entries, and whether a key is the one that was bound
before. What
the server says without a signature counts for nothing here.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from crypto.encoding import b64u, unb64u
from crypto.errors import CoffreError, Tampered
from crypto.signing import directory_key_id, fingerprint
from crypto.statements import Signed, verify_directory_entry
from crypto.successions import Keys, directory_keys, directory_signer, start
from vault.client.answers import Answer, binary, child, children, from_server, text
from vault.client.client import Client
from vault.client.errors import KeyChanged, NotFound, Unverified
from vault.client.key_words import named_in
from vault.client.ledger_state import KnownCard, LedgerState
from vault.client.server_keys import published

State: TypeAlias = Literal["verified", "unverified", "refused"]


@dataclass(frozen=True)
class Found:
    """A professional. `confirmed`: the key itself was asked for, as whoever met the professional can."""

    known: KnownCard
    state: State
    confirmed: bool


def look_up(client: Client, wanted: str) -> Found:
    """A professional by RPPS number, fingerprint, its words, or a contact's link.

    Raises NotFound; Tampered for a card or entry that does not answer the question or does not hold; Stale
    for an
    older entry than one already seen; KeyChanged when the directory has another key; Malformed (words, link).
    """
    named = named_in(wanted)
    plain = "".join(wanted.split())
    if named is None:
        query = {"rpps": plain}
        if len(plain) != 11:
            raise NotFound("no such professional")
    else:
        query = {"key": named.key} if named.key is not None else {"fingerprint": named.fingerprint}
    directory = checked_keys(client)
    rows = children(client.api.get("/directory", **query), "professionals")
    if len(rows) != 1:
        raise NotFound("no such professional")
    with from_server():
        known = KnownCard.of(signed_in(child(rows[0], "card")))
    card = known.card
    asked = named.names(card.author) if named is not None else card.rpps == plain
    if card.role != "professional" or not asked:
        raise Tampered("the directory answered with another professional")
    state = _state(client, directory, rows[0], known)
    return Found(known, state, confirmed=named is not None)


def checked_keys(client: Client) -> Keys | None:
    """The directory's keys: the present one was pinned at the first contact, or follows from the one that was
    (spec chapter 14), and is pinned now. None while the host has none.

    Raises KeyChanged when it is another one than the pinned one, or gone.
    """
    answer = client.api.get("/server")
    shown = binary(answer, "directory_key", length=32) if "directory_key" in answer else None
    server = client.session.server
    pin = client.home.directory(server)
    keys = None if shown is None else _chain_to(client, shown)
    if pin.key and (keys is None or unb64u(pin.key, length=32) not in keys.publics):
        raise KeyChanged("the directory's key is another one: coffre directory")
    if keys is not None and pin.key != b64u(keys.present):
        client.home.save_directory(server, replace(pin, key=b64u(keys.present)))
    return keys


def accept_key(client: Client, identifier: str) -> None:
    """Pins the directory's present key in place of another one. `identifier` is its key id, which the host
    publishes
    elsewhere. Raises KeyChanged when the server shows another one."""
    answer = client.api.get("/server")
    shown = binary(answer, "directory_key", length=32)
    if directory_key_id(shown) != identifier.strip():
        raise KeyChanged("not the key that the server shows")
    # The new key counts its entries anew.
    server = client.session.server
    client.home.save_directory(server, replace(client.home.directory(server), key=b64u(shown), seen={}))


def require_pinned(state: LedgerState, found: Found) -> bool:
    """Whether this very key was bound by a grant before, which is a pin that all the patient's devices share.

    Raises KeyChanged when the same professional was bound under another key and nobody confirmed this one.
    """
    bound = {term.professional for record in state.grants.values() for term in record.terms}
    card = found.known.card
    if card.author in bound:
        return True
    for key in bound:
        earlier = state.cards.get(key) if key is not None else None
        same = earlier is not None and card.rpps == earlier.card.rpps
        if same and not found.confirmed:
            raise KeyChanged(f"compare {fingerprint(card.author)} with the professional in person")
    return False


def require_verified(found: Found) -> None:
    """Raises Unverified unless the directory vouches for the professional."""
    if found.state != "verified":
        raise Unverified("ask the host, or say --met-in-person if you know this person")


def signed_in(answer: Answer) -> Signed:
    """A signed statement of an answer."""
    return Signed.from_wire({name: text(answer, name) for name in answer})


def _chain_to(client: Client, shown: bytes) -> Keys:
    """The key that is shown with those that it follows; alone, when they do not hold."""
    chain = published(client.api, "directory")
    try:
        return directory_keys(shown, chain)
    except CoffreError:
        return start(shown)


def _state(client: Client, directory: Keys | None, row: Answer, known: KnownCard) -> State:
    if directory is None or "entry" not in row:
        return "unverified"
    server = client.session.server
    pin = client.home.directory(server)
    author = known.card.author
    with from_server():
        signed = signed_in(child(row, "entry"))
        key = directory_signer(directory, signed, client.now())
        entry = verify_directory_entry(signed, key, known.card, seen=pin.seen.get(author, 0))
    if entry.sequence > pin.seen.get(author, 0):
        client.home.save_directory(server, replace(pin, seen={**pin.seen, author: entry.sequence}))
    return "verified" if entry.state == "verified" else "refused"
