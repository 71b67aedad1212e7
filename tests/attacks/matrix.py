"""Running one case of the matrix with the Python client, and judging it by the four oracles."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Final
from unittest import mock

from crypto import passwords
from crypto.age_recipients import Identity
from crypto.encoding import b64u, unb64u
from crypto.grants import Invitation
from crypto.journal import entry_hash, start_head
from crypto.keyring import password_parameters
from crypto.recovery import Kit
from crypto.sections import SectionSecret
from tests.attacks.flows import FLOWS, NEW_FILE, NEW_TITLE, PASSWORDS, Flow, run
from tests.attacks.hostile_server import Exchange
from tests.attacks.oracles import (
    INTEGRITY,
    Verified,
    derived_secrets,
    fragment_secrets,
    leaks,
    positions,
    same_state,
    secrets_of,
)
from tests.attacks.people import Device
from tests.attacks.scenarios import SAME, Attack, Recorded, Row
from tests.attacks.versions import client_of
from tests.attacks.world import MARKER, TITLE, World
from tests.e2e.secrets_search import Secret
from tests.vault.client.people import PASSWORD, Ran
from vault.client.vaults import open_vault

PART: Final = "part"
DIFFERENT: Final = "something else than what is authentic"
_INTEGRITY_STATUS: Final = 5
_STATUSES: Final = (3, 4, 5, 6)
# Who has been verified by whom, in the world's story.
_READERS: Final = ("anne", "doctor", "nurse", "novice")


def is_part(result: tuple[Any, Any], honest: tuple[Any, Any]) -> bool:
    """Whether some of the documents are shown, or one of them twice, each of them authentic."""
    facts = [[(row["title"], row["sha256"]) for row in shown] for shown, _ in (result, honest)]
    whole = sorted(facts[0]) == sorted(facts[1])
    authentic = set(facts[0]) <= set(facts[1]) and set(result[1].values()) <= set(honest[1].values())
    return authentic and not whole and bool(facts[0])


@dataclass(frozen=True)
class Verdict:
    """What a case came to: `same`, or a code; and every oracle that does not hold."""

    outcome: str
    faults: tuple[str, ...]


@dataclass
class Judge:
    """Knows what is authentic: each flow's result with an honest server, and who may be given keys."""

    world: World
    recorded: Recorded
    _honest: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    _made: list[Kit] = field(default_factory=list)

    def judge(self, row: Row, mutation: str) -> Verdict | None:
        """Runs one case; None when the mutation changes nothing there."""
        flow = FLOWS[row.flow]
        honest = self._honestly(flow)
        attack = Attack(row, mutation, self.recorded.values(row.route, row.path))
        world = self.world
        with world.restored():
            with world.server.hostile(attack.rewrite), self._watched():
                device, before, ran = run(world, flow)
            exchanges = list(world.server.exchanges)
            if not attack.changed:
                return None
            outcome, faults = self._second_oracle(flow, device, ran, honest)
            faults += [f"O1: {found}" for found in leaks(exchanges, self._secrets(device))]
            if outcome != SAME:
                exact = not row.start and flow.reads(row.route)
                faults += self._third_oracle(before, device.state(), exchanges, exact=exact)
            faults += [f"O4: {wrong}" for wrong in self._verified(device).wrong_wraps(exchanges)]
        return Verdict(outcome, tuple(faults))

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Keeps the kit that a sign-up makes, and derives from the same password only once."""
        self._made.clear()

        def generate(make: Callable[[], Kit] = Kit.generate) -> Kit:
            self._made.append(make())
            return self._made[-1]

        with mock.patch.object(Kit, "generate", generate), mock.patch.object(passwords, "derive", derived):
            yield

    def _honestly(self, flow: Flow) -> tuple[Any, Any]:
        if flow.name not in self._honest:
            with self.world.restored(), self.world.server.hostile(None), self._watched():
                device, _, ran = run(self.world, flow)
                assert ran.status == 0, (flow.name, ran)
                self._honest[flow.name] = flow.result(device, ran), flow.after(self.world, device)
        return self._honest[flow.name]

    def secrets(self) -> list[Secret]:
        """O1: everything that is secret in the story."""
        return self._general_secrets

    def readers(self) -> list[Identity]:
        """O4: accounts, kits and the invitation that were verified in the story."""
        return self._identities

    def _second_oracle(
        self, flow: Flow, device: Device, ran: Ran, honest: tuple[Any, Any]
    ) -> tuple[str, list[str]]:
        if ran.status == 0:
            with self.world.server.hostile(None):
                result = flow.result(device, ran)
                if flow.partial and is_part(result, honest[0]):
                    return PART, []
                same = (result, flow.after(self.world, device)) == honest
            return (SAME, []) if same else (DIFFERENT, [f"O2: {DIFFERENT}: {ran.stdout[:300]}"])
        code = json.loads(ran.stdout)["error"]["code"]
        faults = []
        # Only a server that is another one than was typed is the user's own mistake.
        right = ran.status in _STATUSES or code == "usage"
        if not right or (code in INTEGRITY) != (ran.status == _INTEGRITY_STATUS):
            faults.append(f"O2: exit status {ran.status} for {code}")
        if any((device.folder / name).exists() for name in ("out", "in")):
            faults.append("O2: something was written")
        return code, faults

    def _third_oracle(
        self,
        before: Mapping[str, bytes],
        after: Mapping[str, bytes],
        exchanges: list[Exchange],
        *,
        exact: bool,
    ) -> list[str]:
        if exact:
            return [] if same_state(before, after) else ["O3: pins or cache changed"]
        faults = [f"O3: {name} stands nowhere in the chain" for name in self._strange_positions(after)]
        held = after.get("keyring.age")
        if held not in (None, before.get("keyring.age")) and held not in keyrings_met(exchanges):
            faults.append("O3: a keyring that nobody wrote")
        # It is pinned last, when everything else held.
        pinned = [
            {name: data for name, data in state.items() if name.startswith("checkpoint-")}
            for state in (before, after)
        ]
        if pinned[0] != pinned[1]:
            faults.append("O3: a checkpoint was pinned")
        old, new = dict(positions(before)), dict(positions(after))
        faults += [f"O3: {place} went back" for place, (size, _) in old.items() if new[place][0] < size]
        return faults

    def _strange_positions(self, state: Mapping[str, bytes]) -> Iterator[str]:
        known = authentic_heads(self.world)
        for (name, vault, chain), position in positions(state):
            start = (0, b64u(start_head(vault, chain)))
            if position != start and position not in known[vault, chain]:
                yield name

    @cached_property
    def _general_secrets(self) -> list[Secret]:
        anne = self.world.vaults["anne"]
        salt, _ = password_parameters(anne.patient.device.home.keyring()[0])
        keys = derived(PASSWORD, address=anne.patient.device.email, salt=salt)
        return [
            *(Secret.text("password", word) for word in PASSWORDS),
            *derived_secrets(keys),
            *fragment_secrets(anne.invitation, anne.link),
            Secret("kit", anne.patient.kit.entropy),
            Secret.text("plaintext", MARKER.decode()),
            Secret.text("added file", NEW_FILE.decode()),
            Secret.text("title", TITLE),
            Secret.text("new title", NEW_TITLE),
            *secrets_of(anne.patient.device),
            *secrets_of(self.world.people["doctor"].device),
        ]

    def _secrets(self, device: Device) -> list[Secret]:
        made = [Secret("new kit", kit.entropy) for kit in self._made]
        return [*self._general_secrets, *made, *(secrets_of(device) if _signed_in(device) else ())]

    def _verified(self, device: Device) -> Verified:
        identities: list[Identity] = [*self._identities, *(kit.identity() for kit in self._made)]
        sections: dict[Any, SectionSecret] = {}
        if _signed_in(device):
            keyring = client_of(device).keyring
            identities.append(keyring.age_identity())
            if keyring.vault is not None:
                sections = dict(keyring.vault.sections)
        return Verified(identities, sections)

    @cached_property
    def _identities(self) -> list[Identity]:
        found: list[Identity] = [Invitation.from_link(self.world.vaults["anne"].invitation)]
        found += [self.world.people[name].kit.identity() for name in _READERS]
        found += [client_of(self.world.people[name].device).keyring.age_identity() for name in _READERS]
        return [*found, *self._inbox()]

    def _inbox(self) -> Iterator[Identity]:
        """What opens deposits in Anne's vault; the inbox is in no grant, so its older epochs are hers too."""
        # By a copy of her device: what it sees now is taken back from the server when the case is over.
        looking = self.world.people["anne"].device.copy(self.world.folder / "looking")
        vault = open_vault(client_of(looking))
        inbox = vault.state.inbox
        assert inbox is not None
        for epoch in range(1, vault.state.sections[inbox].epoch + 1):
            yield vault.secret(inbox, epoch).drop_identity()


_derive = passwords.derive


@cache
def derived(password: str, **how: Any) -> passwords.PasswordKeys:
    """`passwords.derive`, remembered: the matrix would else spend its minutes there."""
    return _derive(password, **how)


def _signed_in(device: Device) -> bool:
    return (device.home.folder / "keyring.key").exists()


def keyrings_met(exchanges: list[Exchange]) -> set[bytes]:
    """The keyrings that the server really had, and those that the client wrote."""
    found: list[str] = []
    for exchange in exchanges:
        for content in (exchange.request.content, exchange.authentic.content):
            body = json.loads(content) if content[:1] == b"{" else {}
            found += [body["keyring"]] if isinstance(body.get("keyring"), str) else []
    return {unb64u(keyring) for keyring in found}


def authentic_heads(world: World) -> dict[tuple[str, str], set[tuple[int, str]]]:
    """Every position that a chain of this server has had."""
    found: dict[tuple[str, str], set[tuple[int, str]]] = {}
    with sqlite3.connect(world.database) as connection:
        for vault, chain, seq, header in connection.execute("SELECT vault, chain, seq, header FROM entries"):
            found.setdefault((vault, chain), set()).add((seq + 1, b64u(entry_hash(header))))
    connection.close()
    return found
