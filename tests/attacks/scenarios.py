"""Scenarios: data files that say which answer is rewritten how, and which outcomes are right, for both
clients.

A file of `scenarios/` is one flow: `{"flow", "rows": [{"route", "path", "expect": [codes], "from"?,
"only"?}]}`. A row is one field of one route; every mutation of `mutations` (or those in `only`) is one
case. `expect` lists the errors that a client may give; `same` in it: the exact authentic result, for a
field that nothing depends on. `from` leaves the first answers of the route as they are, so that what comes
late in a flow is reached.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx

from tests.attacks.hostile_server import Exchange
from tests.attacks.mutations import ABSENT, MUTATIONS, Inapplicable, Values, mutate, paths_in, values_at

FOLDER: Final = Path(__file__).parent / "scenarios"
OPENAPI: Final = Path(__file__).parents[2] / "web" / "openapi.json"
SAME: Final = "same"


@dataclass(frozen=True)
class Row:
    """One field of one route in one flow."""

    flow: str
    route: str
    path: str
    expect: frozenset[str]
    start: int = 0
    only: tuple[str, ...] = MUTATIONS

    @property
    def name(self) -> str:
        """For the test's id."""
        late = f" after {self.start}" if self.start else ""
        return f"{self.flow}: {self.route} {self.path or '(body)'}{late}"


@cache
def rows() -> tuple[Row, ...]:
    """Every row of every file."""
    return tuple(row for file in sorted(FOLDER.glob("*.json")) for row in _read(file))


def _read(file: Path) -> Iterable[Row]:
    content = json.loads(file.read_text(encoding="utf-8"))
    assert set(content) == {"flow", "rows"}, file.name
    for row in content["rows"]:
        assert set(row) <= {"route", "path", "expect", "from", "only"}, (file.name, row)
        yield Row(
            content["flow"],
            row["route"],
            row["path"],
            frozenset(row["expect"]),
            row.get("from", 0),
            tuple(row.get("only", MUTATIONS)),
        )


@cache
def _templates() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    paths = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"]
    return tuple(
        (method.upper(), path.removeprefix("/api/v1"), tuple(path.split("/")))
        for path, operations in paths.items()
        for method in operations
    )


def route_of(request: httpx.Request) -> str:
    """The route of a request as the API's description writes it: `GET /vaults/{vault}/ledger`."""
    given = request.url.path.split("/")
    for method, path, parts in _templates():
        pairs = list(zip(parts, given, strict=False))
        same = method == request.method and len(parts) == len(given)
        if same and all(part == there or part[:1] == "{" for part, there in pairs):
            return f"{method} {path}"
    return f"{request.method} {request.url.path}"


def document_of(response: httpx.Response) -> Any:
    """The JSON of an answer, or None when it is none."""
    if not response.content or "json" not in response.headers.get("content-type", ""):
        return None
    return response.json()


@dataclass
class Recorded:
    """What was authentic during the day, by vault: where older, other and attacker's values come from."""

    exchanges: dict[str, Sequence[Exchange]]
    _pools: dict[tuple[str, str, str], list[Any]] = field(default_factory=dict)

    def values(self, route: str, path: str) -> Values:
        """The values for one field of Anne's."""
        return Values(
            own=self._pool("anne", route, path),
            other=self._pool("bela", route, path),
            attacker=self._pool("mallory", route, path),
            kinds=self._kinds(route, path),
            named=self._named(path),
        )

    def _pool(self, name: str, route: str, path: str) -> list[Any]:
        if not self._pools:
            self._fill()
        return self._pools.get((name, route, path), [])

    def _kinds(self, route: str, path: str) -> list[Any]:
        """A few of Anne's values of every other path, of this route and of others."""
        if not self._pools:
            self._fill()
        last = path.rpartition("/")[2]
        return [
            pool[0]
            for (name, _, other), pool in self._pools.items()
            if name == "anne" and other.rpartition("/")[2] != last and pool
        ]

    def _named(self, path: str) -> list[Any]:
        """Anne's values of the same name at other places."""
        last = path.rpartition("/")[2]
        pools = self._pools.items()
        return [
            pool[0]
            for (name, _, other), pool in pools
            if name == "anne" and other.endswith(f"/{last}") and pool
        ]

    def _fill(self) -> None:
        for name, exchanges in self.exchanges.items():
            for exchange in exchanges:
                document = document_of(exchange.authentic)
                if document is None or not exchange.authentic.is_success:
                    continue
                route = route_of(exchange.request)
                for path in ("", *dict.fromkeys(paths_in(document))):
                    pool = self._pools.setdefault((name, route, path), [])
                    pool += [value for value in values_at(document, path) if value not in pool[:40]][:20]


@dataclass
class Attack:
    """One case: rewrites the answers of a row's route by one mutation, and counts how many it changed."""

    row: Row
    mutation: str
    values: Values
    met: int = 0
    changed: int = 0

    def rewrite(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """For the hostile server."""
        if not response.is_success or route_of(request) != self.row.route:
            return response
        document = document_of(response)
        if document is None:
            return response
        self.met += 1
        if self.met <= self.row.start:
            return response
        try:
            new = mutate(document, self.row.path, self.mutation, self.values)
        except Inapplicable:
            return response
        self.changed += 1
        content = b"" if new is ABSENT else json.dumps(new).encode()
        return answer_with(response, content)


def answer_with(response: httpx.Response, content: bytes) -> httpx.Response:
    """The same answer with other content."""
    headers = [pair for pair in response.headers.multi_items() if pair[0].lower() != "content-length"]
    return httpx.Response(response.status_code, headers=headers, content=content)
