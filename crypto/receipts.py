"""The receipt of an account's erasure: made by the server, verified by who asked for it (spec chapter 12).

    text = receipt.to_text(server_key)
    open_receipt(text, request, [first_key, *keys_that_followed]).objects

Knows neither what was erased nor who fetches the text.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from crypto import signed_lines
from crypto.errors import Tampered
from crypto.signed_lines import B64U32, HEX32, NUMBER, Form
from crypto.signing import SigningKey, server_key_id

FORM: Final = Form(
    "coffre/account-erasure/v1",
    (
        ("host", B64U32),
        ("request", HEX32),
        ("requested", NUMBER),
        ("erased", NUMBER),
        ("role", "patient|professional"),
        ("rows", NUMBER),
        ("objects", NUMBER),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a server says that it erased. `request`: hash of the wish, 32 bytes; times: seconds since 1970."""

    request: bytes
    requested: int
    erased: int
    role: str
    rows: int
    objects: int

    def to_text(self, key: SigningKey) -> bytes:
        """The text, signed with the server's key. Raises Malformed: a value off the form."""
        host, counts = server_key_id(key.public), (self.rows, self.objects)
        values = (host, self.request.hex(), self.requested, self.erased, self.role, *counts)
        return signed_lines.write(FORM, values, key)


def open_receipt(data: bytes, request: bytes, publics: Collection[bytes]) -> Receipt:
    """The receipt for this wish, by one of the server's keys: the pinned one, or one that followed it.

    Raises:
        LimitExceeded, Malformed: off the form.
        Tampered: by another key, not signed by it, for another wish, or of another host than the key's.
    """
    text = signed_lines.read(FORM, data)
    values = text.verified(publics)
    if values["request"] != request.hex() or values["host"] != server_key_id(text.key):
        raise Tampered("receipt for another wish, or of another host")
    return Receipt(
        request=request,
        requested=int(values["requested"]),
        erased=int(values["erased"]),
        role=values["role"],
        rows=int(values["rows"]),
        objects=int(values["objects"]),
    )
