"""What a professional wrote in the browser and the patient masks: they keep reading it; nobody else does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e import samples
from tests.e2e.browser import Browser
from tests.e2e.browser_steps import PASSWORD, add_file, fill_sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

ELSEWHERE = "Your document, filed elsewhere by the patient"
TITLE = "Letter to a colleague"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


def test_an_author_keeps_reading_what_the_patient_masks(
    coffre_server: ServerProcess, browser: Browser, cli: Callable[[str], CommandLine], tmp_path: Path
) -> None:
    patient, author = cli("patient"), browser.person(coffre_server.url)
    patient.password = PASSWORD
    who = ("--server", patient.server, "--email", "anne@example.org", "--name", "Anne Durand")
    patient.json("signup", *who, "--kit", "kit.pdf")
    given = patient.json("grant", "new", "--invite", "--sections", "imaging", "--rights", "read,add")
    author.go(given["invitation"])
    author.follow("Create an account")
    author.page.wait_for_url("**/signup?role=professional")
    fill_sign_up(author, "martin@example.org", "Dr Paul Martin", rpps="10003456786")
    author.press("Accept")
    author.follow("Open the vault")
    (tmp_path / "letter.jpg").write_bytes(samples.photo())
    add_file(author, tmp_path / "letter.jpg", TITLE)
    author.page.get_by_role("link", name=TITLE).wait_for()
    [row] = patient.json("list")
    assert (row["title"], row["author"]) == (TITLE, "Dr Paul Martin")
    patient.json("mask", row["id"])
    patient.json("file", row["id"], "--section", "dental")
    author.page.reload()
    unlock(author)
    author.never_reads([TITLE])
    author.page.get_by_role("link", name=ELSEWHERE).click()
    author.reads("The patient filed this document out of your sections")
    assert author.downloads("Download") == samples.photo()
    author.page.go_back()
    author.page.get_by_role("link", name=TITLE).wait_for()
    reads = [entry for entry in patient.json("journal", "--verify") if entry.get("mode") == "grant"]
    assert {entry["document"] for entry in reads} == {row["id"]}
