import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.vault.client.people import Clock, Network, Person


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
