"""What a browser keeps of a vault, sealed: an unlock asks for what is new only, a server leaves no vault out
unseen, and signing out leaves nothing but pins."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Request

from tests.e2e.browser import Browser, Person, until
from tests.e2e.browser_steps import add_file, sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found
        assert found.faults == []


@pytest.fixture
def patient(
    browser: Browser, coffre_server: ServerProcess, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Person]:
    person = browser.person(coffre_server.url)
    sign_up(person, f"{request.node.name[:50]}@example.org", "Alice Martin")
    person.reads("Your vault is ready")
    for title in ("Prescription", "Letter"):
        file = tmp_path / f"{title.lower()}.txt"
        file.write_text(title)
        add_file(person, file, title)
        person.page.get_by_role("link", name=title).first.wait_for()
    yield person
    person.page.context.close()


def names(person: Person) -> list[str]:
    """Of the records in this browser."""
    found: list[str] = person.page.evaluate(_NAMES)
    return found


def asked(person: Person, chain: str) -> list[str]:
    """The positions from which pages of a chain are asked for, from now on."""
    positions: list[str] = []

    def note(request: Request) -> None:
        if f"/{chain}?from=" in request.url:
            positions.append(request.url.split("from=")[1].split("&")[0])

    person.page.on("request", note)
    return positions


def test_an_unlock_asks_for_what_is_new_only(
    patient: Person, coffre_server: ServerProcess, tmp_path: Path
) -> None:
    patient.follow("Journal")
    patient.reads("Your device checked the whole journal")
    # Another key follows the server's meanwhile, which the browser pins.
    operator = CommandLine(tmp_path / "operator", "", environment={"COFFRE_DATA": str(coffre_server.data)})
    operator.json("admin", "rotate-key", "server")
    ledger, accesses = asked(patient, "ledger"), asked(patient, "accesses")
    patient.page.reload()
    unlock(patient)
    patient.reads("Your device checked the whole journal")
    assert set(ledger) == {"3"}
    assert set(accesses) == {"0"}
    patient.page.get_by_role("tab", name="My activity").click()
    patient.reads("You added “Prescription”")
    kept = patient.stores()
    assert '"sequence":1' in kept, "the pin of the server's keys"
    for secret in ("Prescription", "Letter", "letter.jpg", "Alice Martin"):
        assert secret not in kept


def test_records_that_were_damaged_are_made_anew(patient: Person) -> None:
    patient.page.evaluate(_DAMAGE)
    ledger = asked(patient, "ledger")
    patient.page.reload()
    unlock(patient)
    patient.page.get_by_role("link", name="Prescription").first.wait_for()
    # The list that was kept is drawn before anything is asked.
    patient.page.wait_for_function(_MENDED)
    until(patient.page, lambda: bool(ledger), "the chain is asked for")
    assert ledger[0] == "0"
    ledger.clear()
    patient.page.reload()
    unlock(patient)
    patient.follow("Journal")
    patient.reads("Your device checked the whole journal")
    assert set(ledger) == {"3"}


def test_signing_out_leaves_pins_alone(patient: Person) -> None:
    assert [name for name in names(patient) if name.startswith(("chain/", "list/"))] != []
    patient.press(patient.page.get_by_role("button", name="Your account").get_attribute("aria-label") or "")
    patient.page.get_by_role("menuitem", name="Sign out").click()
    patient.page.get_by_role("link", name="Sign in").first.wait_for()
    patient.page.wait_for_function(f"async () => (await ({_NAMES})()).length === 0")
    assert '"ledger"' in patient.stores()


def test_a_vault_that_the_server_leaves_out_is_asked_for(patient: Person, browser: Browser) -> None:
    patient.follow("Access")
    patient.follow("Give a professional access")
    patient.press("Create the invitation")
    link = patient.page.locator(".copy-text").inner_text()
    doctor = browser.person(patient.server)
    sign_up(doctor, "left-out@example.org", "Dr Left Out", rpps="10003456786")
    doctor.reads("No vault yet")
    doctor.follow("Open an invitation")
    doctor.fill("Invitation link", link)
    doctor.press("Read the invitation")
    doctor.press("Accept")
    doctor.reads("is in your list of patients")
    doctor.page.context.route("**/api/v1/vaults", lambda route: route.fulfill(json={"vaults": []}))
    doctor.go("/vaults")
    unlock(doctor)
    doctor.reads("Alice Martin")
    doctor.page.context.close()


_NAMES = """async () => {
  const opening = indexedDB.open('coffre-records');
  const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const asked = database.transaction('records').objectStore('records').getAllKeys();
  const keys = await new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
  database.close();
  return keys.map(([, , name]) => name);
}"""

_MENDED = """async () => {
  const opening = indexedDB.open('coffre-records');
  const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const asked = database.transaction('records').objectStore('records').getAll();
  const records = await new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
  database.close();
  return records.every((record) => record.length !== 999);
}"""

_DAMAGE = """async () => {
  const opening = indexedDB.open('coffre-records');
  const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const transaction = database.transaction('records', 'readwrite');
  const store = transaction.objectStore('records');
  const asked = store.getAllKeys();
  asked.onsuccess = () => {
    for (const key of asked.result) if (key[2].endsWith('/000000')) store.put(new Uint8Array(999), key);
  };
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.close();
}"""
