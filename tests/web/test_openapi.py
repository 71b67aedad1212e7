"""The description of the API is complete and up to date."""

import json

from tests.vault.actors import ORIGIN
from tests.vault.rooms import Room
from web import write_openapi


def test_the_file_is_what_the_code_says() -> None:
    assert write_openapi.FILE.read_text(encoding="utf-8") == write_openapi.text(), "run: make openapi"


def test_the_server_answers_its_description(room: Room) -> None:
    document = room.app.test_client().get("/api/v1/openapi.json", base_url=ORIGIN).get_json()
    assert document == json.loads(write_openapi.text())
    assert document["openapi"].startswith("3.1")


def test_every_route_of_the_api_is_described(room: Room) -> None:
    document = json.loads(write_openapi.text())
    described = {
        (path, method.upper()) for path, operations in document["paths"].items() for method in operations
    }
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in room.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint not in ("openapi", "share_links.preflight")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == described
