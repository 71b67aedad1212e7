"""Issue 2's story on the command line: real `coffre` processes against a real server process, then the search
for anything that the server must not hold."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from crypto.recovery import Kit
from tests.e2e import samples
from tests.e2e.command_line import CommandLine
from tests.e2e.held_keys import held_keys
from tests.e2e.secrets_search import Secret, search
from tests.e2e.server_process import ServerProcess

pytestmark = pytest.mark.e2e

TITLES = ("Ordonnance amoxicilline", "Compte rendu pneumologie", "Scanner thoracique")
FILES = ("ordonnance-photo.jpg", "pneumologie-lettre.pdf", "thorax-coupe.dcm")
TYPES = ("57833-6", "11488-4", "18748-4")
LABEL = "pour la pharmacie du port"
PASSWORD = "brume-cactus-47-violon-étage"
NEW_PASSWORD = "tambour-glycine-82-phare-été"


@dataclass
class Story:
    """The people, and what is remembered from one step to the next."""

    patient: CommandLine
    professional: CommandLine
    stranger: CommandLine
    visitor: CommandLine
    contents: tuple[bytes, ...]
    ids: list[str] = field(default_factory=list)
    grant: str = ""
    invitation: str = ""
    link: str = ""
    share: str = ""
    words: str = ""


@pytest.mark.parametrize(
    "coffre_server",
    ["embedded", pytest.param("hosted", marks=pytest.mark.servers)],
    indirect=True,
)
def test_story(coffre_server: ServerProcess, cli: Callable[[str], CommandLine]) -> None:
    contents = (samples.photo(), samples.pdf(), samples.dicom())
    story = Story(cli("patient"), cli("professional"), cli("stranger"), cli("visitor"), contents)
    everyone_signs_up(story)
    patient_adds_and_reads(story)
    professional_redeems_once(story)
    stranger_learns_nothing(story)
    share_opens_until_it_ends(story)
    journal_tells_and_revocation_ends(story)
    another_key_follows_the_server_s(story, coffre_server)
    kit_brings_the_patient_back(story)
    nothing_is_left_with_the_server(story, coffre_server)


def test_an_author_keeps_reading_what_the_patient_masks(
    coffre_server: ServerProcess, cli: Callable[[str], CommandLine]
) -> None:
    patient, author, colleague = cli("patient"), cli("author"), cli("colleague")
    for person in (patient, author, colleague):
        person.password = PASSWORD
    who = ("--server", patient.server, "--email")
    patient.json("signup", *who, "anne@exemple.fr", "--name", "Anne Durand", "--kit", "kit.pdf")
    for person, email, rpps in (
        (author, "martin@cabinet.fr", "10003456786"),
        (colleague, "petit@cabinet.fr", "10101010105"),
    ):
        pro = ("--professional", "--rpps", rpps, "--profession", "10")
        person.json("signup", *who, email, "--name", f"Dr {rpps}", *pro)
        given = patient.json("grant", "new", "--invite", "--sections", "imaging", "--rights", "read,add")
        person.json("grant", "redeem", given["invitation"])
    content, title, name = samples.dicom(), "Scanner du genou gauche", "genou-gauche.dcm"
    (author.folder / name).write_bytes(content)
    [added] = author.json("add", name, "--title", title, "--section", "imaging")
    assert [row["title"] for row in colleague.json("list")] == [title]
    patient.json("mask", added["id"])
    [row] = author.json("list")
    assert (row["id"], row["title"], row["masked"]) == (added["id"], None, True)
    assert author.run("get", added["id"]).stdout == content
    assert author.json("get", added["id"], "-o", "masked.dcm")["title"] == title
    assert (author.folder / "masked.dcm").read_bytes() == content
    assert colleague.json("list") == []
    colleague.fails("get", added["id"], "-o", "no.dcm", status=3, code="not_found")
    assert not (colleague.folder / "no.dcm").exists()
    reads = [row for row in patient.json("journal", "--verify") if row.get("mode") == "grant"]
    assert [row["actor"] for row in reads] == ["Dr 10003456786 (10003456786)"] * 2
    secrets = [Secret.text("title", title), Secret.text("file name", name), Secret("document", content)]
    assert search(secrets, list(coffre_server.kept())) == []


def everyone_signs_up(story: Story) -> None:
    patient = story.patient
    patient.password = PASSWORD
    me = patient.json(
        "signup", "--server", patient.server, "--email", "Anne@Exemple.fr", "--name", "Anne Durand-Lévêque",
        "--kit", "kit.pdf", "--lang", "fr",
    )  # fmt: skip
    assert me.keys() == {"account", "role", "vault", "fingerprint"}
    assert re.fullmatch(r"([0-9A-F]{4} ){9}[0-9A-F]{4}", me["fingerprint"])
    assert patient.json("whoami") == {**me, "email": "anne@exemple.fr", "server": patient.server}
    story.words = read_kit(patient)
    for person, email, rpps in (
        (story.professional, "martin@cabinet.fr", "10003456786"),
        (story.stranger, "autre@cabinet.fr", "10101010105"),
    ):
        person.password = f"{PASSWORD}-{rpps}"
        signed = person.json(
            "signup", "--server", person.server, "--email", email, "--name", f"Dr {rpps}", "--professional",
            "--rpps", rpps, "--profession", "10",
        )  # fmt: skip
        assert signed.keys() == {"account", "role", "fingerprint"}


def read_kit(patient: CommandLine) -> str:
    """The words of the printed kit, which its QR code repeats."""
    page = PdfReader(patient.folder / "kit.pdf").pages[0]
    text = page.extract_text()
    assert "Kit de secours" in text
    assert "anne@exemple.fr" in text
    words = " ".join(found[1] for found in re.findall(r"\b(\d{1,2})  ([a-zà-ÿ]+)\b", text))
    [picture] = page.images
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.data)))
    assert code.text.startswith(f"{patient.server}/recover#kit.")
    assert Kit.from_words(words) == Kit.from_qr(code.text)
    return words


def patient_adds_and_reads(story: Story) -> None:
    patient = story.patient
    for name, content, title, kind in zip(FILES, story.contents, TITLES, TYPES, strict=True):
        (patient.folder / name).write_bytes(content)
        [added] = patient.json("add", name, "--title", title, "--type", kind, "--date", "2026-03-01")
        digest = hashlib.sha256(content).hexdigest()
        assert (added["title"], added["version"], added["size"], added["sha256"]) == (
            title,
            1,
            len(content),
            digest,
        )
        story.ids.append(added["id"])
    rows = {row["id"]: row for row in patient.json("list")}
    assert [rows[one]["title"] for one in story.ids] == list(TITLES)
    assert [rows[one]["section"] for one in story.ids] == ["prescriptions", "reports", "imaging"]
    assert {row["author"] for row in rows.values()} == {"Anne Durand-Lévêque"}
    assert [row["id"] for row in patient.json("list", "--search", "PNEUMO compte")] == [story.ids[1]]
    assert [row["id"] for row in patient.json("list", "--section", "imaging")] == [story.ids[2]]
    for one, content in zip(story.ids, story.contents, strict=True):
        assert patient.run("get", one).stdout == content
    masked = patient.json("mask", story.ids[0])
    assert masked == {"id": story.ids[0], "version": 1, "section": "masked"}
    assert patient.json("unmask", story.ids[0])["section"] == "prescriptions"


def professional_redeems_once(story: Story) -> None:
    given = story.patient.json("grant", "new", "--invite", "--sections", "imaging,reports")
    story.grant, story.invitation = given["id"], given["invitation"]
    pro = story.professional
    redeemed = pro.json("grant", "redeem", story.invitation)
    assert redeemed["patient"] == "Anne Durand-Lévêque"
    [vault] = pro.json("vaults")
    assert (vault["sections"], vault["rights"], vault["grant"]) == (
        ["imaging", "reports"],
        ["read"],
        story.grant,
    )
    # The prescription is in no section of the grant.
    assert {row["title"] for row in pro.json("list")} == set(TITLES[1:])
    opened = pro.json("get", story.ids[2], "-o", "opened.dcm")
    assert opened["mime"] == "application/dicom"
    assert (pro.folder / "opened.dcm").read_bytes() == story.contents[2]
    pro.fails("get", story.ids[0], "-o", "no.jpg", status=3, code="not_found")
    assert not (pro.folder / "no.jpg").exists()
    story.stranger.fails("grant", "redeem", story.invitation, status=4, code="used")


def stranger_learns_nothing(story: Story) -> None:
    vault = story.patient.json("whoami")["vault"]
    stranger = story.stranger
    assert stranger.json("vaults") == []
    stranger.fails("list", "--vault", vault, status=3, code="not_found")
    ran = stranger.fails("get", story.ids[2], "--vault", vault, "-o", "stolen", status=3, code="not_found")
    assert not (stranger.folder / "stolen").exists()
    assert not any(title.encode() in ran.stdout for title in TITLES)


def share_opens_until_it_ends(story: Story) -> None:
    patient, visitor = story.patient, story.visitor
    (patient.folder / "passcode").write_text("lilas-1204\n")
    shared = patient.json(
        "share",
        "new",
        story.ids[0],
        "--for",
        "15m",
        "--label",
        LABEL,
        "--passcode-file",
        "passcode",
        "--qr",
        "qr.png",
    )
    story.share, story.link = shared["id"], shared["link"]
    [code] = zxingcpp.read_barcodes(Image.open(patient.folder / "qr.png"))
    assert code.text == story.link
    (visitor.folder / "right").write_text("lilas-1204")
    (visitor.folder / "wrong").write_text("rose-1204")
    opening = ("open", story.link, "--recipient", "Pharmacie du Port", "-o", "shared.jpg")
    visitor.fails(*opening, "--passcode-file", "wrong", status=4, code="passcode")
    assert not (visitor.folder / "shared.jpg").exists()
    [opened] = visitor.json(*opening, "--passcode-file", "right")
    assert opened["title"] == TITLES[0]
    assert (visitor.folder / "shared.jpg").read_bytes() == story.contents[0]
    [row] = patient.json("share", "list")
    assert (row["label"], row["openings"], row["state"]) == (LABEL, 1, "active")
    assert patient.json("share", "end", story.share)["state"] == "ended"
    visitor.fails(*opening, "--passcode-file", "right", status=4, code="ended")


def journal_tells_and_revocation_ends(story: Story) -> None:
    patient, pro = story.patient, story.professional
    rows = patient.json("journal", "--verify")
    [read] = [row for row in rows if row.get("mode") == "grant"]
    assert (read["document"], read["reason"], read["actor"]) == (
        story.ids[2],
        "care",
        "Dr 10003456786 (10003456786)",
    )
    [shared] = [row for row in rows if row["kind"] == "opening"]
    assert (shared["recipient"], shared["share"]) == ("Pharmacie du Port", story.share)
    assert [row["seq"] for row in rows if row["chain"] == "ledger"] == list(range(12))
    assert patient.json("grant", "revoke", story.grant)["state"] == "revoked"
    pro.fails("get", story.ids[2], "-o", "again.dcm", status=4, code="ended")
    assert not (pro.folder / "again.dcm").exists()
    assert pro.json("vaults") == []
    # The keys of the sections were renewed; the patient reads what was sealed before.
    assert "rotation" in [row["kind"] for row in patient.json("journal")]
    assert patient.run("get", story.ids[2]).stdout == story.contents[2]


def another_key_follows_the_server_s(story: Story, server: ServerProcess) -> None:
    """The operator replaces the key while the patient has pins: the patient goes on."""
    settings = {"COFFRE_DATA": str(server.data), **server.environment}
    operator = CommandLine(server.folder / "operator", "", environment=settings)
    assert operator.json("admin", "rotate-key", "server")["generation"] == 1
    said = story.patient.run("journal", "--verify")
    assert said.status == 0, said.stderr
    assert "server-keys: 1 " in said.stderr


def kit_brings_the_patient_back(story: Story) -> None:
    patient = story.patient
    patient.json("logout")
    patient.fails("list", status=4, code="not_signed_in")
    (patient.folder / "code").write_text(story.words.upper())
    who = ("--server", patient.server, "--email", "anne@exemple.fr")
    patient.json("recover", *who, "--code-file", "code", password=NEW_PASSWORD)
    patient.json("logout")
    patient.fails("login", *who, status=4, code="credentials")
    patient.password = NEW_PASSWORD
    patient.json("login", *who)
    assert patient.run("get", story.ids[1]).stdout == story.contents[1]


def nothing_is_left_with_the_server(story: Story, server: ServerProcess) -> None:
    texts = {
        "patient's name": "Anne Durand-Lévêque",
        "password": PASSWORD,
        "new password": NEW_PASSWORD,
        "passcode": "lilas-1204",
        "kit": story.words,
        "label": LABEL,
        "invitation's secret": story.invitation.rpartition(".")[2],
        "share's link": story.link.rpartition("/")[2],
        **{f"title {title}": title for title in TITLES},
        **{f"file name {name}": name for name in FILES},
        **{f"type {kind}": kind for kind in TYPES},
    }
    secrets = [Secret.text(name, text) for name, text in texts.items()]
    secrets += [Secret(name, content) for name, content in zip(FILES, story.contents, strict=True)]
    keys = [key for person in (story.patient, story.professional) for key in held_keys(person)]
    assert len(keys) > 20
    secrets += keys
    places = list(server.kept())
    # The search must be able to find: the professional's public name and the address are there.
    known = [Secret.text("professional", "Dr 10003456786"), Secret.text("address", "anne@exemple.fr")]
    assert {finding.secret for finding in search(known, places)} == {"professional", "address"}
    assert search(secrets, places) == []


def test_json_errors_are_one_document(
    coffre_server: ServerProcess, cli: Callable[[str], CommandLine]
) -> None:
    nobody = cli("nobody")
    ran = nobody.run("list", "--json")
    assert ran.status == 4
    assert json.loads(ran.stdout) == {
        "error": {
            "code": "not_signed_in",
            "message": "not signed in: run coffre login (run coffre login first)",
        }
    }
    assert nobody.run("list", "--no-such-option", "--json").status == 2
    away = cli("away")
    away.fails(
        "login",
        "--server",
        "http://127.0.0.1:9",
        "--email",
        "a@b.fr",
        status=6,
        code="unreachable",
        password="x",
    )
