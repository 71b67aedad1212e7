"""The operator's directory: its key, entries signed here or on another machine, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from crypto.encoding import unb64u
from crypto.signing import SigningKey
from crypto.statements import DirectoryEntry, Signed, parse, verify_card, verify_directory_entry
from tests.vault.admin.hosts import Hosts
from tests.vault.admin.test_command import Operator
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import redeem_key
from vault.admin import directory as operators
from vault.admin.errors import BadDirectoryFile, DirectoryKeyElsewhere


def listed(room: Room, rpps: str | None) -> Any:
    [row] = ok(room.patient().send("GET", f"/directory?rpps={rpps}"))["professionals"]
    return row


def test_an_entry_that_a_client_can_check(operator: Operator, room: Room) -> None:
    doctor = room.professional()
    assert "entry" not in listed(room, doctor.rpps)
    assert doctor.rpps is not None
    operator.json("professional", "verify", doctor.rpps)
    row = listed(room, doctor.rpps)
    key = unb64u(ok(room.patient().send("GET", "/server"))["directory_key"])
    card = verify_card(Signed.from_wire(row["card"]))
    entry = verify_directory_entry(Signed.from_wire(row["entry"]), key, card)
    assert (entry.state, entry.sequence, entry.rpps) == ("verified", 1, doctor.rpps)
    operator.json("professional", "refuse", doctor.rpps)
    operator.json("professional", "verify", doctor.rpps)
    again = parse(DirectoryEntry, Signed.from_wire(listed(room, doctor.rpps)["entry"]).statement)
    assert again.sequence == 3


def test_the_key_may_be_on_another_machine(operator: Operator, room: Room, tmp_path: Path) -> None:
    doctor = room.professional()
    assert doctor.rpps is not None
    away, request, answer = (tmp_path / name for name in ("away.key", "request.json", "answer.json"))
    # The machine with the key: no configuration, no database.
    public = operator.json("directory", "new-key", str(away), environ={})["public_key"]
    assert away.stat().st_mode & 0o777 == 0o600
    operator.fails("directory", "new-key", str(away), status=2, code="malformed", environ={})
    offline = ("--sign-offline", str(request))
    operator.fails("professional", "verify", doctor.rpps, *offline, status=4, code="no_key")
    operator.json("directory", "use", public)
    operator.fails("professional", "verify", doctor.rpps, status=4, code="no_key")
    operator.json("professional", "verify", doctor.rpps, *offline)
    carried = ("directory", "sign", str(request), "--key", str(away), "-o", str(answer))
    # Nobody looked at what is signed.
    operator.fails(*carried, status=4, code="forbidden", environ={})
    operator.json(*carried, "--yes", environ={})
    assert listed(room, doctor.rpps)["verified"] == "no"
    assert operator.json("professional", "import", str(answer))["verified"] == "yes"
    assert listed(room, doctor.rpps)["verified"] == "yes"
    # An entry counts once.
    operator.fails("professional", "import", str(answer), status=2, code="malformed")
    assert operator.json("directory", "show")["here"] is False


def test_another_key_ends_what_the_first_one_said(operator: Operator, room: Room) -> None:
    doctor = room.professional()
    assert doctor.rpps is not None
    operator.json("professional", "verify", doctor.rpps)
    other = operator.json("directory", "new-key", str(room.config.data / "other.key"))["public_key"]
    operator.fails("directory", "use", other, status=2, code="malformed")
    operator.fails("directory", "use", "AAAA", status=2, code="malformed")
    operator.json("directory", "use", other, "--replace")
    row = listed(room, doctor.rpps)
    assert (row["verified"], "entry" in row) == ("no", False)
    # The file still holds the first key.
    operator.fails("professional", "verify", doctor.rpps, status=2, code="malformed")


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["name", "key", "form", "json", "other directory"])
def test_requests_that_do_not_hold(operator: Operator, room: Room, tmp_path: Path, fault: str) -> None:
    doctor, other = room.professional(), room.professional()
    assert doctor.rpps is not None
    assert other.rpps is not None
    key = operators.make_key(tmp_path / "key")
    with room.database.writing() as session:
        operators.use(session, key.public, room.clock(), replace=False)
        text = operators.make_request(session, doctor.rpps, "verified", room.clock())
        foreign = json.loads(operators.make_request(session, other.rpps, "verified", room.clock()))
    request = json.loads(text)
    if fault == "name":
        request["entry"] = foreign["entry"]
    elif fault == "key":
        request["card"] = foreign["card"]
    elif fault == "form":
        request["form"] = "coffre-directory-answer/1"
    changed = text[:-2] if fault == "json" else json.dumps(request)
    signer = SigningKey.from_seed(bytes(32)) if fault == "other directory" else key
    with pytest.raises(BadDirectoryFile):
        operators.sign_request(changed, signer)
    operators.sign_request(text, key)


def test_a_public_key_may_begin_with_a_dash(operator: Operator) -> None:
    public = "-" + "A" * 42
    assert operator.json("directory", "use", public)["public_key"] == public
    assert operator.json("directory", "show")["public_key"] == public


def test_a_file_that_holds_no_key(tmp_path: Path) -> None:
    for content in (b"", b"coffre-directory-key/1 AAAA\n", b"\xff", b"nothing"):
        (tmp_path / "key").write_bytes(content)
        with pytest.raises(BadDirectoryFile):
            operators.read_key(tmp_path / "key")
    with pytest.raises(DirectoryKeyElsewhere):
        operators.read_key(tmp_path / "none")


def test_a_host_may_ask_for_verified_professionals(embedded: Hosts) -> None:
    room = embedded.run({**embedded.environ(), "COFFRE_DIRECTORY_REQUIRED": "true"})
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    grant, _ = patient.invite(key)
    refused(doctor.redeem(grant, key, patient.vault), "unverified", 403)
    assert doctor.rpps is not None
    with room.database.writing() as session:
        signer = operators.key_at_hand(session, room.config.directory.key_file, room.clock())
        operators.decide(session, doctor.rpps, "verified", signer, room.clock())
    ok(doctor.redeem(grant, key, patient.vault))
