"""The contract of storage.base for whole objects; test modules inherit from StoreContract.

The module gives the fixtures `store` (empty, or with objects of earlier tests) and `stopped_store` (one whose
backing has gone away).
"""

import io
import itertools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from storage.base import ObjectName, ObjectStore, Part, PartTag, UploadToken, new_object_name
from storage.errors import (
    BadObjectName,
    ObjectExists,
    ObjectMissing,
    RangeNotSatisfiable,
    StoreError,
    StoreUnavailable,
    WrongLength,
)
from storage.streams import CHUNK

NOBODY = UploadToken("0" * 32)
BAD_NAMES = ["", "../x", "A" * 32, "0" * 31, "0" * 33, "0" * 32 + "\n", "0" * 30 + "/.", "é" * 32, "٠" * 32]


def put(store: ObjectStore, content: bytes) -> ObjectName:
    name = new_object_name()
    store.put(name, io.BytesIO(content), len(content))
    return name


def read(store: ObjectStore, name: ObjectName) -> bytes:
    with store.open_range(name, 0, store.size(name)) as stream:
        return b"".join(stream)


def all_names(store: ObjectStore, limit: int) -> Iterator[ObjectName]:
    after = None
    while page := store.list(after, limit):
        assert len(page) <= limit
        yield from page
        after = page[-1]


def send(
    store: ObjectStore, name: ObjectName, token: UploadToken, number: int, offset: int, content: bytes
) -> Part:
    # Every other part is one whose digest was announced.
    digest = sha256(content).digest() if number % 2 else None
    body = io.BytesIO(content)
    return Part(number, store.put_part(name, token, number, offset, body, len(content), digest), len(content))


