"""Mail to a real SMTP server: at least once, seldom twice, nothing lost, nothing said."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.servers.mail_sink import MailSink
from tests.vault.actors import ORIGIN, Patient
from tests.vault.rooms import Room
from vault import config as configuration
from vault import notices, outbox
from vault.config import Config
from vault.delivery import Delivered, channels_of, deliver
from vault.models.accounts import Account
from vault.models.notices import OutboxMessage
from vault.models.vaults import Vault
from vault.notice_settings import Wishes, keep_wishes
from vault.outbox import LEASE_SECONDS, Outgoing, Refused, Unavailable

DAY = 86400


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    """A mail server with STARTTLS."""
    with MailSink(tmp_path) as found:
        yield found


def settings(room: Room, **environ: str) -> Config:
    """The room's configuration with a way out for mail."""
    return configuration.load(None, {"COFFRE_SERVER_PUBLIC_URL": room.config.server.public_url, **environ})


def run(room: Room, sink: MailSink | None, **environ: str) -> Delivered:
    """One run of the job."""
    config = settings(room, **(sink.settings() if sink else {}), **environ)
    with channels_of(config) as channels:
        return deliver(room.database, channels, room.clock, origin=config.server.public_url)


def opened(room: Room, patient: Patient, number: int = 1) -> None:
    """Records the `number`-th opening of a share."""
    with room.database.writing() as session:
        vault = session.get_one(Vault, patient.vault)
        notices.share_opening(session, vault, share="5" * 32, number=number, now=room.clock.now)


def rows(room: Room) -> list[OutboxMessage]:
    """The outbox."""
    with room.database.reading() as session:
        return list(session.execute(select(OutboxMessage).order_by(OutboxMessage.created)).scalars())


def wish(room: Room, patient: Patient, wishes: Wishes) -> None:
    """Sets how someone wants to be told."""
    with room.database.writing() as session:
        keep_wishes(session, patient.account, wishes)


@dataclass
class Recording:
    """A way out that keeps what it was given, or does what the test says."""

    sent: list[Outgoing] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(outgoing)

    def close(self) -> None:
        """Nothing to end."""


def run_with(room: Room, channel: outbox.Channel, name: str = "mail") -> Delivered:
    """One run of the job with a way out of the test's."""
    return deliver(room.database, {name: channel}, room.clock, origin=ORIGIN)


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "implicit"])
def test_a_mail_arrives_with_tls_in_both_forms(room: Room, tmp_path: Path, *, implicit: bool) -> None:
    patient = room.patient()
    opened(room, patient)
    with MailSink(tmp_path, implicit=implicit) as sink:
        assert run(room, sink) == Delivered(sent=1)
    [mail] = sink.mails
    message = mail.message
    assert (mail.sender, mail.receivers) == ("coffre@example.org", (patient.address,))
    assert (message["From"], message["To"]) == ("Coffre <coffre@example.org>", patient.address)
    assert message["Subject"] == "Coffre : Un de vos partages a été ouvert"
    assert parsedate_to_datetime(message["Date"]) == datetime.fromtimestamp(room.clock.now, UTC)
    assert message["Message-ID"] == f"<{rows(room)[0].id}@coffre.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    for form in ("plain", "html"):
        assert "ouvert l’un de vos partages" in mail.text(form)
        assert f"{ORIGIN}/notices" in mail.text(form)
    assert "<" not in mail.text("plain")
    assert "http-equiv" not in mail.text("html")
    assert "src=" not in mail.text("html"), "nothing is fetched when a mail is opened"


def test_the_language_is_the_accounts(room: Room, sink: MailSink) -> None:
    patient = room.patient()
    wish(room, patient, Wishes(language="en"))
    opened(room, patient)
    run(room, sink)
    assert sink.mails[0].message["Subject"] == "Coffre: One of your shares was opened"
    assert "Someone opened one of your shares on 2027-01-15 at 08:00 UTC." in sink.mails[0].text("plain")


def test_what_was_sent_is_not_sent_again(room: Room, sink: MailSink) -> None:
    patient = room.patient()
    opened(room, patient)
    opened(room, patient)
    assert run(room, sink) == Delivered(sent=1)
    room.clock.now += DAY
    assert run(room, sink) == Delivered()
    assert len(sink.mails) == 1


