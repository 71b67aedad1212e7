"""Opening a share's link without an account: any SMART Health Link receiver does the same (chapter 8).

Owns the exchange with the server that the link names. The link's key never leaves this device.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from crypto.age_stream import Sink
from crypto.document import write_object
from crypto.encoding import Json
from crypto.errors import CoffreError, LimitExceeded, Tampered, UnsupportedVersion
from crypto.fhir import SharedDocument, check_complete
from crypto.health_card import CARD_TYPE, read_file
from crypto.share import CONTENT_TYPE, MAX_JWE, ShareLink, open_file
from crypto.sources import IterableSource
from vault.client.answers import Answer, children, from_server, optional_text, text
from vault.client.api import Api, origin_of
from vault.client.errors import BadAnswer, BadLink, Ended, ServerRefused, Usage

MAX_PASSCODE = 256
_RECIPIENT_LIMIT = 100


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
        """Raises Tampered, Unreachable, ServerRefused; Ended: the document was removed while it was read."""
        elsewhere = self.document.elsewhere
        if elsewhere is None:
            sink.write(memoryview(self.document.data))
            return
        if not self.location:
            raise BadAnswer("malformed", "a large document without an address")
        source = IterableSource(self._parts(elsewhere.length, elsewhere.part_size))
        write_object(source, sink, elsewhere, elsewhere, file_key=elsewhere.file_key)

    def _parts(self, length: int, part_size: int) -> Iterator[memoryview]:
        path = self.location.removeprefix(f"{self.api.origin}/api/v1") + "/document"
        buffer = memoryview(bytearray(min(part_size, length)))
        for start in range(0, length, part_size):
            part = buffer[: length - start]
            try:
                self.api.download(path, part, start=start)
            except ServerRefused as error:
                if error.code != "not_found":
                    raise
                raise Ended("the document was removed meanwhile, or the share has ended") from None
            yield part


def parse_link(text: str) -> ShareLink:
    """The link of a text. Raises BadLink: not complete, too long, or of a kind that is not known."""
    try:
        return ShareLink.parse(text)
    except UnsupportedVersion as error:
        raise BadLink(error.code, "a link of another version, or with flags that are not known") from None
    except LimitExceeded as error:
        raise BadLink(error.code, "a link that is longer than links are") from None
    except CoffreError as error:
        raise BadLink(
            error.code, "the link is not complete: scan the code again, or copy the whole link"
        ) from None


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
        BadAnswer: files that the link's key does not open, that are not all there, or that are no documents.
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
    with from_server(), _opened_by_the_link():
        files = [(read_file(open_file(link.key, data)), location) for data, location in found]
        check_complete([file[0].place if file else None for file, _ in files])
    documents = [Received(document, api, location) for file, location in files for document in file]
    if not documents:
        raise BadAnswer("malformed", "a share without documents")
    return documents


@contextmanager
def _opened_by_the_link() -> Iterator[None]:
    try:
        yield
    except Tampered as error:
        raise BadAnswer(
            error.code,
            "the documents do not open with this link: it was changed, or they were; scan the code again",
        ) from None


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
        if _is_readable(file)
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


def _is_readable(file: Answer) -> bool:
    # Others name the version of FHIR behind it.
    return text(file, "contentType", limit=100).partition(";")[0].strip() in (CONTENT_TYPE, CARD_TYPE)


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
