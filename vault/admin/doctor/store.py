"""The object store, tried out with objects of its own that are taken away again.

Owns the probe: what the server relies on (`storage.base`) is done once, for real. Sizes are the least that
a store must take in parts, so that a probe costs some ten megabytes of traffic.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from storage.base import ObjectName, ObjectStore, Part, UploadToken, new_object_name
from storage.errors import (
    ObjectExists,
    ObjectMissing,
    RangeNotSatisfiable,
    StoreError,
    StoreUnavailable,
    WrongLength,
)
from vault.admin.doctor.finding import Finding, fail, ok, skew, warn

CLOCK_TOLERANCE = 30
_SMALL = 100_000
_MIB = 1024 * 1024


class _Unexpected(Exception):
    """The store answered, and not what it must."""


def examine(store: ObjectStore, clock: Callable[[], int]) -> list[Finding]:
    """Everything about the store; one finding only when it cannot be entered."""
    try:
        store.list(None, 1)
    except StoreError as error:
        return [unusable("store", error)]
    found = [ok("store", "the place of objects can be entered and listed")]
    for name, probe in (("store_objects", _objects), ("store_parts", _parts)):
        try:
            probe(store)
            found.append(ok(name, _DONE[name]))
        except StoreError as error:
            found.append(unusable(name, error))
        except _Unexpected as error:
            found.append(fail(name, str(error), "this store cannot be used: choose another, or update it"))
    for name, question in (("store_write_once", _write_once), ("store_clock", _clock)):
        try:
            found.append(question(store, clock))
        except StoreError as error:
            found.append(unusable(name, error))
    return found


_DONE = {
    "store_objects": "written, read in ranges, wrong length refused, deleted",
    "store_parts": "written in parts, out of order, and aborted without a trace",
}


def unusable(name: str, error: StoreError) -> Finding:
    """A store that could not be asked, and what to do about it."""
    if isinstance(error, StoreUnavailable):
        repair = "check storage.endpoint or storage.path, the network, and free space there"
        return fail(name, str(error), repair, unreachable=True)
    repair = "check the keys, the bucket's name and policy (list, read, write, delete), and the certificate"
    return fail(name, str(error), repair)


def _objects(store: ObjectStore) -> None:
    content = secrets.token_bytes(_SMALL)
    with _object(store) as name:
        try:
            store.put(name, iter([content[:-1]]), _SMALL)
        except WrongLength:
            _must_be_absent(store, name, "an object of a wrong length was kept")
        else:
            raise _Unexpected("an object of a wrong length was accepted")
        store.put(name, iter([content]), _SMALL)
        if store.size(name) != _SMALL or _read(store, name, 0, _SMALL) != content:
            raise _Unexpected("an object came back otherwise than it was written")
        if _read(store, name, 70_001, 9) != content[70_001:70_010]:
            raise _Unexpected("a range of an object is not what was asked for")
        try:
            _read(store, name, _SMALL - 1, 2)
        except RangeNotSatisfiable:
            pass
        else:
            raise _Unexpected("a range beyond the end was answered")
        store.delete(name)
        _must_be_absent(store, name, "a deleted object can still be read")


def _parts(store: ObjectStore) -> None:
    first, last = secrets.token_bytes(max(store.minimum_part, _MIB)), secrets.token_bytes(1000)
    with _object(store) as name:
        token = store.begin(name)
        try:
            tail = store.put_part(name, token, 2, len(first), iter([last]), len(last))
            head = store.put_part(name, token, 1, 0, iter([first]), len(first))
            _must_be_absent(store, name, "an object is seen before all its parts are there")
            store.complete(name, token, [Part(1, head, len(first)), Part(2, tail, len(last))])
        except BaseException:
            store.abort(name, token)
            raise
        total = len(first) + len(last)
        if hashlib.sha256(_read(store, name, 0, total)).digest() != hashlib.sha256(first + last).digest():
            raise _Unexpected("an object of parts came back otherwise than it was written")
    with _object(store) as name:
        token = store.begin(name)
        store.put_part(name, token, 1, 0, iter([last]), len(last))
        store.abort(name, token)
        if any(pending.name == name for pending in store.pending()):
            raise _Unexpected("an aborted upload is still there")


def _write_once(store: ObjectStore, _: Callable[[], int]) -> Finding:
    with _object(store) as name:
        store.put(name, iter([b"first"]), 5)
        try:
            store.put(name, iter([b"other"]), 5)
        except ObjectExists:
            return ok("store_write_once", "an object is never replaced")
    message = "the store lets an object be replaced; only random names protect"
    return warn("store_write_once", message, "update the store: If-None-Match on PUT should be honoured")


def _clock(store: ObjectStore, clock: Callable[[], int]) -> Finding:
    name = new_object_name()
    token = store.begin(name)
    try:
        began = _began(store, name, token)
    finally:
        store.abort(name, token)
    if began is None:
        return warn("store_clock", "the store does not list uploads under way", "look at its clock yourself")
    return skew("store_clock", "the store's clock", began - clock(), tolerance=CLOCK_TOLERANCE)


def _began(store: ObjectStore, name: ObjectName, token: UploadToken) -> int | None:
    for pending in store.pending():
        if (pending.name, pending.token) == (name, token):
            return int(pending.started_at.timestamp())
    return None


def _read(store: ObjectStore, name: ObjectName, start: int, length: int) -> bytes:
    with store.open_range(name, start, length) as stream:
        return b"".join(stream)


def _must_be_absent(store: ObjectStore, name: ObjectName, otherwise: str) -> None:
    try:
        store.size(name)
    except ObjectMissing:
        return
    raise _Unexpected(otherwise)


@contextmanager
def _object(store: ObjectStore) -> Iterator[ObjectName]:
    """A new name, whose object is gone afterwards whatever happened."""
    name = new_object_name()
    try:
        yield name
    finally:
        store.delete(name)