@pytest.mark.slow
def test_a_mail_server_that_is_down_for_a_day_loses_nothing(room: Room, tmp_path: Path) -> None:
    patient = room.patient()
    with MailSink(tmp_path) as down:
        pass
    for hour in range(24):
        opened(room, patient, hour)
        assert run(room, down) == Delivered(unavailable=1)
        room.clock.now += 3600
    assert {(row.attempts, row.failed) for row in rows(room)} == {(0, None)}
    with MailSink(tmp_path) as sink:
        assert run(room, sink) == Delivered(sent=24)
    assert len({mail.message["Message-ID"] for mail in sink.mails}) == 24


def test_a_certificate_that_does_not_hold_sends_nothing(room: Room, sink: MailSink, tmp_path: Path) -> None:
    opened(room, room.patient())
    (tmp_path / "other").mkdir()
    with MailSink(tmp_path / "other") as other:
        foreign = {**sink.settings(), "COFFRE_MAIL_CA_BUNDLE": str(other.authority)}
        with channels_of(settings(room, **foreign)) as channels:
            done = deliver(room.database, channels, room.clock, origin=ORIGIN)
    assert done == Delivered(unavailable=1)
    assert sink.mails == []


def test_a_refused_mail_is_tried_again_later_and_holds_up_no_other(room: Room, sink: MailSink) -> None:
    busy, patient = room.patient(), room.patient()
    opened(room, busy)
    with room.database.writing() as session:
        vault = session.get_one(Vault, patient.vault)
        notices.share_opening(session, vault, share="6" * 32, number=1, now=room.clock.now)
    sink.refuse = lambda address: "451 try later" if address == busy.address else ""
    assert run(room, sink) == Delivered(sent=1, refused=1)
    room.clock.now += 60
    assert run(room, sink) == Delivered(), "the second attempt waits two minutes"
    room.clock.now += 60
    sink.refuse = lambda _: ""
    assert run(room, sink) == Delivered(sent=1)
    assert [mail.receivers for mail in sink.mails] == [(patient.address,), (busy.address,)]


def test_a_mail_refused_for_good_becomes_a_dead_letter_that_can_be_sent_again(
    room: Room, sink: MailSink
) -> None:
    opened(room, room.patient())
    sink.refuse = lambda _: "550 no such mailbox"
    done = []
    for _ in range(5):
        done.append(run(room, sink))
        room.clock.now += DAY
    assert [one.failed for one in done] == [0, 0, 1, 0, 0]
    with room.database.reading() as session:
        [dead] = outbox.dead_letters(session)
    assert (dead.kind, dead.attempts, dead.error) == ("share_opening", 3, "recipient")
    sink.refuse = lambda _: ""
    with room.database.writing() as session:
        assert outbox.retry_dead_letters(session, room.clock.now) == 1
    assert run(room, sink) == Delivered(sent=1)


def test_temporary_refusals_last_longer_than_two_days(room: Room) -> None:
    opened(room, room.patient())
    start, channel = room.clock.now, Recording()
    while not rows(room)[0].failed:
        channel.errors = [Refused("refused", permanent=False)]
        run_with(room, channel)
        room.clock.now += 3600
    assert room.clock.now - start > 2 * DAY
    assert rows(room)[0].attempts == outbox.TEMPORARY_ATTEMPTS


def test_a_connection_cut_in_the_middle_costs_one_attempt(room: Room, sink: MailSink) -> None:
    patient = room.patient()
    opened(room, patient, 1)
    opened(room, patient, 2)
    cut = iter(["421 closing", "", "", ""])
    sink.refuse = lambda _: next(cut)
    assert run(room, sink) == Delivered(sent=1, refused=1)
    room.clock.now += 120
    assert run(room, sink) == Delivered(sent=1)


def test_killed_between_sending_and_noting_is_one_mail_twice_under_one_name(
    room: Room, sink: MailSink
) -> None:
    patient = room.patient()
    opened(room, patient)

    class Killed(BaseException):
        """As a process that ends."""

    with channels_of(settings(room, **sink.settings())) as channels:
        mailer = channels["mail"]

        class Dying(Recording):
            def send(self, outgoing: Outgoing) -> None:
                mailer.send(outgoing)
                raise Killed

        with pytest.raises(Killed):
            run_with(room, Dying())
    assert run(room, sink) == Delivered(), "its claim still stands"
    room.clock.now += LEASE_SECONDS
    assert run(room, sink) == Delivered(sent=1)
    assert run(room, sink) == Delivered()
    first, second = sink.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.text("plain") == second.text("plain")


