"""`coffre admin …` as an operator types it: one JSON document, the exit statuses of the contract."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.vault.admin.hosts import Hosts, flip
from tests.vault.expect import ok
from tests.vault.rooms import START
from tests.vault.sealed import SealedVersion
from vault import database_schema
from vault.client.main import run
from vault.client.terminal import Terminal


@dataclass
class Operator:
    """Runs commands in this process."""

    environ: dict[str, str]
    capture: pytest.CaptureFixture[str]

    def admin(self, *arguments: str, environ: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        self.capture.readouterr()
        used = {**(environ or self.environ), "COFFRE_LANG": "en"}
        status = run(["admin", *arguments], Terminal(used, clock=lambda: float(START)))
        return (status, *self.capture.readouterr())

    def json(self, *arguments: str, status: int = 0, environ: dict[str, str] | None = None) -> Any:
        """The one JSON document of a command that ends with a status."""
        found, out, err = self.admin(*arguments, "--json", environ=environ)
        assert found == status, (out, err)
        return json.loads(out)

    def fails(self, *arguments: str, status: int, code: str, environ: dict[str, str] | None = None) -> str:
        """The message of a command that must fail."""
        error = self.json(*arguments, status=status, environ=environ)
        assert error.keys() == {"error"}
        assert error["error"]["code"] == code
        return str(error["error"]["message"])


@pytest.fixture
def operator(hosts: Hosts, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator({**hosts.environ(), "COFFRE_SERVER_PUBLIC_URL": "http://127.0.0.1:9"}, capsys)


@pytest.mark.slow
def test_a_host_from_nothing_to_a_restored_one(operator: Operator, hosts: Hosts) -> None:
    made = operator.json("init")
    newest = database_schema.newest_revision()
    assert (made["server_key_created"], made["schema_to"]) == (True, newest)
    assert operator.json("migrate") == {"schema_from": newest, "schema_to": newest}
    room = hosts.run(operator.environ)
    # Statements are bound to the tests' origin, the operator's checks to this machine's.
    patient, doctor = room.patient(), room.professional()
    assert doctor.rpps is not None
    for _ in range(2):
        ok(patient.commit(SealedVersion(patient.sections[1], content=os.urandom(500))), 201)
    stats = operator.json("stats")
    assert (stats["versions"], stats["versions_bytes"], stats["patients"]) == (2, 1000, 1)
    assert operator.json("professional", "verify", doctor.rpps)["verified"] == "yes"
    [listed] = operator.json("professional", "list")
    assert (listed["rpps"], listed["verified"]) == (doctor.rpps, "yes")
    assert listed["created"] == "2027-01-15T08:00:00Z"
    assert operator.json("professional", "refuse", doctor.rpps)["verified"] == "refused"
    operator.fails("professional", "verify", "00000000000", status=3, code="not_found")
    assert operator.json("sweep") == {
        "uploads": 0,
        "bundles": 0,
        "shares": 0,
        "documents": 0,
        "objects": 0,
        "accounts": 0,
    }
    assert operator.json("check")["whole"] is True
    assert sum(operator.json("check", "--share", f"{n}/3")["objects"] for n in (1, 2, 3)) == 2

    folder = hosts.folder / "backup"
    done = operator.json("backup", str(folder))
    assert (done["objects"], done["bytes"], done["created"]) == (2, 1000, "2027-01-15T08:00:00Z")
    operator.fails("backup", str(folder), status=4, code="not_empty")
    operator.fails("restore", str(folder), status=4, code="not_empty")
    other = hosts.environ()
    restored = operator.json("restore", str(folder), environ=other)
    assert (restored["objects"], restored["checked"]["missing"]) == (2, [])
    assert operator.json("check", environ=other)["whole"] is True

    name = room.store.list(None, 1)[0]
    flip(room.store, name, 0)
    damaged = operator.json("check", status=5)
    assert (damaged["whole"], [fault["object"] for fault in damaged["damaged"]]) == (False, [name])
    assert operator.json("backup", str(hosts.folder / "again"), status=5)["faulty"] == [name]
    assert operator.json("restore", str(hosts.folder / "again"), status=5, environ=hosts.environ())


def test_before_init(operator: Operator, hosts: Hosts) -> None:
    for command in (["migrate"], ["check"], ["stats"], ["sweep"], ["professional", "list"]):
        assert "admin init" in operator.fails(*command, status=3, code="not_initialised")
    operator.fails("backup", str(hosts.folder / "backup"), status=3, code="not_initialised")
    assert not (hosts.folder / "backup").exists()


@pytest.mark.slow
def test_the_doctors_exit_statuses(operator: Operator, hosts: Hosts) -> None:
    # An embedded host has no database to reach before `init`; a hosted one has an empty one, and no bucket.
    found = operator.json("doctor", status=6 if hosts.postgresql is None else 1)
    assert found["status"] == "fail"
    assert all(one.keys() >= {"name", "status", "message"} for one in found["checks"])
    operator.json("init")
    # The frozen clock of this operator is off by months, which the doctor must see.
    found = operator.json("doctor", status=1)
    assert {one["name"] for one in found["checks"] if one["status"] == "fail"} >= {"store_clock"}
    status, out, err = operator.admin("doctor")
    assert (status, err) == (1, "")
    assert "store_clock" in out
    assert "NTP" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--share", "8/7"],
        ["check", "--threads", "0"],
        ["check", "--config", "nowhere.toml"],
        ["restore", "nowhere"],
        ["restore"],
        ["professional", "verify"],
        ["nonsense"],
    ],
)
def test_usage(embedded: Hosts, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    Operator(embedded.environ(), capsys).fails(*arguments, status=2, code="usage")


def test_a_folder_that_is_no_backup(embedded: Hosts, capsys: pytest.CaptureFixture[str]) -> None:
    operator = Operator(embedded.environ(), capsys)
    folder = embedded.folder / "photos"
    folder.mkdir()
    operator.fails("restore", str(folder), status=2, code="malformed")
    operator.json("init")
    operator.json("backup", str(embedded.folder / "backup"))
    (embedded.folder / "backup" / "objects.jsonl").write_text("{}\n")
    operator.fails(
        "restore", str(embedded.folder / "backup"), status=5, code="tampered", environ=embedded.environ()
    )


def test_a_bad_configuration(embedded: Hosts, capsys: pytest.CaptureFixture[str]) -> None:
    file = embedded.folder / "config.toml"
    file.write_text("[server]\ncolour = 'blue'\n")
    message = Operator(embedded.environ(), capsys).fails(
        "stats", "--config", str(file), status=2, code="usage"
    )
    assert "server.colour" in message
    assert "blue" not in message


def test_a_configuration_file_is_used(embedded: Hosts, capsys: pytest.CaptureFixture[str]) -> None:
    file = embedded.folder / "config.toml"
    file.write_text(f"[storage]\npath = '{embedded.folder / 'elsewhere'}'\n")
    Operator(embedded.environ(), capsys).json("init", "--config", str(file))
    assert (embedded.folder / "elsewhere" / "objects").is_dir()


def test_databases_and_stores_that_are_away(embedded: Hosts, capsys: pytest.CaptureFixture[str]) -> None:
    operator = Operator(embedded.environ(), capsys)
    operator.json("init")
    url = "postgresql://coffre:s3cret-word@127.0.0.1:9/coffre"
    message = operator.fails(
        "stats", status=6, code="unreachable", environ={**operator.environ, "COFFRE_DATABASE_URL": url}
    )
    assert "s3cret-word" not in message
    data = Path(operator.environ["COFFRE_DATA"])
    (data / "objects").rename(data / "unmounted")
    operator.fails("check", status=6, code="store_unavailable")


def test_people_get_words(embedded: Hosts, capsys: pytest.CaptureFixture[str]) -> None:
    operator = Operator(embedded.environ(), capsys)
    assert operator.admin("init")[0] == 0
    status, out, err = operator.admin("professional", "list")
    assert (status, out.strip(), err.strip()) == (0, "", "nothing")
    assert operator.admin("stats")[1].startswith("patients")
    status, _out, err = operator.admin("professional", "verify", "1")
    assert (status, "professional" in err) == (3, True)
