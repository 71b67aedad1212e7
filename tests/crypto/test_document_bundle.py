"""Bundles of single documents (the vectors have their faults one by one)."""

import os
from dataclasses import replace

import pytest

from crypto import document_bundle, grants
from crypto.age_recipients import HybridIdentity
from crypto.document_bundle import DocumentBundle, GrantedDocument
from crypto.encoding import DocumentId
from crypto.errors import LimitExceeded, Malformed, Tampered
from crypto.grants import Invitation
from crypto.metadata import Metadata
from crypto.statements import SharedDocument, bundle_hash
from tests.crypto.test_grants import BUNDLE, GRANT, PROFESSIONAL, VAULT


def one(number: int, *, tags: tuple[str, ...] = ()) -> GrantedDocument:
    meta = Metadata(
        author="Dr Roy",
        content=bytes(32),
        date="2026-11-22",
        mime="application/pdf",
        name="a.pdf",
        size=1,
        tags=tags,
        title="A",
    )
    return GrantedDocument(
        document=DocumentId(f"{number:032x}"),
        key=os.urandom(16),
        manifest=bytes(32),
        metadata=meta,
        version=1,
    )


def bundle_of(*documents: GrantedDocument) -> DocumentBundle:
    return DocumentBundle(
        card=BUNDLE.card,
        documents=documents,
        grant=GRANT,
        ledger=BUNDLE.ledger,
        patient="Zoé Lefèvre",
        vault=VAULT,
    )


NAMED = (one(1), one(2))
WHOLE = bundle_of(*NAMED)
SAID = tuple(SharedDocument(document=member.document, version=member.version) for member in NAMED)


def test_sealed_for_an_invitation_and_again_for_who_redeems_it() -> None:
    invitation = Invitation.generate(VAULT, GRANT)
    data = grants.seal_for_invitation(WHOLE, invitation)
    opened = grants.open_documents_invitation(data, invitation, bundle_hash=bundle_hash(data), documents=SAID)
    assert opened == WHOLE
    again = grants.seal_for_professional(opened, PROFESSIONAL.recipient())
    found = grants.open_documents_for_professional(
        again,
        PROFESSIONAL,
        bundle_hash=bundle_hash(again),
        vault=VAULT,
        grant=GRANT,
        documents=SAID,
    )
    assert found == WHOLE
    assert found.by_version[DocumentId(f"{2:032x}"), 1] == NAMED[1]
    assert NAMED[0].key.hex() not in repr(found)
    with pytest.raises(Tampered):
        grants.open_documents_for_professional(
            again,
            PROFESSIONAL,
            bundle_hash=bundle_hash(again),
            vault=VAULT,
            grant=GRANT,
            documents=SAID[:1],
        )


def test_a_bundle_of_sections_is_none_of_documents() -> None:
    reader = HybridIdentity.generate()
    data = grants.seal_for_professional(BUNDLE, reader.recipient())
    with pytest.raises(Malformed):
        grants.open_documents_for_professional(
            data, reader, bundle_hash=bundle_hash(data), vault=VAULT, grant=GRANT, documents=SAID
        )


def test_titles_of_about_a_length_weigh_the_same() -> None:
    longer = replace(NAMED[0].metadata, title="A" * 150)
    assert len(document_bundle.write(WHOLE)) == len(
        document_bundle.write(bundle_of(replace(NAMED[0], metadata=longer), NAMED[1]))
    )


def test_a_thousand_fit_and_more_than_a_mebibyte_does_not() -> None:
    many = bundle_of(*(one(number) for number in range(1000)))
    assert document_bundle.read(document_bundle.write(many)) == many
    tags = tuple(f"{number:050}" for number in range(20))
    with pytest.raises(LimitExceeded):
        document_bundle.write(bundle_of(*(one(number, tags=tags) for number in range(1000))))
