"""The four oracles that hold after every scenario (O1 to O4).

O1 nothing secret is in what a client sent. O2 the authentic result or one typed error. O3 after an error,
pins, keyring and cache are as before, or stand for what is authentic. O4 each key wrap that was uploaded
opens for those whom the scenario verified.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crypto import document, keyring
from crypto.age_header import Stanza, parse_header
from crypto.age_recipients import Identity
from crypto.encoding import SectionId, unb64u
from crypto.errors import CoffreError
from crypto.journal import ACCESSES, LEDGER
from crypto.keyring import Keyring
from crypto.passwords import PasswordKeys
from crypto.sections import Filing, SectionSecret
from tests.attacks.hostile_server import Exchange
from tests.attacks.people import Device
from tests.attacks.versions import client_of
from tests.e2e.secrets_search import Finding, Secret, search
from tests.e2e.secrets_search import Place as Searched

# Codes of chapter 0: an answer that is not what it must be. The command line gives them one exit status.
INTEGRITY: Final = frozenset(
    {"malformed", "unsupported_version", "limit_exceeded", "tampered", "stale", "key_changed"}
)


# -- O1
def secrets_of(device: Device) -> list[Secret]:
    """Everything secret in a device's keyring."""
    return list(_keyring_secrets(client_of(device).keyring))


def _keyring_secrets(record: Keyring) -> Iterator[Secret]:
    yield Secret("signing key", record.signing)
    yield Secret("identity", record.identity)
    if record.role == "patient":
        yield Secret.text("name", record.name)
    if record.vault is not None:
        yield Secret("owner secret", record.vault.owner_secret)
        for held in (record.vault.sections, record.vault.pending or {}):
            for number, secret in enumerate(held.values()):
                yield Secret(f"section secret {number}", secret.secret)


def derived_secrets(keys: PasswordKeys) -> list[Secret]:
    """What a password gives."""
    return [Secret("unlock key", keys.unlock), Secret("login key", keys.login.seed)]


def fragment_secrets(*links: str) -> list[Secret]:
    """The keys that stand behind the `#` of links, as bytes and as the text in which the link has them."""
    found = []
    for link in links:
        fragment = link.partition("#")[2]
        if fragment.startswith("shlink:/"):
            text = json.loads(unb64u(fragment.removeprefix("shlink:/")))["key"]
        else:
            text = fragment.rpartition(".")[2]
        found += [Secret.text("key of a link, as text", text), Secret("key of a link", unb64u(text))]
    return found


def leaks(exchanges: Iterable[Exchange], secrets: Iterable[Secret]) -> list[Finding]:
    """O1: secrets in what was sent. Empty when all is well."""
    sent = b"\n".join(exchange.sent() for exchange in exchanges)
    return search(secrets, [Searched("sent", sent)])


# -- O3
def same_state(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
    """O3, of a device that read nothing authentic yet: each file as it was, each cache at the same place."""
    kept = [
        {name: data for name, data in state.items() if name != "lock" and not name.startswith("cache-")}
        for state in (before, after)
    ]
    return kept[0] == kept[1] and dict(positions(before)) == dict(positions(after))


Position = tuple[int, str]
Place = tuple[str, Any, str]


def positions(state: Mapping[str, bytes]) -> Iterator[tuple[Place, Position]]:
    """(file, vault, chain) and (size, head) of everything that a home remembers of chains."""
    for name, data in state.items():
        # Lines of documents count as far as the ledger's own file says, which has the place.
        if not name.startswith(("pins-", "cache-")) or name.startswith("cache-documents-"):
            continue
        content, vault = json.loads(data), name.removesuffix(".json").rpartition("-")[2]
        if name.startswith("cache-"):
            yield (name, vault, name.split("-")[1]), (content["size"], content["head"])
            continue
        for chain in (LEDGER, ACCESSES):
            if content[chain] is not None:
                yield (name, vault, chain), (content[chain]["size"], content[chain]["head"])


# -- O4
@dataclass
class Verified:
    """For whom a scenario may wrap keys: verified accounts, kits, invitations, and the owner's sections."""

    identities: Sequence[Identity]
    sections: Mapping[SectionId, SectionSecret] = field(default_factory=dict)
    wraps: int = field(default=0, init=False)

    def wrong_wraps(self, exchanges: Iterable[Exchange]) -> list[str]:
        """O4: wraps that were sent and open for nobody who was verified. Empty when all is well."""
        found = []
        for exchange in exchanges:
            body = _json_sent(exchange)
            for name, data in _wraps_in(body):
                for stanza in parse_header(data)[0]:
                    self.wraps += 1
                    if not self._knows(stanza, data, body):
                        found.append(f"{exchange.path} {name}: a stanza {stanza.type} for nobody known")
        return found

    def _knows(self, stanza: Stanza, data: bytes, body: Mapping[str, Any]) -> bool:
        if stanza.type == "coffre.section/v1":
            return self._opens_section(data, body)
        if stanza.type == keyring.STANZA_TYPE:
            # Refuses a cost outside the limits; that the password opens it is what signing in again shows.
            keyring.password_parameters(data)
            return True
        return any(_opens(identity, stanza) for identity in self.identities)

    def _opens_section(self, data: bytes, body: Mapping[str, Any]) -> bool:
        """Whether the section that the signed statement names opens it."""
        signed = body.get("manifest") or body["refile"]
        said = json.loads(unb64u(signed["statement"]))
        secret = self.sections.get(SectionId(said["section"]))
        if secret is None or secret.epoch != said["epoch"]:
            return False
        filing = Filing(said["vault"], said["section"], said["epoch"], said["document"], said["version"])
        try:
            document.open_header(data, secret, filing)
        except CoffreError:
            return False
        return True


def _opens(identity: Identity, stanza: Stanza) -> bool:
    try:
        return identity.unwrap([stanza]) is not None
    except CoffreError:
        return False


def _json_sent(exchange: Exchange) -> Mapping[str, Any]:
    if exchange.request.headers.get("content-type") != "application/json" or not exchange.request.content:
        return {}
    body: Mapping[str, Any] = json.loads(exchange.request.content)
    return body


def _wraps_in(body: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    for name in ("bundle", "keyring", "header"):
        if name in body:
            yield name, unb64u(body[name])
    for member in body.get("bundles", ()):
        yield "bundles", unb64u(member["bundle"])
