"""One clock for the server, command lines and pages of a story, which a test moves.

    clock = MovedClock.kept_in(folder / "app")
    with ServerProcess(folder, program=clock.program) as server: ...
    clock.follow(person)          # pages that are loaded after a move have the new time
    clock.move(366 * 24 * 3600)

Run as a program it is `coffre` with that clock: `python -m tests.e2e.moved_clock FOLDER serve`. The server
has a copy of the web app whose engine asks for the time, so that a browser's driver has no request of a page
to stop and let go on.
"""

import shutil
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from unittest import mock

from tests.e2e.browser import Person
from vault.client.host_check import INSTALLED

_FILE: Final = "clock.txt"
_DATE: Final = """{
  const Real = Date;
  const ahead = %s;
  globalThis.Date = class extends Real {
    constructor(...parts) {
      if (parts.length === 0) super(Real.now() + ahead);
      else super(...parts);
    }
    static now() {
      return Real.now() + ahead;
    }
  };
}
"""
# In a worker, which alone may wait for an answer.
_ASKED: Final = f"""1000 * (() => {{
  const asked = new XMLHttpRequest();
  asked.open('GET', '/{_FILE}', false);
  asked.send();
  return parseInt(asked.responseText, 10);
}})()"""


@dataclass(frozen=True)
class MovedClock:
    """How many seconds later than it is, as a file in a copy of the web app says."""

    app: Path
    people: list[Person] = field(default_factory=list)

    @classmethod
    def kept_in(cls, app: Path) -> Self:
        """Copies the web app that was built; nothing is moved yet."""
        shutil.copytree(INSTALLED.parent, app)
        [engine] = (app / "assets").glob("engine-*.js")
        engine.write_text(_DATE % _ASKED + engine.read_text())
        clock = cls(app)
        clock._say(0)
        return clock

    @property
    def program(self) -> tuple[str, ...]:
        """`coffre` with this clock."""
        return (sys.executable, "-m", "tests.e2e.moved_clock", str(self.app))

    @property
    def ahead(self) -> int:
        """Seconds."""
        return int((self.app / _FILE).read_text())

    def move(self, seconds: int) -> None:
        """Later by so many seconds."""
        self._say(self.ahead + seconds)
        for person in self.people:
            person.page.context.add_init_script(_DATE % (1000 * seconds))

    def follow(self, person: Person) -> None:
        """The person's pages have this clock from the next load on, as their engine has. Before any move."""
        self.people.append(person)

    def _say(self, ahead: int) -> None:
        # In one step: the server reads it all the time.
        said = self.app / f"{_FILE}.new"
        said.write_text(str(ahead))
        said.replace(self.app / _FILE)


def _run() -> None:
    clock, real = MovedClock(Path(sys.argv.pop(1))), time.time

    def moved() -> float:
        return real() + clock.ahead

    with ExitStack() as patched:
        patched.enter_context(mock.patch.object(time, "time", moved))
        if sys.argv[1] == "serve":
            from web import pages

            patched.enter_context(mock.patch.object(pages, "DIST", clock.app))
        from vault.client.main import main

        main()


if __name__ == "__main__":
    _run()
