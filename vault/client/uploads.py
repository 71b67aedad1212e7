"""Ciphertext on its way to the server, in parts with their digests; a part is sent again when the connection
breaks.
"""

from collections.abc import Callable, Iterable, Iterator

from crypto.document import Part
from crypto.signing import sha256
from vault.client.answers import child, number, text
from vault.client.errors import BadAnswer
from vault.client.vaults import OpenVault

Advance = Callable[[int], object]


def part_size_of(vault: OpenVault) -> int:
    """The part size in bytes that the server wants."""
    return number(child(vault.client.api.get("/server"), "limits"), "part_size")


def upload_parts(
    vault: OpenVault, parts: Iterable[Part], length: int, part_size: int, advance: Advance
) -> str:
    """Sends an object of `length` bytes; the upload's id, to be named by the statement that uses it."""
    base = f"/vaults/{vault.id}/uploads"
    answer = vault.client.api.post(base, {"length": length, "part_size": part_size})
    upload = text(answer, "upload", limit=64)
    if not upload.isalnum():
        # It becomes part of an address.
        raise BadAnswer
    for part in parts:
        vault.client.api.put_part(f"{base}/{upload}/parts/{part.number + 1}", bytes(part.data), part.sha256)
        advance(len(part.data))
    return upload


def upload_bytes(vault: OpenVault, data: bytes, part_size: int, advance: Advance) -> str:
    """Sends bytes that are sealed already."""
    return upload_parts(vault, _cut(data, part_size), len(data), part_size, advance)


def _cut(data: bytes, part_size: int) -> Iterator[Part]:
    view = memoryview(data)
    for index, start in enumerate(range(0, len(data), part_size)):
        piece = view[start : start + part_size]
        yield Part(index, piece, sha256(bytes(piece)))
