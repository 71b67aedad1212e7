"""Deposits, sections and settings: what the blind server takes, from whom, and what it tells of them."""

import hashlib
import os
from typing import Any

import pytest

from crypto import statements
from crypto.age_header import Stanza, write_header
from crypto.encoding import DocumentId, Json, SectionId, b64u, new_id, unb64u
from tests.vault.actors import PART, Patient, Professional
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion, header, redeem_key
from tests.vault.test_grants import bound
from vault import deposits
from vault.admin.check import check
from vault.models.accounts import Account


def verify(room: Room, doctor: Professional) -> Professional:
    """The host has verified the professional."""
    with room.database.writing() as session:
        session.get_one(Account, doctor.account).verified = "yes"
    return doctor


def inbox_header(*types: str) -> bytes:
    """A deposit's header of the right form that nothing opens."""
    kinds = types or ("mlkem768x25519", "mlkem768x25519")
    return write_header(
        [Stanza(kind, (f"AAA{n}",), b"a" * 32) for n, kind in enumerate(kinds)], os.urandom(32)
    )


class Given:
    """A deposit on its way: what it is made of, and the body that carries it."""

    def __init__(self, doctor: Professional, patient: Patient) -> None:
        self.doctor, self.patient = doctor, patient
        self.document = DocumentId(new_id())
        self.content, self.header, self.metadata = os.urandom(900), inbox_header(), os.urandom(552)

    def body(self, **changes: Any) -> dict[str, Json]:
        word = ok(self.doctor.send("GET", f"/vaults/{self.patient.vault}/inbox"))
        parts = (hashlib.sha256(self.content).digest(),)
        fields: dict[str, Any] = {
            "vault": self.patient.vault,
            "seq": word["size"],
            "prev": unb64u(word["head"]),
            "author_metadata": statements.author_metadata_hash(self.metadata),
            "card": self.doctor.card(),
            "digest": statements.parts_digest(parts),
            "document": self.document,
            "epoch": 1,
            "header": statements.header_hash(self.header),
            "length": len(self.content),
            "part_size": PART,
            "parts": parts,
            "section": self.patient.inbox,
            "version": 1,
            **changes,
        }
        self.signed = self.doctor.sign(statements.Deposit, **fields)
        return {
            "deposit": self.signed.to_wire(),
            "header": b64u(self.header),
            "author_metadata": b64u(self.metadata),
            "object": b64u(self.content),
        }

    def send(self, **changes: Any) -> Any:
        return self.post(self.body(**changes))

    def post(self, body: dict[str, Json]) -> Any:
        return self.doctor.send("POST", f"/vaults/{self.patient.vault}/deposits", body)

    def taken_in(self, section: str, stanzas: int = 1) -> dict[str, Json]:
        """The owner's refile: a section stanza, and the author's (the deposit's last ones)."""
        sealed = SealedVersion(section)
        kept = [
            Stanza("mlkem768x25519", ("AAA1",), b"a" * 32),
            Stanza("mlkem768x25519", ("AAA0",), b"a" * 32),
        ]
        first = Stanza("coffre.section/v1", (section, "1"), os.urandom(56))
        made = write_header([first, *kept[:stanzas]], os.urandom(32))
        signed = self.patient.sign(
            statements.Refile,
            **self.patient.place().fields(),
            document=self.document,
            epoch=1,
            from_=self.patient.inbox,
            header=statements.header_hash(made),
            manifest=statements.statement_hash(self.signed.statement),
            metadata=statements.metadata_hash(sealed.metadata),
            section=SectionId(section),
            version=1,
        )
        return {"refile": signed.to_wire(), "header": b64u(made), "metadata": b64u(sealed.metadata)}

    def withdrawal(self, section: str | None = None, author: Professional | None = None) -> Any:
        own = ok(self.doctor.send("GET", f"/vaults/{self.patient.vault}/deposits"))
        signed = (author or self.doctor).sign(
            statements.Removal,
            vault=self.patient.vault,
            seq=own["size"],
            prev=unb64u(own["head"]),
            document=self.document,
            manifest=statements.statement_hash(self.signed.statement),
            section=SectionId(section or self.patient.inbox),
            version=1,
        )
        path = f"/vaults/{self.patient.vault}/withdrawals"
        return (author or self.doctor).send("POST", path, {"removal": signed.to_wire()})


@pytest.fixture
def given(room: Room) -> Given:
    return Given(verify(room, room.professional()), room.patient())


@pytest.mark.slow
def test_a_verified_professional_deposits_without_a_grant(given: Given) -> None:
    done = ok(given.send(), 201)
    patient = given.patient
    entries = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))["entries"]
    assert entries[1]["header"] == done["entry"]["header"]
    assert "metadata" not in entries[1]
    [opened] = ok(patient.open(patient.access(given.document)))["opened"]
    assert opened["header"] == b64u(given.header)
    assert opened["author_metadata"] == b64u(given.metadata)
    assert patient.download(given.document).data == given.content
    notices = ok(patient.send("GET", "/notices"))["notices"]
    assert [notice["kind"] for notice in notices][:1] == ["deposit"]


