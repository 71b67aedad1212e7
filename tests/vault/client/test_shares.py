import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pypdf
import pytest
from PIL import Image

from crypto.encoding import b64u, unb64u
from crypto.share import ShareLink
from tests.e2e.qr_codes import decoded, printed
from tests.through import through
from tests.vault.client.people import ORIGIN, Clock, Network, Person
from vault.client.main import run
from vault.client.terminal import Terminal


@pytest.fixture
def visitor(person: Callable[[str], Person]) -> Person:
    """Someone without an account."""
    return person("visitor")


def test_open_count_end(patient: Person, visitor: Person) -> None:
    content = os.urandom(30_000)
    identifier = patient.add("photo.jpg", content, "--title", "Ordonnance")
    shared = patient.json("share", "new", identifier, "--label", "dentiste", "--max-openings", "3")
    out = visitor.folder / "out.jpg"
    [row] = visitor.json("open", shared["link"], "-o", str(out), "--recipient", "Cabinet")
    assert (row["title"], row["mime"], row["path"]) == ("Ordonnance", "image/jpeg", str(out))
    assert out.read_bytes() == content
    [listed] = patient.json("share", "list")
    assert listed["documents"] == [identifier]
    assert (listed["label"], listed["openings"], listed["state"]) == ("dentiste", 1, "active")
    assert patient.json("share", "end", shared["id"])["state"] == "ended"
    assert visitor.fails("open", shared["link"], "-o", str(out)) == (4, "ended")


def test_no_name_is_asked_where_the_patient_wants_none(patient: Person, visitor: Person) -> None:
    made = patient.json("share", "new", patient.add(), "--no-name")
    assert "/view?recipient=none#shlink:/" in made["link"]
    for options in ((), ("--recipient", "Dr Zoé")):
        visitor.json("open", made["link"], "-o", str(visitor.folder / "out"), *options)
    extended = patient.json("share", "extend", made["id"], "--for", "1h")["link"]
    assert "/view?recipient=none#shlink:/" in extended
    names = [row["recipient"] for row in patient.json("journal") if row["kind"] == "opening"]
    assert sorted(names) == ["-", "Dr Zoé"]


BROKEN_LINKS: list[tuple[Callable[[str], str], str, str, str]] = [
    (lambda link: link[:-30], "malformed", "scan the code again", "scannez le code à nouveau"),
    (lambda link: link.partition("shlink:/")[0] + "shlink:/", "malformed", "not complete", "pas complet"),
    (lambda link: changed(link, v=2), "unsupported_version", "another version", "autre version"),
    (lambda link: changed(link, flag="X"), "unsupported_version", "flags", "options inconnues"),
    (lambda link: changed(link, key="A" * 43), "tampered", "do not open", "ne s’ouvrent pas"),
    (lambda link: changed(link, exp=1), "ended", "has ended", "est terminé"),
    (lambda link: link + "A" * 5000, "limit_exceeded", "longer than links", "plus long"),
    (lambda link: changed(link, url=f"{ORIGIN}/api/v1/shl/{'A' * 43}"), "ended", "ended", "terminé"),
]


