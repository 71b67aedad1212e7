"""The main flows in Firefox, as Debian packages it, against a real server process: an account, documents that
are added, read and saved, a lock, a share that somebody opens, and the journal of all that; a professional
who redeems an invitation, reads, and deposits what another issuer's link brings; a copy that is read
while nobody serves.
"""

import base64
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e import samples
from tests.e2e.browser import Browser, Person, until
from tests.e2e.browser_steps import PASSWORD, add_file, fill_sign_up, open_document, sign_up, unlock
from tests.e2e.other_health_links import served
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

PHOTO, REPORT, SCAN = "Prescription", "Consultation report", "CT of the spine"
CONTENTS = {PHOTO: samples.photo, REPORT: samples.pdf, SCAN: samples.dicom}
FILES = {PHOTO: "photo.jpg", REPORT: "consultation.pdf", SCAN: "spine.dcm"}
EMAIL, REFERRAL = "anne@example.org", "Referto"
SAVED = "Saved by your browser; every part was verified."


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The folder of downloads."""
    folder = tmp_path / "saved"
    folder.mkdir()
    return folder


@pytest.fixture
def firefox(saved: Path) -> Iterator[Browser]:
    with Browser(kind="firefox", saved=saved) as found:
        yield found
        assert found.faults == []
        assert found.strangers == []


def test_main_flows_in_firefox(
    firefox: Browser, coffre_server: ServerProcess, tmp_path: Path, saved: Path
) -> None:
    patient = firefox.person(coffre_server.url)
    sign_up(patient, EMAIL, "Anne Durand")
    patient.reads("Your vault is ready")
    for title, content in CONTENTS.items():
        path = tmp_path / FILES[title]
        path.write_bytes(content())
        add_file(patient, path, title)
        patient.page.get_by_role("link", name=title).first.wait_for()
    for title in CONTENTS:
        open_document(patient, title)
        is_previewed(patient)
        patient.page.go_back()
    open_document(patient, REPORT)
    saves_report(patient, saved)
    # Streamed to the disk by the service worker, not gathered in the page.
    patient.reads(SAVED)
    # Loaded again, the keys are gone; the password brings the same page back.
    patient.page.reload()
    patient.page.get_by_label("Password", exact=True).wait_for()
    assert all(title not in patient.stores() for title in CONTENTS)
    unlock(patient)
    patient.page.get_by_role("heading", name=REPORT).wait_for()
    patient.press("Share")
    patient.reads("1 document chosen")
    patient.press("Create the share")
    link = patient.page.locator(".copy-text").inner_text()
    receives(firefox.person(coffre_server.url, phone=True), link, saved)
    patient.follow("Journal")
    patient.reads("Your device checked the whole journal")
    patient.page.get_by_role("tab", name="Shares").click()
    patient.reads("Pharmacy of the port opened the share")
    patient.follow("Access")
    patient.follow("Give a professional access")
    patient.choose("For whom?", "Physician")
    patient.press("Create the invitation")
    patient.reads("Your invitation is ready")
    treats(firefox.person(coffre_server.url), patient.page.locator(".copy-text").inner_text())
    patient.follow("Vault")
    open_document(patient, REFERRAL)
    is_previewed(patient)
    keeps_a_copy(patient, REFERRAL, coffre_server)


def receives(visitor: Person, link: str, saved: Path) -> None:
    """Opens a share, reads its document and saves it."""
    visitor.go(link)
    visitor.fill("Your name", "Pharmacy of the port")
    visitor.press("Open the documents")
    visitor.reads(REPORT)
    is_previewed(visitor)
    saves_report(visitor, saved)


def treats(doctor: Person, invitation: str) -> None:
    """Redeems an invitation with a new account, reads, and deposits what another issuer's link brings."""
    doctor.go(invitation)
    doctor.follow("Create an account")
    doctor.page.wait_for_url("**/signup?role=professional")
    fill_sign_up(doctor, "martin@example.org", "Dr Paul Martin", rpps="10003456786")
    doctor.press("Accept")
    doctor.follow("Open the vault")
    open_document(doctor, REPORT)
    is_previewed(doctor)
    doctor.follow("Patients")
    doctor.choose_action("More actions", "Open a health link")
    # Other bytes than the report's, which would be recognised as there already.
    content = samples.pdf() + b"%\n"
    with served(title=REFERRAL, data=base64.b64encode(content).decode()) as link:
        doctor.fill("Link", link)
        doctor.press("Continue")
        doctor.fill("Your name", "Dr Paul Martin")
        doctor.press("Open the documents")
        doctor.page.get_by_role("heading", name=REFERRAL).wait_for()
    # The issuer of the link is asked, and nobody else.
    assert len({urlsplit(address).netloc for address in doctor.strangers}) == 1
    doctor.strangers.clear()
    doctor.choose("Patient’s record", "Anne Durand")
    doctor.press("Deposit in this record")
    doctor.press("Encrypt and add")
    doctor.page.get_by_role("link", name=REFERRAL).first.wait_for()


def keeps_a_copy(patient: Person, title: str, server: ServerProcess) -> None:
    """Keeps the open document on the device, and reads it there while nobody serves."""
    patient.press("Keep on this device")
    patient.press("Keep")
    patient.reads("Kept on this device, readable without a network")
    server.kill()
    patient.page.reload()
    patient.follow("Open what is kept here")
    patient.fill("E-mail address", EMAIL)
    patient.fill("Password", PASSWORD)
    patient.press("Open")
    patient.reads("1 document")
    patient.follow(title)
    is_previewed(patient)
    assert all(name not in patient.stores() for name in (title, EMAIL, "Anne Durand"))


def saves_report(person: Person, saved: Path) -> None:
    """Saves what is open. The folder is looked at: of what is made in a page, or asked for by a frame that
    goes when it is over, Firefox tells its driver too little.
    """
    before = set(saved.iterdir())

    def is_there() -> bool:
        # It has another name until it is whole.
        with suppress(FileNotFoundError):
            return samples.pdf() in [path.read_bytes() for path in set(saved.iterdir()) - before]
        return False

    person.press("Download")
    until(person.page, is_there, "the document is saved")


def is_previewed(person: Person) -> None:
    """The sandboxed frame has drawn something."""
    person.page.frame_locator("iframe.preview-frame").first.locator("canvas").first.wait_for()
    person.page.locator(".preview-box[aria-busy=false]").first.wait_for()
