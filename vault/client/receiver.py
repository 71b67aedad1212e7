"""Opening a share's link without an account: any SMART Health Link receiver does the same (chapter 8).

Owns the exchange with the server that the link names. The link's key never leaves this device.
"""

from collections.abc import Callable

from crypto.encoding import Json
from crypto.fhir import SharedDocument, read_bundle
from crypto.share import CONTENT_TYPE, MAX_JWE, ShareLink, open_file
from vault.client.answers import Answer, children, from_server, optional_text, text
from vault.client.api import Api, origin_of
from vault.client.errors import BadAnswer, Ended, ServerRefused, Usage

_RECIPIENT_LIMIT = 100


def open_share(
    link: ShareLink,
    *,
    connect: Callable[[str], Api],
    passcode: str | None,
    recipient: str,
    now: int,
) -> list[SharedDocument]:
    """The documents of a share, all of them or an error. The server counts this as one opening.

    Raises:
        Ended: the link's own end has passed, or the server says that it is over.
        ServerRefused: `passcode`, with the attempts that are left.
        Tampered, BadAnswer: files that the link's key does not open, or that are no documents.
    """
    if link.over(now):
        raise Ended("the share has ended")
    if not 0 < len(recipient) <= _RECIPIENT_LIMIT:
        raise Usage("--recipient has 1 to 100 characters")
    api = connect(_origin(link.url))
    body: dict[str, Json] = {"recipient": recipient}
    if passcode is not None:
        body["passcode"] = passcode
    try:
        answer = api.post_url(link.url, body)
        files = children(answer, "files", limit=1000)
        sealed = [_fetch(api, file, connect) for file in files if _is_fhir(file)]
    except ServerRefused as error:
        if error.code == "not_found":
            # Unknown, ended and used up look alike at the server; who has a link knows that it was one.
            raise Ended("the share has ended or was used up") from None
        raise
    with from_server():
        documents = [document for data in sealed for document in read_bundle(open_file(link.key, data))]
    if not documents:
        raise BadAnswer("malformed", "a share without documents")
    return documents


def _fetch(api: Api, file: Answer, connect: Callable[[str], Api]) -> bytes:
    embedded, location = _embedded(file), optional_text(file, "location")
    if bool(embedded) == bool(location):
        raise BadAnswer
    if embedded:
        return embedded.encode()
    origin = _origin(location)
    if origin != api.origin and not origin.startswith("https://"):
        # A link's server must not make this device ask its own loopback services.
        raise BadAnswer
    return (api if origin == api.origin else connect(origin)).get_url(location, limit=MAX_JWE)


def _embedded(file: Answer) -> str:
    return text(file, "embedded", limit=MAX_JWE) if file.get("embedded") is not None else ""


def _is_fhir(file: Answer) -> bool:
    return text(file, "contentType", limit=100) == CONTENT_TYPE


def _origin(url: str) -> str:
    """The origin of an address inside a link or an answer.

    Raises BadAnswer for anything but https (or loopback).
    """
    scheme, mark, rest = url.partition("://")
    host = rest.partition("/")[0]
    if not mark or not host or "@" in host:
        raise BadAnswer
    try:
        return origin_of(f"{scheme}://{host}")
    except Usage:
        raise BadAnswer("malformed", "a link to an address that is not safe") from None
