"""What makes a notice, for whom, once; and what leaves with it by the account's settings."""

import os
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from crypto.encoding import GrantId, Json, b64u
from crypto.errors import Malformed
from tests.vault.actors import DAY, Actor, Patient, Professional, open_link
from tests.vault.expect import ok
from tests.vault.rooms import Room
from tests.vault.sealed import SealedVersion, keyring, redeem_key
from tests.vault.test_shares import shared
from vault import notices
from vault.models.notices import Device, Notice, NoticeSettings, OutboxMessage
from vault.models.vaults import Vault
from vault.notice_settings import Wishes, keep_wishes, language_of, wishes_of


@dataclass
class Read:
    """A patient with documents in sections that a professional may read."""

    patient: Patient
    doctor: Professional
    grant: GrantId
    documents: list[SealedVersion]

    def open(self, number: int) -> None:
        """The professional opens a document."""
        signed = self.doctor.access(
            self.documents[number].document,
            mode="grant",
            grant=self.grant,
            reason="care",
            vault=self.patient.vault,
        )
        ok(self.doctor.open(signed, vault=self.patient.vault))


@pytest.fixture
def read(room: Room) -> Read:
    """One grant, two documents."""
    patient, doctor, key = room.patient(), room.professional(), redeem_key()
    documents = [SealedVersion(patient.sections[number]) for number in (1, 2)]
    for sealed in documents:
        ok(patient.commit(sealed), 201)
    grant, answer = patient.invite(key)
    ok(answer)
    ok(doctor.redeem(grant, key, patient.vault))
    return Read(patient, doctor, grant, documents)


def told(room: Room, actor: Actor) -> list[str]:
    """The kinds of an account's notices, oldest first."""
    with room.database.reading() as session:
        query = select(Notice).where(Notice.account == actor.account).order_by(Notice.time)
        return [notice.kind for notice in session.execute(query).scalars()]


def queued(room: Room, actor: Actor) -> list[tuple[str, str, int]]:
    """Channel, kind and seconds until it is due, of an account's messages."""
    with room.database.reading() as session:
        query = select(OutboxMessage).where(OutboxMessage.account == actor.account)
        rows = session.execute(query.order_by(OutboxMessage.created, OutboxMessage.channel)).scalars()
        return [(row.channel, row.kind, (row.due or 0) - room.clock.now) for row in rows]


def wish(room: Room, actor: Actor, wishes: Wishes) -> None:
    """Sets how someone wants to be told."""
    with room.database.writing() as session:
        keep_wishes(session, actor.account, wishes)


def test_the_first_opening_of_a_day_is_told_and_no_other(room: Room, read: Read) -> None:
    read.open(0)
    read.open(1)
    assert told(room, read.patient) == ["opening"]
    assert queued(room, read.patient) == [("mail", "opening", 0)]
    room.clock.now += DAY
    ok(read.doctor.sign_in())
    read.open(0)
    assert told(room, read.patient) == ["opening", "opening"]
    assert told(room, read.doctor) == []


def test_the_owner_is_not_told_of_their_own_openings(room: Room, read: Read) -> None:
    ok(read.patient.open(read.patient.access(read.documents[0].document)))
    assert told(room, read.patient) == []


def test_a_notice_stands_only_if_its_event_does(room: Room, read: Read) -> None:
    good = read.doctor.access(
        read.documents[0].document, mode="grant", grant=read.grant, reason="care", vault=read.patient.vault
    )
    assert read.doctor.open(good, good, vault=read.patient.vault).status_code == 409
    assert (told(room, read.patient), queued(room, read.patient)) == ([], [])


def test_every_opening_of_a_share_is_told(room: Room) -> None:
    patient, share, locator = shared(room)
    for _ in range(2):
        ok(open_link(room.app.test_client(), locator))
    assert told(room, patient) == ["share_opening", "share_opening"]
    with room.database.reading() as session:
        rows = session.execute(select(Notice)).scalars().all()
        assert {(row.subject, row.vault) for row in rows} == {(share, patient.vault)}


def test_openings_once_a_day_wait_for_the_next_morning(room: Room, read: Read) -> None:
    wish(room, read.patient, Wishes(openings="daily"))
    read.open(0)
    with room.database.writing() as session:
        vault = session.get_one(Vault, read.patient.vault)
        notices.share_opening(session, vault, share="a" * 32, number=1, now=room.clock.now)
    morning = DAY - room.clock.now % DAY + 6 * 3600
    assert queued(room, read.patient) == [("mail", "digest", morning)]
    assert told(room, read.patient) == ["opening", "share_opening"]


