"""The matrix against the web app's engine: the same scenario files, over loopback, in Node."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import typescript_client
from tests.attacks.matrix import DIFFERENT, PART, Judge, Verdict, authentic_heads
from tests.attacks.oracles import Verified, leaks
from tests.attacks.scenarios import SAME, Attack, Recorded, Row, rows
from tests.attacks.typescript_client import FLOWS, TypeScriptClient, home_of
from tests.attacks.versions import client_of
from tests.attacks.world import World

pytestmark = pytest.mark.slow


@dataclass
class TypeScriptJudge:
    """Runs one case with the web app's engine, and judges it by the four oracles."""

    world: World
    recorded: Recorded
    client: TypeScriptClient
    judge_of_python: Judge
    _honest: dict[str, Any] = field(default_factory=dict)

    def judge(self, row: Row, mutation: str) -> Verdict | None:
        """None when the mutation changes nothing there."""
        honest = self._honestly(row.flow)
        attack = Attack(row, mutation, self.recorded.values(row.route, row.path))
        world = self.world
        with world.restored():
            with world.server.hostile(attack.rewrite):
                found = self.client.run(world, row.flow)
            exchanges = list(world.server.exchanges)
            if not attack.changed:
                return None
            outcome, faults = _second_oracle(row.flow, found, honest)
            faults += [f"O1: {leak}" for leak in leaks(exchanges, self.judge_of_python.secrets())]
            faults += self._third_oracle(row.flow, found)
            if row.flow != "sign_up":
                # Nobody but the app knows the kit that a sign-up makes.
                faults += [f"O4: {wrong}" for wrong in self._verified().wrong_wraps(exchanges)]
        return Verdict(outcome, tuple(faults))

    def _honestly(self, flow: str) -> Any:
        if flow not in self._honest:
            with self.world.restored(), self.world.server.hostile(None):
                found = self.client.run(self.world, flow)
            assert "error" not in found, found
            self._honest[flow] = found["value"]
        return self._honest[flow]

    def _third_oracle(self, flow: str, found: dict[str, Any]) -> Iterator[str]:
        who, _ = FLOWS[flow]
        before = home_of(self.world.people[who].device)["seen"] if who else {}
        known = authentic_heads(self.world)
        for vault, seen in found["seen"].items():
            for chain, position in seen.items():
                held = before.get(vault, {}).get(chain)
                if position is None:
                    if held is not None:
                        yield f"O3: {chain} was forgotten"
                elif held is not None and position["size"] < held["size"]:
                    yield f"O3: {chain} went back"
                elif position["size"] and (position["size"], position["head"]) not in known[vault, chain]:
                    yield f"O3: {chain} stands nowhere in the chain"

    def _verified(self) -> Verified:
        keyring = client_of(self.world.people["anne"].device).keyring
        sections = dict(keyring.vault.sections) if keyring.vault is not None else {}
        return Verified(self.judge_of_python.readers(), sections)


def _second_oracle(flow: str, found: dict[str, Any], honest: Any) -> tuple[str, list[str]]:
    if "error" in found:
        code = found["error"]
        return code, ["O2: no typed error"] if code.startswith("crashed") else []
    if found["value"] == honest:
        return SAME, []
    if flow == "open_link" and found["value"] and all(one in honest for one in found["value"]):
        return PART, []
    return DIFFERENT, [f"O2: {DIFFERENT}: {str(found['value'])[:300]}"]


@pytest.fixture(scope="module")
def judge(
    world: World, recorded: Recorded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TypeScriptJudge]:
    folder: Path = tmp_path_factory.mktemp("typescript")
    with world.server.listening() as port, typescript_client.running(folder, port) as client:
        yield TypeScriptJudge(world, recorded, client, Judge(world, recorded))


@pytest.mark.parametrize("row", [row for row in rows() if row.flow in FLOWS], ids=lambda row: row.name)
def test_field(judge: TypeScriptJudge, row: Row) -> None:
    verdicts = {mutation: judge.judge(row, mutation) for mutation in row.only}
    found = {mutation: verdict for mutation, verdict in verdicts.items() if verdict is not None}
    faults = {mutation: verdict.faults for mutation, verdict in found.items() if verdict.faults}
    assert not faults
    unexpected = {m: v.outcome for m, v in found.items() if v.outcome not in row.expect}
    assert not unexpected
