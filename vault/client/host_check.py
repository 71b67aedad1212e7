"""Whether a host serves the web app that was published: every file compared by size and SHA-256.

Owns the reading of `asset-hashes.json` (web/client/vite.config.ts writes it, the same for the same source on
any machine) and the comparison. The list is the one of this installation or of a file that came another way,
never the host's own. Every address that the app's page answers must give the same page, which names its
scripts with their hashes, so that what loads from it is in the list as well.

What it shows is what the host gave to this asker, now: a host can serve one person something else.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vault.client.errors import NotFound, Unreachable, Usage
from vault.client.network import Lost, Network, Request
from vault.client.wire import Wire

INSTALLED: Final = Path(__file__).parents[2] / "web" / "client" / "dist" / "asset-hashes.json"
PAGE: Final = "index.html"
# Addresses that people begin at, by links and QR codes too; any other is answered by the same rule.
ADDRESSES: Final = (
    *(
        "",
        "signup",
        "signin",
        "recover",
        "kit",
        "vault",
        "vaults",
        "deposit",
        "redeem",
        "share",
        "shares",
        "view",
    ),
    *("settings", "journal", "grants"),
)
_MANIFEST_LIMIT: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Published:
    """Size in bytes and SHA-256 in hex of one file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """The files of a built web app, by their paths on the host."""

    version: str
    files: Mapping[str, Published]


@dataclass(frozen=True, slots=True)
class HostReport:
    """How many answers were compared, and which were other or none; an address of the app as `/address`."""

    compared: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Every answer is the published one."""
        return not self.changed and not self.missing


Fetch = Callable[[str, int], bytes | None]
"""The bytes at a path of the host, at most one more than the limit; None: no such file."""


def read_release(path: Path) -> Release:
    """The list in a file. Raises NotFound, Usage: it is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("the web app is not built here: give its list with --manifest") from None
    try:
        found = json.loads(data[:_MANIFEST_LIMIT])
        files = {
            str(name): Published(int(one["size"]), str(one["sha256"])) for name, one in found["files"].items()
        }
        release = Release(str(found["version"]), files)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Usage("not a list of a web app's files") from None
    if PAGE not in release.files:
        raise Usage("not a list of a web app's files")
    return release


def compare(release: Release, fetch: Fetch) -> HostReport:
    """Asks for every file of a release, and for the app's page at its addresses. Raises what `fetch` does."""
    page = release.files[PAGE]
    asked = [(f"/{address}", page) for address in ADDRESSES]
    asked += [(name, file) for name, file in release.files.items() if name != PAGE]
    changed: list[str] = []
    missing: list[str] = []
    for path, wanted in asked:
        data = fetch(f"/{path.removeprefix('/')}", wanted.size)
        if data is None:
            missing.append(path)
        elif len(data) != wanted.size or hashlib.sha256(data).hexdigest() != wanted.sha256:
            changed.append(path)
    return HostReport(len(asked), tuple(changed), tuple(missing))


class Host:
    """A host's files over HTTP; a `Fetch`.

    with Host("https://coffre.example") as host:
        compare(read_release(INSTALLED), host.fetch)
    """

    def __init__(self, origin: str, network: Network | None = None) -> None:
        self._origin = origin
        self._network = network or Wire()

    def __enter__(self) -> "Host":
        return self

    def __exit__(self, *_: object) -> None:
        self._network.close()

    def fetch(self, path: str, limit: int) -> bytes | None:
        """Raises Unreachable."""
        request = Request("GET", f"{self._origin}{path}", {"Accept-Encoding": "identity"})
        try:
            with self._network.send(request) as answer:
                if answer.status >= 500:
                    raise Unreachable
                if answer.status != 200:
                    return None
                data = bytearray()
                for piece in answer.pieces():
                    data += piece
                    if len(data) > limit:
                        break
                return bytes(data)
        except Lost:
            raise Unreachable from None