def test_what_is_no_access_can_be_switched_off_and_still_stands_in_the_app(room: Room) -> None:
    patient = room.patient()
    wish(room, patient, Wishes(others="off"))
    with room.database.writing() as session:
        vault = session.get_one(Vault, patient.vault)
        notices.deposit(session, vault, document="d" * 32, now=room.clock.now)
        notices.renewal_request(session, vault, grant="a" * 32, sequence=1, now=room.clock.now)
        notices.renewal_request(session, vault, grant="a" * 32, sequence=1, now=room.clock.now)
    assert sorted(told(room, patient)) == ["deposit", "renewal_request"]
    assert queued(room, patient) == []


def test_openings_cannot_be_switched_off(room: Room) -> None:
    patient = room.patient()
    for wishes in (
        Wishes(openings="off"),
        Wishes(language="de"),
        Wishes(others=""),
        Wishes(phone="0612345678"),
        Wishes(phone="+33612345678\n"),
    ):
        with pytest.raises(Malformed):
            wish(room, patient, wishes)


def test_a_sign_in_from_elsewhere_is_told_and_one_from_here_is_not(room: Room) -> None:
    patient = room.patient()
    ok(patient.sign_in())
    assert told(room, patient) == []
    patient.http = room.app.test_client()
    ok(patient.sign_in())
    ok(patient.sign_in())
    assert told(room, patient) == ["new_device"]
    # Whatever the settings say.
    wish(room, patient, Wishes(openings="daily", others="off"))
    patient.http = room.app.test_client()
    ok(patient.sign_in("kit"))
    assert sorted(told(room, patient)) == ["kit_used", "new_device", "new_device"]
    assert {(channel, due) for channel, _, due in queued(room, patient)} == {("mail", 0)}
    assert len(queued(room, patient)) == 3


def test_two_accounts_in_one_browser_share_no_hash(room: Room) -> None:
    first, second = room.patient(), room.patient()
    first.http = second.http = room.app.test_client()
    ok(first.sign_in())
    ok(second.sign_in())
    with room.database.reading() as session:
        rows = session.execute(select(Device)).scalars().all()
    assert len({row.token_hash for row in rows}) == len(rows) == 4


def test_a_change_of_password_is_told(room: Room) -> None:
    patient = room.patient()
    body: dict[str, Json] = {"keyring": b64u(keyring()), "sequence": 2, "password": patient.password()}
    ok(patient.send("PUT", "/credentials", body))
    assert told(room, patient) == ["key_change"]


@pytest.mark.slow
def test_a_phone_gets_openings_and_changes_of_keys_at_most_ten_a_day(room: Room) -> None:
    patient, _share, locator = shared(room)
    wish(room, patient, Wishes(phone="+33612345678"))
    with room.database.writing() as session:
        session.get_one(NoticeSettings, patient.account).phone_confirmed = room.clock.now
    for _ in range(12):
        ok(open_link(room.app.test_client(), locator))
    channels = [channel for channel, _, _ in queued(room, patient)]
    assert (channels.count("sms"), channels.count("mail")) == (10, 12)
    with room.database.writing() as session:
        vault = session.get_one(Vault, patient.vault)
        notices.deposit(session, vault, document="d" * 32, now=room.clock.now)
    assert len(queued(room, patient)) == 23


def test_a_flood_of_openings_becomes_a_digest(room: Room) -> None:
    patient = room.patient()
    with room.database.writing() as session:
        vault = session.get_one(Vault, patient.vault)
        for number in range(60):
            notices.share_opening(session, vault, share="a" * 32, number=number, now=room.clock.now)
    kinds = [kind for _, kind, _ in queued(room, patient)]
    assert (kinds.count("share_opening"), kinds.count("digest")) == (50, 1)
    assert len(told(room, patient)) == 60


def test_a_new_account_is_written_to_in_its_browsers_language(room: Room) -> None:
    assert [language_of(text) for text in ("en-GB,en;q=0.9,fr", "de, fr;q=0.5", "", "x" * 5000)] == [
        "en",
        "fr",
        "fr",
        "fr",
    ]
    patient = Patient(room.app.test_client(), room.clock, f"{os.urandom(4).hex()}@example.org")
    body = {**patient.sign_up_body(), "vault": patient.vault_statement(patient.server_key()).to_wire()}
    ok(patient.send("POST", "/accounts", body, headers={"Accept-Language": "en"}), 201)
    with room.database.reading() as session:
        assert wishes_of(session, patient.account).language == "en"