def test_the_operators_check_knows_a_deposits_digests(room: Room, given: Given) -> None:
    ok(given.send(), 201)
    checked = check(room.database, room.store)
    assert (checked.whole, checked.objects) == (True, 1)
    [name] = room.store.list(None, 10)
    room.store.delete(name)
    room.store.put(name, iter([b"x" * len(given.content)]), len(given.content))
    assert [fault.reason for fault in check(room.database, room.store).damaged] == ["part 1 of 1"]


def test_the_same_request_again_is_answered_with_the_same_entry(given: Given) -> None:
    body = given.body()
    first = ok(given.post(body), 201)
    assert ok(given.post(body), 200) == first
    refused(given.send(), "conflict", 409)


def test_a_large_deposit_comes_in_parts(given: Given) -> None:
    body = given.body()
    del body["object"]
    upload = given.doctor.upload(given.content, given.patient.vault)
    ok(given.post({**body, "upload": upload}), 201)
    assert given.patient.download(given.document).data == given.content


def test_the_author_is_told_where_it_is_and_withdraws_it(given: Given) -> None:
    patient, path = given.patient, f"/vaults/{given.patient.vault}/deposits"
    ok(given.send(), 201)
    [own] = ok(given.doctor.send("GET", path))["deposits"]
    assert (own["document"], own["section"], own["version"]) == (given.document, patient.inbox, 1)
    ok(patient.send("POST", f"/vaults/{patient.vault}/filings", given.taken_in(patient.sections[4])))
    [own] = ok(given.doctor.send("GET", path))["deposits"]
    assert own["section"] == patient.sections[4]
    refused(given.withdrawal(), "stale", 409)
    ok(given.withdrawal(patient.sections[4]))
    assert ok(given.doctor.send("GET", path))["deposits"] == []
    refused(given.withdrawal(patient.sections[4]), "not_found", 404)
    refused(patient.download(given.document), "not_found", 404)


def test_nobody_withdraws_what_another_deposited(room: Room, given: Given) -> None:
    ok(given.send(), 201)
    refused(given.withdrawal(author=verify(room, room.professional())), "not_found", 404)


def test_taking_in_drops_the_inbox_s_stanza_and_keeps_the_author_s(given: Given) -> None:
    patient = given.patient
    ok(given.send(), 201)
    path = f"/vaults/{patient.vault}/filings"
    refused(patient.send("POST", path, given.taken_in(patient.inbox, stanzas=0)), "tampered", 422)
    refused(patient.send("POST", path, given.taken_in(patient.inbox, stanzas=2)), "tampered", 422)
    body = given.taken_in(patient.inbox)
    ok(patient.send("POST", path, body))
    entries = ok(patient.send("GET", f"/vaults/{patient.vault}/ledger"))["entries"]
    assert entries[2]["metadata"] == body["metadata"]
    [opened] = ok(patient.open(patient.access(given.document)))["opened"]
    assert "author_metadata" not in opened


def test_a_reader_of_the_inbox_is_given_no_metadata_that_is_not_there(room: Room, given: Given) -> None:
    patient = given.patient
    ok(given.send(), 201)
    _patient, reader, _grant = bound(room)
    assert reader.vault != patient.vault
    refused(reader.send("GET", f"/vaults/{patient.vault}/ledger"), "not_found", 404)


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"seq": 9}, "stale", 409),
        ({"epoch": 2}, "stale", 409),
        ({"section": SectionId("0" * 32)}, "not_found", 404),
        ({"header": bytes(32)}, "tampered", 422),
        ({"author_metadata": bytes(32)}, "tampered", 422),
        ({"length": 899}, "tampered", 422),
    ],
)
def test_what_does_not_fit_is_refused(given: Given, changes: dict[str, Any], code: str, status: int) -> None:
    refused(given.send(**changes), code, status)
    assert given.patient.place().seq == 1


def test_no_deposit_elsewhere_than_in_the_inbox(given: Given) -> None:
    refused(given.send(section=given.patient.sections[3]), "not_found", 404)


@pytest.mark.parametrize(
    "types",
    [
        ("mlkem768x25519",),
        ("mlkem768x25519", "X25519"),
        ("mlkem768x25519", "mlkem768x25519", "mlkem768x25519"),
    ],
)
def test_a_deposit_has_two_stanzas(given: Given, types: tuple[str, ...]) -> None:
    given.header = inbox_header(*types)
    refused(given.send(), "malformed", 400)
    given.header = header(given.patient.inbox, 1, author_stanza=True)
    refused(given.send(), "malformed", 400)


