"""`coffre verify-host` against the real routes of a web app: honest, changed in one file or on one page."""

import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest

from tests.through import through
from tests.vault.actors import ORIGIN
from tests.vault.rooms import Room
from vault.client import host_check
from vault.client.errors import NotFound, Unreachable, Usage
from vault.client.host_check import ADDRESSES, Host, HostReport, compare, read_release
from web import pages

ROUTES = Path(__file__).parents[2] / "web" / "client" / "src" / "ui" / "paths.ts"
FILES = {
    "index.html": b"<!doctype html>app",
    "preview.html": b"<!doctype html>preview",
    "assets/index-abc.js": b"import('./page-def.js')",
    "assets/page-def.js": b"page",
    "downloads/worker.js": b"self",
}


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the host serves."""
    folder = tmp_path / "dist"
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.setattr(pages, "DIST", folder)
    return folder


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """What was published, from elsewhere."""
    files = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in FILES.items()
    }
    path = tmp_path / "published.json"
    path.write_text(json.dumps({"version": "1.2.3", "files": files}))
    return path


def examined(room: Room, manifest: Path) -> HostReport:
    with Host(ORIGIN, through(httpx.WSGITransport(room.app))) as host:
        return compare(read_release(manifest), host.fetch)


def test_an_honest_host_has_every_file_and_one_page(room: Room, dist: Path, manifest: Path) -> None:
    report = examined(room, manifest)
    assert report == HostReport(len(FILES) - 1 + len(ADDRESSES), (), ())
    assert report.same


@pytest.mark.parametrize("content", [b"pagE", b"pag", b"page and more", b""])
def test_a_changed_file_is_named(room: Room, dist: Path, manifest: Path, content: bytes) -> None:
    (dist / "assets" / "page-def.js").write_bytes(content)
    report = examined(room, manifest)
    assert (report.same, report.changed, report.missing) == (False, ("assets/page-def.js",), ())


def test_another_page_is_named_at_each_address(room: Room, dist: Path, manifest: Path) -> None:
    (dist / "index.html").write_bytes(FILES["index.html"][:-1] + b"!")
    assert examined(room, manifest).changed == tuple(f"/{address}" for address in ADDRESSES)


def test_one_address_that_answers_something_else_is_named(room: Room, dist: Path, manifest: Path) -> None:
    (dist / "view").write_bytes(b"<!doctype html>own")
    assert examined(room, manifest).changed == ("/view",)


def test_what_is_not_there_is_named(room: Room, dist: Path, manifest: Path) -> None:
    (dist / "downloads" / "worker.js").unlink()
    assert examined(room, manifest).missing == ("downloads/worker.js",)


def test_a_host_that_does_not_answer_is_not_a_changed_one(manifest: Path) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    for transport in (httpx.MockTransport(refuse), httpx.MockTransport(lambda _: httpx.Response(502))):
        with Host(ORIGIN, through(transport)) as host, pytest.raises(Unreachable):
            compare(read_release(manifest), host.fetch)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"version": "1", "files": []}', '{"version": "1", "files": {"a": 1}}', '{"files": {}}'],
)
def test_lists_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.json"
    path.write_text(text)
    with pytest.raises(Usage):
        read_release(path)
    with pytest.raises(NotFound):
        read_release(tmp_path / "absent.json")


def test_the_addresses_are_the_apps() -> None:
    routes = set(re.findall(r": '/([a-z]*)',", ROUTES.read_text(encoding="utf-8")))
    assert set(ADDRESSES) <= routes
    assert host_check.INSTALLED.parent == pages.DIST
