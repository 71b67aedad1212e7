"""How a random history ended, for the other client: ledgers, headers, and every key that anybody ever held.

    told = Told.of(home, vault, documents)
    answers = told_by_typescript([told], folder)

A line of JSON for each history; the answer says, for each professional, what their client reads now, and what
opens with the keys of all time. Knows no model: what should be so is test_histories.py's business.
"""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from crypto.encoding import Json, KeyId, b64u
from tests.attacks.household import Household, Reader
from vault.client.client import Client
from vault.client.vaults import OpenVault

CLIENT: Final = Path(__file__).parents[2] / "web" / "client"


@dataclass
class ToldReader:
    """A professional at the end: what they held, what the server shows them, and Python's verdicts.

    Whom the server shows nothing any more, a server in league with them shows everything: then their own
    client must see that nothing is in force.
    """

    held: Reader
    page: object = None
    sections: frozenset[str] = frozenset()
    documents: frozenset[tuple[str, int]] = frozenset()
    reads: set[str] = field(default_factory=set)
    opens: set[str] = field(default_factory=set)

    def show(self, client: Client, opened: OpenVault) -> None:
        """Keeps the ledger as the server shows it to them."""
        self.page = _page(client, opened)
        mine = [opened.state.grants[grant].latest for grant in opened.bundles]
        self.sections = frozenset(section for term in mine for section in term.sections)
        self.documents = frozenset(named for term in mine for named in term.documents)

    def to_json(self, everything: Json) -> dict[str, object]:
        """For the other language; `everything` is the owner's page."""
        sections, documents = set(self.sections), set(self.documents)
        if self.page is None:
            for one in self.held.bundles:
                sections.update(one.sections)
                documents.update((named.document, named.version) for named in one.documents)
        bundles = [
            {
                "data": b64u(one.data),
                "documents": [
                    {"document": named.document, "version": named.version} for named in one.documents
                ],
                "grant": one.grant,
                "sections": [*sorted(one.sections)],
            }
            for one in self.held.bundles
        ]
        return {
            "bundles": bundles,
            "documents": [
                {"document": document, "version": version} for document, version in sorted(documents)
            ],
            "identity": b64u(self.held.identity.seed),
            "key": self.held.key,
            "page": everything if self.page is None else self.page,
            "sections": [*sorted(sections)],
        }


@dataclass(frozen=True)
class Told:
    """One history's end. `headers`: by document, as the server holds them."""

    vault: str
    owner: KeyId
    now: int
    page: Json
    headers: dict[str, list[bytes]]
    readers: list[ToldReader]

    @classmethod
    def of(cls, home: Household, vault: OpenVault, documents: Iterable[str]) -> "Told":
        """By the patient's open vault."""
        return cls(
            vault.id,
            vault.client.me,
            vault.now(),
            _page(vault.client, vault),
            {one: home.headers(one) for one in documents},
            [ToldReader(reader) for reader in home.readers],
        )

    def to_json(self) -> dict[str, object]:
        """For the other language."""
        headers = {one: [b64u(header) for header in found] for one, found in self.headers.items()}
        return {
            "headers": headers,
            "now": self.now,
            "owner": self.owner,
            "page": self.page,
            "readers": [reader.to_json(self.page) for reader in self.readers],
            "vault": self.vault,
        }

    def verdict(self) -> Json:
        """What Python says, as the other language says it."""
        return [{"opens": [*sorted(one.opens)], "reads": [*sorted(one.reads)]} for one in self.readers]


def _page(client: Client, vault: OpenVault) -> Json:
    """The whole ledger, in one page."""
    return cast("Json", client.api.get(f"/vaults/{vault.id}/ledger", **{"from": 0, "limit": 500}))


def told_by_typescript(told: Iterable[Told], folder: Path) -> list[Json]:
    """The TypeScript client's verdicts, by one process."""
    source = Path(__file__).with_name("histories.ts").resolve()
    options = ["--platform", "node", "--format", "esm", "--dir", str(folder)]
    command = [str(CLIENT / "node_modules" / ".bin" / "rolldown"), str(source), *options]
    subprocess.run(command, cwd=CLIENT, check=True, capture_output=True, timeout=120)
    (folder / "package.json").write_text('{"type": "module"}')
    lines = "".join(json.dumps(one.to_json()) + "\n" for one in told)
    done = subprocess.run(
        ["node", str(folder / "histories.js")],
        input=lines,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
