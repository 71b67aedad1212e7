"""Hosts for the operator's tests: embedded by default, with real servers under the mark `servers`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vault.admin.hosts import Hosts
from tests.vault.admin.test_command import Operator
from tests.vault.rooms import Room


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Hosts]:
    """Embedded hosts only."""
    hosts = Hosts(tmp_path)
    yield hosts
    hosts.close()


@pytest.fixture(params=["embedded", pytest.param("hosted", marks=pytest.mark.servers)])
def hosts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hosts]:
    """Both kinds of hosts."""
    if request.param == "embedded":
        found = Hosts(tmp_path)
    else:
        found = Hosts(tmp_path, request.getfixturevalue("postgresql"), request.getfixturevalue("weed"))
    yield found
    found.close()


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The configuration of another host; nothing stands there yet."""
    file = tmp_path / "there.toml"
    file.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path}/there.sqlite"\n'
        f'[storage]\nkind = "local"\npath = "{tmp_path}/objects"\n'
        f'[operators]\nkey_file = "{tmp_path}/other-operator.key"\n'
    )
    file.chmod(0o600)
    return file


@pytest.fixture
def operator(embedded: Hosts, capsys: pytest.CaptureFixture[str]) -> Operator:
    """An embedded host that was begun, and its operator."""
    found = Operator({**embedded.environ(), "COFFRE_SERVER_PUBLIC_URL": "http://127.0.0.1:9"}, capsys)
    found.json("init")
    return found


@pytest.fixture
def room(operator: Operator, embedded: Hosts) -> Room:
    """The operator's host, at work."""
    return embedded.run(operator.environ)
