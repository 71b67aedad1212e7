"""Every field of the API's description is attacked by the matrix, or listed as one that no client reads."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.attacks.flows import FLOWS, run
from tests.attacks.mutations import paths_in
from tests.attacks.scenarios import FOLDER, OPENAPI, Recorded, document_of, route_of, rows
from tests.attacks.world import World

pytestmark = pytest.mark.slow

UNREAD = FOLDER.parent / "unread_fields.json"


def described() -> Iterator[tuple[str, str]]:
    """(route, path) of every field of every success."""
    document = json.loads(OPENAPI.read_text(encoding="utf-8"))
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            route = f"{method.upper()} {path.removeprefix('/api/v1')}"
            for status, answer in operation["responses"].items():
                for content in answer.get("content", {}).values() if status != "default" else ():
                    for field in fields(content["schema"], document["components"]["schemas"]):
                        yield route, field


def fields(schema: dict[str, Any], schemas: dict[str, Any], path: str = "") -> Iterator[str]:
    if "$ref" in schema:
        yield from fields(schemas[schema["$ref"].rpartition("/")[2]], schemas, path)
    for choice in schema.get("anyOf", ()):
        yield from fields(choice, schemas, path)
    for name, member in schema.get("properties", {}).items():
        yield f"{path}/{name}"
        yield from fields(member, schemas, f"{path}/{name}")
    if "items" in schema:
        yield f"{path}/*"
        yield from fields(schema["items"], schemas, f"{path}/*")


def unread() -> dict[tuple[str, str], str]:
    """(route, path) and why; a path of `*` alone stands for a route's every field."""
    content = json.loads(UNREAD.read_text(encoding="utf-8"))
    return {(row["route"], row["path"]): row["why"] for row in content}


def is_unread(route: str, path: str) -> bool:
    return (route, path) in unread() or (route, "*") in unread()


def test_every_field_is_attacked() -> None:
    attacked = {(row.route, row.path) for row in rows()}
    missing = {(route, path) for route, path in described() if not is_unread(route, path)} - attacked
    assert not missing, "add rows to tests/attacks/scenarios"


def test_nothing_is_excused_twice_or_in_vain() -> None:
    known = set(described())
    routes = {route for route, _ in known}
    attacked = {(row.route, row.path) for row in rows()}
    for route, path in unread():
        assert route in routes
        assert path == "*" or (route, path) in known
        assert (route, path) not in attacked
    for row in rows():
        assert row.route in routes, row.name


def test_answers_hold_no_field_that_is_not_described(recorded: Recorded) -> None:
    known = set(described())
    for exchanges in recorded.exchanges.values():
        for exchange in exchanges:
            document = document_of(exchange.authentic)
            if document is not None and exchange.authentic.is_success:
                route = route_of(exchange.request)
                assert {(route, path) for path in paths_in(document)} <= known


def test_no_flow_asks_for_what_is_said_to_be_unread(world: World) -> None:
    asked = set()
    for flow in FLOWS.values():
        with world.restored(), world.server.hostile(None):
            run(world, flow)
            asked |= {route_of(exchange.request) for exchange in world.server.exchanges}
    assert not asked & {route for route, path in unread() if path == "*"}
