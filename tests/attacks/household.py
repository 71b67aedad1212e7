"""One patient with two devices and three professionals on a shared server, without the command line's cost.

Argon2id is replaced by a hash for as long as a household lives (a password here protects nobody). Who has
held which key is kept from outside of the clients: after every step each bundle that the server holds is
opened by whom it is for, as a server and a reader would who stand together.
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
from sqlalchemy import update

from crypto import metadata, primitives
from crypto.age_file import verify_header
from crypto.age_recipients import HybridIdentity
from crypto.deposits import DepositLink
from crypto.document import open_header
from crypto.encoding import GrantId, KeyId, SectionId, VaultId
from crypto.errors import CoffreError
from crypto.grants import open_documents_for_professional, open_for_professional
from crypto.sections import Filing, SectionSecret, secret_of_epoch
from crypto.statement_kinds import MAX_TERM
from crypto.statements import SharedDocument, bundle_hash
from tests.attacks.world import copy_database
from tests.through import through
from tests.vault.client.people import ORIGIN, PASSWORD, Clock
from tests.vault.rooms import rpps_number
from vault import sessions
from vault.admin import directory as operators
from vault.attempts import Pace
from vault.client import account, deposits, documents, grants, inbox, reading
from vault.client.api import Api
from vault.client.client import Client
from vault.client.home import Home
from vault.client.ledger_state import DocumentState
from vault.client.new_versions import NewDocument
from vault.client.vaults import OpenVault, open_vault
from vault.config import Config, load
from vault.database import Database
from vault.models.accounts import SignIn
from web.app import create_app
from web.serve import prepare

PROFESSIONALS = 3
KINDS = ("imaging", "reports", "dental")
_DEVICES = ("patient", "patient-2")


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
    config = load(None, {"COFFRE_DATA": str(folder)})
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


@dataclass(frozen=True)
class HeldBundle:
    """A bundle that was made for a reader, as the server held it, and what it is for: sections, or single
    documents."""

    grant: GrantId
    data: bytes
    sections: frozenset[SectionId]
    documents: tuple[SharedDocument, ...] = ()


@dataclass
class Reader:
    """What a professional ever held: `held` are the newest secrets of each section, `keys` those of single
    documents."""

    key: KeyId
    identity: HybridIdentity
    bundles: list[HeldBundle] = field(default_factory=list)
    keys: set[bytes] = field(default_factory=set)
    held: dict[SectionId, SectionSecret] = field(default_factory=dict)


@dataclass
class Household:
    """Everyone of one history. `readers`: what the professionals ever held, in their order."""

    host: Host
    folder: Path
    number: int
    readers: list[Reader] = field(default_factory=list)
    vault: VaultId = field(init=False)

    def settle_in(self) -> None:
        """Everybody signs up, the operator verifies the professionals, the patient's second device
        follows."""
        first = self._sign_up("patient", account.NewAccount(address=self._address("patient"), name="Anne"))
        shutil.copytree(first.folder, self.folder / "patient-2")
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
            home = self._sign_up(f"p{index}", new)
            client = Client(home, Api(ORIGIN, network=through(self.host.line)), clock=self.host.clock)
            self.readers.append(Reader(client.me, client.keyring.age_identity()))
            with self.host.database.writing() as session:
                key = operators.key_at_hand(session, self.host.config.directory.key_file, self.host.clock())
                operators.decide(session, rpps, "verified", key, self.host.clock())
        self.stay_signed_in()

    def keep(self) -> None:
        """Makes this moment the one that `again` begins at."""
        copy_database(self._database, self._database.with_suffix(".kept"))

    def again(self, folder: Path) -> "Household":
        """The same household in another folder, with the server as it was when it was kept."""
        copy_database(self._database.with_suffix(".kept"), self._database)
        shutil.copytree(self.folder, folder)
        readers = [Reader(one.key, one.identity) for one in self.readers]
        fresh = Household(self.host, folder, self.number, readers)
        fresh.vault = self.vault
        return fresh

    def stay_signed_in(self) -> None:
        """No session ends, however far the clock is moved."""
        with self.host.database.writing() as session:
            session.execute(update(SignIn).values(expires=self.host.clock() + 2 * MAX_TERM))

    def put_back(self, device: int, start: "Household") -> None:
        """A device of the patient's is as it was at the start: lost, and restored from a backup."""
        name = _DEVICES[device]
        shutil.rmtree(self.folder / name)
        shutil.copytree(start.folder / name, self.folder / name)

    def patient(self, device: int) -> OpenVault:
        """The vault on one of the patient's devices, with everything done that is done at an unlock."""
        vault = open_vault(self._client(_DEVICES[device]))
        grants.complete(vault)
        inbox.take_in(vault)
        return vault

    def professional(self, index: int) -> Client:
        """A professional's client."""
        return self._client(f"p{index}")

    def add(self, vault: OpenVault, section: SectionId, content: bytes) -> str:
        """Adds a document as the command line does: a deposit when the section may not be sealed under."""
        path = self.folder / "file.txt"
        path.write_bytes(content)
        new = NewDocument(path, date="2026-01-01")
        if vault.owned or vault.state.may_seal(section, vault.now()):
            return documents.add(vault, new, section, _ignore).id
        owner = vault.state.owner
        assert owner is not None
        return self.deposit(vault.client, owner, new)

    def deposit(self, client: Client, owner: KeyId, new: NewDocument | bytes) -> str:
        """Leaves a document in the patient's inbox."""
        if isinstance(new, bytes):
            path = self.folder / "file.txt"
            path.write_bytes(new)
            new = NewDocument(path, date="2026-01-01")
        return deposits.deposit(client, DepositLink(self.vault, owner), new, _ignore).id

    def collect(self) -> None:
        """Each professional keeps every bundle that the server holds for them."""
        for reader in self.readers:
            for bundle in self._bundles(reader):
                if bundle in reader.bundles:
                    continue
                reader.bundles.append(bundle)
                if bundle.documents:
                    reader.keys |= self._keys_in(bundle, reader)
                    continue
                opened = open_for_professional(
                    bundle.data,
                    reader.identity,
                    bundle_hash=bundle_hash(bundle.data),
                    vault=self.vault,
                    grant=bundle.grant,
                    sections=dict.fromkeys(bundle.sections, 1),
                )
                for section, secret in opened.sections.items():
                    known = reader.held.get(section)
                    if known is None or known.epoch < secret.epoch:
                        reader.held[section] = secret

    def _keys_in(self, bundle: HeldBundle, reader: Reader) -> set[bytes]:
        opened = open_documents_for_professional(
            bundle.data,
            reader.identity,
            bundle_hash=bundle_hash(bundle.data),
            vault=self.vault,
            grant=bundle.grant,
            documents=bundle.documents,
        )
        return {one.key for one in opened.documents}

    def _bundles(self, reader: Reader) -> list[HeldBundle]:
        with closing(sqlite3.connect(self._database)) as connection:
            found = connection.execute(
                "SELECT id, bundle FROM grants WHERE vault = ? AND professional_key = ?"
                " AND bundle IS NOT NULL",
                (self.vault, reader.key),
            ).fetchall()
            return [
                HeldBundle(
                    grant,
                    data,
                    frozenset(
                        row[0]
                        for row in connection.execute(
                            "SELECT section FROM grant_sections WHERE grant_id = ?", (grant,)
                        )
                    ),
                    tuple(
                        SharedDocument(document=document, version=version)
                        for document, version in connection.execute(
                            "SELECT document, version FROM grant_documents WHERE grant_id = ?"
                            " ORDER BY document, version",
                            (grant,),
                        )
                    ),
                )
                for grant, data in found
            ]

    def headers(self, document: str) -> list[bytes]:
        """A document's headers, as the server holds them."""
        with closing(sqlite3.connect(self._database)) as connection:
            rows = connection.execute(
                "SELECT header FROM versions WHERE vault = ? AND document = ?", (self.vault, document)
            ).fetchall()
        return [header for (header,) in rows]

    def opens(self, index: int, vault: OpenVault, found: DocumentState) -> bool:
        """Whether a document's header, as the server holds it, opens with a professional's keys of all
        time."""
        filing = found.latest.filing
        newest = self.readers[index].held.get(filing.section)
        ladders = {step.epoch: step.sealed for step in vault.state.sections[filing.section].ladders}
        for header in self.headers(found.document):
            if any(
                _succeeds(lambda k=key, h=header: verify_header(h, k)) for key in self.readers[index].keys
            ):
                return True
            for secret in _reachable(newest, filing.epoch, ladders, vault.id, filing.section):
                place = Filing(vault.id, filing.section, filing.epoch, found.document, 1)
                if _succeeds(lambda s=secret, p=place, h=header: open_header(h, s, p)):
                    return True
                sealed = filing.sealed or b""
                if _succeeds(lambda s=secret, p=place, m=sealed: metadata.open_sealed(s, p, m)):
                    return True
        return False

    @property
    def _database(self) -> Path:
        return Path(self.host.config.database.url.removeprefix("sqlite:///"))

    def _client(self, name: str) -> Client:
        api = Api(ORIGIN, network=through(self.host.line), sleep=_ignore)
        return Client(Home(self.folder / name), api, clock=self.host.clock)

    def _sign_up(self, name: str, new: account.NewAccount) -> Home:
        home = Home(self.folder / name)
        api = Api(ORIGIN, network=through(self.host.line), sleep=_ignore)
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


__all__ = ["KINDS", "PROFESSIONALS", "Host", "Household", "Reader", "content_of", "opened_host"]
