"""Documents that a device keeps: read without a network after the password, entered in the journal later."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import PASSWORD, add_file, open_document, sign_up, unlock
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

EMAIL = "kept@example.org"
TITLE = "Ordonnance Dupont"
OTHER = "Compte rendu Durand"
CONTENT = "paracétamol, trois fois par jour"
OPENED = "You opened “Ordonnance Dupont” without a network"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []
        assert found.strangers == []


def test_what_a_device_keeps_is_read_without_a_network(
    browser: Browser, coffre_server: ServerProcess, tmp_path: Path
) -> None:
    alice = browser.person(coffre_server.url)
    sign_up(alice, EMAIL, "Alice Martin")
    for title in (OTHER, TITLE):
        file = tmp_path / f"{title}.txt"
        file.write_text(CONTENT if title == TITLE else "lombalgie")
        add_file(alice, file, title)
        alice.page.get_by_role("link", name=title).first.wait_for()
    open_document(alice, TITLE)
    alice.press("Keep on this device")
    alice.press("Keep")
    alice.reads("Kept on this device, readable without a network")

    alice.page.context.set_offline(offline=True)
    alice.page.reload()
    alice.follow("Open what is kept here")
    _unlock(alice, "another lantern rhubarb 77 owls")
    alice.reads("The address or the password is not right")
    _unlock(alice, PASSWORD)
    alice.reads("1 document")
    alice.never_reads([OTHER])
    alice.follow(TITLE)
    alice.page.frame_locator(".preview-frame").get_by_text(CONTENT).wait_for()
    alice.follow("Documents kept here")
    alice.press("Lock")
    alice.reads("Your account’s address and password")
    kept = alice.stores()
    for secret in (TITLE, OTHER, CONTENT, "Alice Martin", EMAIL, *filter(str.isalpha, PASSWORD.split())):
        assert secret not in kept, secret

    alice.page.context.set_offline(offline=False)
    alice.go("/journal")
    unlock(alice)
    alice.page.get_by_role("tab", name="My activity").click()
    alice.reads(OPENED)
    assert alice.page.get_by_text(OPENED).count() == 1

    # Several at once: what is kept already is not asked for again.
    alice.follow("Vault")
    alice.press("Select")
    alice.press("Select all 2 shown")
    alice.press("Keep on this device")
    alice.press("Keep")
    alice.reads("Done for 1 document.")
    alice.press("Keep on this device")
    alice.press("Keep")
    alice.reads("This device keeps all of them already.")

    # Who signs out leaves nothing, also where a page asks the engine for something meanwhile.
    alice.press(alice.page.get_by_role("button", name="Your account").get_attribute("aria-label") or "")
    held: list[Route] = []
    alice.page.route("**/api/v1/sessions/current", lambda route: held.append(route))
    with alice.page.expect_request(lambda request: request.method == "DELETE"):
        alice.page.get_by_role("menuitem", name="Sign out").click()
    alice.follow("Journal")
    alice.page.get_by_role("alert").first.wait_for()
    held[0].continue_()
    alice.page.get_by_role("link", name="Sign in").first.wait_for()
    alice.page.context.set_offline(offline=True)
    alice.page.reload()
    alice.reads("No document is kept on this device")


def _unlock(person: Person, password: str) -> None:
    person.fill("E-mail address", EMAIL)
    person.fill("Password", password)
    person.press("Open")