class StoreContract:
    """Names and whole objects."""

    def test_what_was_put_is_read_back(self, store: ObjectStore) -> None:
        content = os.urandom(3 * CHUNK + 17)
        name = put(store, content)
        assert store.size(name) == len(content)
        assert read(store, name) == content

    def test_a_body_may_be_an_iterator_of_uneven_blocks(self, store: ObjectStore) -> None:
        blocks = [os.urandom(1), b"", os.urandom(2 * CHUNK + 1), os.urandom(7)]
        name = new_object_name()
        store.put(name, iter(blocks), sum(map(len, blocks)))
        assert read(store, name) == b"".join(blocks)

    @pytest.mark.parametrize("bad", BAD_NAMES)
    def test_a_bad_name_is_refused_by_every_method(self, store: ObjectStore, bad: str) -> None:
        name = ObjectName(bad)
        calls: list[Callable[[], object]] = [
            lambda: store.put(name, io.BytesIO(b"x"), 1),
            lambda: store.begin(name),
            lambda: store.put_part(name, NOBODY, 1, 0, io.BytesIO(b"x"), 1),
            lambda: store.complete(name, NOBODY, [Part(1, PartTag("x"), 1)]),
            lambda: store.abort(name, NOBODY),
            lambda: store.open_range(name, 0, 1),
            lambda: store.size(name),
            lambda: store.delete(name),
            lambda: store.list(name, 1),
        ]
        for call in calls:
            with pytest.raises(BadObjectName):
                call()

    def test_an_unknown_name_is_missing(self, store: ObjectStore) -> None:
        name = new_object_name()
        with pytest.raises(ObjectMissing):
            store.size(name)
        with pytest.raises(ObjectMissing):
            store.open_range(name, 0, 1)

    @pytest.mark.parametrize("real", [0, 1, CHUNK - 1, CHUNK + 1, 2 * CHUNK])
    def test_a_body_of_another_length_leaves_nothing(self, store: ObjectStore, real: int) -> None:
        for body in (io.BytesIO(bytes(real)), iter([bytes(real)])):
            name = new_object_name()
            with pytest.raises(WrongLength):
                store.put(name, body, CHUNK)
            with pytest.raises(ObjectMissing):
                store.size(name)

    def test_a_body_without_end_is_left_at_once(self, store: ObjectStore) -> None:
        blocks = itertools.count()
        with pytest.raises(WrongLength):
            store.put(new_object_name(), (bytes(CHUNK) for _ in zip(range(100), blocks, strict=False)), CHUNK)
        assert next(blocks) <= 3

    @pytest.mark.parametrize("length", [0, -1])
    def test_an_empty_object_is_refused(self, store: ObjectStore, length: int) -> None:
        name = new_object_name()
        with pytest.raises(WrongLength):
            store.put(name, io.BytesIO(b""), length)
        with pytest.raises(ObjectMissing):
            store.size(name)

    def test_an_object_is_never_replaced(self, store: ObjectStore) -> None:
        name = put(store, b"first")
        with pytest.raises(ObjectExists):
            store.put(name, io.BytesIO(b"other"), 5)
        assert read(store, name) == b"first"

    def test_of_eight_racers_one_wins_and_its_bytes_stay(self, store: ObjectStore) -> None:
        name = new_object_name()
        start = threading.Barrier(8)

        def race(number: int) -> int | None:
            start.wait()
            try:
                store.put(name, io.BytesIO(bytes([number]) * 100_000), 100_000)
            except ObjectExists:
                return None
            return number

        with ThreadPoolExecutor(8) as pool:
            winners = [number for number in pool.map(race, range(8)) if number is not None]
        assert len(winners) == 1
        assert read(store, name) == bytes(winners) * 100_000

    def test_an_object_being_written_is_not_seen(self, store: ObjectStore) -> None:
        name = new_object_name()

        def body() -> Iterator[bytes]:
            for _ in range(8):
                with pytest.raises(ObjectMissing):
                    store.size(name)
                assert name not in all_names(store, 1000)
                yield os.urandom(CHUNK)

        store.put(name, body(), 8 * CHUNK)
        assert store.size(name) == 8 * CHUNK

    def test_what_the_body_raises_passes_through_and_leaves_nothing(self, store: ObjectStore) -> None:
        class Hangup(OSError):
            pass

        def body() -> Iterator[bytes]:
            yield b"half"
            raise Hangup

        name = new_object_name()
        with pytest.raises(Hangup):
            store.put(name, body(), 8)
        with pytest.raises(ObjectMissing):
            store.size(name)

    @pytest.mark.parametrize(
        ("start", "length"),
        [(0, 1), (0, 1000), (999, 1), (500, 500), (1, 998)],
    )
    def test_a_range_gives_exactly_its_bytes(self, store: ObjectStore, start: int, length: int) -> None:
        content = os.urandom(1000)
        name = put(store, content)
        with store.open_range(name, start, length) as stream:
            assert stream.length == length
            assert b"".join(stream) == content[start : start + length]

    @pytest.mark.parametrize(
        ("start", "length"),
        [(1000, 1), (999, 2), (0, 1001), (5000, 10), (-1, 10), (-10, 5), (0, 0), (10, -1)],
    )
    def test_a_range_outside_of_the_object_is_refused(
        self, store: ObjectStore, start: int, length: int
    ) -> None:
        name = put(store, bytes(1000))
        with pytest.raises(RangeNotSatisfiable):
            store.open_range(name, start, length)

    def test_a_stream_comes_in_small_chunks_and_can_be_left(self, store: ObjectStore) -> None:
        content = os.urandom(5 * CHUNK + 3)
        name = put(store, content)
        with store.open_range(name, 1, 5 * CHUNK) as stream:
            chunks = list(stream)
        assert all(0 < len(chunk) <= CHUNK for chunk in chunks)
        assert b"".join(chunks) == content[1 : 1 + 5 * CHUNK]
        left = store.open_range(name, 0, 5 * CHUNK)
        next(left)
        left.close()
        left.close()

    def test_deleting_is_final_and_may_be_repeated(self, store: ObjectStore) -> None:
        name = put(store, b"content")
        store.delete(name)
        store.delete(name)
        store.delete(new_object_name())
        with pytest.raises(ObjectMissing):
            store.size(name)
        with pytest.raises(ObjectMissing):
            store.open_range(name, 0, 1)
        assert name not in all_names(store, 1000)

    def test_a_list_gives_every_name_once_in_order(self, store: ObjectStore) -> None:
        before = set(all_names(store, 1000))
        with ThreadPoolExecutor(4) as pool:
            made = set(pool.map(lambda number: put(store, b"%d" % number), range(23)))
        expected = sorted(before | made)
        for limit in (1, 5, 1000):
            assert list(all_names(store, limit)) == expected
        assert store.list(expected[7], 3) == tuple(expected[8:11])
        assert store.list(expected[-1], 3) == ()

    def test_a_list_starts_after_a_name_that_does_not_exist(self, store: ObjectStore) -> None:
        name = put(store, b"x")
        gone = put(store, b"y")
        store.delete(gone)
        after_gone = store.list(gone, 1000)
        assert all(found > gone for found in after_gone)
        assert (name in after_gone) == (name > gone)

    def test_a_store_that_is_down_is_unavailable(self, stopped_store: ObjectStore) -> None:
        name = new_object_name()
        calls: list[Callable[[], object]] = [
            lambda: stopped_store.put(name, io.BytesIO(b"x"), 1),
            lambda: stopped_store.begin(name),
            lambda: stopped_store.put_part(name, NOBODY, 1, 0, io.BytesIO(b"x"), 1),
            lambda: stopped_store.complete(name, NOBODY, [Part(1, PartTag("x"), 1)]),
            lambda: stopped_store.abort(name, NOBODY),
            lambda: stopped_store.open_range(name, 0, 1),
            lambda: stopped_store.size(name),
            lambda: stopped_store.delete(name),
            lambda: stopped_store.list(None, 1),
            lambda: list(stopped_store.pending()),
        ]

        def outcome(call: Callable[[], object]) -> type[BaseException] | None:
            try:
                call()
            except (StoreError, OSError) as error:
                return type(error)
            return None

        # At once, since each may take some attempts.
        with ThreadPoolExecutor(len(calls)) as pool:
            assert list(pool.map(outcome, calls)) == [StoreUnavailable] * len(calls)
