"""The matrix against the web app's engine: the same scenario files, over loopback, in Node."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crypto.encoding import new_id
from tests.attacks import typescript_client
from tests.attacks.forging import LEDGER, forger, raw, rewriting
from tests.attacks.matrix import DIFFERENT, PART, Judge, Verdict, authentic_heads
from tests.attacks.oracles import Verified, leaks
from tests.attacks.scenarios import SAME, Attack, Recorded, Row, route_of, rows
from tests.attacks.test_identities import IDS, injecting
from tests.attacks.test_objects import FAULTS, cut_to, object_of, of_objects
from tests.attacks.test_record import ledger_page, raw_bodies
from tests.attacks.test_sharing import GRANT_FIELDS, forged_by_a_former_reader, widened
from tests.attacks.typescript_client import FLOWS, TypeScriptClient, home_of
from tests.attacks.versions import client_of
from tests.attacks.world import World
from tests.vault.client.people import ORIGIN

pytestmark = pytest.mark.slow

# Of what these show a server can leave out some; see the README.
_PARTIAL = ("open_link", "vaults")
_DERIVING = ("sign_in", "recover")
_FEW = ("null", "bit_flip", "other_type", "other_patient", "attacker")


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
                faults += [f"O4: {wrong}" for wrong in self.verified().wrong_wraps(exchanges)]
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
                elif chain == "checkpoint":
                    same = held is not None and position["size"] == held["size"]
                    if same and position["head"] != held["root"]:
                        yield "O3: another tree of the same size"
                elif position["size"] and (position["size"], position["head"]) not in known[vault, chain]:
                    yield f"O3: {chain} stands nowhere in the chain"

    def verified(self) -> Verified:
        """Whom Anne trusts."""
        keyring = client_of(self.world.people["anne"].device).keyring
        sections = dict(keyring.vault.sections) if keyring.vault is not None else {}
        return Verified(self.judge_of_python.readers(), sections)


def _second_oracle(flow: str, found: dict[str, Any], honest: Any) -> tuple[str, list[str]]:
    if "error" in found:
        code = found["error"]
        return code, ["O2: no typed error"] if code.startswith("crashed") else []
    if found["value"] == honest:
        return SAME, []
    if flow in _PARTIAL and all(one in honest for one in found["value"]):
        return PART, []
    return DIFFERENT, [f"O2: {DIFFERENT}: {str(found['value'])[:300]}"]


@pytest.fixture(scope="module")
def judge(
    world: World, recorded: Recorded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TypeScriptJudge]:
    folder: Path = tmp_path_factory.mktemp("typescript")
    with world.server.listening() as port, typescript_client.running(folder, port) as client:
        yield TypeScriptJudge(world, recorded, client, Judge(world, recorded))


def mutations_of(row: Row) -> list[str]:
    """Those of the row; fewer where each case derives from a password, which takes longest in this client."""
    return [one for one in row.only if row.flow not in _DERIVING or one in _FEW]


@pytest.mark.parametrize("row", [row for row in rows() if row.flow in FLOWS], ids=lambda row: row.name)
def test_field(judge: TypeScriptJudge, row: Row) -> None:
    verdicts = {mutation: judge.judge(row, mutation) for mutation in mutations_of(row)}
    found = {mutation: verdict for mutation, verdict in verdicts.items() if verdict is not None}
    faults = {mutation: verdict.faults for mutation, verdict in found.items() if verdict.faults}
    assert not faults
    unexpected = {m: v.outcome for m, v in found.items() if v.outcome not in row.expect}
    assert not unexpected


def test_d11_bodies_that_parsers_read_differently(judge: TypeScriptJudge) -> None:
    """D11: what the Python client refuses as no answer, this one refuses as well (test_record)."""
    world = judge.world
    for fault, body in raw_bodies(ledger_page(world)).items():
        with world.restored(), world.server.hostile(raw(LEDGER, body)):
            found = judge.client.run(world, "list")
        assert found.get("error") in {"malformed", "tampered", "limit_exceeded", "stale"}, fault


@pytest.mark.parametrize("fault", FAULTS)
def test_d2_objects_changed(judge: TypeScriptJudge, fault: str) -> None:
    """D1, D2: an object cut, doubled, moved or changed gives one error and no byte."""
    world = judge.world
    with world.restored(), world.server.hostile(of_objects(FAULTS[fault])):
        found = judge.client.run(world, "get")
    assert found.get("error") in {"malformed", "tampered", "limit_exceeded"}


def test_d2_objects_truncated(judge: TypeScriptJudge) -> None:
    """D2: at each sixteenth, and before and after nonce and tag."""
    world = judge.world
    whole = object_of(world, "c")
    for length in sorted({len(whole) * part // 16 for part in range(16)} | {15, 16, 17, len(whole) - 1}):
        with world.restored(), world.server.hostile(cut_to(length)):
            found = judge.client.run(world, "get")
        assert found.get("error") in {"malformed", "tampered"}, length


def test_d7_an_acknowledged_change_that_is_not_there(judge: TypeScriptJudge) -> None:
    """D7: the server says yes and shows the ledger without it: an error. (A new document's entry is folded
    from the answer; that the ledger lacks it shows at the next look, as a rollback.)
    """
    world = judge.world
    pages = [e.authentic.json() for e in world.vaults["anne"].exchanges if route_of(e.request) == LEDGER]
    last = {**pages[-1], "entries": []}
    for flow in ("revoke", "mask", "remove", "share_end"):
        with world.restored(), world.server.hostile(rewriting(LEDGER, lambda _: last, start=1)):
            found = judge.client.run(world, flow)
        assert found.get("error") in {"tampered", "stale"}, flow


@pytest.mark.parametrize("fault", IDS)
def test_k7_what_is_no_identifier(judge: TypeScriptJudge, fault: str) -> None:
    """K7: ids with `../`, homoglyphs and the like become no part of an address."""
    world, wrong = judge.world, IDS[fault](new_id())

    def change(answer: dict[str, Any]) -> None:
        answer["vaults"][0]["vault"] = wrong

    with world.restored(), world.server.hostile(rewriting("GET /vaults", change)):
        found = judge.client.run(world, "vaults")
    assert found.get("error") == "malformed"


def test_who_loses_one_of_two_grants_goes_on_with_the_other(judge: TypeScriptJudge) -> None:
    """What only the ended grant reached is withheld rightly: with the vault open, and from what is kept."""
    world = judge.world
    with world.restored(), world.server.hostile(None):
        anne, doctor = world.device("anne"), world.device("doctor")
        to = ("--to", world.fingerprints["doctor"])
        given = anne.shown("grant", "new", *to, "--sections", "dental", "--rights", "read")
        line = {"flow": "lose_one_grant", "grant": given["id"], "other": home_of(anne)}
        found = judge.client.ask(world, home_of(doctor), line)
    assert "error" not in found, found
    held, before, after, open_titles, later_titles = found["value"]
    assert (before, after) == (held - 1, held - 1)
    assert open_titles == later_titles != []


def _code(judge: TypeScriptJudge, flow: str, change: Callable[[Any], object]) -> Any:
    with judge.world.restored(), judge.world.server.hostile(rewriting(LEDGER, change)):
        return judge.client.run(judge.world, flow).get("error")


def test_k10_deposits_that_nobody_entitled_signed(judge: TypeScriptJudge) -> None:
    """K10: a deposit by an unknown key, without a card, signed by another key or not at all: no document."""
    assert {_code(judge, "list", change) for change in injecting(judge.world)} == {"tampered"}


def test_l4_a_former_reader_forges_nothing(judge: TypeScriptJudge) -> None:
    """L4: what a former reader signs, dated now or before the end, and the server appends, is refused."""
    for back in (0, 86400):
        assert _code(judge, "list", forged_by_a_former_reader(judge.world, back)) == "tampered"


@pytest.mark.parametrize("flow", ["list", "list_as_professional"])
def test_l5_each_field_of_a_grant(judge: TypeScriptJudge, flow: str) -> None:
    """L5: a grant with a longer term, more sections, more rights: both sides refuse."""
    for name in GRANT_FIELDS:
        assert _code(judge, flow, widened(judge.world, name)) in ("tampered", "stale", "malformed"), name


def test_l5_a_clock_that_goes_back_extends_nothing(judge: TypeScriptJudge) -> None:
    """L5: after entries newer than its end a grant is not used, whatever the clocks say."""
    world = judge.world
    with world.restored(), world.server.hostile(None):
        start = world.clock.time
        world.clock.time = start + 366 * 86400
        again = world.fresh("anne")
        again.json("login", "--server", ORIGIN, "--email", again.email)
        again.rows("list")
        world.clock.time = start
        found = judge.client.run(world, "list_as_professional").get("error")
    assert found in ("ended", "forbidden", "stale", "tampered")


def test_k5_recipients_that_the_server_adds(judge: TypeScriptJudge) -> None:
    """K5: after a revocation exactly those get new keys whom the patient's own statements name."""
    world, rogue = judge.world, forger(judge.world.clock())
    asked = {"remaining": [{"card": rogue.card.to_wire()}], "grants": [{"grant": "0" * 32}]}
    for attack in (None, rewriting("POST /vaults/{vault}/revocations", lambda answer: answer.update(asked))):
        with world.restored(), world.server.hostile(attack):
            assert "error" not in judge.client.run(world, "revoke")
            sent = list(world.server.exchanges)
        [rotation] = [json.loads(e.request.content) for e in sent if e.path.endswith("/rotations")]
        assert [one["grant"] for one in rotation["bundles"]] == [world.vaults["anne"].grants["doctor"]]
        assert judge.verified().wrong_wraps(sent) == []