def test_what_is_wrong_with_a_link_is_said_in_both_languages(
    patient: Person, visitor: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    link = patient.json("share", "new", patient.add())["link"]
    out = str(visitor.folder / "out")
    for break_link, code, *words in BROKEN_LINKS:
        for language, part in zip(("en", "fr"), words, strict=True):
            environment = {"COFFRE_HOME": str(visitor.folder / "home"), "COFFRE_LANG": language}
            capsys.readouterr()
            terminal = Terminal(environment, network=through(visitor.network), clock=visitor.clock)
            assert run(["open", break_link(link), "-o", out, "--json"], terminal) != 0
            error = json.loads(capsys.readouterr().out)["error"]
            assert (error["code"], part in error["message"]) == (code, True), error
    assert not Path(out).exists()


def changed(link: str, **members: object) -> str:
    """The link with other members; a key of other bits stands for one with a character changed."""
    viewer, _, code = link.partition("shlink:/")
    content = {**json.loads(unb64u(code)), **members}
    return f"{viewer}shlink:/{b64u(json.dumps(content).encode())}"


def test_what_a_share_cannot_be_made_of(patient: Person) -> None:
    document = patient.add("a.txt", b"one")
    short, long = patient.write("short", b"abc\n"), patient.write("long", b"x" * 257 + b"\n")
    empty = patient.write("empty", b"\n")
    for code in (short, long, empty):
        assert patient.fails("share", "new", document, "--passcode-file", code) == (2, "usage")
    assert patient.fails("share", "new", *["0" * 32] * 101) == (2, "usage")
    patient.json("remove", document)
    assert patient.fails("share", "new", document)[0] == 3


@pytest.mark.slow
def test_a_hundred_documents(patient: Person, visitor: Person) -> None:
    files = [patient.write(f"{number}.txt", b"%d" % number) for number in range(100)]
    made = patient.json("share", "new", *(row["id"] for row in patient.json("add", *files)))
    rows = visitor.json("open", made["link"], "-o", f"{visitor.folder / 'in'}/")
    assert sorted(int(Path(row["path"]).read_text()) for row in rows) == list(range(100))


@pytest.mark.slow
def test_several_documents_go_into_a_folder(patient: Person, visitor: Person) -> None:
    names = ("a.txt", "a.txt", "../../b.txt")
    identifiers = [
        patient.add(Path(name).name, name.encode(), "--title", f"t{n}") for n, name in enumerate(names)
    ]
    link = patient.json("share", "new", *identifiers)["link"]
    folder = visitor.folder / "in"
    visitor.json("open", link, "-o", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["a (2).txt", "a.txt", "b.txt"]
    visitor.json("open", link, "-o", str(folder))
    assert len(list(folder.iterdir())) == 6


def test_time_and_openings_end_it(patient: Person, visitor: Person, clock: Clock) -> None:
    identifier = patient.add()
    link = patient.json("share", "new", identifier, "--for", "15m", "--max-openings", "1")["link"]
    out = str(visitor.folder / "out")
    visitor.json("open", link, "-o", out)
    assert visitor.fails("open", link, "-o", out) == (4, "ended")
    assert patient.json("share", "list")[0]["state"] == "used"
    second = patient.json("share", "new", identifier, "--for", "15m")["link"]
    clock.time += 15 * 60
    assert visitor.fails("open", second, "-o", out) == (4, "ended")


def test_passcode(patient: Person, visitor: Person) -> None:
    identifier = patient.add("a.txt", b"behind a code")
    code, wrong = patient.write("code", b"lilas-1204\n"), patient.write("wrong", b"rose\n")
    link = patient.json("share", "new", identifier, "--passcode-file", code)["link"]
    out = str(visitor.folder / "out")
    assert visitor.fails("open", link, "-o", out, "--passcode-file", wrong) == (4, "passcode")
    assert visitor.fails("open", link, "-o", out) == (2, "usage")
    visitor.json("open", link, "-o", out, "--passcode-file", code)
    assert (visitor.folder / "out").read_bytes() == b"behind a code"


def test_changed_file_of_a_share(patient: Person, visitor: Person, network: Network) -> None:
    """L6: no path gives out what was not verified."""
    link = patient.json("share", "new", patient.add())["link"]

    def flip(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if "/shl/" not in request.url.path:
            return response
        content = response.content
        if request.url.path.startswith("/api/v1/shl/files/"):
            content = content[:-5] + (b"A" if content[-5:-4] != b"A" else b"B") + content[-4:]
        elif b'"embedded":"' in content:
            start = content.index(b'"embedded":"') + 200
            content = (
                content[:start]
                + (b"A" if content[start : start + 1] != b"A" else b"B")
                + content[start + 1 :]
            )
        return httpx.Response(response.status_code, content=content)

    network.rewrite = flip
    assert visitor.fails("open", link, "-o", str(visitor.folder / "out")) == (5, "tampered")
    assert not (visitor.folder / "out").exists()


@pytest.mark.parametrize("link", ["https://x/view#shlink:/e30", "https://x/view#shlink:/%%", "shlink:/"])
def test_links_that_are_none(visitor: Person, network: Network, link: str) -> None:
    assert visitor.fails("open", link) == (2, "malformed")
    assert network.requests == []


def test_professionals_cannot_share(professional: Person) -> None:
    assert professional.fails("share", "list")[0] in (3, 4)


@pytest.mark.slow
def test_a_link_that_follows_gives_newer_versions(patient: Person, visitor: Person, clock: Clock) -> None:
    first, second = patient.add("a.txt", b"one"), patient.add("b.txt", b"two", "--title", "two")
    link = patient.json("share", "new", first, second, "--follow", "--for", "1w")["link"]
    newer = patient.write("c.txt", b"three")
    patient.json("add", newer, "--replace", first)
    folder = visitor.folder / "in"
    rows = visitor.json("open", link, "-o", f"{folder}/")
    assert sorted(Path(row["path"]).read_bytes() for row in rows) == [b"three", b"two"]
    patient.json("remove", first)
    patient.json("list")
    [row] = visitor.json("open", link, "-o", f"{visitor.folder / 'left'}/")
    assert row["title"] == "two"
    patient.json("remove", second)
    assert patient.json("share", "list")[0]["state"] == "ended"
    assert visitor.fails("open", link, "-o", str(folder)) == (4, "ended")


def test_a_share_without_follow_stays_as_it_was(patient: Person, visitor: Person) -> None:
    document = patient.add("a.txt", b"one")
    link = patient.json("share", "new", document)["link"]
    patient.json("add", patient.write("b.txt", b"two"), "--replace", document)
    out = visitor.folder / "out"
    visitor.json("open", link, "-o", str(out))
    assert out.read_bytes() == b"one"


@pytest.mark.slow
def test_a_share_goes_on_for_longer_and_more_often(patient: Person, visitor: Person, clock: Clock) -> None:
    made = patient.json("share", "new", patient.add("a.txt", b"one"), "--max-openings", "1")
    visitor.json("open", made["link"], "-o", str(visitor.folder / "out"))
    row = patient.json("share", "extend", made["id"], "--for", "2h", "--openings", "1")
    assert (row["max_openings"], row["state"]) == (2, "active")
    clock.time += 3600
    visitor.json("open", row["link"], "-o", str(visitor.folder / "again"))
    assert visitor.fails("open", made["link"], "-o", str(visitor.folder / "x")) == (4, "ended")
    clock.time += 3600
    assert patient.fails("share", "extend", made["id"], "--for", "1h") == (4, "forbidden")
    assert patient.fails("share", "extend", made["id"]) == (2, "usage")


def test_ends_and_openings_of_a_new_share(patient: Person) -> None:
    document = patient.add("a.txt", b"one")
    made = patient.json("share", "new", document, "--until", "2027-03-01")
    assert made["expires"].startswith("2027-03-01T23:59:59")
    # No link opens without end.
    assert patient.json("share", "list")[0]["max_openings"] == 20
    assert patient.fails("share", "new", document, "--until", "2027-03-01", "--for", "1h") == (2, "usage")
    assert patient.fails("share", "new", document, "--until", "2029-01-01")[0] == 2


def test_one_document_by_get(patient: Person, visitor: Person, network: Network) -> None:
    first, second = patient.add("a.txt", b"one"), patient.add("b.txt", b"two")
    link = patient.json("share", "new", first, "--direct")["link"]
    assert ShareLink.parse(link).flag == "U"
    network.requests.clear()
    out = visitor.folder / "out"
    visitor.json("open", link, "-o", str(out), "--recipient", "Dr Zoé & fils")
    assert out.read_bytes() == b"one"
    assert [request.method for request in network.requests] == ["GET"]
    assert patient.json("share", "list")[0]["openings"] == 1
    assert patient.fails("share", "new", first, second, "--direct") == (2, "usage")


@pytest.mark.slow
def test_a_large_document_is_opened_through_the_share(
    patient: Person, visitor: Person, network: Network
) -> None:
    content = os.urandom(21 << 20)
    document = patient.add("ct.bin", content, "--title", "Scanner")
    link = patient.json("share", "new", document)["link"]
    out = visitor.folder / "out"
    [row] = visitor.json("open", link, "-o", str(out))
    assert (row["title"], row["size"]) == ("Scanner", len(content))
    assert row["sha256"] == hashlib.sha256(content).hexdigest()
    assert out.read_bytes() == content

    def bend(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/document"):
            return response
        bent = response.content[:-1] + bytes([response.content[-1] ^ 1])
        return httpx.Response(response.status_code, headers=response.headers, content=bent)

    network.rewrite = bend
    assert visitor.fails("open", link, "-o", str(visitor.folder / "bent")) == (5, "tampered")
    assert not (visitor.folder / "bent").exists()

    asked: list[str] = []

    def remove_meanwhile(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/document"):
            asked.append(request.url.path)
            if len(asked) == 1:
                patient.json("remove", document)
        return response

    network.rewrite = remove_meanwhile
    assert visitor.fails("open", link, "-o", str(visitor.folder / "gone")) == (4, "ended")
    assert len(asked) == 2
    assert not (visitor.folder / "gone").exists()


@pytest.mark.parametrize("fault", ["left out", "twice"])
def test_a_server_cannot_leave_files_out(
    patient: Person, visitor: Person, network: Network, fault: str
) -> None:
    """L6: nothing is written of a share that is not whole."""
    documents = [patient.add(f"{name}.txt", name.encode()) for name in "abc"]
    link = patient.json("share", "new", *documents)["link"]

    def answer(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method != "POST" or "/shl/" not in request.url.path:
            return response
        files = json.loads(response.content)["files"]
        files = files[:2] if fault == "left out" else [*files[:2], files[1]]
        return httpx.Response(response.status_code, json={"files": files})

    network.rewrite = answer
    assert visitor.fails("open", link, "-o", str(visitor.folder / "in")) == (5, "tampered")
    assert not (visitor.folder / "in").exists()


@pytest.mark.slow
def test_the_sheet_is_read_by_a_camera(patient: Person, tmp_path: Path) -> None:
    document = patient.add("a.txt", b"one")
    code, sheet = patient.write("code", b"lilas-1204\n"), tmp_path / "sheet.pdf"
    png = tmp_path / "code.png"
    options = ("--passcode-file", code, "--label", "Vacances à Rome", "--sheet", str(sheet), "--qr", str(png))
    link = patient.json("share", "new", document, "--for", "1w", *options)["link"]
    text = pypdf.PdfReader(sheet).pages[0].extract_text()
    assert "Vacances à Rome" in text
    assert "until 2027-01-22 08:00 (UTC), 20 times at most" in text
    assert "jusqu'au 22/01/2027 08:00 (UTC), 20 fois au plus" in text
    assert "A passcode is asked for" in text
    assert "lilas" not in text
    assert decoded(Image.open(png)) == link
    [page] = printed(sheet.read_bytes())
    assert decoded(page) == link
