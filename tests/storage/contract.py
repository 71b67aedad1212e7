"""The contract of storage.base, checked on every store: a test module inherits from StoreContract.

The module gives the fixtures `store` (empty, or with objects of earlier tests) and `stopped_store` (one whose
backing has gone away). `part` is the smallest part that the store accepts in the middle of an object.
"""

import io
import itertools
import os
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from storage.base import ObjectName, ObjectStore, Part, PartTag, UploadToken, new_object_name
from storage.errors import (
    BadObjectName,
    ObjectExists,
    ObjectMissing,
    RangeNotSatisfiable,
    StoreError,
    StoreUnavailable,
    UploadMissing,
    WrongLength,
    WrongParts,
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
    return Part(
        number,
        store.put_part(name, token, number, offset, io.BytesIO(content), len(content)),
        len(content),
    )


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


class PartsContract:
    """Uploads in parts."""

    def test_parts_in_any_order_make_the_object(self, store: ObjectStore) -> None:
        size = store.minimum_part + 100
        content = os.urandom(2 * size + 5)
        name = new_object_name()
        token = store.begin(name)
        last = send(store, name, token, 3, 2 * size, content[2 * size :])
        second = send(store, name, token, 2, size, content[size : 2 * size])
        first = send(store, name, token, 1, 0, content[:size])
        store.complete(name, token, [second, last, first])
        assert read(store, name) == content

    def test_parts_in_parallel_make_the_object(self, store: ObjectStore) -> None:
        size = store.minimum_part + 1000
        content = os.urandom(4 * size - 7)
        name = new_object_name()
        token = store.begin(name)

        def one(number: int) -> Part:
            offset = (number - 1) * size
            return send(store, name, token, number, offset, content[offset : offset + size])

        with ThreadPoolExecutor(4) as pool:
            parts = list(pool.map(one, range(1, 5)))
        store.complete(name, token, parts)
        assert read(store, name) == content

    def test_nothing_is_seen_before_completion(self, store: ObjectStore) -> None:
        name = new_object_name()
        token = store.begin(name)
        part = send(store, name, token, 1, 0, b"content")
        with pytest.raises(ObjectMissing):
            store.size(name)
        with pytest.raises(ObjectMissing):
            store.open_range(name, 0, 1)
        assert name not in all_names(store, 1000)
        store.complete(name, token, [part])
        assert name in all_names(store, 1000)

    def test_a_part_sent_again_replaces_the_first(self, store: ObjectStore) -> None:
        # Both ways, since a store may keep its parts sorted by their tags.
        for first, again in ((b"first try", b"again now"), (b"again now", b"first try")):
            name = new_object_name()
            token = store.begin(name)
            send(store, name, token, 1, 0, first)
            store.complete(name, token, [send(store, name, token, 1, 0, again)])
            assert read(store, name) == again

    def test_the_tag_of_a_replaced_part_never_gives_other_bytes(self, store: ObjectStore) -> None:
        for first, again in ((b"first try", b"again now"), (b"again now", b"first try")):
            name = new_object_name()
            token = store.begin(name)
            replaced = send(store, name, token, 1, 0, first)
            send(store, name, token, 1, 0, again)
            try:
                store.complete(name, token, [replaced])
            except WrongParts:
                assert name not in all_names(store, 1000)
            else:
                assert read(store, name) == first

    def test_the_same_part_sent_again_has_the_same_tag(self, store: ObjectStore) -> None:
        name = new_object_name()
        token = store.begin(name)
        sent = [send(store, name, token, 1, 0, b"same bytes") for _ in range(2)]
        assert sent[0] == sent[1]

    def test_a_part_cut_off_can_be_sent_again(self, store: ObjectStore) -> None:
        name = new_object_name()
        token = store.begin(name)
        with pytest.raises(WrongLength):
            store.put_part(name, token, 1, 0, io.BytesIO(b"cut"), 7)
        with pytest.raises(WrongLength):
            store.put_part(name, token, 1, 0, io.BytesIO(b"too long"), 7)
        part = send(store, name, token, 1, 0, b"content")
        store.complete(name, token, [part])
        assert read(store, name) == b"content"

    def test_a_part_sent_too_long_does_not_reach_into_the_next(self, store: ObjectStore) -> None:
        size = store.minimum_part + 10
        content = os.urandom(size + 10)
        name = new_object_name()
        token = store.begin(name)
        second = send(store, name, token, 2, size, content[size:])
        with pytest.raises(WrongLength):
            store.put_part(name, token, 1, 0, iter([content[:size], b"damage"]), size)
        first = send(store, name, token, 1, 0, content[:size])
        store.complete(name, token, [first, second])
        assert read(store, name) == content

    def test_parts_that_do_not_make_the_object_are_refused(self, store: ObjectStore) -> None:
        size = store.minimum_part
        content = os.urandom(size + 10)
        name = new_object_name()
        token = store.begin(name)
        first = send(store, name, token, 1, 0, content[:size])
        second = send(store, name, token, 2, size, content[size:])
        for parts in (
            [],
            [second],
            [first, first],
            [first, second._replace(number=3)],
            [first, second._replace(length=9)],
            [first, second._replace(tag=first.tag)],
            [first, second, Part(3, second.tag, 10)],
        ):
            with pytest.raises(WrongParts):
                store.complete(name, token, parts)
            with pytest.raises(ObjectMissing):
                store.size(name)
        store.complete(name, token, [first, second])
        assert read(store, name) == content

    @pytest.mark.parametrize(("number", "offset"), [(0, 0), (-1, 5), (10_001, 5), (1, 5), (2, 0), (2, -5)])
    def test_an_impossible_part_is_refused(self, store: ObjectStore, number: int, offset: int) -> None:
        name = new_object_name()
        token = store.begin(name)
        with pytest.raises(WrongParts):
            store.put_part(name, token, number, offset, io.BytesIO(b"x"), 1)
        with pytest.raises(WrongLength):
            store.put_part(name, token, 1, 0, io.BytesIO(b""), 0)

    def test_an_aborted_upload_is_gone(self, store: ObjectStore) -> None:
        name = new_object_name()
        token = store.begin(name)
        part = send(store, name, token, 1, 0, b"content")
        store.abort(name, token)
        store.abort(name, token)
        store.abort(name, NOBODY)
        with pytest.raises(UploadMissing):
            store.complete(name, token, [part])
        with pytest.raises(UploadMissing):
            send(store, name, token, 1, 0, b"content")
        with pytest.raises(ObjectMissing):
            store.size(name)

    @pytest.mark.parametrize("token", ["", "../../etc", "0" * 32, "a b", "é", "x" * 2000])
    def test_an_unknown_token_is_refused(self, store: ObjectStore, token: str) -> None:
        name = new_object_name()
        with pytest.raises(UploadMissing):
            store.put_part(name, UploadToken(token), 1, 0, io.BytesIO(b"x"), 1)
        with pytest.raises(UploadMissing):
            store.complete(name, UploadToken(token), [Part(1, PartTag("x"), 1)])
        store.abort(name, UploadToken(token))

    def test_a_token_serves_its_own_name_only(self, store: ObjectStore) -> None:
        name = new_object_name()
        token = store.begin(name)
        part = send(store, name, token, 1, 0, b"content")
        with pytest.raises(UploadMissing):
            store.complete(new_object_name(), token, [part])

    def test_completing_again_says_that_the_object_exists(self, store: ObjectStore) -> None:
        name = new_object_name()
        token = store.begin(name)
        part = send(store, name, token, 1, 0, b"content")
        store.complete(name, token, [part])
        with pytest.raises(ObjectExists):
            store.complete(name, token, [part])
        store.abort(name, token)
        assert read(store, name) == b"content"

    def test_of_two_uploads_of_a_name_the_first_completed_stays(self, store: ObjectStore) -> None:
        name = new_object_name()
        tokens = [store.begin(name), store.begin(name)]
        parts = [send(store, name, token, 1, 0, b"upload %d" % i) for i, token in enumerate(tokens)]
        store.complete(name, tokens[1], [parts[1]])
        with pytest.raises(ObjectExists):
            store.complete(name, tokens[0], [parts[0]])
        assert read(store, name) == b"upload 1"

    def test_pending_uploads_are_listed_until_they_end(self, store: ObjectStore) -> None:
        begun = datetime.now(UTC)
        names = [new_object_name() for _ in range(3)]
        tokens = [store.begin(name) for name in names]
        part = send(store, names[0], tokens[0], 1, 0, b"content")
        found = {(entry.name, entry.token): entry.started_at for entry in store.pending()}
        for started in (found[key] for key in zip(names, tokens, strict=True)):
            assert abs(started - begun) < timedelta(seconds=30)
        store.complete(names[0], tokens[0], [part])
        store.abort(names[1], tokens[1])
        left = {(entry.name, entry.token) for entry in store.pending()}
        assert left & set(zip(names, tokens, strict=True)) == {(names[2], tokens[2])}

    def test_memory_does_not_grow_with_the_part(self, store: ObjectStore) -> None:
        size = 32 * 1024 * 1024
        block = bytes(CHUNK)
        name = new_object_name()
        token = store.begin(name)
        tracemalloc.start()
        try:
            tag = store.put_part(name, token, 1, 0, (block for _ in range(size // CHUNK)), size)
            store.complete(name, token, [Part(1, tag, size)])
            with store.open_range(name, 0, size) as stream:
                assert sum(map(len, stream)) == size
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 8 * 1024 * 1024
