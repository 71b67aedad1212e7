"""Receipts of erased accounts: read, and verified against the server's key (spec chapter 12).

    receipt = fetch(api, request, server_key)

Asks without a session: there is no account any more.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from crypto.encoding import b64u, unb64u
from crypto.errors import Malformed, Tampered
from crypto.signing import server_key_id, verify_text
from crypto.statement_grammar import Signed
from crypto.statement_keys import MAX_SUCCESSIONS, ServerSuccession
from crypto.successions import verified
from vault.client.answers import children, from_server, text
from vault.client.api import Api
from vault.client.errors import NotFound, ServerRefused

TITLE: Final = "coffre/account-erasure/v1"
_SIGNATURE: Final = "signature "
_LINES: Final = (
    ("host", r"[A-Za-z0-9_-]{43}"),
    ("request", r"[0-9a-f]{64}"),
    ("requested", r"\d{1,12}"),
    ("erased", r"\d{1,12}"),
    ("role", "patient|professional"),
    ("rows", r"\d{1,16}"),
    ("objects", r"\d{1,16}"),
    ("key", r"[A-Za-z0-9_-]{43}"),
)
_MOST: Final = 4096


@dataclass(frozen=True)
class Receipt:
    """What a server says that it erased; times in seconds since 1970. `text` is what it signed, whole."""

    text: str
    requested: int
    erased: int
    role: str
    rows: int
    objects: int


def address_of(origin: str, request: bytes) -> str:
    """Where the receipt for a wish (its hash, 32 bytes) is given once the account is erased."""
    return f"{origin}/api/v1/erasures/{b64u(request)}"


def fetch(api: Api, request: bytes, server_key: bytes) -> Receipt:
    """The receipt for a wish, by `server_key` (32 bytes) or a key that followed it.

    Raises NotFound (not erased yet, or longer ago than receipts are kept), Tampered, BadAnswer.
    """
    try:
        data = api.get_url(address_of(api.origin, request), limit=_MOST)
    except ServerRefused as error:
        raise NotFound("no receipt yet") if error.code == "not_found" else error from None
    with from_server():
        receipt, key = read(data, request)
        if key != server_key and key not in _followers(api, server_key):
            raise Tampered("receipt by another key than the server's")
    return receipt


def read(data: bytes, request: bytes) -> tuple[Receipt, bytes]:
    """A receipt for this wish, and the key (32 bytes) that signed it. Raises Malformed, Tampered."""
    try:
        whole = data.decode("ascii")
    except UnicodeDecodeError:
        raise Malformed("no receipt") from None
    signed, separator, rest = whole.rpartition(_SIGNATURE)
    lines = signed.split("\n")
    if not separator or len(lines) != len(_LINES) + 2 or lines[0] != TITLE or lines[-1]:
        raise Malformed("no receipt")
    found = {}
    for line, (name, form) in zip(lines[1:-1], _LINES, strict=True):
        match = re.fullmatch(f"{name} ({form})", line, re.ASCII)
        if match is None:
            raise Malformed("no receipt")
        found[name] = match[1]
    try:
        signature = base64.b64decode(rest.removesuffix("\n"), validate=True)
    except binascii.Error:
        raise Malformed("no receipt") from None
    key = unb64u(found["key"], length=32)
    verify_text(key, signed.encode(), signature)
    if found["request"] != request.hex() or found["host"] != server_key_id(key):
        raise Tampered("receipt for another wish, or of another host")
    numbers = {name: int(found[name]) for name in ("requested", "erased", "rows", "objects")}
    return Receipt(text=whole, role=found["role"], **numbers), key


def _followers(api: Api, first: bytes) -> set[bytes]:
    rows = children(api.get("/server/keys"), "server", limit=MAX_SUCCESSIONS)
    chain = [Signed.from_wire({name: text(row, name) for name in row}) for row in rows]
    return {member.key for member in verified(ServerSuccession, first, chain).followed}
