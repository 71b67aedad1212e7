"""Deposits in the browser: a professional leaves documents by the patient's link; the patient files them."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import samples
from tests.e2e.browser import Browser
from tests.e2e.browser_steps import fill_sign_up, open_document, sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.other_health_links import served
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

RPPS = "10003456786"
TITLE = "Discharge letter"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


def verify(server: ServerProcess, folder: Path, rpps: str) -> None:
    """The host vouches for the professional."""
    operator = CommandLine(folder / "operator", server.url, environment={"COFFRE_DATA": str(server.data)})
    operator.json("admin", "professional", "verify", rpps)


def test_a_deposit_is_new_until_it_is_filed(
    coffre_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    patient, author = browser.person(coffre_server.url), browser.person(coffre_server.url)
    sign_up(patient, "anne@example.org", "Anne Durand")
    patient.follow("Sections and deposits")
    link = patient.page.locator(".copy-text").inner_text()

    # The link waits while the professional opens an account, which the host has to verify.
    author.go(link)
    author.follow("Create an account")
    author.page.wait_for_url("**/signup?role=professional")
    fill_sign_up(author, "martin@example.org", "Dr Paul Martin", rpps=RPPS)
    verify(coffre_server, tmp_path, RPPS)
    author.go("/vaults")
    unlock(author)
    author.choose_action("More actions", "Deposit documents")
    author.fill("The patient’s deposit link", link)
    author.press("Continue")
    author.reads("Link verified.")
    (tmp_path / "letter.jpg").write_bytes(samples.photo())
    author.drop_files([tmp_path / "letter.jpg"])
    author.fill("Title of “letter.jpg”", TITLE)
    author.press("Deposit")
    author.reads("Deposited on")

    patient.go("/vault")
    unlock(patient)
    row = patient.page.get_by_role("link", name=TITLE)
    row.wait_for()
    expect(row).to_contain_text("New")
    open_document(patient, TITLE)
    assert patient.downloads("Download") == samples.photo()
    patient.press("File elsewhere")
    patient.choose("Section", "Reports")
    patient.press("File here")
    patient.page.get_by_role("dialog").wait_for(state="detached")
    patient.page.go_back()
    row.filter(has_not_text="New").wait_for()

    # Taken back, it is gone for the patient too.
    author.press("Take back")
    author.reads("No deposits.")
    patient.page.reload()
    unlock(patient)
    patient.reads("Your vault is ready")


def test_masking_what_is_new_makes_deposits_of_what_is_added(
    coffre_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    patient, author = browser.person(coffre_server.url), browser.person(coffre_server.url)
    sign_up(patient, "bela@example.org", "Bela Kovacs")
    author.go("/signup?role=professional")
    fill_sign_up(author, "dubois@example.org", "Dr Hélène Dubois", rpps="10001234565")
    verify(coffre_server, tmp_path, "10001234565")
    patient.go("/invite")
    unlock(patient)
    patient.choose("For whom?", "Physician")
    patient.reads("This person will be able to read and deposit in:")
    patient.choose("For whom?", "Employer (cannot be given access)")
    patient.reads("even with your consent")
    assert patient.page.get_by_role("button", name="Create the invitation").is_disabled()
    patient.choose("For whom?", "Physician")
    patient.press("Create the invitation")
    invitation = patient.page.locator(".copy-text").inner_text()
    patient.go("/sections")
    unlock(patient)
    patient.press("New section")
    patient.fill("Name of the section", "Running")
    patient.press("Save")
    patient.reads("Running")
    patient.tick("What professionals add comes to")
    patient.page.get_by_role("checkbox", name="What professionals add", checked=True).wait_for(
        state="attached"
    )
    author.go("/vaults")
    unlock(author)
    author.follow("Open an invitation")
    author.fill("Invitation link", invitation)
    author.press("Read the invitation")
    author.press("Accept")
    author.follow("Open the vault")
    author.reads("What you add now goes to the patient’s “To file”")
    # What is added comes from another issuer's link, read within the app.
    author.follow("Patients")
    author.choose_action("More actions", "Open a health link")
    given = {"title": TITLE, "data": base64.b64encode(samples.pdf()).decode()}
    with served(**given, card=True, compressed=True) as link:
        author.fill("Link", link)
        author.press("Continue")
        author.fill("Your name", "Dr Hélène Dubois")
        author.press("Open the documents")
        author.page.get_by_role("heading", name=TITLE).wait_for()
    author.reads("The signature of this card was not verified")
    author.reads("Vaccination · cvx 207 · 2021-05-04")
    author.choose("Patient’s record", "Bela Kovacs")
    author.press("Deposit in this record")
    author.press("Encrypt and add all 2")
    author.page.get_by_text("Your document, filed elsewhere by the patient").nth(1).wait_for()
    patient.go("/vault")
    unlock(patient)
    row = patient.page.get_by_role("link", name=TITLE)
    row.wait_for()
    expect(row).to_contain_text("New")
    patient.page.get_by_role("link", name="SMART Health Card").first.wait_for()
