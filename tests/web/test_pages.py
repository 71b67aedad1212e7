"""The web app's files: one page for all its addresses, assets to keep, a preview that can reach nothing."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from storage.local import LocalStore
from tests.vault.actors import ORIGIN
from tests.vault.expect import refused
from tests.vault.rooms import Room, open_room
from web import pages


@pytest.fixture
def http(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of a server whose web app was built."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html>app")
    (dist / "preview.html").write_text("<!doctype html>preview")
    (dist / "preview-kept.html").write_text("<!doctype html>kept")
    (dist / "relay.html").write_text("<!doctype html>relay")
    (dist / "logo.svg").write_text("<svg/>")
    (dist / "assets" / "index-abc.js").write_text("1")
    (dist / "downloads").mkdir()
    (dist / "downloads" / "worker.js").write_text("self")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(pages, "DIST", dist)
    return room.app.test_client()


@pytest.mark.parametrize("path", ["/", "/vault", "/redeem", "/view", "/documents/abc"])
def test_every_address_of_the_app_is_its_page(http: FlaskClient, path: str) -> None:
    answer = http.get(path, base_url=ORIGIN, buffered=True)
    assert (answer.status_code, answer.text) == (200, "<!doctype html>app")
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy


def test_another_name_of_this_machine_leads_to_the_one_that_sign_ins_name(
    http: FlaskClient, tmp_path: Path
) -> None:
    room = open_room(tmp_path / "loopback", COFFRE_SERVER_PUBLIC_URL="http://127.0.0.1:8750")
    client = room.app.test_client()
    answer = client.get("/redeem?lang=fr", base_url="http://localhost:8750")
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://127.0.0.1:8750/redeem?lang=fr")
    assert client.get("/redeem", base_url="http://127.0.0.1:8750", buffered=True).status_code == 200
    assert client.get("/redeem", base_url="http://proxied.example", buffered=True).status_code == 200
    room.database.close()


def test_assets_are_kept_and_others_are_not_found(http: FlaskClient) -> None:
    answer = http.get("/assets/index-abc.js", base_url=ORIGIN, buffered=True)
    assert answer.text == "1"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert http.get("/logo.svg", base_url=ORIGIN, buffered=True).text == "<svg/>"
    for path in ("/assets/none.js", "/none.png", "/api", "/api/v2/x"):
        refused(http.get(path, base_url=ORIGIN, buffered=True), "not_found", 404)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
    ],
)
def test_nothing_outside_of_the_app_is_served(http: FlaskClient, path: str) -> None:
    answer = http.get(path, base_url=ORIGIN, buffered=True)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_the_preview_is_a_room_without_doors(http: FlaskClient) -> None:
    answer = http.get("/preview.html", base_url=ORIGIN, buffered=True)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.text == "<!doctype html>preview"
    assert policy.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in policy
    assert "connect-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    # Firefox loads no frame of an opaque origin that says "same-origin".
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_preview_of_kept_copies_does_nothing_as_a_host_serves_it(http: FlaskClient) -> None:
    answer = http.get("/preview-kept.html", base_url=ORIGIN, buffered=True)
    assert answer.text == "<!doctype html>kept"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"script-src 'self' 'wasm-unsafe-eval'", "frame-ancestors 'none'"} <= set(policy)


def test_the_relay_alone_reaches_others_and_owns_nothing(http: FlaskClient) -> None:
    policy = (
        http.get("/relay.html", base_url=ORIGIN, buffered=True).headers["Content-Security-Policy"].split("; ")
    )
    # Without an origin of its own it has no session, no storage and no parent to read.
    assert policy[0] == "sandbox allow-scripts"
    assert {"default-src 'none'", "connect-src https:", "frame-ancestors 'self'"} <= set(policy)
    app = http.get("/view", base_url=ORIGIN, buffered=True).headers["Content-Security-Policy"]
    assert "connect-src 'self';" in app


def test_the_service_worker_of_downloads_can_fetch_nothing(http: FlaskClient) -> None:
    answer = http.get("/downloads/worker.js", base_url=ORIGIN, buffered=True)
    assert answer.text == "self"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "javascript" in answer.headers["Content-Type"]
    # Its scope is its folder, and no header widens that.
    assert "Service-Worker-Allowed" not in answer.headers


@pytest.mark.parametrize(
    ("settings", "reached"),
    [
        ({}, "connect-src 'self'"),
        ({"COFFRE_STORAGE_TRANSFER": "proxied"}, "connect-src 'self'"),
        ({"COFFRE_STORAGE_TRANSFER": "direct"}, "connect-src 'self' https://inner.example:8333"),
        (
            {
                "COFFRE_STORAGE_TRANSFER": "direct",
                "COFFRE_STORAGE_PUBLIC_ENDPOINT": "https://store.example/s3/",
            },
            "connect-src 'self' https://store.example",
        ),
    ],
)
def test_pages_reach_the_store_only_where_parts_go_straight_to_it(
    tmp_path: Path, settings: dict[str, str], reached: str
) -> None:
    s3 = {
        "COFFRE_STORAGE_KIND": "s3",
        "COFFRE_STORAGE_ENDPOINT": "https://inner.example:8333",
        "COFFRE_STORAGE_BUCKET": "room",
        "COFFRE_STORAGE_ACCESS_KEY": "access",
        "COFFRE_STORAGE_SECRET_KEY": "secret",
    }
    environ = {**s3, **settings} if settings else {}
    room = open_room(tmp_path / "room", store=LocalStore(tmp_path / "objects"), **environ)
    client = room.app.test_client()
    for path in ("/none.png", "/assets/none.js"):
        policy = client.get(path, base_url=ORIGIN).headers["Content-Security-Policy"]
        assert reached in policy.split("; ")
    answer = client.get("/api/v1/health", base_url=ORIGIN)
    assert "connect-src" not in answer.headers["Content-Security-Policy"]
    room.database.close()


def test_the_service_worker_of_the_apps_files_reaches_this_origin_alone(http: FlaskClient) -> None:
    answer = http.get("/offline.js", base_url=ORIGIN, buffered=True)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert "Service-Worker-Allowed" not in answer.headers