def test_a_worker_whose_claim_ran_out_changes_nothing(room: Room) -> None:
    opened(room, room.patient())
    with room.database.writing() as session:
        slow = outbox.claim(session, frozenset({"mail"}), room.clock.now)
    assert slow is not None
    room.clock.now += LEASE_SECONDS
    with room.database.writing() as session:
        quick = outbox.claim(session, frozenset({"mail"}), room.clock.now)
    assert quick is not None
    with room.database.writing() as session:
        outbox.note_sent(session, quick, room.clock.now)
        outbox.note_refused(session, slow, Refused("late", permanent=True), room.clock.now)
    [row] = rows(room)
    assert (row.sent, row.attempts, row.error) == (room.clock.now, 0, None)


def test_two_workers_never_send_the_same_mail(room: Room) -> None:
    patient = room.patient()
    for number in range(20):
        opened(room, patient, number)
    barrier = threading.Barrier(2)
    channels = [Recording(), Recording()]

    def work(channel: Recording) -> Delivered:
        barrier.wait(20)
        return run_with(room, channel)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(work, channels))
    sent = [outgoing.id for channel in channels for outgoing in channel.sent]
    assert len(sent) == len(set(sent)) == sum(one.sent for one in done) == 20


@pytest.mark.parametrize(
    "address",
    [
        "a b@example.org",
        "a,b@example.org",
        "<a>@example.org",
        '"a"@example.org',
        "a@[127.0.0.1]",
        "a@example.org>",
        "group:a@example.org;",
        "a@example.org\r\nbcc: x@evil.example",
        "a@example.org\nrcpt to:<x@evil.example>",
    ],
)
def test_an_address_that_is_more_than_one_mailbox_gets_nothing(
    room: Room, sink: MailSink, address: str
) -> None:
    patient = room.patient()
    opened(room, patient)
    with room.database.writing() as session:
        session.execute(update(Account).where(Account.id == patient.account).values(address=address))
    assert run(room, sink) == Delivered(refused=1)
    assert sink.mails == []
    assert rows(room)[0].error == "address"


def test_the_digest_counts_a_day(room: Room, sink: MailSink) -> None:
    patient = room.patient()
    wish(room, patient, Wishes(language="en", openings="daily"))
    for number in range(3):
        opened(room, patient, number)
    assert run(room, sink) == Delivered()
    room.clock.now += DAY
    assert run(room, sink) == Delivered(sent=1)
    text = sink.mails[0].text("plain")
    assert "summary of 2027-01-15" in text
    assert "Openings of shares: 3" in text


def test_without_a_way_out_nothing_piles_up_and_the_notice_stands(room: Room) -> None:
    patient = room.patient()
    opened(room, patient)
    assert run(room, None) == Delivered()
    assert rows(room) == []
    with room.database.reading() as session:
        assert notices.unread(session, patient.account) == 1


def test_old_messages_go_and_waiting_ones_stay(room: Room, sink: MailSink) -> None:
    patient = room.patient()
    opened(room, patient, 1)
    run(room, sink)
    opened(room, patient, 2)
    room.clock.now += 31 * DAY
    with room.database.writing() as session:
        outbox.drop_old(session, room.clock.now)
    [left] = rows(room)
    assert left.sent is None


def test_a_way_out_that_fails_gives_the_message_back(room: Room) -> None:
    opened(room, room.patient())
    assert run_with(room, Recording(errors=[Unavailable("down")])) == Delivered(unavailable=1)
    again = Recording()
    assert run_with(room, again) == Delivered(sent=1)
    assert len(again.sent) == 1


@pytest.mark.parametrize("jump", [-400 * DAY, -DAY, 3600, 400 * DAY])
def test_a_clock_that_jumps_loses_and_doubles_nothing(room: Room, jump: int) -> None:
    patient, channel = room.patient(), Recording()
    start = room.clock.now
    opened(room, patient, 1)
    with room.database.writing() as session:
        # A worker died with this one in its hands.
        assert outbox.claim(session, frozenset({"mail"}), room.clock.now) is not None
    room.clock.now += jump
    opened(room, patient, 2)
    opened(room, patient, 1)
    run_with(room, channel)
    room.clock.now = max(start, start + jump) + LEASE_SECONDS
    run_with(room, channel)
    run_with(room, channel)
    assert len(channel.sent) == len({outgoing.id for outgoing in channel.sent}) == 2
