"""The contract of storage.base for uploads in parts; test modules inherit from PartsContract."""

import io
import os
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from storage.base import ObjectStore, Part, PartTag, UploadToken, new_object_name
from storage.errors import (
    ObjectExists,
    ObjectMissing,
    StoreUnavailable,
    UploadMissing,
    WrongLength,
    WrongParts,
)
from storage.streams import CHUNK
from tests.storage.contract import NOBODY, all_names, read, send


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

        begun = threading.Barrier(4, timeout=30)

        def body(part: bytes) -> Iterator[bytes]:
            begun.wait()
            yield part

        def one(number: int) -> Part:
            part = content[(number - 1) * size : number * size]
            digest = sha256(part).digest() if number % 2 else None
            tag = store.put_part(name, token, number, (number - 1) * size, body(part), len(part), digest)
            return Part(number, tag, len(part))

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

    def test_a_part_that_is_not_as_announced_can_be_sent_again(self, store: ObjectStore) -> None:
        class Gone(Exception):
            """What the sender's own body raises."""

        def broken() -> Iterator[bytes]:
            yield b"con"
            raise Gone

        name = new_object_name()
        token = store.begin(name)
        digest = sha256(b"content").digest()
        with pytest.raises(WrongLength):
            store.put_part(name, token, 1, 0, io.BytesIO(b"cut"), 7, digest)
        with pytest.raises(Gone):
            store.put_part(name, token, 1, 0, broken(), 7, digest)
        with suppress(StoreUnavailable):
            store.put_part(name, token, 1, 0, io.BytesIO(b"another"), 7, digest)
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
            store.put_part(name, token, 1, 0, iter([content[:size], b"d"]), size)
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
