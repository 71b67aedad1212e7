"""What a command needs from its surroundings: home, output, a signed-in client, secrets typed or from files.

Created once per process by `main`; commands get it as click's object. Imports the network and the keys only
when a command asks for them.
"""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vault.client.errors import Usage
from vault.client.messages import language, say
from vault.client.output import Output

if TYPE_CHECKING:
    from vault.client.api import Api
    from vault.client.client import Client
    from vault.client.home import Home
    from vault.client.network import Network

_SECRET_LIMIT = 16_384


class Terminal:
    """The process's surroundings; `as_json` and `home_folder` are set by the shared options.

    `network`, `clock` and `sleep` replace the network and the time in tests.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        network: "Network | None" = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.environ = environ
        self._network = network
        self._clock = clock
        self._sleep = sleep
        self._is_waiting = False
        self.as_json = False
        self.home_folder: Path | None = None
        self._apis: list[Api] = []
        self._endings: list[Callable[[], None]] = []

    @property
    def output(self) -> Output:
        """Where results and messages go."""
        return Output(as_json=self.as_json, lang=language(self.environ))

    @property
    def home(self) -> "Home":
        """The client's folder."""
        from vault.client.home import Home, default_home

        return Home(self.home_folder or default_home(self.environ))

    def api(self, server: str) -> "Api":
        """A connection to a server without a session."""
        from vault.client.api import Api, origin_of

        api = Api(
            origin_of(server),
            language=language(self.environ),
            network=self._network,
            sleep=self._sleep,
            waiting=self._waiting,
        )
        self._apis.append(api)
        return api

    def client(self) -> "Client":
        """The signed-in client of this home, or NotSignedIn."""
        from vault.client.client import Client

        session = self.home.session()
        return Client(self.home, self.api(session.server), clock=self.now)

    def _waiting(self) -> None:
        """Says once, to somebody who looks, why nothing seems to happen."""
        if not self._is_waiting and sys.stderr.isatty():
            self.output.note(say(self.output.lang, "waiting"))
        self._is_waiting = True

    def now(self) -> int:
        """Seconds since 1970 by this device's clock."""
        return int(self._clock())

    def at_end(self, action: Callable[[], None]) -> None:
        """Runs `action` when the command is over, also when it failed."""
        self._endings.append(action)

    def close(self) -> None:
        """Does what waits for the end, and ends the connections."""
        for action in self._endings:
            action()
        for api in self._apis:
            api.close()

    def secret(self, prompt: str, file: Path | None, *, variable: str = "", twice: bool = False) -> str:
        """A secret: a file's first line, the environment, or typed without echo. Never an argument."""
        if file is not None:
            return _first_line(file)
        if variable and (value := self.environ.get(variable)):
            return value
        if not sys.stdin.isatty():
            raise Usage("no terminal to ask on: give the secret by a file")
        lang = self.output.lang
        repeat = say(lang, "prompt.repeat") if twice else False
        answer: str = click.prompt(
            say(lang, f"prompt.{prompt}"), hide_input=True, confirmation_prompt=repeat, err=True
        )
        return answer

    def typed(self, prompt: str) -> str:
        """A line that may be seen."""
        answer: str = click.prompt(say(self.output.lang, f"prompt.{prompt}"), err=True)
        return answer

    @property
    def is_attended(self) -> bool:
        """Whether somebody is there to type."""
        return sys.stdin.isatty()

    def password(self, file: Path | None, *, new: bool = False) -> str:
        """The account's password: --password-file, else $COFFRE_PASSWORD, else asked for."""
        prompt = "new_password" if new else "password"
        return self.secret(prompt, file, variable="COFFRE_PASSWORD", twice=new)

    def text_of(self, file: Path) -> str:
        """A short UTF-8 text from a file, or from standard input (`-`)."""
        return _text_of(file)


def _first_line(file: Path) -> str:
    text = _text_of(file).split("\n", 1)[0].removesuffix("\r")
    if not text:
        raise Usage("the file's first line is empty")
    return text


def _text_of(file: Path) -> str:
    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(_SECRET_LIMIT + 1)
        else:
            with file.open("rb") as stream:
                data = stream.read(_SECRET_LIMIT + 1)
        text = data.decode()
    except OSError as error:
        raise Usage(f"cannot read the file: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Usage("the file is not UTF-8 text") from None
    if len(data) > _SECRET_LIMIT:
        raise Usage("the file is too long for a secret")
    return text
