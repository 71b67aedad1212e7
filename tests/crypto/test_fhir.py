"""The FHIR bundle of a share is valid R4 and holds the document."""

import json
import warnings
from typing import Any

import pytest

from crypto import fhir
from crypto.errors import LimitExceeded, Malformed
from crypto.metadata import Metadata
from crypto.signing import sha256

with warnings.catch_warnings():
    # fhir.resources builds its models with options that pydantic has deprecated.
    warnings.simplefilter("ignore")
    from fhir.resources.R4B.bundle import Bundle

DATA = b"%PDF-1.7 " + bytes(range(256))


def metadata_of(code: str | None = "18748-4") -> Metadata:
    return Metadata(
        author="Dr Amélie Roy",
        date="2026-10-31",
        mime="application/pdf",
        name="compte-rendu.pdf",
        sha256=sha256(DATA),
        size=len(DATA),
        tags=(),
        title="IRM du genou",
        type=code,
    )


@pytest.mark.parametrize("code", ["18748-4", "PRESC", None])
def test_the_bundle_is_valid_fhir(code: str | None) -> None:
    data = fhir.write_bundle(metadata_of(code), DATA, patient="Zoé Lefèvre", now=1_800_000_000)
    bundle: Any = Bundle.model_validate_json(data)
    assert bundle.type == "collection"
    patient, reference = (entry.resource for entry in bundle.entry)
    assert patient.name[0].text == "Zoé Lefèvre"
    assert reference.subject.reference == bundle.entry[0].fullUrl
    assert reference.status == "current"
    attachment = reference.content[0].attachment
    assert (attachment.contentType, attachment.size) == ("application/pdf", len(DATA))
    if code == "18748-4":
        assert (reference.type.coding[0].system, reference.type.coding[0].code) == ("http://loinc.org", code)


def test_what_is_written_is_read() -> None:
    data = fhir.write_bundle(metadata_of(), DATA, patient="Zoé Lefèvre", now=1_800_000_000)
    (found,) = fhir.read_bundle(data)
    assert found.data == DATA
    assert (found.title, found.name, found.mime) == ("IRM du genou", "compte-rendu.pdf", "application/pdf")
    assert found.date == "2026-10-31"
    assert repr(found) == "SharedDocument(mime='application/pdf')"


def test_only_the_document_and_the_name_leave() -> None:
    text = fhir.write_bundle(metadata_of(), DATA, patient="Zoé Lefèvre", now=1_800_000_000).decode()
    assert "Roy" not in text


def test_documents_over_the_limit() -> None:
    with pytest.raises(LimitExceeded):
        fhir.write_bundle(metadata_of(), bytes((20 << 20) + 1), patient="Z", now=1_800_000_000)


def test_extensions_of_others_and_one_that_is_no_text() -> None:
    def bundle(*extensions: dict[str, str]) -> bytes:
        attachment = {"title": "a.pdf", "extension": list(extensions)}
        content = [{"attachment": "none"}, {"attachment": attachment}]
        resource = {"resourceType": "DocumentReference", "content": content}
        return json.dumps(
            {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource}]}
        ).encode()

    assert not fhir.read_bundle(bundle({"url": "urn:other", "valueString": "x"}))
    with pytest.raises(Malformed):
        fhir.read_bundle(bundle({"url": fhir.SEALED_EXTENSION, "valueString": "\ud800"}))


def test_bundles_of_others() -> None:
    foreign = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": {"resourceType": "Patient"}},
            {},
            5,
            {"resource": {"resourceType": "DocumentReference", "content": [{"attachment": {"url": "x"}}]}},
            {
                "resource": {
                    "resourceType": "DocumentReference",
                    "content": [{"attachment": {"data": "eA=="}}],
                }
            },
        ],
    }
    (found,) = fhir.read_bundle(json.dumps(foreign).encode())
    assert (found.data, found.title, found.name, found.mime) == (b"x", "document", "document", "")


def test_names_in_bundles_of_others_are_harmless() -> None:
    attachment = {"data": "eA==", "title": "../../.bashrc", "contentType": "text/plain\x1b[2J"}
    resource = {
        "resourceType": "DocumentReference",
        "description": "a\u202eb\ud800",
        "content": [{"attachment": attachment}],
    }
    data = json.dumps({"resourceType": "Bundle", "entry": [{"resource": resource}]}).encode()
    (found,) = fhir.read_bundle(data)
    assert (found.title, found.name, found.mime) == ("ab", ".bashrc", "text/plain[2J")


def test_faults() -> None:
    good = json.loads(fhir.write_bundle(metadata_of(), DATA, patient="Z", now=1_800_000_000))
    attachment = good["entry"][1]["resource"]["content"][0]["attachment"]
    for change in ({"data": "eA=="}, {"hash": "AAAA"}, {"data": "*"}, {"data": "é"}):
        kept = dict(attachment)
        attachment.update(change)
        with pytest.raises(Malformed):
            fhir.read_bundle(json.dumps(good).encode())
        attachment.clear()
        attachment.update(kept)
    for data in (b"", b"{}", b"[]", b"\xff", b'{"resourceType":"Patient"}', b"[" * 100_000):
        with pytest.raises(Malformed):
            fhir.read_bundle(data)


def test_a_large_document_is_valid_fhir_that_says_where_it_is() -> None:
    elsewhere = fhir.SealedElsewhere(
        digest=bytes(32),
        file_key=bytes(16),
        length=5 << 30,
        part_size=8 << 20,
        parts=(bytes(32),) * 640,
        size=5_000_000_000,
        title="IRM du genou",
        content=bytes(32),
    )
    place = fhir.FilePlace("0" * 32, 2, 3)
    data = fhir.write_large_bundle(
        metadata_of(), elsewhere, note="5000 MB", patient="Z", now=1_800_000_000, place=place
    )
    bundle: Any = Bundle.model_validate_json(data)
    assert bundle.identifier.value == f"{'0' * 32}/2/3"
    reference = bundle.entry[1].resource
    assert reference.description == "IRM du genou (5000 MB)"
    assert reference.content[0].attachment.data is None
    (found,) = fhir.read_bundle(data)
    assert (found.title, found.elsewhere, found.place) == ("IRM du genou", elsewhere, place)
    assert "file_key" not in repr(elsewhere)
