"""Asking for another term, the owner's no, blocking, and the terms of sections: at the server."""

from typing import Any

import pytest

from crypto import statements
from crypto.encoding import SectionId, unb64u
from tests.vault.actors import DAY, Patient, Professional
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room
from tests.vault.sealed import redeem_key


def bound(room: Room, **changes: Any) -> tuple[Patient, Professional, str]:
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    grant, answer = patient.invite(key, **changes)
    ok(answer)
    ok(doctor.redeem(grant, key, patient.vault))
    return patient, doctor, grant


def ask(doctor: Professional, grant: str, **changes: Any) -> Any:
    at = ok(doctor.send("GET", f"/grants/{grant}/renewal-request"))
    fields = {
        "vault": at["vault"],
        "seq": at["size"],
        "prev": unb64u(at["head"]),
        "grant": grant,
        "sequence": at["sequence"],
        "not_after": doctor.clock() + 300 * DAY,
        **changes,
    }
    signed = doctor.sign(statements.RenewalRequest, **fields)
    return doctor.send("POST", f"/grants/{grant}/renewal-request", {"renewal_request": signed.to_wire()})


def block(
    patient: Patient, key: str, kind: type[statements.Block | statements.Unblock] = statements.Block
) -> Any:
    signed = patient.sign(kind, **patient.place().fields(), professional=key)
    return patient.append(f"{kind.KIND}s", kind.KIND, signed)


def test_the_holder_asks_once_also_after_the_end(room: Room) -> None:
    patient, doctor, grant = bound(room)
    room.clock.now += 366 * DAY
    doctor.sign_in()
    refused(doctor.send("GET", f"/vaults/{patient.vault}/ledger"), "ended", 403)
    ok(ask(doctor, grant))
    refused(ask(doctor, grant), "conflict", 409)
    assert ok(doctor.send("GET", f"/grants/{grant}/renewal-request"))["asked"] is True


def test_who_may_not_ask(room: Room) -> None:
    patient, doctor, grant = bound(room)
    stranger = room.professional()
    for other in (stranger, patient):
        refused(other.send("GET", f"/grants/{grant}/renewal-request"), "not_found", 404)
    at = ok(doctor.send("GET", f"/grants/{grant}/renewal-request"))
    place = {"vault": at["vault"], "seq": at["size"], "prev": unb64u(at["head"])}
    fields = {**place, "grant": grant, "sequence": 1, "not_after": room.clock() + DAY}
    forged = stranger.sign(statements.RenewalRequest, **fields)
    path = f"/grants/{grant}/renewal-request"
    refused(doctor.send("POST", path, {"renewal_request": forged.to_wire()}), "tampered", 422)
    refused(ask(doctor, grant, seq=1), "stale", 409)
    refused(ask(doctor, grant, sequence=2), "stale", 409)
    room.clock.now += (366 + 366 + 2) * DAY
    doctor.sign_in()
    refused(ask(doctor, grant), "ended", 403)


def test_a_refusal_answers_once(room: Room) -> None:
    patient, doctor, grant = bound(room)

    def refuse(**changes: Any) -> Any:
        fields = {**patient.place().fields(), "grant": grant, "sequence": 1, **changes}
        signed = patient.sign(statements.RenewalRefusal, **fields)
        return patient.append("renewal-refusals", "renewal_refusal", signed)

    refused(refuse(), "not_found", 404)
    ok(ask(doctor, grant))
    refused(refuse(sequence=2), "stale", 409)
    ok(refuse())
    refused(refuse(), "conflict", 409)


def test_a_block_ends_everything_but_deposits(room: Room) -> None:
    patient, doctor, grant = bound(room)
    ok(doctor.send("GET", f"/grants/{grant}/bundle"))
    ok(block(patient, doctor.author))
    refused(block(patient, doctor.author), "conflict", 409)
    refused(doctor.send("GET", f"/grants/{grant}/bundle"), "ended", 403)
    refused(doctor.send("GET", f"/vaults/{patient.vault}/ledger"), "ended", 403)
    refused(ask(doctor, grant), "blocked", 403)
    key = redeem_key()
    other, answer = patient.invite(key)
    ok(answer)
    refused(doctor.redeem(other, key, patient.vault), "blocked", 403)
    ok(block(patient, doctor.author, statements.Unblock))
    refused(block(patient, doctor.author, statements.Unblock), "not_found", 404)
    # It brings no grant back, and lets new ones be redeemed.
    refused(doctor.send("GET", f"/grants/{grant}/bundle"), "ended", 403)
    ok(doctor.redeem(other, key, patient.vault))


def test_only_the_owner_blocks_and_publishes_terms(room: Room) -> None:
    patient, doctor, _ = bound(room)
    for path in ("blocks", "unblocks", "section-terms", "renewal-refusals"):
        name = {"section-terms": "section_terms", "renewal-refusals": "renewal_refusal"}.get(path, path[:-1])
        signed = doctor.sign(
            statements.Block,
            vault=patient.vault,
            seq=1,
            prev=bytes(32),
            professional=doctor.author,
        )
        refused(
            doctor.send("POST", f"/vaults/{patient.vault}/{path}", {name: signed.to_wire()}), "forbidden", 403
        )


@pytest.mark.parametrize(("epoch", "section", "code"), [(2, 1, "stale"), (1, None, "not_found")])
def test_terms_are_of_newest_epochs(room: Room, epoch: int, section: int | None, code: str) -> None:
    patient = room.patient()

    def publish(epoch: int, section: str) -> Any:
        end = room.clock() + DAY
        term = statements.SectionTerm(epoch=epoch, section=SectionId(section), not_after=end)
        signed = patient.sign(statements.SectionTerms, **patient.place().fields(), terms=(term,))
        return patient.append("section-terms", "section_terms", signed)

    unknown = "0" * 32 if section is None else patient.sections[section]
    refused(publish(epoch, unknown), code, 409 if code == "stale" else 404)
    ok(publish(1, patient.sections[1]))
