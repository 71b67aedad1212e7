"""A journal saved in a file proves itself without a server (chapter 9): every change of it is found."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from crypto.checkpoints import Checkpoint, Leaf, LeafProof, sign_checkpoint
from crypto.encoding import b64u, canonical, unb64u
from crypto.merkle import leaf_hash
from crypto.signing import SigningKey
from tests.vault.client.backups import codes, keep, verify
from tests.vault.client.conftest import Server
from tests.vault.client.people import Network, Person


def no_network(_request: httpx.Request, _response: httpx.Response) -> httpx.Response:
    raise AssertionError("a request was sent")


@pytest.fixture
def bundle(patient: Person, professional: Person, run_job: Callable[[], int]) -> Path:
    """A journal with accesses by two people, saved after a checkpoint."""
    document = patient.add("a.txt", b"a", "--section", "imaging")
    given = patient.json("grant", "new", "--invite", "--sections", "imaging")
    professional.json("grant", "redeem", given["invitation"])
    professional.json("get", document, "-o", str(professional.folder / "out"))
    patient.json("get", document, "-o", str(patient.folder / "out"))
    run_job()
    file = patient.folder / "journal.bundle"
    patient.json("journal", "--bundle", str(file))
    return file


@pytest.mark.slow
def test_a_bundle_is_verified_without_the_server(
    patient: Person, person: Callable[[str], Person], bundle: Path, network: Network
) -> None:
    online = patient.json("journal", "--verify")
    assert bundle.stat().st_mode & 0o77 == 0
    network.rewrite = no_network
    ran = patient.run("journal", "--verify", "--bundle", str(bundle))
    assert ran.status == 0, ran
    assert "checkpoint: 1 " in ran.stderr
    assert patient.json("journal", "--verify", "--bundle", str(bundle)) == online
    stranger = person("stranger")
    said = stranger.run("journal", "--verify", "--bundle", str(bundle))
    assert said.status == 0
    assert "compare its fingerprint" in said.stderr
    patient_code = codes(ran.stderr)["ledger"]
    stranger.json("journal", "--verify", "--bundle", str(bundle), "--compare", patient_code)


@pytest.mark.slow
def test_an_older_bundle_says_so_and_a_forked_one_is_refused(
    patient: Person,
    bundle: Path,
    server: Server,
    tmp_path: Path,
    network: Network,
    run_job: Callable[[], int],
) -> None:
    back = keep(server, tmp_path)
    patient.add("b.txt", b"b")
    verify(patient)
    ran = patient.run("journal", "--verify", "--bundle", str(bundle))
    assert ran.status == 0
    assert "it is older" in ran.stderr
    back()
    other = Person(tmp_path / "other", network, patient.clock, patient.capture, patient.email)
    other.log_in()
    for name in ("c", "d"):
        other.add(f"{name}.txt", b"c")
    run_job()
    forked = str(other.folder / "forked")
    other.json("journal", "--bundle", forked)
    ran = patient.run("journal", "--verify", "--bundle", forked, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (5, "stale")
    assert "two histories" in ran.json["error"]["message"]


def lines_of(bundle: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in bundle.read_bytes().splitlines()]


def written(bundle: Path, lines: list[Any]) -> str:
    data = b"".join(canonical(line, limit=1 << 22) + b"\n" for line in lines)
    other = bundle.with_name("changed.bundle")
    other.write_bytes(data)
    return str(other)


@pytest.mark.slow
def test_every_change_of_a_bundle_is_found(patient: Person, bundle: Path) -> None:
    lines = lines_of(bundle)
    places = [number for number, line in enumerate(lines) if "entry" in line]
    proof = LeafProof.from_text(unb64u(lines[-1]["proof"]))
    kinds = {"left-out": 0, "twice": 0, "withheld": 0, "swapped": 0}
    for number in places:
        entry = lines[number]["entry"]
        bent = {
            "left-out": [*lines[:number], *lines[number + 1 :]],
            "twice": [*lines[: number + 1], *lines[number:]],
            "withheld": [
                *lines[:number],
                {**lines[number], "entry": {"header": entry["header"]}},
                *lines[number + 1 :],
            ],
            "swapped": [*lines[:number], *lines[number : number + 2][::-1], *lines[number + 2 :]],
        }
        for kind, changed_lines in bent.items():
            ran = patient.run("journal", "--verify", "--bundle", written(bundle, changed_lines), "--json")
            assert ran.status in (2, 5), (kind, number, ran)
            kinds[kind] += 1
    assert kinds == dict.fromkeys(kinds, len(places))
    for flipped in (
        replace(proof, proof=(bytes(32),)),
        replace(proof, index=proof.index + 1),
        replace(proof, leaf=Leaf.from_bytes(proof.leaf).to_bytes().replace(b'"size":2', b'"size":1')),
        replace(proof, note=sign_checkpoint(Checkpoint(1, leaf_hash(proof.leaf)), SigningKey.generate())),
    ):
        changed_proof = [*lines[:-1], {"proof": b64u(flipped.to_text())}]
        assert patient.fails("journal", "--verify", "--bundle", written(bundle, changed_proof))[0] == 5


@pytest.mark.slow
def test_what_is_no_bundle_is_malformed(patient: Person, bundle: Path) -> None:
    lines = lines_of(bundle)
    title, *rest = lines
    for wrong in (
        [],
        rest,
        [title],
        [{**title, "version": 2}, *rest],
        [title, lines[-1], *rest[:-1]],
        [title, {"more": 1}, *rest],
        [title, {"chain": "other", "entry": {}}, *rest],
        [title, [1], *rest],
        [*lines, lines[-1]],
    ):
        assert patient.fails("journal", "--verify", "--bundle", written(bundle, wrong)) == (2, "malformed")
    cut = bundle.with_name("cut")
    cut.write_bytes(bundle.read_bytes()[:-10])
    assert patient.fails("journal", "--verify", "--bundle", str(cut)) == (2, "malformed")
    cut.write_bytes(b"x" * (5 << 20))
    assert patient.fails("journal", "--verify", "--bundle", str(cut)) == (2, "limit_exceeded")
    missing = str(bundle.with_name("missing"))
    assert patient.fails("journal", "--verify", "--bundle", missing) == (2, "usage")


@pytest.mark.slow
def test_another_person_s_bundle_is_no_bundle_of_this_vault(
    person: Callable[[str], Person], patient: Person, bundle: Path
) -> None:
    lines = lines_of(bundle)
    other = person("other")
    other.sign_up()
    other_key = b64u(bytes(32))
    stolen = [{**lines[0], "vault": other.home.session().vault}, *lines[1:]]
    assert other.fails("journal", "--verify", "--bundle", written(bundle, stolen))[0] == 5
    renamed = [{**lines[0], "owner": other_key}, *lines[1:]]
    assert patient.fails("journal", "--verify", "--bundle", written(bundle, renamed))[0] == 5
    elsewhere = [{**lines[0], "server": b64u(bytes(32))}, *lines[1:]]
    assert patient.fails("journal", "--verify", "--bundle", written(bundle, elsewhere))[0] == 5
