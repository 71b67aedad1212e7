"""`coffre admin rotate-key server|directory`: what is signed, kept, shown by the doctor and refused."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from crypto.checkpoints import open_checkpoint
from crypto.encoding import unb64u
from crypto.signing import directory_key_id
from crypto.statement_keys import ServerSuccession
from crypto.statements import DirectoryEntry, Signed, parse, verify_card, verify_directory_entry
from crypto.successions import LEAD, directory_keys, directory_signer, verified
from tests.vault.admin.test_command import Operator
from tests.vault.expect import ok
from tests.vault.rooms import START, Room
from vault import checkpoints, signing_keys
from vault.admin.doctor import keys as keys_doctor
from vault.models.server import Succession
from web.serve import ServerKeysBroken, prepare


def told(room: Room, name: str) -> tuple[str, str]:
    """What the doctor says."""
    [found] = [one for one in keys_doctor.examine(room.database, room.clock) if one.name == name]
    return found.status, found.message


def chain(room: Room, whose: str) -> list[Signed]:
    shown = ok(room.app.test_client().get("/api/v1/server/keys"))[whose]
    return [Signed.from_wire(one) for one in shown]


def test_the_server_s_key(operator: Operator, room: Room) -> None:
    patient = room.patient()
    first = patient.server_key()
    assert checkpoints.checkpoint(room.database, room.clock) == 1
    assert told(room, "server_key") == ("ok", "the first key signs")
    assert chain(room, "server") == []
    made = operator.json("rotate-key", "server")
    assert made["generation"] == 1
    keys = verified(ServerSuccession, first, chain(room, "server"))
    assert (keys.at(START + LEAD - 1), keys.at(START + LEAD)) == (first, keys.present)
    assert patient.server_key() == first, "the server keeps its name"
    note = ok(patient.send("GET", "/checkpoints/latest"))["note"].encode()
    for signer in (first, keys.present):
        assert open_checkpoint(note, first, signer).size == 1
    assert "signs entries in 600 s" in told(room, "server_key")[1]
    operator.fails("rotate-key", "server", status=4, code="forbidden")
    other = room.patient()
    assert other.server_key() == first
    assert "rotate_key" in operator.admin("audit")[1]


@pytest.mark.parametrize("fault", ["signature", "secret", "left out"])
def test_keys_that_are_not_whole_stop_the_server(operator: Operator, room: Room, fault: str) -> None:
    operator.json("rotate-key", "server")
    prepare(room.config)
    changes: dict[str, dict[str, object]] = {
        "signature": {"signature": bytes(64)},
        "secret": {"seed": bytes(32)},
        "left out": {"kind": "elsewhere"},
    }
    with room.database.writing() as session:
        session.execute(update(Succession).values(changes[fault]))
    with pytest.raises(ServerKeysBroken, match="admin doctor"):
        prepare(room.config)
    assert told(room, "server_key")[0] == "fail"


def entry_of(room: Room, rpps: str | None) -> tuple[bytes, Any, Signed]:
    patient = room.patient()
    [row] = ok(patient.send("GET", f"/directory?rpps={rpps}"))["professionals"]
    key = unb64u(ok(patient.send("GET", "/server"))["directory_key"])
    return key, verify_card(Signed.from_wire(row["card"])), Signed.from_wire(row["entry"])


@pytest.mark.slow
def test_the_directory_s_key_here(operator: Operator, room: Room) -> None:
    doctor, refused = room.professional(), room.professional()
    assert doctor.rpps is not None
    assert refused.rpps is not None
    operator.json("professional", "verify", doctor.rpps)
    operator.json("professional", "refuse", refused.rpps)
    first, card, old = entry_of(room, doctor.rpps)
    made = operator.json("rotate-key", "directory")
    assert Path(made["old_key_file"]).exists()
    present, _, new = entry_of(room, doctor.rpps)
    keys = directory_keys(present, chain(room, "directory"))
    assert keys.publics == (first, present)
    assert verify_directory_entry(new, present, card, seen=2).state == "verified"
    until = keys.followed[-1].until
    for now, signer in ((until - 1, first), (until, present)):
        assert directory_signer(keys, old, now) == signer
    # Goes on with the new key, and a crash between database and files is mended.
    operator.json("professional", "refuse", doctor.rpps)
    file = room.config.directory.key_file
    file.rename(file.with_name(f"{file.name}.new"))
    Path(made["old_key_file"]).rename(file)
    operator.json("professional", "verify", doctor.rpps)
    assert parse(DirectoryEntry, entry_of(room, doctor.rpps)[2].statement).sequence == 4
    assert directory_key_id(present) in told(room, "directory_key")[1]


@pytest.mark.slow
def test_the_directory_s_key_elsewhere(operator: Operator, room: Room, tmp_path: Path) -> None:
    doctor, later = room.professional(), room.professional()
    assert doctor.rpps is not None
    assert later.rpps is not None
    away, new, request, answer = (tmp_path / name for name in ("away.key", "new.key", "request", "answer"))
    operator.json("professional", "verify", doctor.rpps)
    room.config.directory.key_file.rename(away)
    operator.fails("rotate-key", "directory", status=4, code="no_key")
    operator.json("directory", "request-succession", "-o", str(request))
    carried = ("directory", "sign-succession", str(request), "--new-key", str(new), "-o", str(answer))
    operator.fails(*carried, "--key", str(request), status=2, code="malformed", environ={})
    new.unlink()
    signed = operator.json(*carried, "--key", str(away), environ={})
    assert signed["entries"] == 1
    before, *_ = entry_of(room, doctor.rpps)
    operator.json("directory", "import-succession", str(answer))
    present, card, entry = entry_of(room, doctor.rpps)
    assert verify_directory_entry(entry, present, card, seen=2).state == "verified"
    assert directory_keys(present, chain(room, "directory")).publics == (before, present)
    operator.fails("directory", "import-succession", str(answer), status=2, code="malformed")
    # Somebody is decided about between request and answer.
    new.rename(room.config.directory.key_file)
    second, third = tmp_path / "second", tmp_path / "third.key"
    operator.json("directory", "request-succession", "-o", str(second))
    operator.json("professional", "verify", later.rpps)
    signing = ("directory", "sign-succession", str(second), "--key", str(room.config.directory.key_file))
    answered = tmp_path / "answered"
    operator.json(*signing, "--new-key", str(third), "-o", str(answered), environ={})
    assert "meanwhile" in operator.fails(
        "directory", "import-succession", str(answered), status=2, code="malformed"
    )
    assert entry_of(room, doctor.rpps)[0] == present
    with room.database.reading() as session:
        assert signing_keys.load(session).keys.followed == ()
