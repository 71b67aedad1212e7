"""A move as two operators type it: copied, closed, handed over, taken over, erased, verified."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.vault.admin.hosts import Hosts
from tests.vault.admin.test_backup import filled
from tests.vault.rooms import START, Room
from vault.client.main import run
from vault.client.terminal import Terminal


class Operators:
    """Those of the first host and those of the other one, each with their own environment."""

    def __init__(self, first: Room, capture: pytest.CaptureFixture[str]) -> None:
        self._here = {"COFFRE_DATA": str(first.config.data)}
        self._capture = capture

    def __call__(self, *arguments: str, status: int = 0, at: Path | None = None) -> Any:
        """The one JSON document of a command that ends with a status; `at`: by another configuration."""
        self._capture.readouterr()
        environ = {"COFFRE_LANG": "en", **({} if at else self._here)}
        config = ("--config", str(at)) if at else ()
        found = run(["admin", *arguments, *config, "--json"], Terminal(environ, clock=lambda: float(START)))
        out, err = self._capture.readouterr()
        assert found == status, (out, err)
        return json.loads(out)


@pytest.mark.slow
def test_a_move_from_the_first_copy_to_the_proof(
    embedded: Hosts, there: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = filled(embedded)
    admin = Operators(first.room, capsys)
    folder = tmp_path / "transfer"
    to = ("export-all", "--to", str(there), "--folder", str(folder))
    assert admin("export-all", status=2)["error"]["code"] == "usage"
    copied = admin(*to)
    assert (copied["objects"], copied["faulty"], copied["finished"]) == (5, [], False)
    assert "maintenance on --still" in admin(*to, "--finish", status=4)["error"]["message"]
    admin("maintenance", "on", "--still")
    report = admin(*to, "--finish")["report"]
    assert "handed over" in admin("maintenance", "off", status=4)["error"]["message"]
    assert admin("take-over", report, at=there)["objects_read"] == 5
    assert admin("take-over", report, at=there, status=4)["error"]["code"] == "wrong_state"
    assert admin("check", at=there)["whole"]
    assert admin("erase", "--folder", str(folder), status=4)["error"]["code"] == "forbidden"
    statement = admin("erase", "--folder", str(folder), "--yes")["statement"]
    capsys.readouterr()
    verified = run(["admin", "verify-erasure", report, statement, "--json"], Terminal({}, clock=lambda: 0.0))
    assert verified == 0
    assert json.loads(capsys.readouterr().out)["objects"] == 5
    Path(statement).write_text(Path(statement).read_text().replace("vaults 1", "vaults 2"))
    assert run(["admin", "verify-erasure", report, statement], Terminal({}, clock=lambda: 0.0)) == 5
    assert set(admin("stats", at=there)) >= {"patients"}


@pytest.mark.slow
def test_a_switch_that_is_called_off_opens_again(
    embedded: Hosts, there: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admin = Operators(embedded.room(), capsys)
    assert admin("export-all", "--call-off", status=4)["error"]["code"] == "wrong_state"
    admin("maintenance", "on", "--still")
    admin("export-all", "--to", str(there), "--folder", str(tmp_path / "transfer"), "--finish")
    assert admin("export-all", "--call-off") == {"called_off": True}
    assert admin("maintenance", "off") == {"level": "open"}


@pytest.mark.slow
def test_an_account_is_erased_when_its_owner_asks(
    embedded: Hosts, capsys: pytest.CaptureFixture[str]
) -> None:
    first = filled(embedded)
    admin = Operators(first.room, capsys)
    address = "patient1@example.org"
    assert admin("account", "erase", address, status=4)["error"]["code"] == "forbidden"
    assert admin("account", "erase", address, "--yes")["objects"] == 5
    assert admin("account", "show", address, status=3)["error"]["code"] == "not_found"
    assert admin("stats")["vaults"] == 0
