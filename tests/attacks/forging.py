"""What the attacker can make: pages, entries and cards that are right in form, signed by keys of theirs.

The attacker knows everything that is public and everything that the server holds; they have accounts, and
keys of former readers. Every hash and every link of a chain is right; only what needs a key that they do
not have is missing.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from crypto.age_recipients import HybridIdentity
from crypto.encoding import KeyId, b64u, new_id, unb64u
from crypto.journal import Entry, EntryHeader, body_hash, entry_hash, make_entry
from crypto.signing import SigningKey, key_id
from crypto.statements import Card, InVault, Signed, parse_any, sign
from tests.attacks.scenarios import answer_with, document_of, route_of
from tests.vault.client.people import Rewrite

LEDGER = "GET /vaults/{vault}/ledger"
ACCESSES = "GET /vaults/{vault}/accesses"
Page = dict[str, Any]


@dataclass(frozen=True)
class Forger:
    """Fresh keys of the attacker's, and a card for them that says what they like."""

    signing: SigningKey
    identity: HybridIdentity
    card: Signed

    @property
    def id(self) -> KeyId:
        """The id of these keys."""
        return key_id(self.signing.public, self.identity.recipient().public)


def forger(time: int, *, role: str = "professional", **says: Any) -> Forger:
    """A self-signed card: nothing in it is verified by anybody."""
    signing, identity = SigningKey.generate(), HybridIdentity.generate()
    recipient = identity.recipient().public
    public = {"name": "Dr Nurse", "profession": "10", "rpps": "10003456786"} if role == "professional" else {}
    fields = {
        "account": new_id(),
        "author": key_id(signing.public, recipient),
        "recipient": recipient,
        "role": role,
        "signing": signing.public,
        "time": time,
        **public,
        **says,
    }
    return Forger(signing, identity, sign(Card(**fields), signing))


def rewriting(route: str, change: Callable[[Any], Any], *, start: int = 0) -> Rewrite:
    """Changes the JSON of a route's successful answers, from the `start`th on. What `change` returns, if
    anything, replaces it.
    """
    met = 0

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        nonlocal met
        if route_of(request) != route or not response.is_success:
            return response
        met += 1
        if met <= start:
            return response
        document = document_of(response)
        changed = change(document)
        content = json.dumps(document if changed is None else changed).encode()
        return answer_with(response, content)

    return rewrite


def every(*rewrites: Rewrite) -> Rewrite:
    """One after the other."""

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        for one in rewrites:
            response = one(request, response)
        return response

    return rewrite


def raw(route: str, content: bytes) -> Rewrite:
    """Answers a route with these bytes."""

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return answer_with(response, content) if route_of(request) == route else response

    return rewrite


def refusing(route: str, status: int, body: dict[str, Any]) -> Rewrite:
    """Answers a route with an error."""

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return httpx.Response(status, json=body) if route_of(request) == route else response

    return rewrite


def header_of(entry: dict[str, str]) -> EntryHeader:
    """An entry's header as read."""
    return EntryHeader.from_bytes(unb64u(entry["header"]))


def statement_of(entry: dict[str, str]) -> InVault:
    """What an entry that is not withheld says."""
    said = parse_any(unb64u(entry["statement"]))
    assert isinstance(said, InVault)
    return said


def append_signed(
    page: Page,
    make: Callable[[int, bytes], InVault],
    key: SigningKey,
    cards: Sequence[Signed] = (),
    *,
    metadata: bytes | None = None,
) -> None:
    """Appends an entry signed by `key` at the end of a page; positions, hashes and head are right."""
    seq, prev = page["size"], unb64u(page["head"])
    statement = make(seq, prev)
    time = header_of(page["entries"][-1]).time if page["entries"] else statement.time
    entry = make_entry(statement, sign(statement, key), seq=seq, prev=prev, time=max(time, statement.time))
    entry = replace(entry, metadata=metadata)
    page["entries"].append(entry.to_wire())
    page["cards"] += [card.to_wire() for card in cards]
    page["size"], page["head"] = seq + 1, b64u(entry_hash(entry.header))


def rechain(page: Page, start: int = 0) -> None:
    """Makes every header from the `start`th entry follow the one before, as a server that rewrites the past
    would.
    """
    head, before = None, page["entries"][start - 1] if start else None
    if before is not None:
        head = entry_hash(unb64u(before["header"]))
    for index, entry in enumerate(page["entries"][start:], start):
        header = header_of(entry)
        fixed = replace(header, seq=index if head else header.seq, prev=head or header.prev)
        entry["header"] = b64u(fixed.to_bytes())
        head = entry_hash(unb64u(entry["header"]))
    page["size"] = len(page["entries"])
    page["head"] = b64u(head or b"")


def with_statement(entry: dict[str, str], signed: Signed, **header: Any) -> dict[str, str]:
    """An entry that says something else: its header is made to fit; what follows it is not."""
    salt = unb64u(entry["salt"])
    fixed = replace(header_of(entry), body=body_hash(salt, signed), **header)
    made = Entry(fixed.to_bytes(), salt, signed).to_wire()
    return made | {name: entry[name] for name in ("metadata", "manifest") if name in entry}
