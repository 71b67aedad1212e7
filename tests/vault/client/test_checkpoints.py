"""The client holds a vault against the server's checkpoints (chapter 9; attacks D6, D7, D8, L9)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from crypto.checkpoints import ChainHead, Checkpoint, Leaf, sign_checkpoint
from crypto.encoding import VaultId, b64u
from crypto.head_code import HeadCode
from crypto.merkle import Range, consistency_ranges, inclusion_ranges, leaf_hash, range_hashes
from crypto.signing import SigningKey
from tests.vault.client.backups import codes, keep, refuses, verify
from tests.vault.client.conftest import Server
from tests.vault.client.people import Clock, Network, Person, changed
from vault import checkpoints, server_key


@pytest.fixture
def seed(server: Server, clock: Clock) -> SigningKey:
    """The server's own key: what a hostile host has."""
    with server.database.writing() as session:
        return server_key.ensure(session, clock).signing.at(clock())


def pinned(person: Person) -> dict[str, Any]:
    [file] = person.home.folder.glob("checkpoint-*")
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def test_verify_holds_the_chains_against_the_newest_checkpoint(
    patient: Person, run_job: Callable[[], int]
) -> None:
    assert "no checkpoint yet" in verify(patient)
    patient.add("a.txt", b"a")
    run_job()
    said = verify(patient)
    assert "checkpoint: 1 " in said
    assert "in no checkpoint" not in said
    assert (pinned(patient)["size"], pinned(patient)["index"], pinned(patient)["ledger"]) == (1, 1, 2)
    patient.add("b.txt", b"b")
    assert "in no checkpoint yet: entries since" in verify(patient)
    run_job()
    verify(patient)
    assert (pinned(patient)["size"], pinned(patient)["index"], pinned(patient)["ledger"]) == (2, 2, 3)


def test_entries_without_a_checkpoint_for_a_day_are_said(
    patient: Person, run_job: Callable[[], int], clock: Clock
) -> None:
    run_job()
    patient.add("a.txt", b"a")
    clock.time += 2 * 86400
    patient.log_in()
    assert "no checkpoint for more than a day" in verify(patient)


def test_a_vault_that_is_in_no_leaf_yet(
    patient: Person, person: Callable[[str], Person], run_job: Callable[[], int]
) -> None:
    run_job()
    other = person("other")
    other.sign_up()
    assert "checkpoint: 1 " in verify(other)
    assert (pinned(other)["size"], pinned(other)["index"]) == (1, 0)
    run_job()
    verify(other)
    assert (pinned(other)["size"], pinned(other)["index"]) == (2, 2)