def test_only_verified_professionals_deposit(room: Room) -> None:
    patient, doctor, neighbour = room.patient(), room.professional(), room.patient()
    path = f"/vaults/{patient.vault}/inbox"
    refused(doctor.send("GET", path), "unverified", 403)
    refused(neighbour.send("GET", path), "forbidden", 403)
    verify(room, doctor)
    refused(doctor.send("GET", f"/vaults/{'0' * 32}/inbox"), "not_found", 404)
    given = Given(doctor, patient)
    body = given.body()
    with room.database.writing() as session:
        session.get_one(Account, doctor.account).verified = "refused"
    refused(given.post(body), "unverified", 403)
    refused(
        doctor.send("POST", f"/vaults/{patient.vault}/uploads", {"length": 9, "part_size": PART}),
        "not_found",
        404,
    )


def test_deposits_that_wait_are_counted(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deposits, "MAXIMUM_WAITING", 1)
    ok(given.send(), 201)
    patient = given.patient
    second = Given(given.doctor, patient)
    refused(second.send(), "limit_exceeded", 413)
    ok(patient.send("POST", f"/vaults/{patient.vault}/filings", given.taken_in(patient.sections[2])))
    ok(second.send(), 201)


def test_the_inbox_s_newest_recipient_is_shown(given: Given) -> None:
    patient = given.patient
    path = f"/vaults/{patient.vault}/inbox"
    assert "rotation" not in ok(given.doctor.send("GET", path))
    ok(patient.rotate(0, 1))
    ok(patient.rotate(2))
    word = ok(given.doctor.send("GET", path))
    rotation = statements.parse(statements.Rotation, unb64u(word["rotation"]["statement"]))
    assert rotation.inbox_recipient is not None
    refused(given.send(), "stale", 409)
    ok(given.send(epoch=2), 201)


def test_what_is_new_is_masked_for_professionals_only(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    before = SealedVersion(patient.sections[1])
    body = doctor.version_body(before, doctor.place(), doctor.upload(before.content))
    ok(doctor.send("POST", f"/vaults/{patient.vault}/documents", body), 201)
    ok(mask_new(patient, 1))
    refused(doctor.commit(SealedVersion(patient.sections[1])), "forbidden", 403)
    manifest = statements.statement_hash(statements.Signed.from_wire(body["manifest"]).statement)
    ok(doctor.commit(SealedVersion(patient.sections[1], before.document, version=2, previous=manifest)), 201)
    ok(patient.commit(SealedVersion(patient.sections[1])), 201)
    ok(mask_new(patient, 0))
    ok(doctor.commit(SealedVersion(patient.sections[1])), 201)
    refused(mask_new(patient, 1, seq=3), "stale", 409)


def mask_new(patient: Patient, value: int, **changes: Any) -> Any:
    fields = {**patient.place().fields(), **changes}
    return patient.append("settings", "settings", patient.sign(statements.Settings, **fields, mask_new=value))


def test_sections_are_added_and_renamed_by_the_owner(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    new = SectionId(new_id())
    ok(change(patient, added=[(new, 1)], renamed=[(patient.sections[3], 1)]))
    ok(patient.commit(SealedVersion(new)), 201)
    ok(patient.rotate(4))
    refused(change(patient, added=[(new, 1)]), "conflict", 409)
    refused(change(patient, renamed=[(SectionId(new_id()), 1)]), "not_found", 404)
    refused(change(patient, renamed=[(patient.sections[4], 1)]), "stale", 409)
    many = [(SectionId(new_id()), 1) for _ in range(256 - 20)]
    refused(change(patient, added=many), "limit_exceeded", 413)
    ok(change(patient, added=many[1:]))
    seen = ok(doctor.send("GET", f"/vaults/{patient.vault}/ledger"))["entries"]
    kinds = [statements.kind_of(unb64u(entry["statement"])) for entry in seen if "statement" in entry]
    assert kinds.count("sections") == 2


def change(patient: Patient, *, added: Any = (), renamed: Any = ()) -> Any:
    signed = patient.sign(
        statements.Sections,
        **patient.place().fields(),
        added=tuple(
            statements.NewSection(epoch=epoch, name=os.urandom(296), section=section)
            for section, epoch in sorted(added)
        ),
        renamed=tuple(
            statements.RenamedSection(epoch=epoch, name=os.urandom(296), section=section)
            for section, epoch in renamed
        ),
    )
    return patient.append("sections", "sections", signed)


def test_the_inbox_is_in_no_grant(room: Room) -> None:
    patient = room.patient()
    _grant, response = patient.invite(redeem_key(), sections=patient.scope(0, 1))
    refused(response, "malformed", 400)


def test_professionals_change_neither_sections_nor_settings(room: Room) -> None:
    patient, doctor, _grant = bound(room)
    signed = doctor.sign(statements.Settings, **doctor.place().fields(), mask_new=0)
    path = f"/vaults/{patient.vault}"
    refused(doctor.send("POST", f"{path}/settings", {"settings": signed.to_wire()}), "forbidden", 403)
    forged = patient.sign(statements.Settings, **patient.place().fields(), mask_new=0)
    refused(doctor.send("POST", f"{path}/sections", {"sections": forged.to_wire()}), "forbidden", 403)
