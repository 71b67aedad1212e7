"""K11, L2: a thousand guesses at a share's passcode at once, over two server processes and PostgreSQL: ten
count.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from crypto.share import ShareLink
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess
from tests.servers.postgresql import PostgreSQL

pytestmark = [pytest.mark.e2e, pytest.mark.servers]

GUESSES = 1000


@pytest.fixture
def two_servers(tmp_path: Path, postgresql: PostgreSQL) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Two processes over one database and one store."""
    with ExitStack() as stack:
        database = postgresql.create_database("passcodes")
        environment = {
            "COFFRE_DATABASE_URL": database,
            "COFFRE_STORAGE_PATH": str(tmp_path / "objects"),
        }
        administrator = CommandLine(
            tmp_path / "admin", "", environment={**environment, "COFFRE_DATA": str(tmp_path / "data")}
        )
        administrator.json("admin", "init")
        first, second = (
            stack.enter_context(ServerProcess(tmp_path / name, environment=environment))
            for name in ("one", "two")
        )
        yield first, second


def test_a_thousand_guesses_over_two_processes_are_ten_attempts(
    two_servers: tuple[ServerProcess, ServerProcess], tmp_path: Path
) -> None:
    patient = CommandLine(tmp_path / "patient", two_servers[0].url)
    patient.password = "brume-cactus-47-violon-étage"
    who = ("--server", patient.server, "--email", "anne@exemple.fr", "--name", "Anne Durand")
    patient.json("signup", *who)
    (patient.folder / "a.txt").write_text("behind a code")
    (patient.folder / "code").write_text("lilas-1204\n")
    [row] = patient.json("add", "a.txt")
    made = patient.json("share", "new", row["id"], "--passcode-file", "code")
    locator = ShareLink.parse(made["link"]).locator

    with httpx.Client(timeout=60) as http, ThreadPoolExecutor(16) as pool:

        def guess(number: int) -> httpx.Response:
            server = two_servers[number % 2]
            body = {"recipient": "Mallory", "passcode": f"guess-{number}"}
            return http.post(f"{server.url}/api/v1/shl/{locator}", json=body)

        answers = list(pool.map(guess, range(GUESSES)))
        last = http.post(
            f"{two_servers[1].url}/api/v1/shl/{locator}", json={"recipient": "A", "passcode": "lilas-1204"}
        )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[401] == 10
    assert statuses[404] + statuses[429] == GUESSES - 10
    left = sorted(answer.json()["remainingAttempts"] for answer in answers if answer.status_code == 401)
    assert left == list(range(10))
    assert last.status_code == 404, "the right code comes too late"
    assert patient.json("share", "list")[0]["openings"] == 0
