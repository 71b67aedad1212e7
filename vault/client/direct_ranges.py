"""Ranges of one object, straight from the host's store while that works.

    straight = DirectRanges(api, path, access=seq, length=manifest.length, part_size=manifest.part_size)
    if not straight.fetch(start, buffer): …       # through the server

URLs are asked for a few ranges ahead, since each request costs the server more than signing does, and used
within half a minute, since they live for one. A host that offers none, or a store that cannot be reached from
here, is not asked twice.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from vault.client.answers import texts
from vault.client.api import Api
from vault.client.errors import BadAnswer, ServerRefused, Unreachable

RANGE: Final = 16 << 20
"""Bytes that one request asks for at most; ranges do not reach over the end of a part."""

_AHEAD: Final = 8
_FRESH_SECONDS: Final = 30
_ATTEMPTS: Final = 2


class DirectRanges:
    """Those of one object. `access` is the position of the access that allows it. Threads may share it."""

    def __init__(
        self,
        api: Api,
        path: str,
        *,
        access: int,
        length: int,
        part_size: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._path = path
        self._access = access
        self._length = length
        self._part_size = part_size
        self._clock = clock
        self._lock = threading.Lock()
        self._offered = True
        self._asked = 0.0
        self._urls: dict[int, str] = {}

    def fetch(self, start: int, buffer: memoryview) -> bool:
        """Fills the buffer with the range that begins at `start`; False where the server must be asked."""
        for _ in range(_ATTEMPTS):
            url = self._url(start)
            if url is None:
                return False
            try:
                self._api.download_url(url, buffer, start=start)
            except Unreachable:
                continue
            return True
        self._offered = False
        return False

    def _url(self, start: int) -> str | None:
        with self._lock:
            if self._clock() - self._asked > _FRESH_SECONDS:
                self._urls.clear()
            if start not in self._urls and self._offered:
                self._ask(start)
            return self._urls.pop(start, None)

    def _ask(self, start: int) -> None:
        ranges = dict(self._from(start))
        wanted = [{"start": at, "length": length} for at, length in ranges.items()]
        self._asked = self._clock()
        try:
            answer = self._api.post(
                f"{self._path}/urls", {"access": self._access, "ranges": list(wanted)}, again=True
            )
        except ServerRefused as error:
            if error.code != "not_found":
                raise
            self._offered = False
            return
        urls = texts(answer, "urls")
        if len(urls) != len(ranges):
            raise BadAnswer
        self._urls = dict(zip(ranges, urls, strict=True))

    def _from(self, start: int) -> Iterator[tuple[int, int]]:
        for _ in range(_AHEAD):
            if start >= self._length:
                return
            end = min((start // self._part_size + 1) * self._part_size, self._length)
            yield start, min(RANGE, end - start)
            start += min(RANGE, end - start)
