"""Telephone numbers: nothing is sent there but a code, until the code has come back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.vault.actors import Patient
from tests.vault.expect import ok, refused
from tests.vault.rooms import Room, open_room
from vault import notices, phones, server_key
from vault.delivery import deliver
from vault.errors import VaultError
from vault.models.vaults import Vault
from vault.outbox import Outgoing

PHONE = "+33612345678"
OTHER = "+33687654321"
DAY = 86400


@dataclass
class Telephones:
    """A gateway that keeps what it was given."""

    sent: list[Outgoing] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> None:
        """Keeps it."""
        self.sent.append(outgoing)

    def close(self) -> None:
        """Nothing to end."""


@dataclass
class House:
    """A server with a gateway, and a patient."""

    room: Room
    patient: Patient
    telephones: Telephones = field(default_factory=Telephones)

    def wish(self, phone: str | None, language: str = "en") -> dict[str, object]:
        """Says where to be told."""
        body = {
            "language": language,
            "openings": "each",
            "others": "each",
            **({"phone": phone} if phone else {}),
        }
        return ok(self.patient.send("PUT", "/notice-settings", {**body}))

    def ask(self) -> TestResponse:
        """Asks for a code."""
        return self.patient.send("POST", "/notice-settings/phone-codes", {})

    def confirm(self, code: str) -> TestResponse:
        """Types one."""
        return self.patient.send("POST", "/notice-settings/phone", {"code": code})

    def received(self) -> list[tuple[str, str]]:
        """Runs the job; what all telephones have got by now."""
        deliver(
            self.room.database, {"sms": self.telephones}, self.room.clock, origin="https://coffre.example"
        )
        return [(one.to, one.text.plain) for one in self.telephones.sent]

    def code(self) -> str:
        """The code of the newest message."""
        _, said = self.received()[-1]
        [code] = [word.strip(",.") for word in said.split() if word.strip(",.").isdigit()]
        return code

    def opened(self, number: int) -> None:
        """Somebody opens a share."""
        with self.room.database.writing() as session:
            vault = session.get_one(Vault, self.patient.vault)
            notices.share_opening(session, vault, share="5" * 32, number=number, now=self.room.clock.now)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    room = open_room(tmp_path / "room", COFFRE_SMS_URL="https://sms.example.org/send")
    yield House(room, room.patient())
    room.database.close()


def wrong(code: str) -> str:
    """Another one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_nothing_but_the_code_is_sent_before_it_has_come_back(house: House) -> None:
    assert house.wish(PHONE)["phone_confirmed"] is False
    house.opened(1)
    assert house.received() == []
    assert ok(house.ask(), 202) == {"seconds": 600}
    [(to, said)] = house.received()
    assert to == PHONE
    assert said == f"Coffre: your code is {house.code()}, for ten minutes. Tell it to nobody."
    assert ok(house.confirm(house.code()))["phone_confirmed"] is True
    house.opened(2)
    assert len(house.received()) == 2
    # The same settings said again change nothing; another number is another telephone.
    assert house.wish(PHONE, "fr")["phone_confirmed"] is True
    assert house.wish(OTHER)["phone_confirmed"] is False
    house.opened(3)
    assert len(house.received()) == 2


def test_what_was_queued_for_a_number_is_not_sent_to_the_next_one(house: House) -> None:
    house.wish(PHONE)
    ok(house.ask(), 202)
    code = house.code()
    ok(house.confirm(code))
    house.opened(1)
    house.wish(OTHER)
    assert len(house.received()) == 1
    ok(house.ask(), 202)
    house.wish(PHONE)
    assert len(house.received()) == 1
    refused(house.confirm(code), "ended", 403)


def test_a_code_ends_after_ten_minutes_and_works_once(house: House) -> None:
    house.wish(PHONE)
    refused(house.confirm("123456"), "ended", 403)
    ok(house.ask(), 202)
    code = house.code()
    house.room.clock.now += 600
    refused(house.confirm(code), "ended", 403)
    ok(house.ask(), 202)
    house.room.clock.now += 599
    code = house.code()
    ok(house.confirm(code))
    refused(house.confirm(code), "ended", 403)
    refused(house.ask(), "not_found", 404)


def test_a_code_that_waited_too_long_is_not_sent(house: House) -> None:
    house.wish(PHONE)
    ok(house.ask(), 202)
    house.room.clock.now += 600
    assert house.received() == []


def test_guesses_count_for_whatever_codes(house: House) -> None:
    house.wish(PHONE)
    for round_ in range(2):
        ok(house.ask(), 202)
        code = wrong(house.code())
        for guess in range(5):
            left = refused(house.confirm(code), "credentials", 401)["remainingAttempts"]
            assert left == 9 - 5 * round_ - guess
    refused(house.confirm(house.code()), "ended", 403)
    refused(house.ask(), "ended", 403)
    # Another number of the same account does not give them back.
    house.wish(OTHER)
    refused(house.ask(), "ended", 403)


def test_a_right_code_gives_the_guesses_back(house: House) -> None:
    house.wish(PHONE)
    ok(house.ask(), 202)
    for _ in range(9):
        refused(house.confirm(wrong(house.code())), "credentials", 401)
    ok(house.confirm(house.code()))
    house.wish(OTHER)
    ok(house.ask(), 202)
    refused(house.confirm(wrong(house.code())), "credentials", 401)
    ok(house.confirm(house.code()))


def test_thirty_guesses_at_once_are_ten(house: House) -> None:
    house.wish(PHONE)
    ok(house.ask(), 202)
    code = wrong(house.code())
    account, now = house.patient.account, house.room.clock.now

    def guess(_: int) -> str:
        with pytest.raises(VaultError) as caught:
            phones.confirm(house.room.database, account, code, now)
        return caught.value.code

    with ThreadPoolExecutor(10) as pool:
        said = list(pool.map(guess, range(30)))
    assert (said.count("credentials"), said.count("ended")) == (10, 20)


def test_a_telephone_is_not_rung_all_day(house: House) -> None:
    house.wish(PHONE)
    for _ in range(3):
        ok(house.ask(), 202)
    assert int(house.ask().headers["Retry-After"]) > 0
    # Nor by another account.
    other = House(house.room, house.room.patient(), house.telephones)
    other.wish(PHONE)
    refused(other.ask(), "busy", 429)
    other.wish(OTHER)
    ok(other.ask(), 202)
    with house.room.database.writing() as session:
        key = server_key.ensure(session, house.room.clock)
        phones.ask(session, key, house.patient.account, house.room.clock.now + DAY)


def test_what_is_no_code_costs_no_guess(house: House) -> None:
    house.wish(PHONE)
    ok(house.ask(), 202)
    for code in ("", "12345", "1234567", "12345a", "１２３４５６"):
        refused(house.confirm(code), "malformed", 400)
    assert refused(house.confirm(wrong(house.code())), "credentials", 401)["remainingAttempts"] == 9


@pytest.mark.slow
def test_without_a_gateway_or_a_number_no_code_is_asked_for(house: House, room: Room) -> None:
    refused(house.ask(), "not_found", 404)
    patient = room.patient()
    body = {"language": "en", "openings": "each", "others": "each", "phone": PHONE}
    ok(patient.send("PUT", "/notice-settings", {**body}))
    refused(patient.send("POST", "/notice-settings/phone-codes", {}), "not_found", 404)
