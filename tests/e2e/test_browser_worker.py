"""No key leaves the app's worker: the real messages of a whole session, searched for every key that the
account holds, in every form.

Specified in crypto/spec, chapters 2 and 3; SECURITY.md says what a page may know: what it shows.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crypto import passwords
from crypto.keyring import password_parameters
from tests.bench.full_vault import fill
from tests.e2e import samples
from tests.e2e.browser import Browser
from tests.e2e.browser_steps import PASSWORD, add_file, open_document, sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.held_keys import held_keys
from tests.e2e.secrets_search import Secret, search
from tests.e2e.server_process import ServerProcess
from tests.e2e.worker_messages import watch
from vault.client.home import Home

pytestmark = pytest.mark.e2e

EMAIL = "zoe@example.org"
# More signatures than the app's worker verifies by itself.
MANY = 120


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found


def test_no_key_leaves_the_worker(
    coffre_server: ServerProcess, browser: Browser, cli: Callable[[str], CommandLine], tmp_path: Path
) -> None:
    person = browser.person(coffre_server.url)
    messages = watch(person)
    words = sign_up(person, EMAIL, "Zoé Lambert")
    report = tmp_path / "report.pdf"
    report.write_bytes(samples.pdf())
    add_file(person, report, "Blood test")
    open_document(person, "Blood test")
    person.page.frame_locator("iframe.preview-frame").locator("canvas").first.wait_for()
    assert person.downloads("Download") == samples.pdf()
    person.follow("Access")
    person.follow("Give a professional access")
    person.press("Select all")
    person.press("Create the invitation")
    person.reads("Your invitation is ready")
    invitation = person.page.locator(".copy-text").inner_text()
    person.page.reload()
    unlock(person)
    person.follow("Vault")
    person.page.get_by_role("link", name=re.compile("Blood test")).first.wait_for()

    terminal = cli("terminal")
    terminal.password = PASSWORD
    terminal.json("login", "--server", terminal.server, "--email", EMAIL)
    keys = [*held_keys(terminal), *password_keys(terminal)]
    assert len(keys) > 20
    # What a page shows it must have been told, and what is typed there it must tell: the search finds both.
    shown = [Secret.text("kit", words[3]), Secret.text("invitation", invitation.rpartition(".")[2])]
    assert {found.secret for found in search(shown, [messages.received])} == {"kit", "invitation"}
    assert search([Secret.text("password", PASSWORD)], [messages.sent])
    assert search([Secret.text("password", PASSWORD)], [messages.received]) == []
    assert search(keys, [messages.received, messages.sent]) == []

    # With much to verify the app's worker starts another one, and the page shows all of them.
    fill(terminal.home, f"sqlite:///{coffre_server.data / 'coffre.sqlite3'}", documents=MANY, accesses=0)
    started: list[str] = []
    person.page.on("worker", lambda worker: started.append(worker.url))
    person.page.reload()
    unlock(person)
    person.reads(re.compile(rf"^{MANY + 1} documents$"))
    assert [url for url in started if "/assets/verifying-" in url], started
    assert browser.faults == []


def password_keys(terminal: CommandLine) -> list[Secret]:
    """What the password gives: the key that opens the keyring, and the one that signs in."""
    data, _ = Home(terminal.home).keyring()
    salt, parameters = password_parameters(data)
    keys = passwords.derive(PASSWORD, address=EMAIL, salt=salt, parameters=parameters)
    return [Secret("unlock key", keys.unlock), Secret("login seed", bytes(keys.login.seed))]
