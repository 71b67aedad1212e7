"""The whole story in Chromium, against a real server process: a patient, a professional, a stranger, and a
visitor without an account.

Then across clients (the browser seals and the command line opens, and back), and the search for anything that
the server must not hold.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e import samples
from tests.e2e.browser import Browser, Person
from tests.e2e.browser_steps import fill_sign_up, sign_up, unlock
from tests.e2e.command_line import CommandLine
from tests.e2e.held_keys import held_keys
from tests.e2e.secrets_search import Secret, search
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

FILES = ("ordonnance-photo.jpg", "pneumologie-lettre.pdf", "thorax-coupe.dcm")
LETTER = "Courrier du jour"
TITLES = ("Ordonnance amoxicilline", "Compte rendu pneumologie", "Scanner thoracique")
SECTIONS = ("Ordonnances et soins", "Comptes rendus", "Radio, écho, scanner, IRM")
PATIENT = "Anne Durand-Lévêque"
PASSWORD = "brume cactus 47 violon étage"
NEW_PASSWORD = "tambour glycine 82 phare été"
LABEL = "pour la pharmacie du port"
PASSCODE = "lilas-1204"


@dataclass
class Story:
    """The people, and what is remembered from one step to the next."""

    patient: Person
    professional: Person
    stranger: Person
    visitor: Person
    folder: Path
    contents: tuple[bytes, ...]
    words: list[str] = field(default_factory=list)
    kit: str = ""
    invitation: str = ""
    link: str = ""
    vault: str = ""
    document: str = ""


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found


def test_story(
    coffre_server: ServerProcess, browser: Browser, cli: Callable[[str], CommandLine], tmp_path: Path
) -> None:
    story = Story(
        patient=browser.person(coffre_server.url, language="fr-FR"),
        professional=browser.person(coffre_server.url),
        stranger=browser.person(coffre_server.url),
        visitor=browser.person(coffre_server.url, phone=True),
        folder=tmp_path,
        contents=(samples.photo(), samples.pdf(), samples.dicom()),
    )
    patient_signs_up(story)
    patient_adds_and_looks(story)
    professional_redeems_and_reads(story)
    stranger_learns_nothing(story)
    share_opens_until_it_ends(story)
    journal_tells_and_revocation_ends(story)
    renewal_brings_the_professional_back(story)
    kit_brings_the_patient_back(story)
    nothing_stays_in_the_browser(story)
    terminal = command_line_opens_what_the_browser_sealed(story, cli("terminal"))
    browser_opens_what_the_command_line_sealed(story, terminal)
    nothing_is_left_with_the_server(story, terminal, coffre_server)
    assert browser.faults == []
    assert browser.strangers == []


def patient_signs_up(story: Story) -> None:
    patient = story.patient
    patient.go("/")
    patient.follow("Créer un compte")
    patient.fill("Adresse e-mail", "Anne@Exemple.fr")
    patient.fill("Nom", PATIENT)
    patient.fill("Mot de passe", "motdepasse")
    patient.press("Créer mon compte")
    patient.reads("Ce mot de passe est trop facile à deviner.")
    patient.fill("Mot de passe", PASSWORD)
    patient.reads(re.compile("Solide|Très solide"))
    patient.press("Créer mon compte")
    patient.page.wait_for_url("**/kit")
    patient.reads("Vos douze mots, dans l’ordre")
    story.words = patient.page.locator(".kit-words .code").all_inner_texts()
    assert len(story.words) == 12
    story.kit = check_printed_kit(patient.downloads("Télécharger le PDF"), story)
    patient.tick("J’ai mis mon kit en lieu sûr")
    patient.press("Ouvrir mon coffre")
    patient.reads("Votre coffre est prêt")


def check_printed_kit(data: bytes, story: Story) -> str:
    """The printed page has the same words, and a QR code, whose text is given back."""
    page = PdfReader(io.BytesIO(data)).pages[0]
    text = page.extract_text()
    assert "Kit de secours" in text
    assert "anne@exemple.fr" in text
    assert all(word in text for word in story.words)
    return qr_on_screen(story.patient, "Le même kit, à scanner")


def qr_on_screen(person: Person, name: str) -> str:
    picture = person.page.get_by_role("img", name=name).screenshot(animations="disabled")
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return code.text


def patient_adds_and_looks(story: Story) -> None:
    patient = story.patient
    paths = [story.folder / name for name in FILES]
    for path, content in zip(paths, story.contents, strict=True):
        path.write_bytes(content)
    patient.drop_files(paths)
    dialog = patient.page.get_by_role("dialog")
    for index, (title, section) in enumerate(zip(TITLES, SECTIONS, strict=True)):
        dialog.get_by_label("Titre", exact=True).nth(index).fill(title)
        dialog.get_by_label("Date du document", exact=True).nth(index).fill("2026-03-01")
        dialog.get_by_role("button", name="Rubrique").nth(index).click()
        patient.page.get_by_role("option", name=section, exact=True).click()
    patient.press("Chiffrer et ajouter les 3")
    for title in TITLES:
        patient.page.get_by_role("link", name=title).first.wait_for()
    # A photo has a thumbnail, made anew on this device.
    expect(patient.page.locator("img[src^='data:image/jpeg']")).to_have_count(1)
    for title, content in zip(TITLES, story.contents, strict=True):
        patient.page.get_by_role("link", name=title).first.click()
        is_previewed(patient, title)
        assert patient.downloads("Télécharger") == content
        patient.page.go_back()
    finds_by_text(patient)
    patient.page.get_by_role("link", name=TITLES[2]).first.click()
    patient.page.wait_for_url(re.compile("/documents/"))
    [story.vault, story.document] = re.findall("[0-9a-f]{32}", patient.page.url)
    patient.page.go_back()


def finds_by_text(patient: Person) -> None:
    """A word that stands in the PDF alone; it was read on this device when the document was added."""
    search = patient.page.get_by_label("Rechercher un document", exact=True)
    search.fill("flexib")
    patient.reads(re.compile("Dans le texte.: flexib"))
    rows = patient.page.get_by_role("list", name="Documents").get_by_role("link")
    assert [TITLES[1] in text for text in rows.all_inner_texts()] == [True]
    search.fill("")
    patient.page.get_by_role("link", name=TITLES[0]).first.wait_for()


def is_previewed(person: Person, title: str) -> None:
    """The sandboxed frame has drawn something."""
    person.page.get_by_role("heading", name=title).wait_for()
    frame = person.page.frame_locator("iframe.preview-frame")
    frame.locator("canvas").first.wait_for()
    person.page.locator(".preview-box[aria-busy=false]").wait_for()


def professional_redeems_and_reads(story: Story) -> None:
    patient, pro = story.patient, story.professional
    patient.follow("Autorisations")
    patient.follow("Autoriser un professionnel")
    patient.reads("Rubriques ouvertes")
    tick_only(patient, SECTIONS[1:])
    patient.press("Créer l’invitation")
    patient.reads("Votre invitation est prête")
    story.invitation = patient.page.locator(".copy-text").inner_text()
    assert qr_on_screen(patient, "Code QR") == story.invitation
    # The link comes before the account: it waits in memory while the professional signs up.
    pro.go(story.invitation)
    pro.reads("Sign in with your professional account")
    assert "#" not in pro.page.url
    pro.follow("Create an account")
    pro.page.wait_for_url("**/signup?role=professional")
    fill_sign_up(pro, "martin@cabinet.fr", "Dr Paul Martin", rpps="10003456786")
    pro.reads(f"{PATIENT} opens their vault to you")
    pro.reads("2 sections")
    pro.press("Accept")
    pro.reads("is in your list of patients")
    pro.follow("Open the vault")
    for title in TITLES[1:]:
        pro.page.get_by_role("link", name=title).first.wait_for()
    # The prescription is in no section of the grant.
    pro.never_reads([TITLES[0]])
    pro.page.get_by_role("link", name=TITLES[2]).first.click()
    is_previewed(pro, TITLES[2])
    assert pro.page.get_by_role("button", name="Mask").count() == 0
    compares(pro)
    pro.follow("Patients")
    pro.reads(PATIENT)


def compares(pro: Person) -> None:
    """Beside the one that is open, another: each drawn in a frame with tools of its own; and back."""
    pro.follow("Compare with another")
    pro.reads("Which document beside it?")
    pro.page.get_by_role("link", name=TITLES[1]).first.click()
    pro.page.locator(".compare-pane .preview-box[aria-busy=false]").nth(1).wait_for()
    for index in range(2):
        frame = pro.page.frame_locator("iframe.preview-frame").nth(index)
        frame.get_by_role("button", name="Zoom in").click()
    pro.page.go_back()
    pro.page.go_back()
    is_previewed(pro, TITLES[2])


def tick_only(person: Person, sections: tuple[str, ...]) -> None:
    boxes = person.page.locator("fieldset.check-grid label")
    for index in range(boxes.count()):
        box = boxes.nth(index)
        wanted = box.inner_text().strip() in sections
        if box.locator("input[type=checkbox]").is_checked() != wanted:
            box.click()


def stranger_learns_nothing(story: Story) -> None:
    stranger = story.stranger
    sign_up(stranger, "autre@cabinet.fr", "Dr Léa Autre", rpps="10101010105")
    stranger.reads("No vault yet")
    stranger.go(story.invitation)
    stranger.reads("Sign in with your professional account")
    stranger.page.get_by_role("main").get_by_role("link", name="Sign in").first.click()
    unlock(stranger)
    stranger.reads("This invitation was already used")
    for path in (f"/vault/{story.vault}", f"/vault/{story.vault}/documents/{story.document}"):
        stranger.go(path)
        unlock(stranger)
        stranger.reads("Not found, or removed")
        stranger.never_reads([*TITLES, *FILES, PATIENT])


def share_opens_until_it_ends(story: Story) -> None:
    patient, visitor = story.patient, story.visitor
    patient.follow("Coffre")
    patient.page.get_by_role("link", name=TITLES[0]).first.click()
    patient.press("Partager")
    patient.reads("1 document choisi")
    patient.fill("Nom du partage", LABEL)
    patient.tick("Protéger par un code")
    patient.fill("Code", PASSCODE)
    patient.press("Créer le partage")
    patient.reads("Se ferme dans")
    story.link = patient.page.locator(".copy-text").inner_text()
    assert qr_on_screen(patient, "Code QR") == story.link
    visitor.go(story.link)
    visitor.fill("Your name", "Pharmacie du Port")
    assert visitor.page.url == f"{visitor.server}/view"
    visitor.fill("Code", "rose-1204")
    visitor.press("Open the documents")
    visitor.reads("9 tries are left.")
    visitor.fill("Code", PASSCODE)
    visitor.press("Open the documents")
    visitor.reads(TITLES[0])
    assert visitor.downloads("Download") == story.contents[0]
    patient.press("Arrêter maintenant")
    patient.reads("Terminé")
    visitor.go("/")
    visitor.go(story.link)
    visitor.fill("Your name", "Pharmacie du Port")
    visitor.fill("Code", PASSCODE)
    visitor.press("Open the documents")
    visitor.reads("This share has ended")
    visitor.never_reads([TITLES[0]])


def journal_tells_and_revocation_ends(story: Story) -> None:
    patient, pro = story.patient, story.professional
    patient.follow("Historique")
    patient.reads("Votre appareil a vérifié tout l’historique")
    patient.reads(f"Dr Paul Martin a ouvert « {TITLES[2]} »")
    patient.reads("Dr Paul Martin a accepté une autorisation")
    patient.page.get_by_role("tab", name="Partages").click()
    patient.reads(f"Pharmacie du Port a ouvert le partage « {LABEL} »")
    patient.page.get_by_role("tab", name="Mon activité").click()
    patient.reads(f"Vous avez ouvert « {TITLES[1]} »")
    patient.page.get_by_role("tab", name="Qui a accès").click()
    patient.page.get_by_role("tabpanel").get_by_text("Dr Paul Martin").wait_for()
    patient.follow("Autorisations")
    patient.press("Retirer l’autorisation")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Retirer l’autorisation").click()
    patient.reads("Retirée")
    pro.page.go_back()
    pro.reads("This access has ended")
    pro.page.reload()
    unlock(pro)
    pro.reads("This access has ended")
    pro.never_reads(TITLES)
    patient.follow("Historique")
    patient.page.get_by_role("tab", name="Mon activité").click()
    patient.reads("Vous avez changé les clés de rubriques")
    # What was sealed under the old keys opens for the patient as before.
    patient.follow("Coffre")
    patient.page.get_by_role("link", name=TITLES[2]).first.click()
    is_previewed(patient, TITLES[2])


def renewal_brings_the_professional_back(story: Story) -> None:
    patient, pro = story.patient, story.professional
    patient.follow("Autorisations")
    patient.press("Rétablir pour un an")
    patient.page.get_by_role("alertdialog").get_by_role("button", name="Rétablir pour un an").click()
    patient.reads("En cours")
    patient.follow("Coffre")
    letter = story.folder / "courrier.txt"
    letter.write_text("Vu en consultation ce jour.")
    patient.drop_files([letter])
    dialog = patient.page.get_by_role("dialog")
    dialog.get_by_label("Titre", exact=True).fill(LETTER)
    dialog.get_by_role("button", name="Rubrique").click()
    patient.page.get_by_role("option", name=SECTIONS[1], exact=True).click()
    patient.press("Chiffrer et ajouter")
    patient.page.get_by_role("link", name=LETTER).first.wait_for()
    # From the list to what is new by the keyboard alone.
    pro.follow("Patients")
    pro.reads("1 new document")
    pro.page.keyboard.press("j")
    pro.page.keyboard.press("Enter")
    new = pro.page.locator(".card", has_text="New since your last visit")
    new.get_by_role("link", name=LETTER).first.wait_for()
    pro.page.get_by_role("link", name=TITLES[2]).first.click()
    is_previewed(pro, TITLES[2])


def kit_brings_the_patient_back(story: Story) -> None:
    patient = story.patient
    patient.page.get_by_role("button", name=re.compile("Votre compte")).click()
    patient.page.get_by_role("menuitem", name="Se déconnecter").click()
    patient.page.get_by_role("link", name="Se connecter").first.click()
    patient.follow("Mot de passe perdu ?")
    patient.fill("Adresse e-mail", "anne@exemple.fr")
    patient.fill("Vos douze mots", " ".join(["abandon"] * 12))
    patient.fill("Nouveau mot de passe", NEW_PASSWORD)
    patient.reads(re.compile("Solide|Très solide"))
    patient.press("Changer le mot de passe")
    patient.reads("Ces mots ne correspondent pas")
    patient.fill("Vos douze mots", " ".join(story.words))
    patient.press("Changer le mot de passe")
    patient.page.get_by_role("link", name=TITLES[1]).first.click()
    is_previewed(patient, TITLES[1])
    # The kit's QR code leads to the same page, and leaves the address bar before anything is sent.
    patient.go(story.kit)
    patient.reads("Votre kit a été lu")
    assert "#" not in patient.page.url
    patient.go("/vault")
    patient.fill("Mot de passe", PASSWORD)
    patient.press("Se connecter")
    patient.reads("L’adresse ou le mot de passe")
    patient.fill("Mot de passe", NEW_PASSWORD)
    patient.press("Se connecter")
    patient.page.get_by_role("link", name=TITLES[0]).first.wait_for()


def nothing_stays_in_the_browser(story: Story) -> None:
    """Fragments, keys, titles: none is stored; pins are."""
    stored = story.patient.stores()
    assert story.vault in stored or "owner" in stored
    secrets = [
        *TITLES,
        *FILES,
        PATIENT,
        PASSWORD,
        NEW_PASSWORD,
        story.kit.rpartition(".")[2],
        "anne@exemple.fr",
    ]
    assert [secret for secret in secrets if secret in stored] == []
    pro = story.professional.stores()
    assert story.invitation.rpartition(".")[2] not in pro


def command_line_opens_what_the_browser_sealed(story: Story, terminal: CommandLine) -> CommandLine:
    terminal.password = NEW_PASSWORD
    terminal.json("login", "--server", terminal.server, "--email", "anne@exemple.fr")
    rows = {row["title"]: row for row in terminal.json("list")}
    assert rows.keys() == {*TITLES, LETTER}
    for title, content in zip(TITLES, story.contents, strict=True):
        assert terminal.run("get", rows[title]["id"]).stdout == content
    # The page that all of this was done with is the published one.
    assert terminal.json("verify-host", terminal.server)["same"] is True
    journal = terminal.json("journal", "--verify")
    assert {"acceptance", "revocation", "rotation", "opening", "access"} <= {row["kind"] for row in journal}
    return terminal


def browser_opens_what_the_command_line_sealed(story: Story, terminal: CommandLine) -> None:
    (terminal.folder / "irm.dcm").write_bytes(story.contents[2])
    terminal.json("add", "irm.dcm", "--title", "IRM du genou", "--section", "imaging")
    patient = story.patient
    patient.follow("Autorisations")
    patient.follow("Coffre")
    patient.page.get_by_role("link", name="IRM du genou").first.click()
    is_previewed(patient, "IRM du genou")
    assert patient.downloads("Télécharger") == story.contents[2]


def nothing_is_left_with_the_server(story: Story, terminal: CommandLine, server: ServerProcess) -> None:
    texts = {
        "patient's name": PATIENT,
        "password": PASSWORD,
        "new password": NEW_PASSWORD,
        "passcode": PASSCODE,
        "kit": " ".join(story.words),
        "kit's code": story.kit.rpartition(".")[2],
        "label": LABEL,
        "invitation's secret": story.invitation.rpartition(".")[2],
        "share's link": story.link.rpartition("/")[2],
        **{f"title {title}": title for title in (*TITLES, "IRM du genou")},
        **{f"file name {name}": name for name in FILES},
    }
    secrets = [Secret.text(name, text) for name, text in texts.items()]
    secrets += [Secret(name, content) for name, content in zip(FILES, story.contents, strict=True)]
    secrets += held_keys(terminal)
    places = list(server.kept())
    known = [Secret.text("professional", "Dr Paul Martin"), Secret.text("address", "anne@exemple.fr")]
    assert {finding.secret for finding in search(known, places)} == {"professional", "address"}
    assert search(secrets, places) == []
