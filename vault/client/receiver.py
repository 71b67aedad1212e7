"""Opening a share's link without an account: any SMART Health Link receiver does the same (chapter 8).

Owns the exchange with the server that the link names. The link's key never leaves this device.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from crypto.age_stream import Sink
from crypto.document import IterableSource, open_object
from crypto.encoding import Json
from crypto.fhir import SharedDocument, check_complete, read_bundle
from crypto.share import CONTENT_TYPE, MAX_JWE, ShareLink, open_file
from vault.client.answers import Answer, children, from_server, optional_text, text
from vault.client.api import Api, origin_of
from vault.client.errors import BadAnswer, Ended, ServerRefused, Unreachable, Usage

_RECIPIENT_LIMIT = 100
_RANGE = 8 << 20
_PAUSES = (0.2, 0.8, 2.0)


@dataclass(frozen=True)
class Received:
    """A document of a share. `write` gives its bytes, which the caller releases only when it returns."""

    document: SharedDocument
    api: Api = field(repr=False)
    location: str = field(repr=False)

    @property
    def size(self) -> int:
        """In bytes."""
        elsewhere = self.document.elsewhere
        return len(self.document.data) if elsewhere is None else elsewhere.size

    def write(self, sink: Sink) -> None:
        """Raises Tampered, Unreachable, ServerRefused."""
        elsewhere = self.document.elsewhere
        if elsewhere is None:
            sink.write(memoryview(self.document.data))
            return
        if not self.location:
            raise BadAnswer("malformed", "a large document without an address")
        source = IterableSource(self._ranges(elsewhere.length))
        for piece in open_object(source, elsewhere, elsewhere, file_key=elsewhere.file_key):
            sink.write(piece)

    def _ranges(self, length: int) -> Iterator[bytes]:
        path = self.location.removeprefix(f"{self.api.origin}/api/v1") + "/document"
        for start in range(0, length, _RANGE):
            yield self._range(path, start, min(_RANGE, length - start))

    def _range(self, path: str, start: int, length: int) -> bytes:
        """A range, asked for again after a pause when the connection breaks."""
        for pause in (*_PAUSES, None):
            try:
                with self.api.download(path, start=start, length=length) as pieces:
                    return b"".join(pieces)
            except Unreachable:
                if pause is None:
                    raise
                time.sleep(pause)
        raise AssertionError


def open_share(
    link: ShareLink,
    *,
    connect: Callable[[str], Api],
    passcode: str | None,
    recipient: str,
    now: int,
) -> list[Received]:
    """The documents of a share, all of them or an error. The server counts this as one opening.

    Raises:
        Ended: the link's own end has passed, or the server says that it is over.
        ServerRefused: `passcode`, with the attempts that are left.
        Tampered, BadAnswer: files that the link's key does not open, that are not all there, or that are no
            documents.
    """
    if link.over(now):
        raise Ended("the share has ended")
    if not 0 < len(recipient) <= _RECIPIENT_LIMIT:
        raise Usage("--recipient has 1 to 100 characters")
    api = connect(_origin(link.url))
    try:
        found = (
            _by_get(api, link, recipient)
            if link.direct
            else _by_manifest(api, link, recipient, passcode, connect)
        )
    except ServerRefused as error:
        if error.code == "not_found":
            # Unknown, ended and used up look alike at the server; who has a link knows that it was one.
            raise Ended("the share has ended or was used up") from None
        raise
    with from_server():
        files = [(read_bundle(open_file(link.key, data)), location) for data, location in found]
        check_complete([file[0].place if file else None for file, _ in files])
    documents = [Received(document, api, location) for file, location in files for document in file]
    if not documents:
        raise BadAnswer("malformed", "a share without documents")
    return documents


def _by_get(api: Api, link: ShareLink, recipient: str) -> list[tuple[bytes, str]]:
    separator = "&" if "?" in link.url else "?"
    address = f"{link.url}{separator}recipient={quote(recipient, safe='')}"
    return [(api.get_url(address, limit=MAX_JWE, again=False), "")]


def _by_manifest(
    api: Api, link: ShareLink, recipient: str, passcode: str | None, connect: Callable[[str], Api]
) -> list[tuple[bytes, str]]:
    body: dict[str, Json] = {"recipient": recipient}
    if passcode is not None:
        body["passcode"] = passcode
    files = children(api.post_url(link.url, body), "files", limit=1000)
    return [
        (_fetch(api, file, connect), optional_text(file, "location") or "")
        for file in files
        if _is_fhir(file)
    ]


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
    # Others name the version of FHIR behind it.
    return text(file, "contentType", limit=100).partition(";")[0].strip() == CONTENT_TYPE


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
