"""What the client needs of a network: one request goes out, one answer comes.

    with network.send(Request("GET", "https://coffre.example/api/v1/server", {})) as answer:
        data = b"".join(answer.pieces())

`wire` is what leads there; tests put another in its place. Knows no API.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


class Lost(Exception):
    """Nothing came, or not all of it. The request may have arrived. The message names what happened."""


class NotSent(Lost):
    """No connection could be made: nothing of the request was sent."""


@dataclass(frozen=True)
class Request:
    """A request to a full URL. `headers` say the body's length."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Iterable[bytes | memoryview] = ()


class Answer(Protocol):
    """An answer whose head is here. Its body is still to be read, at most once."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    def header(self, name: str) -> str | None:
        """The value of a header that stands there once."""

    def headers(self, name: str) -> list[str]:
        """The values of a header that may stand there several times."""

    def pieces(self) -> Iterator[bytes]:
        """The body. Raises Lost, also when less comes than was announced."""

    def fill(self, buffer: memoryview) -> int:
        """The body into a buffer; its length in bytes, or any greater number than the buffer's.

        Raises Lost.
        """


class Network(Protocol):
    """Connections to servers. Threads may share it."""

    def send(self, request: Request) -> AbstractContextManager[Answer]:
        """Sends a request, once. Leaving the block ends a connection whose answer was not read to its end.

        Raises Lost, NotSent.
        """

    def close(self) -> None:
        """Ends the connections that are not in use."""
