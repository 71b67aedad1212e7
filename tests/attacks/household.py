"""One patient with two devices and three professionals on a shared server, without the command line's cost.

Argon2id is replaced by a hash for as long as a household lives (a password here protects nobody). Who has
held which key is kept from outside of the clients: after every step each professional's bundle is opened,
as an attacker would.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from unittest import mock

import httpx

from crypto import metadata, primitives
from crypto.deposits import DepositLink
from crypto.document import open_header
from crypto.encoding import GrantId, SectionId, VaultId
from crypto.errors import CoffreError
from crypto.sections import Filing, SectionSecret, secret_of_epoch
from tests.vault.client.people import ORIGIN, PASSWORD, Clock
from tests.vault.rooms import rpps_number
from vault import sessions
from vault.admin import directory as operators
from vault.attempts import Pace
from vault.client import account, deposits, documents, grants, inbox, reading
from vault.client.api import Api
from vault.client.client import Client
from vault.client.errors import ClientError
from vault.client.home import Home
from vault.client.ledger_state import DocumentState
from vault.client.new_versions import NewDocument
from vault.client.vaults import OpenVault, open_vault
from vault.config import Config, load
from vault.database import Database
from web.app import create_app
from web.serve import prepare

PROFESSIONALS = 3
KINDS = ("imaging", "reports", "dental")


@dataclass
class Line(httpx.BaseTransport):
    """A line to the server that a test can cut: before a request arrives, or before its answer does."""

    inner: httpx.BaseTransport
    cut: str = ""
    after: bool = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        hit = bool(self.cut) and request.method != "GET" and request.url.path.endswith(self.cut)
        if hit and not self.after:
            raise httpx.ConnectError("the line is cut")
        response = self.inner.handle_request(request)
        response.read()
        response.close()
        if hit:
            raise httpx.ReadError("the line is cut before the answer")
        return httpx.Response(
            response.status_code, headers=response.headers, stream=httpx.ByteStream(response.content)
        )


@dataclass(frozen=True)
class Host:
    """The server, shared by all households of a run."""

    config: Config
    database: Database
    clock: Clock
    line: Line


@contextmanager
def opened_host(folder: Path) -> Iterator[Host]:
    """A server in this process, with counters of attempts that never stop anybody."""
    config = load(None, {"COFFRE_DATA": str(folder), "COFFRE_LIMITS_SESSION_HOURS": "168"})
    prepare(config)
    database = Database.open(config.database.url)
    clock = Clock()
    line = Line(httpx.WSGITransport(create_app(config, clock=clock, database=database)))
    endless = Pace(limit=1 << 40, seconds=3600)
    with (
        mock.patch.object(sessions, "SIGN_UPS", endless),
        mock.patch.object(sessions, "PER_CLIENT", endless),
        mock.patch.object(sessions, "PER_ADDRESS", endless),
        mock.patch.object(primitives, "argon2id", _hash),
    ):
        yield Host(config, database, clock, line)
    database.close()


def _hash(password: bytes, salt: bytes, *, memory: int, passes: int) -> bytes:
    return hashlib.sha256(password + salt).digest()


@dataclass
class Household:
    """Everyone of one history. `held`: by professional, the newest secret they ever had of each section."""

    host: Host
    folder: Path
    number: int
    devices: list[Home] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    held: list[dict[SectionId, SectionSecret]] = field(default_factory=list)
    signed_in: int = 0
    vault: VaultId = field(init=False)

    def settle_in(self) -> None:
        """Everybody signs up, the operator verifies the professionals, the patient's second device
        follows."""
        first = self._sign_up("patient", account.NewAccount(address=self._address("patient"), name="Anne"))
        self.devices = [first, Home(self.folder / "patient-2")]
        shutil.copytree(first.folder, self.devices[1].folder)
        self.vault = VaultId(first.session().vault)
        for index in range(PROFESSIONALS):
            rpps = rpps_number(self.number * PROFESSIONALS + index)
            new = account.NewAccount(
                address=self._address(f"p{index}"),
                name=f"Dr {index}",
                role="professional",
                rpps=rpps,
                profession="10",
            )
            self.homes.append(self._sign_up(f"p{index}", new))
            self.held.append({})
            with self.host.database.writing() as session:
                key = operators.key_at_hand(session, self.host.config.directory.key_file, self.host.clock())
                operators.decide(session, rpps, "verified", key, self.host.clock())
        self.signed_in = self.host.clock()

    def patient(self, device: int) -> OpenVault:
        """The vault on one of the patient's devices, with everything done that is done at an unlock."""
        vault = open_vault(self._client(self.devices[device], "patient"))
        grants.complete(vault)
        inbox.take_in(vault)
        return vault

    def professional(self, index: int) -> Client:
        """A professional's client."""
        return self._client(self.homes[index], f"p{index}")

    def add(self, vault: OpenVault, section: SectionId, content: bytes) -> str:
        """Adds a document as the command line does: a deposit when the section may not be sealed under."""
        path = self.folder / "file.txt"
        path.write_bytes(content)
        new = NewDocument(path, date="2026-01-01")
        if vault.owned or vault.state.may_seal(section, vault.now()):
            return documents.add(vault, new, section, _ignore).id
        owner = vault.state.owner
        assert owner is not None
        return deposits.deposit(vault.client, DepositLink(vault.id, owner), new, _ignore).id

    def collect(self) -> None:
        """Each professional keeps what bundles they can get now."""
        for index in range(PROFESSIONALS):
            try:
                opened = open_vault(self.professional(index), self.vault)
            except (ClientError, CoffreError):
                continue
            for bundle in opened.bundles.values():
                for section, secret in bundle.sections.items():
                    known = self.held[index].get(section)
                    if known is None or known.epoch < secret.epoch:
                        self.held[index][section] = secret

    def opens(self, index: int, vault: OpenVault, found: DocumentState) -> bool:
        """Whether a document's header, as the server holds it, opens with a professional's keys of all
        time."""
        filing = found.latest.filing
        newest = self.held[index].get(filing.section)
        database = self.host.config.database.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute(
                "SELECT header FROM versions WHERE vault = ? AND document = ?", (vault.id, found.document)
            ).fetchall()
        ladders = {step.epoch: step.sealed for step in vault.state.sections[filing.section].ladders}
        for (header,) in rows:
            for secret in _reachable(newest, filing.epoch, ladders, vault.id, filing.section):
                place = Filing(vault.id, filing.section, filing.epoch, found.document, 1)
                if _succeeds(lambda s=secret, p=place, h=header: open_header(h, s, p)):
                    return True
                sealed = filing.sealed or b""
                if _succeeds(lambda s=secret, p=place, m=sealed: metadata.open_sealed(s, p, m)):
                    return True
        return False

    def _client(self, home: Home, name: str) -> Client:
        api = Api(ORIGIN, transport=self.host.line, sleep=_ignore)
        if self.host.clock() - self.signed_in > 100 * 3600:
            self.signed_in = self.host.clock()
            for each, who in [
                *((device, "patient") for device in self.devices),
                *((mine, f"p{index}") for index, mine in enumerate(self.homes)),
            ]:
                other = Api(ORIGIN, transport=self.host.line, sleep=_ignore)
                account.sign_in(each, other, self._address(who), PASSWORD, clock=self.host.clock)
                other.close()
        return Client(home, api, clock=self.host.clock)

    def _sign_up(self, name: str, new: account.NewAccount) -> Home:
        home = Home(self.folder / name)
        api = Api(ORIGIN, transport=self.host.line, sleep=_ignore)
        server = account.look_at(api)
        account.sign_up(home, api, server, account.prepare(new, PASSWORD, server, self.host.clock()))
        api.close()
        return home

    def _address(self, name: str) -> str:
        return f"{name}-{self.number}@example.org"


def content_of(vault: OpenVault, found: DocumentState) -> bytes:
    """A document, as a client reads it."""
    sink = BytesIO()
    reading.read(vault, found.latest, sink, _ignore)
    return sink.getvalue()


def _reachable(
    newest: SectionSecret | None,
    epoch: int,
    ladders: dict[int, bytes],
    vault: VaultId,
    section: SectionId,
) -> Iterator[SectionSecret]:
    """What an attacker tries: the secret as it is, and what the ladder gives for the epoch."""
    if newest is None:
        return
    yield newest
    yield SectionSecret(epoch, newest.secret)
    try:
        yield secret_of_epoch(newest, epoch, ladders, vault=vault, section=section)
    except CoffreError:
        return


def _succeeds(action: object) -> bool:
    assert callable(action)
    try:
        action()
    except CoffreError:
        return False
    return True


def _ignore(_amount: float) -> None:
    """Nobody watches."""


__all__ = ["KINDS", "PROFESSIONALS", "GrantId", "Host", "Household", "content_of", "opened_host"]
