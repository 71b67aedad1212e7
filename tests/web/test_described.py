"""The API's description and a real server's answers agree, whatever is sent: Schemathesis makes requests from
the one and compares.

Two of a patient who is signed in for each operation, with the patient's own vault and statements that are
signed for real where the description has some; COFFRE_DESCRIBED=200 for more. The same ones each time.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.bench.load.people import Person, settled
from tests.e2e.server_process import ServerProcess
from web import write_openapi

EXAMPLES: Final = int(os.environ.get("COFFRE_DESCRIBED", "2"))
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Ends the session that the rest needs.
LEFT_OUT: Final = {"DELETE /api/v1/sessions/current"}

OPERATIONS: Final = [
    found.ok()
    for found in schemathesis.openapi.from_path(write_openapi.FILE).get_all_operations()
    if isinstance(found, Ok)
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("described")) as started:
        yield started


@pytest.fixture(scope="module")
def person(server: ServerProcess) -> Person:
    with httpx.Client(base_url=f"{server.url}/api/v1", timeout=30) as http:
        return settled(http, 0)


@pytest.fixture(scope="module")
def line(server: ServerProcess) -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def test_every_operation_can_be_asked_for() -> None:
    described = json.loads(write_openapi.FILE.read_text(encoding="utf-8"))["paths"].values()
    assert len(OPERATIONS) == sum(len(operations) for operations in described) > 60


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.label not in LEFT_OUT], ids=lambda one: one.label
)
def test_answers_are_as_described(
    server: ServerProcess, person: Person, line: requests.Session, operation: Any
) -> None:
    modes = st.sampled_from((GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE))

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=modes.flatmap(lambda mode: operation.as_strategy(generation_mode=mode)), own=st.integers(0, 3)
    )
    def ask(case: Case[Any], own: int) -> None:
        if own:
            dress(case, person)
        headers = {**person.headers, "Cookie": person.cookie}
        answer = case.call(base_url=server.url, session=line, headers=headers, cookies={}, timeout=20)
        case.validate_response(answer, checks=CHECKS)

    ask()


def dress(case: Case[Any], person: Person) -> None:
    """Puts in what the person has: names in the path, and statements under their key."""
    mine = {"vault": person.patient.vault, "document": person.document, "version": 1}
    case.path_parameters = {
        name: mine.get(name, value) for name, value in (case.path_parameters or {}).items()
    }
    if case.operation.label.endswith("/{vault}/documents"):
        case.body = person.commit_body()
    elif case.operation.label.endswith("/{vault}/accesses") and case.method.upper() == "POST":
        case.body = person.access_body()
    elif isinstance(case.body, dict):
        case.body = {name: signed(value, person) for name, value in case.body.items()}


def signed(value: Any, person: Person) -> Any:
    """The same, but every statement is one that was signed."""
    if isinstance(value, list):
        return [signed(one, person) for one in value]
    if isinstance(value, dict) and value.keys() == {"signature", "statement"}:
        return person.patient.access(person.document).to_wire()
    return value


@pytest.mark.slow
def test_the_log_of_the_server_names_no_accident(server: ServerProcess) -> None:
    assert '"event": "unforeseen"' not in Path(server.log).read_text(encoding="utf-8")
