"""Receipts of erased accounts: fetched, and verified against the server's key (spec chapter 12).

    receipt = fetch(api, request, server_key)

Asks without a session: there is no account any more.
"""

from crypto import receipts, signed_lines
from crypto.encoding import b64u
from crypto.receipts import Receipt
from crypto.statement_keys import ServerSuccession
from crypto.successions import verified
from vault.client.answers import from_server
from vault.client.api import Api
from vault.client.errors import NotFound, ServerRefused
from vault.client.server_keys import published


def address_of(origin: str, request: bytes) -> str:
    """Where the receipt for a wish (its hash, 32 bytes) is given once the account is erased."""
    return f"{origin}/api/v1/erasures/{b64u(request)}"


def page_of(origin: str, request: bytes, server_key: bytes) -> str:
    """The page of the web application that verifies it, by the key that is pinned here (32 bytes)."""
    return f"{origin}/receipt#{b64u(request)}.{b64u(server_key)}"


def fetch(api: Api, request: bytes, server_key: bytes) -> tuple[Receipt, bytes]:
    """The receipt for a wish, by `server_key` (32 bytes) or a key that followed it, and its text as signed.

    Raises NotFound (not erased yet, or longer ago than receipts are kept), Tampered, BadAnswer.
    """
    try:
        text = api.get_url(address_of(api.origin, request), limit=signed_lines.MAX_TEXT)
    except ServerRefused as error:
        raise NotFound("no receipt yet") if error.code == "not_found" else error from None
    with from_server():
        keys = verified(ServerSuccession, server_key, published(api, "server"))
        return receipts.open_receipt(text, request, keys.publics), text
