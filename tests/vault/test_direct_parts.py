"""Parts that go straight to a store: what its answers and the rows mean, without a store."""

from typing import Any
from unittest.mock import Mock

import pytest

from crypto.errors import Malformed
from storage.base import Part, PartTag
from storage.direct import DirectStore
from storage.errors import UploadMissing
from tests.vault.rooms import Room
from vault import direct_parts
from vault.direct_parts import Announced
from vault.errors import NotFound
from vault.models.documents import Upload, UploadPart
from vault.uploads import complete

MIB = 1 << 20
UPLOAD = Upload(object_name="0" * 32, store_token="token", length=6 * MIB, part_size=5 * MIB)
FIRST, LAST = Part(1, PartTag("one"), 5 * MIB), Part(2, PartTag("two"), MIB)
OTHER = Part(2, PartTag("other bytes"), MIB)
NOTED = [
    UploadPart(number=part.number, length=part.length, sha256=bytes(32), store_tag="")
    for part in (FIRST, LAST)
]


def store_of(*held: Part) -> Any:
    """A store that says that it holds these parts."""
    store = Mock(spec=DirectStore)
    store.arrived.return_value = held
    return store


def numbers(store: Any) -> list[int]:
    return [part.number for part in direct_parts.arrived(store, UPLOAD, NOTED)]


def test_a_part_is_there_if_the_store_has_it_once_and_in_its_length() -> None:
    assert direct_parts.settled(store_of(FIRST, LAST), UPLOAD, NOTED) == [FIRST, LAST]
    assert numbers(store_of(FIRST, LAST)) == [1, 2]
    short = Part(2, PartTag("two"), MIB - 1)
    # Other bytes under the same URL: which of the two the store would join, nobody knows.
    for held in ((FIRST,), (FIRST, short), (FIRST, LAST, OTHER), (FIRST, OTHER, LAST)):
        assert numbers(store_of(*held)) == [1]
        with pytest.raises(Malformed):
            direct_parts.settled(store_of(*held), UPLOAD, NOTED)


def test_an_upload_that_the_store_does_not_know_has_no_parts() -> None:
    store = store_of()
    store.arrived.side_effect = UploadMissing("ended")
    assert numbers(store) == []
    with pytest.raises(UploadMissing):
        direct_parts.settled(store, UPLOAD, NOTED)


def test_no_url_for_an_upload_that_ended_while_it_was_asked_for(room: Room) -> None:
    patient = room.patient()
    upload, part = patient.upload(b"x" * 1000), Announced(1, 1000, bytes(32))
    with room.database.reading() as session:
        found = session.get_one(Upload, upload)
        session.expunge(found)
    complete(room.database, room.store, upload, room.clock.now)
    store = store_of()
    with room.database.writing() as session, pytest.raises(NotFound):
        direct_parts.announce(session, store, found, part)
    with room.database.writing() as session:
        session.delete(session.get_one(Upload, upload))
    with room.database.writing() as session, pytest.raises(NotFound):
        direct_parts.announce(session, store, found, part)
    assert store.presign_part.call_count == 0