def test_k6_another_card_or_owner_than_the_one_known(judge: TypeScriptJudge) -> None:
    """K6: the attacker's card under a professional's fingerprint; a known vault by anybody else."""
    world = judge.world
    card = forger(world.clock(), rpps="10101010105").card.to_wire()
    answer = {"professionals": [{"account": "0" * 32, "card": card, "verified": "yes"}]}
    with world.restored(), world.server.hostile(rewriting("GET /directory", lambda _: answer)):
        assert judge.client.run(world, "grant_to").get("error") == "tampered"
        assert not any(route_of(e.request).startswith("POST") for e in world.server.exchanges)
    pages = [e.authentic.json() for e in world.vaults["mallory"].exchanges if route_of(e.request) == LEDGER]
    for flow in ("list", "list_as_professional"):
        assert _code(judge, flow, lambda _: pages[-1]) in ("tampered", "stale")


def test_d7_rollback_of_ledger_and_grants(judge: TypeScriptJudge) -> None:
    """D7: an older ledger on a device that has seen more: stale; also before the revocation."""
    exchanges = judge.world.vaults["anne"].exchanges
    pages = [e.authentic.json() for e in exchanges if route_of(e.request) == LEDGER]
    newest = max(page["size"] for page in pages)
    older = [page for page in pages if len(page["entries"]) == page["size"] and 0 < page["size"] < newest]
    assert older
    assert {_code(judge, "list", partial(_answered, page)) for page in older} == {"stale"}


def _answered(page: dict[str, Any], _: Any) -> dict[str, Any]:
    return page
