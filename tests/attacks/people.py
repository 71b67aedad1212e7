"""People of the attacks: a command line whose output is caught without a fixture, homes that are copied."""

import contextlib
import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.through import through
from tests.vault.client.people import PASSWORD, Clock, Ran
from vault.client.home import Home
from vault.client.main import run
from vault.client.terminal import Terminal


@dataclass(frozen=True)
class Device:
    """One home of one person. Copies are other devices, or the same one at an earlier time."""

    folder: Path
    network: httpx.BaseTransport
    clock: Clock
    email: str
    password: str = PASSWORD

    @property
    def home(self) -> Home:
        """The client's folder."""
        return Home(self.folder / "home")

    def run(self, *arguments: str) -> Ran:
        """Runs a command; what it raises unexpectedly passes."""
        environment = {
            "COFFRE_HOME": str(self.folder / "home"),
            "COFFRE_PASSWORD": self.password,
            "COFFRE_LANG": "en",
        }
        raw, err = io.BytesIO(), io.StringIO()
        out = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            terminal = Terminal(
                environment, network=through(self.network), clock=self.clock, sleep=lambda _: None
            )
            status = run(arguments, terminal)
        return Ran(status, raw.getvalue().decode("utf-8", "surrogateescape"), err.getvalue())

    def json(self, *arguments: str) -> object:
        """Runs a command that must succeed."""
        ran = self.run(*arguments, "--json")
        assert ran.status == 0, f"{arguments[0]}: {ran.status} {ran.stdout} {ran.stderr}"
        return ran.json

    def rows(self, *arguments: str) -> Sequence[dict[str, str]]:
        """The list that a command shows."""
        found = self.json(*arguments)
        assert isinstance(found, list)
        return found

    def shown(self, *arguments: str) -> dict[str, str]:
        """The object that a command shows."""
        found = self.json(*arguments)
        assert isinstance(found, dict)
        return found

    def fails(self, *arguments: str) -> tuple[int, str]:
        """Runs a command that must fail; its exit status and code."""
        ran = self.run(*arguments, "--json")
        assert ran.status != 0, f"{arguments[0]} succeeded: {ran.stdout}"
        return ran.status, ran.json["error"]["code"]

    def write(self, name: str, content: bytes) -> str:
        """A file of this person's."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def copy(self, folder: Path) -> "Device":
        """Another device in the very state of this one."""
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        if self.home.folder.exists():
            shutil.copytree(self.home.folder, folder / "home")
        return Device(folder, self.network, self.clock, self.email, self.password)

    def empty(self, folder: Path) -> "Device":
        """A device that has seen nothing yet."""
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        return Device(folder, self.network, self.clock, self.email, self.password)

    def state(self) -> dict[str, bytes]:
        """Every file of the home."""
        if not self.home.folder.exists():
            return {}
        return {path.name: path.read_bytes() for path in sorted(self.home.folder.iterdir())}
