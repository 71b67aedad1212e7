"""What operators did: written down with what they do, verified from its beginning, and every cut found."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete, select

from crypto import statements
from crypto.encoding import b64u
from crypto.errors import CoffreError
from crypto.operations import Operation, Pin
from crypto.signing import SigningKey
from crypto.statements import Signed
from tests.vault.admin.hosts import Hosts
from tests.vault.admin.test_command import Operator
from tests.vault.expect import ok
from tests.vault.rooms import START, Room
from tests.vault.sealed import SealedVersion
from vault.admin.doctor import operations as doctor
from vault.admin.operations import OperationLog, read
from vault.admin.operator_files import OperatorFiles
from vault.models.operations import Operation as Row
from vault.models.vaults import Vault


def files_of(operator: Operator) -> OperatorFiles:
    return OperatorFiles(Path(operator.environ["COFFRE_DATA"]) / "operator.key")


def rows(room: Room) -> list[Signed]:
    with room.database.reading() as session:
        found = session.execute(select(Row).order_by(Row.seq)).scalars()
        return [Signed(row.statement, row.signature) for row in found]


def rewrite(room: Room, chain: list[Signed]) -> None:
    """What whoever holds the database can do."""
    with room.database.writing() as session:
        session.execute(delete(Row))
        for seq, signed in enumerate(chain):
            session.add(Row(seq=seq, statement=signed.statement, signature=signed.signature))


def resigned(signed: Signed, signer: SigningKey, **changes: Any) -> Signed:
    return statements.sign(replace(statements.parse(Operation, signed.statement), **changes), signer)


@pytest.mark.slow
def test_every_command_that_changes_something_is_written_down(operator: Operator, embedded: Hosts) -> None:
    room = embedded.run(operator.environ)
    patient, doctor = room.patient(), room.professional()
    assert doctor.rpps is not None
    operator.json("--as", "Ada Admin", "suspend", "--reason-code", "abuse", patient.address)
    operator.json("account", "show", patient.account)
    operator.json("account", "suspended")
    operator.json("resume", patient.account)
    operator.json("quota", patient.address, "5000")
    operator.json("quota", patient.account, "default")
    operator.json("maintenance", "on", "--until", "2027-01-16T00:00:00Z")
    assert operator.json("maintenance", "show")["level"] == "read_only"
    operator.json("maintenance", "off")
    operator.json("professional", "verify", doctor.rpps)
    operator.json("professional", "refuse", doctor.rpps)
    operator.json("directory", "use", b64u(bytes(31) + b"\1"), "--replace")
    operator.json("outbox", "retry")
    operator.json("sweep")
    operator.json("stats")
    # What was refused changes nothing and is no operation.
    operator.fails("quota", doctor.account, "1", status=3, code="not_found")
    operator.fails("suspend", "--reason-code", "abuse", "nobody@example.org", status=3, code="not_found")
    found = operator.json("audit")
    told = [(one["command"], one["accounts"], one["details"]) for one in found["operations"]]
    assert [command for command, _, _ in told] == [
        *("begin", "init", "suspend", "resume", "quota", "quota", "maintenance_on", "maintenance_off"),
        *("professional_verified", "professional_refused", "directory_use", "outbox_retry", "sweep"),
    ]
    assert told[2][1:] == ([patient.account], {"reason": "abuse", "suspension": "read_only"})
    assert told[4][2] == {"bytes": "5000"}
    assert told[6][2] == {"level": "read_only", "until": "1800057600"}
    assert told[8][1:] == ([doctor.account], {"verified": "yes"})
    assert [one["name"] for one in found["operations"]][1:4] == [None, "Ada Admin", None]
    assert all(one["user"] for one in found["operations"])
    assert (found["size"], len(found["keys"])) == (13, 1)
    # No address stands in it.
    assert "example.org" not in json.dumps(found)
    assert files_of(operator).key_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_cut_reordered_and_rewritten_chains_are_found(operator: Operator, embedded: Hosts) -> None:
    room = embedded.run(operator.environ)
    for _ in range(3):
        operator.json("outbox", "retry")
    found, good, key = operator.json("audit"), rows(room), files_of(operator).key()
    stranger = SigningKey.generate()
    faults = {
        "the last is missing": good[:-1],
        "the last three": good[:-3],
        "all": [],
        "one in the middle": good[:2] + good[3:],
        "two are exchanged": [*good[:3], good[4], good[3]],
        "one is there twice": [*good, good[-1]],
        "one bit": [*good[:-1], replace(good[-1], statement=good[-1].statement.replace(b'"0"', b'"9"'))],
        "another key": [*good[:-1], resigned(good[-1], stranger)],
        "another past with the same key": [*good[:-1], resigned(good[-1], key, command="sweep")],
        "a new beginning": [*good[:-1], resigned(good[-1], stranger, command="begin", key=stranger.public)],
        "a chain of one's own": [resigned(good[0], stranger, key=stranger.public)],
        "an earlier time": [
            *good,
            resigned(
                good[-1], key, seq=5, time=START - 1, prev=statements.statement_hash(good[-1].statement)
            ),
        ],
    }
    for what, chain in faults.items():
        rewrite(room, chain)
        assert "does not hold" in operator.fails("audit", status=5, code="tampered"), what
    rewrite(room, good)
    assert operator.json("audit") == found


def test_care_goes_on_with_a_broken_chain_and_says_so(operator: Operator, embedded: Hosts) -> None:
    room = embedded.run(operator.environ)
    operator.json("outbox", "retry")
    seen = files_of(operator).pin()
    rewrite(room, rows(room)[:-1])
    status, _out, err = operator.admin("sweep")
    assert (status, "coffre admin audit" in err) == (0, True)
    operator.fails("audit", status=5, code="tampered")
    assert files_of(operator).pin() == seen, "what was seen is not forgotten by the way"
    assert seen is not None
    accepted = operator.json("audit", "--accept")["operations"][-1]
    assert (accepted["command"], accepted["details"]["pinned_head"]) == ("audit_accept", seen.head.hex())
    operator.json("audit")


def test_a_chain_is_held_against_a_copy_elsewhere(operator: Operator, embedded: Hosts) -> None:
    room, copy = embedded.run(operator.environ), embedded.folder / "operations.jsonl"
    operator.json("outbox", "retry")
    exported = operator.json("audit", "--export", str(copy))
    head, elsewhere = exported["head"], {"COFFRE_DATA": str(embedded.folder / "nothing")}
    assert operator.json("audit", "--verify", str(copy), "--head", head, environ=elsewhere) == exported
    operator.json("outbox", "retry")
    operator.json("audit", "--head", head)
    good = rows(room)
    rewrite(room, [*good[:-2], resigned(good[-2], files_of(operator).key(), command="sweep")])
    files_of(operator).pin_file.unlink()
    # The one who has the key, and removed the pin, is found by what stands elsewhere alone.
    operator.json("audit")
    operator.fails("audit", "--head", head, status=5, code="tampered")
    lines = copy.read_bytes().splitlines(keepends=True)
    for content in (b"".join(lines[:-1]), b"".join(lines)[:-1], b"".join(reversed(lines)), b"{}\n"):
        copy.write_bytes(content)
        operator.fails("audit", "--verify", str(copy), "--head", head, status=5, code="tampered")
    for given in ("nonsense", f"0:{head.partition(':')[2]}", f"-1:{head.partition(':')[2]}"):
        operator.fails("audit", "--head", given, status=2, code="usage")


def test_a_lost_key(operator: Operator, embedded: Hosts) -> None:
    files = files_of(operator)
    first = files.key()
    files.key_file.unlink()
    message = operator.fails("outbox", "retry", status=4, code="no_key")
    assert "audit --begin" in message
    keys = operator.json("audit", "--begin")["keys"]
    assert [one["seq"] for one in keys] == [0, 2]
    operator.json("outbox", "retry")
    operator.fails("audit", "--begin", status=2, code="malformed")
    files.key_file.unlink()
    files.new_key()
    operator.fails("outbox", "retry", status=2, code="malformed")
    assert first.public != files.key().public


def test_nothing_is_done_that_cannot_be_written_down(operator: Operator, embedded: Hosts) -> None:
    room = embedded.run(operator.environ)
    patient = room.patient()
    files_of(operator).key_file.unlink()
    operator.fails("quota", patient.account, "7", status=4, code="no_key")
    with room.database.reading() as session:
        assert session.get_one(Vault, patient.vault).quota_bytes is None
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)


def test_a_restored_host_names_what_was_lost(operator: Operator, embedded: Hosts) -> None:
    folder = embedded.folder / "backup"
    operator.json("backup", str(folder))
    operator.json("outbox", "retry")
    seen = files_of(operator).pin()
    assert seen is not None
    other = embedded.environ()
    other["COFFRE_OPERATORS_KEY_FILE"] = str(files_of(operator).key_file)
    operator.json("restore", str(folder), environ=other)
    last = operator.json("audit", environ=other)["operations"][-1]
    assert (last["command"], last["seq"]) == ("restore", 2)
    assert last["details"]["pinned_size"] == str(seen.size)
    # Without the old key the chain goes on with a new one.
    without = embedded.environ()
    operator.json("restore", str(folder), environ=without)
    found = operator.json("audit", environ=without)
    assert [one["command"] for one in found["operations"]][-2:] == ["begin", "restore"]
    assert len(found["keys"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "coffre-operations-head/1 0 " + b64u(bytes(32)),
        "coffre-operations-head/1 01 " + b64u(bytes(32)),
        "coffre-operations-head/1 1 AAAA",
        "coffre-operations-head/2 1 " + b64u(bytes(32)),
    ],
)
def test_pins_are_read_strictly(text: str) -> None:
    with pytest.raises(CoffreError):
        Pin.from_text(text)
    assert Pin.from_text(Pin(3, bytes(32)).to_text()) == Pin(3, bytes(32))


def test_a_key_is_drawn_for_elsewhere(operator: Operator, embedded: Hosts) -> None:
    file = embedded.folder / "operator-key"
    made = operator.json("audit", "--new-key", str(file))
    assert made["public_key"] == b64u(OperatorFiles(file).key().public)
    operator.fails("audit", "--new-key", str(file), status=2, code="malformed")


@pytest.mark.slow
def test_the_doctor_looks_at_the_chain(operator: Operator, embedded: Hosts) -> None:
    room, files = embedded.run(operator.environ), files_of(operator)
    operator.json("sweep")

    def found() -> tuple[str, str]:
        [finding] = doctor.examine(room.database, files.key_file)
        return finding.status, finding.message

    assert found() == ("ok", "3 operations hold")
    rewrite(room, rows(room)[:-1])
    assert found()[0] == "fail"
    files.pin_file.unlink()
    operator.json("maintenance", "on")
    chain, closed = doctor.examine(room.database, files.key_file)
    assert (chain.status, closed.status, "read_only" in closed.message) == ("ok", "warn", True)
    operator.json("maintenance", "off")
    files.key_file.unlink()
    assert found()[0] == "warn"


def test_commands_at_once_make_one_chain(hosts: Hosts) -> None:
    room, files = hosts.room(), OperatorFiles(hosts.folder / "operator.key")
    log = OperationLog(files, "root", None, room.clock, warn=pytest.fail)
    log.record(room.database, "first")
    barrier = Barrier(4)

    def work(number: int) -> None:
        # Each with a pin of its own, as on machines of their own.
        key = hosts.folder / f"machine{number}" / "operator.key"
        key.parent.mkdir()
        shutil.copy(files.key_file, key)
        mine = OperationLog(OperatorFiles(key), "root", None, room.clock, warn=pytest.fail)
        barrier.wait()
        for _ in range(3):
            mine.record(room.database, "work", number=number)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, number) for number in range(4)]:
            done.result()
    chain = read(room.database, files.pin())
    assert [found.seq for _place, found in chain] == list(range(14))
