"""What operators see of messages to people: counts, and those that were given up; no address."""

from sqlalchemy import select, update

from tests.vault.admin.hosts import Hosts
from tests.vault.admin.test_command import Operator
from tests.vault.admin.test_command import operator as operator
from tests.vault.rooms import Room
from vault import notices
from vault.admin.doctor import outbox as doctor
from vault.admin.statistics import stats
from vault.models.notices import Device, NoticeSettings, OutboxMessage
from vault.models.vaults import Vault
from vault.outbox import Refused, claim, note_refused, note_sent


def told(room: Room, number: int = 1) -> str:
    """A patient who has a message waiting; their address."""
    patient = room.patient()
    with room.database.writing() as session:
        vault = session.get_one(Vault, patient.vault)
        notices.deposit(session, vault, document=f"{number:032x}", now=room.clock.now)
    return patient.address


def given_up(room: Room) -> None:
    """Refuses what waits until it is given up."""
    with room.database.writing() as session:
        session.execute(update(OutboxMessage).values(attempts=2))
        claimed = claim(session, frozenset({"mail"}), room.clock.now)
        assert claimed is not None
        assert note_refused(session, claimed, Refused("recipient", permanent=True), room.clock.now)


def test_given_up_messages_are_listed_and_sent_again(operator: Operator, hosts: Hosts) -> None:
    operator.json("init")
    room = hosts.run(operator.environ)
    address = told(room)
    assert operator.json("stats")["messages_waiting"] == 1
    given_up(room)
    counted = operator.json("stats")
    assert (counted["messages_waiting"], counted["messages_failed"], counted["notices"]) == (0, 1, 1)
    [letter] = operator.json("outbox", "list")
    assert (letter["kind"], letter["error"], letter["attempts"]) == ("deposit", "recipient", 3)
    assert letter["failed"] == "2027-01-15T08:00:00Z"
    assert address not in str(operator.json("outbox", "list"))
    assert operator.json("outbox", "retry") == {"queued": 1}
    assert operator.json("outbox", "retry") == {"queued": 0}
    assert operator.json("stats")["messages_waiting"] == 1


def test_the_longest_wait_is_counted(hosts: Hosts) -> None:
    room = hosts.room()
    told(room, 1)
    room.clock.now += 100
    told(room, 2)
    room.clock.now += 20
    with room.database.reading() as session:
        assert stats(session, room.clock).messages_waiting_seconds == 120


def test_the_doctor_warns_of_what_waits_and_of_what_was_given_up(hosts: Hosts) -> None:
    room = hosts.room()
    assert [one.status for one in doctor.examine(room.database, room.clock)] == ["ok"]
    told(room)
    room.clock.now += 3600
    [found] = doctor.examine(room.database, room.clock)
    assert (found.status, "1 messages" in found.message) == ("warn", True)
    given_up(room)
    [found] = doctor.examine(room.database, room.clock)
    assert (found.status, "given up" in found.message) == ("warn", True)


def test_the_doctor_is_content_when_all_was_sent(hosts: Hosts) -> None:
    room = hosts.room()
    told(room)
    with room.database.writing() as session:
        claimed = claim(session, frozenset({"mail"}), room.clock.now)
        assert claimed is not None
        note_sent(session, claimed, room.clock.now)
    room.clock.now += 7200
    assert [one.status for one in doctor.examine(room.database, room.clock)] == ["ok"]


def test_messages_that_wait_and_wishes_survive_a_restore(operator: Operator, hosts: Hosts) -> None:
    operator.json("init")
    room = hosts.run(operator.environ)
    told(room)
    folder = hosts.folder / "backup"
    operator.json("backup", str(folder))
    fresh = {**hosts.environ(), "COFFRE_SERVER_PUBLIC_URL": "http://127.0.0.1:9"}
    operator.json("restore", str(folder), environ=fresh)
    counted = operator.json("stats", environ=fresh)
    assert (counted["messages_waiting"], counted["notices"], counted["sessions"]) == (1, 1, 0)
    with hosts.run(fresh).database.reading() as session:
        assert len(session.execute(select(Device)).all()) == 1
        assert len(session.execute(select(NoticeSettings)).all()) == 1
