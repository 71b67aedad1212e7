"""A person at a terminal: real `coffre` processes with a home of their own."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.server_process import COFFRE

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Ran:
    """What a command gave."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


@dataclass
class CommandLine:
    """One home folder; `folder` is also where commands run."""

    folder: Path
    server: str
    password: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = COFFRE

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, *arguments: str, stdin: bytes = b"", password: str | None = None) -> Ran:
        """Runs a command; the password goes by the environment."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COFFRE_")}
        environment |= {
            "COFFRE_HOME": str(self.home),
            "COFFRE_PASSWORD": self.password if password is None else password,
            "COFFRE_LANG": "en",
            "PYTHONPATH": str(ROOT),
            **self.environment,
        }
        done = subprocess.run(
            [*self.program, *arguments],
            cwd=self.folder,
            env=environment,
            input=stdin,
            capture_output=True,
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr.decode())

    def json(self, *arguments: str, password: str | None = None) -> Any:
        """Runs a command with --json that must succeed."""
        ran = self.run(*arguments, "--json", password=password)
        assert ran.status == 0, f"coffre {arguments[0]}: {ran.status} {ran.stdout!r} {ran.stderr}"
        return ran.json

    def fails(
        self, *arguments: str, status: int, code: str | None = None, password: str | None = None
    ) -> Ran:
        """Runs a command with --json that must fail with this exit status (and code)."""
        ran = self.run(*arguments, "--json", password=password)
        assert ran.status == status, f"coffre {arguments[0]}: {ran.status} {ran.stdout!r} {ran.stderr}"
        assert ran.json.keys() == {"error"}
        assert code is None or ran.code == code
        return ran
