"""What a professional wrote in the browser and the patient masks: they keep reading it, nobody else does. And
what a patient gives them by name, there too.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e import samples
from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD, add_file, fill_sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

ELSEWHERE = "Your document, filed elsewhere by the patient"
TITLE = "Letter to a colleague"
SCAN, OTHER = "Scan of the hand", "Blood count"


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
    author.page.get_by_role("link", name=TITLE).first.wait_for()
    [row] = patient.json("list")
    assert (row["title"], row["author"]) == (TITLE, "Dr Paul Martin")
    patient.json("mask", row["id"])
    patient.json("file", row["id"], "--section", "dental")
    author.page.reload()
    unlock(author)
    author.never_reads([TITLE])
    author.page.get_by_role("link", name=ELSEWHERE).first.click()
    author.reads("The patient filed this document out of your sections")
    assert author.downloads("Download") == samples.photo()
    author.page.go_back()
    author.page.get_by_role("link", name=TITLE).first.wait_for()
    reads = [entry for entry in patient.json("journal", "--verify") if entry.get("mode") == "grant"]
    assert {entry["document"] for entry in reads} == {row["id"]}
    (tmp_path / "scan.jpg").write_bytes(samples.photo())
    for title in (SCAN, OTHER):
        patient.json("add", str(tmp_path / "scan.jpg"), "--title", title, "--section", "mental_health")
    link = give_one_document(browser.person(coffre_server.url))
    author.follow("Patients")
    author.choose_action("More actions", "Open an invitation")
    author.fill("Invitation link", link)
    author.press("Read the invitation")
    author.reads("1 chosen document only")
    author.press("Accept")
    author.follow("Open the vault")
    # In the list, and among what is new.
    author.page.get_by_role("link", name=SCAN).first.wait_for()
    author.reads("Given alone")
    author.never_reads([OTHER])
    author.page.get_by_role("link", name=SCAN).first.click()
    assert author.downloads("Download") == samples.photo()
    [given, *_] = [row for row in patient.json("grant", "list") if "documents" in row]
    assert [one["title"] for one in given["documents"]] == [SCAN]


def give_one_document(patient: Person) -> str:
    """The patient's own browser: an invitation to one document, whose link is shown."""
    patient.go("/signin")
    patient.fill("E-mail address", "anne@example.org")
    patient.fill("Password", PASSWORD)
    patient.press("Sign in")
    patient.page.wait_for_url("**/vault")
    patient.follow("Access")
    patient.follow("Give a professional access")
    patient.page.get_by_text("Only chosen documents").click()
    patient.tick(SCAN)
    patient.reads(f"This person will be able to read only: {SCAN}.")
    patient.press("Create the invitation")
    return patient.page.locator(".copy-text").first.inner_text()
