"""Traces: off unless asked for; then a span for each request, job and statement, which name nobody."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.bench.load.people import Person, settled
from tests.e2e.server_process import ServerProcess
from tests.servers.otlp import Collector
from vault.config import Traces, load
from vault.database import Database
from web import otlp, traces
from web.otlp import OtlpTraces


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as started:
        yield started


def attributes(span: Span) -> dict[str, str | int]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def some_requests(url: str) -> Person:
    """A sign-up with documents, an opening, a download, and what is not there."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as http:
        person = settled(http, 7)
        vault = person.patient.vault
        headers = person.headers
        opened = http.post(f"/vaults/{vault}/accesses", json=person.access_body(), headers=headers)
        assert opened.status_code == 200
        path = f"/vaults/{vault}/documents/{person.document}/versions/1/object"
        assert http.get(path, headers={**headers, "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}).content
        assert http.get(f"/vaults/{'0' * 32}/ledger?from=1", headers=headers).status_code == 404
        return person


@pytest.mark.slow
def test_spans_tell_what_took_how_long_and_of_nobody(tmp_path: Path, collector: Collector) -> None:
    environment = {"COFFRE_TRACES_ENDPOINT": collector.url}
    with ServerProcess(tmp_path / "server", environment) as server:
        person = some_requests(server.url)
    spans = collector.spans()
    by_name = {span.name: span for span in spans}
    download = by_name["GET /api/v1/vaults/<vault>/documents/<document>/versions/<version>/object"]
    assert attributes(download)["http.response.status_code"] == 200
    assert download.trace_id.hex() != "a" * 32
    assert not download.parent_span_id
    opening = by_name["POST /api/v1/vaults/<vault>/accesses"]
    asked = [attributes(span) for span in spans if span.parent_span_id == opening.span_id]
    assert len(asked) > 3
    assert {found["db.system.name"] for found in asked} == {"sqlite"}
    assert any(str(found["db.query.text"]).startswith("INSERT INTO entries") for found in asked)
    assert all(span.end_time_unix_nano >= span.start_time_unix_nano > 0 for span in spans)
    told = collector.texts()
    assert "INSERT INTO entries" in told
    patient = person.patient
    secrets = [
        patient.account,
        patient.vault,
        person.document,
        patient.csrf,
        "person7",
        "10.1.0",
        "127.0.0.1",
    ]
    secrets += [person.cookie.partition("=")[2], patient.author, "httpx", os.uname().nodename]
    for secret in secrets:
        assert secret not in told, secret


def test_a_job_is_a_span_and_of_its_error_only_the_kind_is_told(tmp_path: Path, collector: Collector) -> None:
    found = OtlpTraces(collector.url, 100)
    database = Database.open(f"sqlite:///{tmp_path}/x.sqlite3")
    found.watch(database)

    def sweep(*said: str) -> None:
        with database.reading() as session:
            session.connection().exec_driver_sql("SELECT 1 WHERE 'x' = ?", said).close()
        raise ValueError(*said)

    with pytest.raises(ValueError, match="somebody"), found.job("sweep"):
        sweep("somebody")
    with database.reading() as session:
        session.connection().exec_driver_sql("SELECT 2").close()
    found.close()
    database.close()
    begin, statement, job = collector.spans()
    assert begin.name == "BEGIN"
    assert (job.name, job.status.code) == ("job sweep", Status.STATUS_CODE_ERROR)
    assert attributes(job) == {"job": "sweep", "error.type": "ValueError"}
    # What belongs to no request or job is not traced.
    assert (statement.name, statement.parent_span_id) == ("SELECT", job.span_id)
    assert b"somebody" not in collector.received[0]


def test_a_collector_that_is_away_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp, "_SEND_SECONDS", 0.2)
    found = OtlpTraces("http://127.0.0.1:9", 100)
    with found.job("sweep"):
        pass
    found.close()


def test_without_a_setting_there_are_none() -> None:
    """Nor is OpenTelemetry loaded: tests/test_layers.py."""
    assert load(None, {}).traces == Traces(endpoint=None, percent=100)
    assert isinstance(traces.traces_of(Traces(None, 100)), traces.Untraced)


def test_a_start_without_opentelemetry_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "web.otlp", None)
    with pytest.raises(traces.TracesMissing, match=r"requirements-traces\.lock"):
        traces.require(Traces("http://127.0.0.1:4318", 100))
