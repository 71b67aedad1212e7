"""One clock for the server, command lines and pages of a story, which a test moves.

    clock = MovedClock(folder / "clock")
    with ServerProcess(folder, program=clock.program) as server: ...
    clock.follow(person)          # pages that are loaded after a move have the new time
    clock.move(366 * 24 * 3600)

Run as a program it is `coffre` with that clock: `python -m tests.e2e.moved_clock FILE serve`.
"""

import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unittest import mock

from playwright.sync_api import Route

from tests.e2e.browser import Person

_ENGINE: Final = re.compile(r"/assets/engine-[^/]*\.js")
_DATE: Final = """{
  const Real = Date;
  const ahead = %d;
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


@dataclass(frozen=True)
class MovedClock:
    """How many seconds a file says that it is later than it is."""

    file: Path
    people: list[Person] = field(default_factory=list)

    @property
    def program(self) -> tuple[str, ...]:
        """`coffre` with this clock."""
        return (sys.executable, "-m", "tests.e2e.moved_clock", str(self.file))

    @property
    def ahead(self) -> int:
        """Seconds."""
        return int(self.file.read_text()) if self.file.exists() else 0

    def move(self, seconds: int) -> None:
        """Later by so many seconds."""
        self.file.write_text(str(self.ahead + seconds))
        for person in self.people:
            person.page.context.add_init_script(_DATE % (1000 * seconds))

    def follow(self, person: Person) -> None:
        """The person's pages and their engine have this clock from the next load on. Before any move."""

        def engine(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=_DATE % (1000 * self.ahead) + answer.text())

        self.people.append(person)
        person.page.context.route(_ENGINE, engine)


def _run() -> None:
    clock, real = MovedClock(Path(sys.argv.pop(1))), time.time

    def moved() -> float:
        return real() + clock.ahead

    with mock.patch.object(time, "time", moved):
        from vault.client.main import main

        main()


if __name__ == "__main__":
    _run()
