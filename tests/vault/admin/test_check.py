"""`check`: every object against its author's digests."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.base import ObjectName, new_object_name
from storage.errors import StoreUnavailable
from storage.local import LocalStore
from storage.streams import ByteStream
from tests.vault.actors import Patient
from tests.vault.admin.hosts import Hosts, flip, replace
from tests.vault.expect import ok
from tests.vault.rooms import Room
from tests.vault.sealed import PART, SealedVersion
from tests.vault.test_shares import end, shared
from vault.admin import check as checking
from vault.admin import inventory
from vault.admin.check import Checked, check
from vault.admin.check_place import Place
from vault.admin.inventory import ALL, Span, share_of_names
from vault.models.documents import Version
from vault.models.vaults import Entry
from vault.retention import sweep


def checked(room: Room, span: Span = ALL) -> Checked:
    return check(room.database, room.store, span=span)


def added(room: Room, patient: Patient, content: bytes) -> str:
    """Adds a document; the name of its object."""
    sealed = SealedVersion(patient.sections[1], content=content)
    ok(patient.commit(sealed), 201)
    with room.database.reading() as session:
        name = session.get_one(Version, (patient.vault, sealed.document, 1)).object_name
    assert name is not None
    return name


def test_what_is_whole_is_told_whole(hosts: Hosts) -> None:
    room = hosts.room()
    _patient, _share, _locator = shared(room)
    patient = room.patient()
    added(room, patient, os.urandom(PART + 10))
    ok(patient.send("POST", f"/vaults/{patient.vault}/uploads", {"length": 9, "part_size": PART}), 201)
    patient.upload(os.urandom(100))
    found = checked(room)
    assert found.whole
    assert found.extra == ()
    assert found.objects == 3, "two versions and the file of a share"
    assert found.bytes == 1000 + len(b"eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn") + PART + 10


@pytest.mark.slow
def test_flipped_missing_shortened_and_extra_objects_are_found(hosts: Hosts) -> None:
    room = hosts.room()
    patient = room.patient()
    names = [added(room, patient, os.urandom(2 * PART + 5)) for _ in range(4)]
    long = os.urandom(50)
    names.append(added(room, patient, long))
    replace(room.store, names[4], long + b"x")
    flip(room.store, names[0], PART)
    room.store.delete(ObjectName(names[1]))
    replace(room.store, names[2], b"short")
    extra = new_object_name()
    room.store.put(extra, iter([b"nobody's"]), 8)
    found = checked(room)
    assert not found.whole
    assert {fault.object: fault.reason for fault in found.damaged} == {
        names[0]: "part 2 of 3",
        names[2]: f"5 bytes instead of {2 * PART + 5}",
        names[4]: "51 bytes instead of 50",
    }
    assert [(fault.object, fault.vault) for fault in found.missing] == [(names[1], patient.vault)]
    assert found.extra == (extra,)
    assert found.objects == 5


def test_a_damaged_file_of_a_share_is_found(embedded: Hosts) -> None:
    room = embedded.room()
    _patient, share, _locator = shared(room)
    with room.database.reading() as session:
        [file] = [one for one in inventory.every(session) if one.kind == "file"]
    flip(room.store, file.name, 3)
    [fault] = checked(room).damaged
    assert (fault.kind, fault.subject, fault.number, fault.reason) == ("file", share, 1, "part 1 of 1")


def test_objects_of_ended_shares_are_neither_missing_nor_extra(embedded: Hosts) -> None:
    room = embedded.room()
    patient, share, _locator = shared(room)
    end(patient, share)
    assert checked(room).whole
    assert checked(room).extra == ()
    sweep(room.database, room.store, room.clock)
    assert checked(room).whole
    assert checked(room).objects == 1


@pytest.mark.slow
def test_seven_shares_are_the_whole(embedded: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "PAGE", 2)
    room = embedded.room()
    patient = room.patient()
    names = [added(room, patient, os.urandom(50)) for _ in range(9)]
    extras = [new_object_name() for _ in range(5)]
    for name in extras:
        room.store.put(name, iter([b"x"]), 1)
    room.store.delete(ObjectName(names[0]))
    parts = [checked(room, share_of_names(f"{number}/7")) for number in range(1, 8)]
    assert sum(part.objects for part in parts) == 9
    assert [fault.object for part in parts for fault in part.missing] == [names[0]]
    assert sorted(name for part in parts for name in part.extra) == sorted(extras)


@pytest.mark.parametrize("text", ["1/1", "1/2", "2/2"])
def test_a_share_begins_with_its_first_name_and_ends_with_its_last(embedded: Hosts, text: str) -> None:
    room, span = embedded.room(), share_of_names(text)
    for name in {*span, *ALL}:
        room.store.put(ObjectName(name), iter([b"x"]), 1)
    asked: list[str] = []

    class CountingStore(LocalStore):
        """Notes after which names it is asked for more."""

        def _list(self, after: ObjectName | None, limit: int) -> tuple[ObjectName, ...]:
            asked.append(after or "")
            return super()._list(after, limit)

    found = check(room.database, CountingStore(room.config.data / "objects"), span=span)
    assert found.extra == tuple(span)
    assert max(asked) < span.last, "what comes behind is another day's"


@pytest.mark.parametrize("count", [1, 2, 3, 7, 30, 365])
def test_shares_of_names_join_without_a_gap(count: int) -> None:
    spans = [share_of_names(f"{number}/{count}") for number in range(1, count + 1)]
    assert spans[0].first == "0" * 32
    assert spans[-1].last == "f" * 32
    assert all(int(a.last, 16) + 1 == int(b.first, 16) for a, b in pairwise(spans))


@pytest.mark.parametrize("text", ["", "1", "0/7", "8/7", "1/0", "1/7/2", "a/b", "1/99999", "-1/7", "٣/7"])
def test_other_shares_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="NUMBER/COUNT"):
        share_of_names(text)


class FailingStore(LocalStore):
    """A store whose disk cannot read some objects."""

    broken: frozenset[str] = frozenset()

    def _open_range(self, name: ObjectName, start: int, length: int) -> ByteStream:
        if name in self.broken:
            raise StoreUnavailable("the folder of objects: Input/output error")
        return super()._open_range(name, start, length)


def test_one_unreadable_object_does_not_hide_the_others(embedded: Hosts) -> None:
    room = embedded.room()
    patient = room.patient()
    names = [added(room, patient, os.urandom(50)) for _ in range(3)]
    flip(room.store, names[2], 0)
    store = FailingStore(room.config.data / "objects")
    store.broken = frozenset(names[:1])
    found = check(room.database, store)
    assert [fault.object for fault in found.unreadable] == names[:1]
    assert [fault.object for fault in found.damaged] == names[2:]
    assert not found.whole


def test_a_store_that_is_away_is_no_thousand_faults(embedded: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "UNREADABLE_LIMIT", 3)
    room = embedded.room()
    patient = room.patient()
    store = FailingStore(room.config.data / "objects")
    store.broken = frozenset(added(room, patient, os.urandom(50)) for _ in range(4))
    with pytest.raises(StoreUnavailable):
        check(room.database, store)


def test_bad_objects_among_good_ones_are_each_told(embedded: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "UNREADABLE_LIMIT", 2)
    room = embedded.room()
    patient = room.patient()
    names = sorted(added(room, patient, os.urandom(50)) for _ in range(6))
    store = FailingStore(room.config.data / "objects")
    store.broken = frozenset(names[::2])
    assert [fault.object for fault in check(room.database, store).unreadable] == names[::2]


def test_a_store_that_is_away_is_asked_once(embedded: Hosts) -> None:
    room = embedded.room()
    added(room, room.patient(), os.urandom(50))

    class AwayStore(LocalStore):
        """A store that cannot be reached."""

        def _list(self, after: ObjectName | None, limit: int) -> tuple[ObjectName, ...]:
            raise StoreUnavailable("away")

        def _size(self, name: ObjectName) -> int:
            pytest.fail("each object would be waited for")

    with pytest.raises(StoreUnavailable):
        check(room.database, AwayStore(room.config.data / "objects"))


def test_what_is_swept_while_it_is_checked_is_no_fault(embedded: Hosts) -> None:
    room = embedded.room()
    patient, share, _locator = shared(room)

    class SweepingStore(LocalStore):
        """Ends and sweeps the share just before its file is looked at."""

        done = False

        def _size(self, name: ObjectName) -> int:
            if not self.done:
                self.done = True
                end(patient, share)
                sweep(room.database, room.store, room.clock)
            return super()._size(name)

    found = check(room.database, SweepingStore(room.config.data / "objects"), threads=1)
    assert found.objects == 2
    assert found.whole
    assert found.extra == ()


def test_what_changes_while_it_is_looked_at(embedded: Hosts) -> None:
    room = embedded.room()
    name, swept = added(room, room.patient(), os.urandom(50)), new_object_name()

    class ChangingStore(LocalStore):
        """An object was longer a moment ago, and another was there."""

        def _size(self, name: ObjectName) -> int:
            return super()._size(name) + 10

        def _list(self, after: ObjectName | None, limit: int) -> tuple[ObjectName, ...]:
            return tuple(sorted({*super()._list(after, limit), swept})) if after is None else ()

    replace(room.store, name, os.urandom(40))
    found = check(room.database, ChangingStore(room.config.data / "objects"))
    assert [(fault.object, fault.reason) for fault in found.damaged] == [
        (name, "became shorter while it was read")
    ]
    assert found.extra == ()


def test_a_manifest_that_cannot_be_read_is_damage(embedded: Hosts) -> None:
    room = embedded.room()
    patient = room.patient()
    name = added(room, patient, os.urandom(50))
    with room.database.writing() as session:
        session.get_one(Entry, (patient.vault, "ledger", 1)).statement = b"{}"
    [fault] = checked(room).damaged
    assert (fault.object, "statement" in fault.reason) == (name, True)


def test_another_documents_manifest_is_damage(embedded: Hosts) -> None:
    """Also when its object is the same."""
    room = embedded.room()
    patient, content = room.patient(), os.urandom(50)
    name, _other = added(room, patient, content), added(room, patient, content)
    with room.database.writing() as session:
        first = session.execute(select(Version).where(Version.object_name == name)).scalar_one()
        first.manifest_seq = 2
    [fault] = checked(room).damaged
    assert (fault.object, "statement" in fault.reason) == (name, True)


def test_objects_of_both_kinds_come_once_and_in_order(
    embedded: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory, "PAGE", 1)
    room = embedded.room()
    for _ in range(5):
        shared(room)
    with room.database.reading() as session:
        assert [one.name for one in inventory.every(session)] == list(room.store.list(None, 1000))


def test_progress_counts_every_byte(embedded: Hosts) -> None:
    room = embedded.room()
    added(room, room.patient(), os.urandom(300_000))
    told: list[int] = []
    check(room.database, room.store, progress=told.append)
    assert sum(told) == 300_000


def test_parts_are_told_apart_whatever_the_chunks() -> None:
    from hashlib import sha256

    from vault.admin.part_digests import PartDigests

    content = os.urandom(1000)

    def pieces(size: int) -> Iterator[bytes]:
        return (content[at : at + size] for at in range(0, len(content), size))

    for part_size in (1000, 999, 500, 333, 1001):
        wanted = [sha256(content[at : at + part_size]).digest() for at in range(0, 1000, part_size)]
        for size in (1, 7, 250, 500, 1000):
            digests = PartDigests(part_size)
            found = [digest for piece in pieces(size) for digest in digests.update(piece)]
            assert found + digests.finish() == wanted


def test_an_interrupted_check_goes_on_where_it_was(
    embedded: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory, "PAGE", 2)
    room = embedded.room()
    patient = room.patient()
    names = sorted(added(room, patient, os.urandom(100)) for _ in range(6))
    file = tmp_path / "state"
    place = Place(file, ALL)

    def interrupted(name: str, last: str) -> None:
        place.note(name)
        if name >= last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(room.database, room.store, reached=lambda name: interrupted(name, names[3]))
    assert Place(file, share_of_names("1/7")).after == "", "another span begins anew"
    resumed = Place(file, ALL)
    assert resumed.after == names[3]
    rest = check(room.database, room.store, after=resumed.after, reached=resumed.note)
    assert (rest.objects, rest.whole) == (2, True)
    resumed.forget()
    # A rolling share goes on within itself; what stands before its place is not looked at again.
    second = share_of_names("2/2")
    while len(own := [name for name in names if second.first <= name]) < 4:
        names = sorted([*names, added(room, patient, os.urandom(100))])
    place = Place(file, second)
    with pytest.raises(KeyboardInterrupt):
        check(room.database, room.store, span=second, reached=lambda name: interrupted(name, own[0]))
    resumed = Place(file, second)
    assert (resumed.after >= own[0], Place(file, share_of_names("1/2")).after) == (True, "")
    rest = check(room.database, room.store, span=second, after=resumed.after, reached=resumed.note)
    assert rest.objects == sum(name > resumed.after for name in own)
    place.forget()
    place = Place(file, ALL)
    # A fault stays in front of the place: it is found again by whoever goes on.
    flip(room.store, names[2], 3)
    assert check(room.database, room.store, reached=place.note).damaged
    assert Place(file, ALL).after == names[1]
    again = check(room.database, room.store, after=Place(file, ALL).after)
    assert [fault.object for fault in again.damaged] == [names[2]]
