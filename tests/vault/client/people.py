"""People with a command line in this process, and a network that a test can make hostile.

The server is the real Flask application; `Network.rewrite` sees each answer before the client does.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.through import through
from vault.client.home import Home
from vault.client.main import run
from vault.client.terminal import Terminal

ORIGIN = "http://127.0.0.1:8750"
PASSWORD = "brume-cactus-47-violon"
RPPS = "10003456786"
OTHER_RPPS = "10101010105"

Rewrite = Callable[[httpx.Request, httpx.Response], httpx.Response]


@dataclass
class Clock:
    """One time for server and clients; tests move it."""

    time: int = 1_800_000_000

    def __call__(self) -> int:
        return self.time


@dataclass
class Network(httpx.BaseTransport):
    """Requests to the application, counted; answers as `rewrite` wants them."""

    inner: httpx.BaseTransport
    rewrite: Rewrite | None = None
    requests: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        response = self.inner.handle_request(request)
        response.read()
        response.close()
        answer = httpx.Response(response.status_code, headers=response.headers, content=response.content)
        if self.rewrite is not None:
            answer = self.rewrite(request, answer)
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content)
        )


def changed(path: str, change: Callable[[dict[str, Any]], None]) -> Rewrite:
    """Changes the JSON of successful answers of one path (its end)."""

    def rewrite(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith(path) or not response.is_success:
            return response
        answer = response.json()
        change(answer)
        headers = [pair for pair in response.headers.multi_items() if pair[0].lower() != "content-length"]
        return httpx.Response(response.status_code, headers=headers, content=json.dumps(answer).encode())

    return rewrite


@dataclass
class Ran:
    """What a command gave."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


@dataclass
class Person:
    """Someone with a home and a password; over real connections without a `network`."""

    folder: Path
    network: httpx.BaseTransport | None
    clock: Clock
    capture: pytest.CaptureFixture[str]
    email: str
    password: str = PASSWORD
    sleep: Callable[[float], None] = lambda _: None

    def __post_init__(self) -> None:
        self.folder.mkdir()

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    def run(self, *arguments: str) -> Ran:
        environment = {
            "COFFRE_HOME": str(self.folder / "home"),
            "COFFRE_PASSWORD": self.password,
            "COFFRE_LANG": "en",
        }
        self.capture.readouterr()
        terminal = Terminal(environment, network=through(self.network), clock=self.clock, sleep=self.sleep)
        status = run(arguments, terminal)
        shown = self.capture.readouterr()
        return Ran(status, shown.out, shown.err)

    def json(self, *arguments: str) -> Any:
        """Runs a command that must succeed."""
        ran = self.run(*arguments, "--json")
        assert ran.status == 0, f"{arguments[0]}: {ran.status} {ran.stdout} {ran.stderr}"
        return ran.json

    def fails(self, *arguments: str) -> tuple[int, str]:
        """Runs a command that must fail; its exit status and code."""
        ran = self.run(*arguments, "--json")
        assert ran.status != 0, f"{arguments[0]} succeeded: {ran.stdout}"
        return ran.status, ran.json["error"]["code"]

    def sign_up(self, *extra: str, name: str = "Anne Durand") -> dict[str, str]:
        found: dict[str, str] = self.json(
            "signup", "--server", ORIGIN, "--email", self.email, "--name", name, *extra
        )
        return found

    def sign_up_professional(self, rpps: str = RPPS) -> dict[str, str]:
        return self.sign_up("--professional", "--rpps", rpps, "--profession", "10", name=f"Dr {rpps}")

    def log_in(self) -> None:
        self.json("login", "--server", ORIGIN, "--email", self.email)

    def write(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def add(self, name: str = "scan.dcm", content: bytes = b"what the scanner saw", *extra: str) -> str:
        [added] = self.json("add", self.write(name, content), *extra)
        return str(added["id"])

    def state(self) -> dict[str, bytes]:
        """Every file of the home."""
        return {path.name: path.read_bytes() for path in sorted((self.folder / "home").iterdir())}
