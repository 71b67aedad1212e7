"""The life of a grant in the browser, with a clock that is moved: a key compared, reading, a year later two
devices that renew the keys at once, asking, renewing; masked, taken back.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.e2e import samples
from tests.e2e.browser import Browser, Person, until
from tests.e2e.browser_steps import PASSWORD, add_file, sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.moved_clock import MovedClock
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

RPPS = "10003456786"
TITLE = "Letter about the knee"
PATIENT, DOCTOR = "anne@example.org", "martin@example.org"
YEAR = 367 * 24 * 3600


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


@pytest.fixture
def clock(tmp_path: Path) -> MovedClock:
    return MovedClock.kept_in(tmp_path / "app")


@pytest.fixture
def server(tmp_path: Path, clock: MovedClock) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path / "server", program=clock.program) as found:
        yield found


@pytest.mark.timeout(400)
def test_the_life_of_a_grant(
    server: ServerProcess, clock: MovedClock, browser: Browser, tmp_path: Path
) -> None:
    patient, tablet = browser.person(server.url), browser.person(server.url, phone=True)
    doctor = browser.person(server.url, phone=True)
    for person in (patient, tablet, doctor):
        clock.follow(person)
    sign_up(doctor, DOCTOR, "Dr Paul Martin", rpps=RPPS)
    doctor.page.wait_for_url("**/vaults")
    operator = CommandLine(tmp_path / "operator", "", environment={"COFFRE_DATA": str(server.data)})
    operator.json("admin", "professional", "verify", RPPS)
    link, words = own_key(doctor)
    sign_up(patient, PATIENT, "Anne Durand")
    patient.page.wait_for_url("**/vault")

    # By number: the words are compared. By the code: the key is confirmed.
    patient.go("/contact")
    unlock(patient)
    patient.fill("RPPS number, or the fifteen words of their key", RPPS)
    patient.press("Look up")
    patient.reads("Verified by the directory")
    assert patient.page.locator(".kit-words .code").all_inner_texts() == words
    patient.press("Open my vault to Dr Paul Martin")
    patient.reads("First confirm what stands above.")
    patient.go(link)
    patient.reads("Key confirmed")
    patient.press("Open my vault to Dr Paul Martin")
    patient.page.wait_for_url("**/grants")
    patient.reads("Dr Paul Martin")
    doctor.page.goto(f"{server.url}/vaults")
    unlock(doctor)
    doctor.page.get_by_role("link", name="Anne Durand").first.click()
    (tmp_path / "knee.jpg").write_bytes(samples.photo())
    add_file(doctor, tmp_path / "knee.jpg", TITLE)
    doctor.page.get_by_role("link", name=TITLE).first.wait_for()

    # A year passes.
    clock.move(YEAR)
    sign_in(doctor, DOCTOR)
    doctor.press("Ask to go on")
    doctor.reads("Sent: the patient answers in their app.")
    # Whose it was, this browser knows; what was in it, it does not show.
    doctor.reads("Anne Durand")
    doctor.never_reads([TITLE])
    terminal = CommandLine(tmp_path / "patient", server.url, PASSWORD, program=clock.program)
    renew_keys_on_two_devices(patient, tablet)
    terminal.json("login", "--server", server.url, "--email", PATIENT)
    assert rotations(terminal) == 1

    patient.go("/grants")
    unlock(patient)
    patient.reads("Dr Paul Martin asks for access until")
    patient.page.get_by_role("button", name="Renew for one year").first.click()
    patient.page.get_by_text("asks for access until").wait_for(state="detached")
    doctor.go("/vaults")
    unlock(doctor)
    doctor.page.get_by_role("link", name="Anne Durand").first.click()
    doctor.page.get_by_role("link", name=TITLE).first.wait_for()

    # Masked, its author keeps it; taken back, nobody does, and the keys are new.
    [row] = terminal.json("list")
    terminal.json("mask", row["id"])
    withdraw(patient)
    assert rotations(terminal) == 2
    assert terminal.json("grant", "list")[0]["state"] == "revoked"
    doctor.go("/vaults")
    unlock(doctor)
    doctor.reads("Ask to go on")
    doctor.never_reads([TITLE])

    # Blocked: asking is refused as well, until the patient says otherwise.
    patient.press("Block")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Block", exact=True).click()
    patient.reads("Unblock")
    doctor.press("Ask to go on")
    doctor.reads("This professional is blocked.")


def renew_keys_on_two_devices(patient: Person, tablet: Person) -> None:
    """The patient comes back, and the tab closes in the middle; then on two devices, whose rotations are on
    their way together.
    """
    held: list[Route] = []
    for person in (patient, tablet):
        person.page.context.route("**/rotations", lambda route: held.append(route))
    sign_in(patient, PATIENT)
    wait_until_held(patient, held, 1)
    # What is held would be sent when its page closes.
    patient.page.context.set_offline(True)
    held.pop().abort()
    patient.change_tab()
    patient.page.context.set_offline(False)
    sign_in(patient, PATIENT)
    sign_in(tablet, PATIENT)
    wait_until_held(tablet, held, 2)
    for route in held:
        route.continue_()
    for person in (patient, tablet):
        person.page.get_by_role("link", name=TITLE).first.wait_for()
        person.page.context.unroute("**/rotations")


def wait_until_held(person: Person, held: list[Route], number: int) -> None:
    """Until so many rotations are on their way."""
    until(person.page, lambda: len(held) == number, f"{number} rotations are sent")


def rotations(terminal: CommandLine) -> int:
    """How often the keys were renewed."""
    return [entry["kind"] for entry in terminal.json("journal")].count("rotation")


def sign_in(person: Person, email: str) -> None:
    """With the address: the session has ended, or the device is new."""
    person.go("/signin")
    person.fill("E-mail address", email)
    person.fill("Password", PASSWORD)
    person.press("Sign in")


def own_key(doctor: Person) -> tuple[str, list[str]]:
    """The link behind a professional's code, and the words."""
    doctor.choose_action("More actions", "My key")
    doctor.reads("The key’s words")
    return (
        doctor.page.locator(".copy-text").first.inner_text(),
        doctor.page.locator(".kit-words .code").all_inner_texts(),
    )


def withdraw(patient: Person) -> None:
    """Takes the only grant back, on the page of grants."""
    patient.press("Withdraw the access")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Withdraw the access").click()
    patient.page.get_by_role("alertdialog").wait_for(state="detached")
    patient.reads("Restore for one year")
