"""The contract of storage.direct; test modules inherit from DirectContract.

The module gives the fixtures `store` and `outside`: an HTTP client that knows the store's certificate and
nothing else, as somebody who was handed a URL.
"""

import os
import re
import time

import httpx
import pytest

from storage.base import ObjectName, Part, PartTag, UploadToken, new_object_name
from storage.direct import MAXIMUM_LIFETIME, DirectStore
from storage.errors import (
    BadObjectName,
    ObjectMissing,
    RangeNotSatisfiable,
    UploadMissing,
    WrongLength,
    WrongParts,
)
from tests.storage.contract import BAD_NAMES, put, read, send


class DirectContract:
    """URLs that stand for one part or one range."""

    def test_parts_go_straight_to_the_store(self, store: DirectStore, outside: httpx.Client) -> None:
        size = store.minimum_part
        content = os.urandom(size + 10)
        name = new_object_name()
        token = store.begin(name)
        for number, piece in ((2, content[size:]), (1, content[:size])):
            asked = store.presign_part(name, token, number, len(piece), lifetime=60)
            assert outside.put(asked.url, content=piece, headers=asked.headers).status_code == 200
        held = store.arrived(name, token)
        assert [(part.number, part.length) for part in held] == [(1, size), (2, 10)]
        with pytest.raises(ObjectMissing):
            store.size(name)
        store.complete(name, token, held)
        assert read(store, name) == content

    def test_a_part_of_another_length_is_refused(self, store: DirectStore, outside: httpx.Client) -> None:
        name = new_object_name()
        token = store.begin(name)
        asked = store.presign_part(name, token, 1, 100, lifetime=60)
        for wrong in (99, 101, 0):
            assert outside.put(asked.url, content=bytes(wrong)).status_code in (400, 403)
        assert store.arrived(name, token) == ()

    def test_a_url_serves_nothing_else(self, store: DirectStore, outside: httpx.Client) -> None:
        name, other = new_object_name(), put(store, b"another object")
        token = store.begin(name)
        url = store.presign_part(name, token, 1, 4, lifetime=60).url
        twisted = [
            url.replace(name, other),
            url.replace("partNumber=1", "partNumber=2"),
            re.sub(r"X-Amz-Expires=60", "X-Amz-Expires=600", url),
        ]
        assert all(made != url for made in twisted)
        for made in twisted:
            assert outside.put(made, content=b"four").status_code == 403
        assert outside.get(url).status_code == 403
        assert outside.delete(url).status_code == 403
        assert store.arrived(name, token) == ()
        assert read(store, other) == b"another object"

    def test_a_url_ends(self, store: DirectStore, outside: httpx.Client) -> None:
        name = new_object_name()
        token = store.begin(name)
        whole = put(store, b"content")
        part = store.presign_part(name, token, 1, 4, lifetime=1)
        piece = store.presign_range(whole, 0, 7, lifetime=1)
        # A second is over before a busy machine has asked: that such an address is good, a longer one tells.
        longer = store.presign_range(whole, 0, 7, lifetime=60)
        assert outside.get(longer.url, headers=longer.headers).content == b"content"
        time.sleep(2.1)
        # Who refuses a body before its end may end the connection with it: the next request takes another.
        refused = outside.put(part.url, content=b"four", headers={"Connection": "close"})
        assert refused.status_code == 403
        assert outside.get(piece.url, headers=piece.headers).status_code == 403
        assert store.arrived(name, token) == ()

    def test_a_range_is_read_straight_from_the_store(self, store: DirectStore, outside: httpx.Client) -> None:
        content = os.urandom(1000)
        name = put(store, content)
        asked = store.presign_range(name, 10, 90, lifetime=60)
        answer = outside.get(asked.url, headers=asked.headers)
        assert (answer.status_code, answer.content) == (206, content[10:100])
        # The range is signed: neither another one nor the whole object comes with this URL.
        assert outside.get(asked.url, headers={"Range": "bytes=0-999"}).status_code == 403
        assert outside.get(asked.url).status_code == 403

    def test_an_aborted_upload_takes_no_part(self, store: DirectStore, outside: httpx.Client) -> None:
        name = new_object_name()
        token = store.begin(name)
        url = store.presign_part(name, token, 1, 4, lifetime=60).url
        store.abort(name, token)
        assert outside.put(url, content=b"four").status_code == 404
        with pytest.raises(UploadMissing):
            store.arrived(name, token)

    def test_a_completed_object_cannot_be_written_into(
        self, store: DirectStore, outside: httpx.Client
    ) -> None:
        name = new_object_name()
        token = store.begin(name)
        part = send(store, name, token, 1, 0, b"content")
        url = store.presign_part(name, token, 1, 7, lifetime=60).url
        assert store.arrived(name, token) == (part,)
        store.complete(name, token, [part])
        assert outside.put(url, content=b"CONTENT").status_code == 404
        assert read(store, name) == b"content"

    def test_parts_both_ways_make_one_object(self, store: DirectStore, outside: httpx.Client) -> None:
        size = store.minimum_part
        content = os.urandom(size + 10)
        name = new_object_name()
        token = store.begin(name)
        first = send(store, name, token, 1, 0, content[:size])
        asked = store.presign_part(name, token, 2, 10, lifetime=60)
        answer = outside.put(asked.url, content=content[size:])
        store.complete(name, token, [first, Part(2, PartTag(answer.headers["ETag"]), 10)])
        assert read(store, name) == content

    def test_what_cannot_be_is_not_signed(self, store: DirectStore) -> None:
        name = new_object_name()
        token = store.begin(name)
        for bad in BAD_NAMES:
            with pytest.raises(BadObjectName):
                store.presign_part(ObjectName(bad), token, 1, 1, lifetime=60)
            with pytest.raises(BadObjectName):
                store.presign_range(ObjectName(bad), 0, 1, lifetime=60)
            with pytest.raises(BadObjectName):
                store.arrived(ObjectName(bad), token)
        with pytest.raises(UploadMissing):
            store.presign_part(name, UploadToken("a b"), 1, 1, lifetime=60)
        for number in (0, 10_001):
            with pytest.raises(WrongParts):
                store.presign_part(name, token, number, 1, lifetime=60)
        with pytest.raises(WrongLength):
            store.presign_part(name, token, 1, 0, lifetime=60)
        for start, length in ((-1, 5), (0, 0)):
            with pytest.raises(RangeNotSatisfiable):
                store.presign_range(name, start, length, lifetime=60)
        for lifetime in (0, MAXIMUM_LIFETIME + 1):
            with pytest.raises(ValueError, match="presigned"):
                store.presign_part(name, token, 1, 1, lifetime=lifetime)
            with pytest.raises(ValueError, match="presigned"):
                store.presign_range(name, 0, 1, lifetime=lifetime)
