"""The client holds a vault against the server's checkpoints: what is refused, and what a bundle proves
without a server (chapter 9; attacks D6, D7, D8, L9)."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from crypto.checkpoints import ChainHead, Checkpoint, Leaf, LeafProof, sign_checkpoint
from crypto.encoding import VaultId, b64u, canonical, unb64u
from crypto.head_code import HeadCode
from crypto.merkle import Range, consistency_ranges, inclusion_ranges, leaf_hash, range_hashes
from crypto.signing import SigningKey
from tests.vault.client.conftest import Server
from tests.vault.client.people import Clock, Network, Person, changed
from vault import checkpoints, server_key


@pytest.fixture
def run_job(server: Server, clock: Clock) -> Callable[[], int]:
    """The server's job, once."""

    def run() -> int:
        with server.database.writing() as session:
            key = server_key.ensure(session, clock)
        return checkpoints.checkpoint(server.database, key.signing, clock)

    return run


@pytest.fixture
def seed(server: Server, clock: Clock) -> SigningKey:
    """The server's own key: what a hostile host has."""
    with server.database.writing() as session:
        return server_key.ensure(session, clock).signing


def keep(server: Server, folder: Path) -> Callable[[], None]:
    """Keeps the database as it is now; calling the answer puts it back, as a restored backup does."""
    file = Path(str(server.database.engine.url.database))
    kept = folder / "yesterday.sqlite"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)

    def back() -> None:
        server.database.close()
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(kept, file)

    return back


def verify(person: Person) -> str:
    """`coffre journal --verify` must succeed; what it says to people."""
    ran = person.run("journal", "--verify")
    assert ran.status == 0, ran
    return ran.stderr


def refuses(person: Person, code: str, *arguments: str) -> str:
    """The journal is refused and nothing at home changes; what is said."""
    before = person.state()
    ran = person.run("journal", "--verify", *arguments, "--json")
    assert ran.status == 5, ran
    assert ran.json["error"]["code"] == code
    assert person.state() == before
    return str(ran.json["error"]["message"])


def codes(text: str) -> dict[str, str]:
    """The head codes that `--verify` shows, by chain."""
    lines = [line for line in text.splitlines() if line.startswith(("ledger:", "accesses:"))]
    return {line.partition(":")[0]: line for line in lines}


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