@dataclass
class HostileLog:
    """A host that has the server's own key and serves whatever tree it likes."""

    key: SigningKey
    leaves: list[bytes]
    shown: int | None = None
    """Which of the leaves it gives as the vault's."""
    forget: str = ""
    """Answers of paths that end so are not_found."""
    note: bytes = b""

    def __call__(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        path = request.url.path
        if self.forget and path.endswith(self.forget):
            return httpx.Response(404, json={"error": {"code": "not_found", "message": "no"}})
        hash_of = range_hashes([leaf_hash(leaf) for leaf in self.leaves])
        size = len(self.leaves)
        if path.endswith("/checkpoints/latest"):
            note = self.note or sign_checkpoint(Checkpoint(size, hash_of(Range(0, size))), self.key)
            return httpx.Response(200, json={"note": note.decode()})
        if path.endswith("/checkpoints/consistency"):
            ranges = consistency_ranges(int(request.url.params["from"]), size)
            return httpx.Response(200, json={"proof": [b64u(hash_of(one)) for one in ranges]})
        if path.endswith("/checkpoint-proof"):
            index = size - 1 if self.shown is None else self.shown
            proof = [b64u(hash_of(one)) for one in inclusion_ranges(index, size)]
            leaf = b64u(self.leaves[index])
            return httpx.Response(200, json={"index": index, "leaf": leaf, "proof": proof})
        return response


def leaf_of(server: Server, person: Person) -> Leaf:
    """The vault's newest leaf as the honest job made it."""
    with server.database.reading() as session:
        size, _ = checkpoints.signed_at(session)
        vault = VaultId(person.home.session().vault)
        return Leaf.from_bytes(checkpoints.inclusion(session, vault, size).leaf)


@pytest.fixture
def log(patient: Person, server: Server, seed: SigningKey, run_job: Callable[[], int]) -> HostileLog:
    """The tree of an honest server with one vault, which the patient has verified and pinned."""
    patient.add("a.txt", b"a")
    run_job()
    verify(patient)
    return HostileLog(seed, [leaf_of(server, patient).to_bytes()])


def other_head(head: ChainHead) -> ChainHead:
    return replace(head, head=bytes(32))


def longer(head: ChainHead) -> ChainHead:
    return replace(head, size=head.size + 1)


def test_the_same_tree_or_one_that_continues_it_is_taken(
    patient: Person, network: Network, log: HostileLog
) -> None:
    network.rewrite = log
    verify(patient)
    log.leaves.append(log.leaves[0])
    verify(patient)
    assert (pinned(patient)["size"], pinned(patient)["index"]) == (2, 2)


@pytest.mark.slow
def test_another_tree_is_refused(patient: Person, network: Network, log: HostileLog) -> None:
    [leaf] = log.leaves
    network.rewrite = log
    log.leaves.append(leaf)
    verify(patient)
    log.leaves = [leaf]
    refuses(patient, "stale")
    log.leaves = [b"another", leaf]
    refuses(patient, "stale")
    log.leaves = [b"another", leaf, leaf]
    refuses(patient, "tampered")
    log.forget = "/checkpoints/latest"
    refuses(patient, "stale")
    log.forget, log.leaves = "/checkpoint-proof", [leaf, leaf]
    refuses(patient, "stale")
    log.forget, log.shown = "", 0
    refuses(patient, "stale")
    log.shown = None
    verify(patient)


@pytest.mark.slow
def test_a_leaf_that_says_something_else_is_refused(
    patient: Person, network: Network, log: HostileLog, server: Server
) -> None:
    good = leaf_of(server, patient)
    wrong = {
        "stale": [
            replace(good, ledger=other_head(good.ledger)),
            replace(good, accesses=other_head(good.accesses)),
            replace(good, ledger=longer(good.ledger)),
            replace(good, accesses=longer(good.accesses)),
            replace(good, ledger=ChainHead(head=good.ledger.head, size=good.ledger.size - 1)),
        ],
        "tampered": [replace(good, vault=bytes(32))],
    }
    network.rewrite = log
    for code, leaves in wrong.items():
        for leaf in leaves:
            log.leaves = [good.to_bytes(), leaf.to_bytes()]
            refuses(patient, code)
    log.leaves = [good.to_bytes(), b"{}"]
    refuses(patient, "malformed")
    log.leaves = [good.to_bytes()]
    verify(patient)


def test_a_fork_names_both_heads(patient: Person, network: Network, log: HostileLog, server: Server) -> None:
    good = leaf_of(server, patient)
    log.leaves.append(replace(good, ledger=other_head(good.ledger)).to_bytes())
    mine = codes(verify(patient))["ledger"]
    network.rewrite = log
    theirs = HeadCode.of("ledger", good.ledger.size, bytes(32)).text()
    assert f"two histories: {theirs} / {mine}" in refuses(patient, "stale")


def test_a_note_by_another_key_or_for_another_log_is_refused(
    patient: Person, network: Network, log: HostileLog
) -> None:
    network.rewrite = log
    right = sign_checkpoint(Checkpoint(1, leaf_hash(log.leaves[0])), log.key)
    other = sign_checkpoint(Checkpoint(1, leaf_hash(log.leaves[0])), SigningKey.generate())
    for note, code in (
        (other, "tampered"),
        (right.replace(b"\n1\n", b"\n2\n"), "tampered"),
        (b"x", "malformed"),
    ):
        log.note = note
        refuses(patient, code)


def test_a_new_device_is_shown_less_than_the_checkpoint_says(
    patient: Person, person: Callable[[str], Person], network: Network, run_job: Callable[[], int]
) -> None:
    patient.add("a.txt", b"a")
    pages: list[dict[str, Any]] = []
    network.rewrite = changed("/ledger", lambda answer: pages.append(dict(answer)))
    patient.json("journal")
    network.rewrite = None
    older = next(page for page in pages if len(page["entries"]) == page["size"])

    def cut(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/ledger"):
            return response
        start = int(request.url.params["from"])
        return httpx.Response(200, json={**older, "entries": older["entries"][start:]})

    patient.add("b.txt", b"b")
    run_job()
    fresh = person("fresh")
    fresh.email = patient.email
    fresh.log_in()
    network.rewrite = cut
    fresh.json("list")
    ran = fresh.run("journal", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (5, "stale")
    assert "a shorter history: ledger:3:" in ran.json["error"]["message"]


def test_yesterday_s_backup_is_refused_by_who_saw_today(
    patient: Person, server: Server, run_job: Callable[[], int], tmp_path: Path, network: Network
) -> None:
    patient.add("a.txt", b"a")
    run_job()
    back = keep(server, tmp_path)
    document = patient.add("b.txt", b"b")
    run_job()
    verify(patient)
    back()
    refuses(patient, "stale")
    assert patient.fails("list") == (5, "stale")
    assert patient.fails("get", document, "-o", str(patient.folder / "out")) == (5, "stale")
    # Even when the host goes on from there, so that the chain is as long again.
    run_job()
    other = Person(tmp_path / "other", network, patient.clock, patient.capture, patient.email)
    other.log_in()
    other.add("c.txt", b"c")
    run_job()
    refuses(patient, "stale")


@pytest.mark.slow
def test_two_devices_that_were_shown_two_histories_find_out_by_comparing(
    patient: Person, person: Callable[[str], Person], server: Server, tmp_path: Path
) -> None:
    patient.add("a.txt", b"a")
    other = person("other")
    other.email = patient.email
    other.log_in()
    back = keep(server, tmp_path)
    patient.add("b.txt", b"b")
    ran = patient.run("journal", "--verify")
    seen = codes(ran.stderr)
    back()
    other.add("c.txt", b"c")
    assert other.run("journal").status == 0, "each history holds by itself"
    own = codes(other.run("journal", "--verify").stderr)
    assert seen["ledger"] != own["ledger"]
    said = refuses(other, "stale", "--compare", seen["ledger"])
    assert seen["ledger"] in said
    assert own["ledger"] in said
    other.json("journal", "--compare", own["ledger"], "--compare", seen["accesses"])
    assert other.fails("journal", "--compare", "ledger:2") == (2, "malformed")
    longer_code = HeadCode.of("ledger", 9, bytes(32)).text()
    assert "a shorter history" in refuses(other, "stale", "--compare", longer_code)
