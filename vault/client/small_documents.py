"""Small documents: each object travels whole, alone with its manifest or many in one request.

    for added in add_many(vault, [NewDocument(path), …], section, part_size, uploads): …

A ledger's entries come one after the other, since each names the one before, which holds the server's time.
Objects need not: while some are being committed, the next are sealed and sent. Owns that order; what a
version is stands in `new_versions`.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from crypto.document import ObjectSealer, SealedObject, object_length
from crypto.encoding import Json, SectionId, b64u, check_id
from vault.client.answers import from_server, texts
from vault.client.errors import BadAnswer
from vault.client.ledger_state import VersionState
from vault.client.new_versions import (
    Added,
    Begun,
    NewDocument,
    already_in,
    begin,
    commit,
    described,
    size_of,
)
from vault.client.resuming import Uploads
from vault.client.uploads import resume
from vault.client.vaults import OpenVault

MAXIMUM_OBJECT: Final = 1 << 20
"""Bytes of an object that may travel whole; what one request carries in all, and how many. As in the API."""
_BATCH_BYTES: Final = 4 << 20
_BATCH_NUMBER: Final = 64


@dataclass(frozen=True)
class _Ready:
    """A sealed version; `upload` once its object is at the server, `before` if it is all there."""

    begun: Begun
    sealed: SealedObject
    content: bytes
    upload: str = ""
    before: VersionState | None = None


def is_small(size: int) -> bool:
    """Whether a document of `size` bytes travels whole."""
    return size <= MAXIMUM_OBJECT and object_length(size) <= MAXIMUM_OBJECT


def add_one(vault: OpenVault, begun: Begun, part_size: int) -> Added:
    """Adds one document by one request."""
    return _commit(vault, _seal(vault, begun, part_size))


def add_many(
    vault: OpenVault,
    news: Sequence[NewDocument],
    section: SectionId,
    part_size: int,
    uploads: Uploads,
) -> Iterator[Added]:
    """Adds small documents, in their order. Raises as `documents.add`; those before stay added."""

    def prepare(group: Sequence[NewDocument]) -> list[_Ready]:
        return _sent(
            vault, [_seal(vault, begin(vault, new, section, part_size, uploads), part_size) for new in group]
        )

    if len(news) == 1:
        yield add_one(vault, begin(vault, news[0], section, part_size, uploads), part_size)
        return
    with ThreadPoolExecutor(1) as ahead:
        under_way: deque[Future[list[_Ready]]] = deque()
        for group in _groups(news):
            under_way.append(ahead.submit(prepare, group))
            if len(under_way) > 1:
                yield from (_commit(vault, ready) for ready in under_way.popleft().result())
        while under_way:
            yield from (_commit(vault, ready) for ready in under_way.popleft().result())


def _groups(news: Sequence[NewDocument]) -> Iterator[list[NewDocument]]:
    group: list[NewDocument] = []
    total = 0
    for new in news:
        length = object_length(size_of(new.path))
        if group and (len(group) == _BATCH_NUMBER or total + length > _BATCH_BYTES):
            yield group
            group, total = [], 0
        group.append(new)
        total += length
    yield group


def _seal(vault: OpenVault, begun: Begun, part_size: int) -> _Ready:
    """Seals in memory; what was sealed by an interrupted attempt must come out the same."""
    pending = begun.pending
    before = already_in(vault, begun, tuple(pending.hashes))
    with begun.new.path.open("rb") as source:
        sealer = ObjectSealer(
            source,
            size=begun.size,
            file_key=pending.file_key,
            part_size=part_size,
            random=pending.random(),
            hashed=begun.new.hashed,
        )
        content = b"".join(bytes(part.data) for part in pending.recorded(sealer))
    sealed = sealer.result()
    upload = ""
    if before is None and pending.upload:
        known = resume(vault, pending.upload, sealed.length, part_size)
        if known is not None and known.arrived.get(1) == sealed.parts[0]:
            upload = known.id
    return _Ready(begun, sealed, content, upload, before)


def _sent(vault: OpenVault, group: list[_Ready]) -> list[_Ready]:
    """The same, with every object at the server."""
    left = [ready for ready in group if not ready.upload and ready.before is None]
    if not left:
        return group
    objects: list[Json] = [b64u(ready.content) for ready in left]
    body: dict[str, Json] = {"objects": objects, "part_size": left[0].sealed.part_size}
    # Objects that are sent twice are other uploads, and the first ones are swept.
    answer = vault.client.api.post(f"/vaults/{vault.id}/objects", body, again=True)
    names = texts(answer, "uploads")
    if len(names) != len(left):
        raise BadAnswer
    with from_server():
        given = dict(zip((ready.begun.id for ready in left), map(check_id, names), strict=True))
    sent = []
    for ready in group:
        upload = given.get(ready.begun.id, ready.upload)
        if upload != ready.upload:
            ready.begun.pending.note_upload(upload)
        sent.append(_Ready(ready.begun, ready.sealed, b"", upload, ready.before))
    return sent


def _commit(vault: OpenVault, ready: _Ready) -> Added:
    begun, before = ready.begun, ready.before
    if before is not None:
        meta = described(begun.new, vault.client.keyring.name, ready.sealed)
        return begun.added(meta.title, ready.sealed, before.manifest.version)
    where: dict[str, Json] = {"upload": ready.upload} if ready.upload else {"object": b64u(ready.content)}
    return commit(vault, begun, ready.sealed, where)
