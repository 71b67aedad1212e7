"""A vault as this account can use it: the folded ledger, the section keys at hand, names and metadata opened.

    vault = open_vault(client)                 # the own one, or the only one that a professional can read
    for document in vault.documents(): ...

Owns which key opens what, for owner and professional alike. Pins and fetching are `chains`.
"""

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

from crypto import metadata as sealed_metadata
from crypto.document_bundle import DocumentBundle, GrantedDocument
from crypto.encoding import DocumentId, GrantId, Json, SectionId, VaultId, check_id, unb64u
from crypto.errors import Stale, Tampered, WrongKey
from crypto.grants import Bundle
from crypto.journal import Entry
from crypto.metadata import Metadata
from crypto.sections import CUSTOM, Filing, SectionName, SectionSecret, open_name, secret_of_epoch
from crypto.statements import InLedger, Manifest, Signed
from vault.client import chains, granted, own_secrets
from vault.client.answers import Answer, children, from_server, text
from vault.client.client import Client
from vault.client.errors import BadAnswer, Ended, NotAllowed, NotFound, ServerRefused, Usage
from vault.client.filing import kind_named
from vault.client.ledger import Ledger
from vault.client.ledger_rules import Viewer
from vault.client.ledger_state import DocumentState, GrantRecord, LedgerState, VersionState

_ATTEMPTS = 5
_ROLES = ("owner", "grant")
_Named: TypeAlias = tuple[DocumentId, int]
_STATES = ("invited", "upcoming", "active", "expired", "revoked")


@dataclass
class OpenVault:
    """A vault whose ledger was folded. `secrets` are the newest of each section that the account holds."""

    client: Client
    ledger: Ledger
    secrets: Mapping[SectionId, SectionSecret] = field(repr=False)
    bundles: Mapping[GrantId, Bundle | DocumentBundle] = field(default_factory=dict, repr=False)
    kept: int = field(default=0, init=False)
    """How many of the ledger's entries this device's cache holds."""

    @property
    def id(self) -> VaultId:
        """The vault's identifier."""
        return self.ledger.state.vault

    @property
    def state(self) -> LedgerState:
        """What the ledger says."""
        return self.ledger.state

    @property
    def owned(self) -> bool:
        """Whether the account is the patient whose vault it is."""
        return self.state.owner == self.client.me

    def now(self) -> int:
        """The clock, never behind the newest entry that was seen."""
        return max(self.client.now(), self.state.time)

    # -- sections
    def secret(self, section: SectionId, epoch: int) -> SectionSecret:
        """A section's secret of an epoch. Raises WrongKey when the account holds none that reaches it."""
        newest, known = self.secrets.get(section), self.state.sections.get(section)
        if newest is None or known is None:
            raise WrongKey("a section without a key at hand")
        ladders = {step.epoch: step.sealed for step in known.ladders}
        return secret_of_epoch(newest, epoch, ladders, vault=self.id, section=section)

    def newest(self, section: SectionId) -> SectionSecret:
        """A section's newest secret, to seal under."""
        return self.secret(section, self.state.sections[section].epoch)

    def name(self, section: SectionId) -> str:
        """A section's kind, or a custom section's name; its id when the account holds no key of it."""
        if section not in self.secrets or section not in self.state.sections:
            return section
        name = self._name(section)
        return name.name if name.kind == CUSTOM and name.name else name.kind

    def section(self, wanted: str) -> SectionId:
        """The section that a person names: kind, French or English name, own name, or id. Raises NotFound."""
        kind = kind_named(wanted)
        for section in self.secrets:
            if section in self.state.sections and (section == wanted or self.name(section) in (kind, wanted)):
                return section
        raise NotFound("no such section here")

    def section_of_kind(self, kind: str) -> SectionId:
        """The section of a kind; if the owner named it anew, `other`, else the inbox. Raises NotFound."""
        for proposed in (kind, "other", "inbox"):
            for section in sorted(self.secrets):
                if section in self.state.sections and self.name(section) == proposed:
                    return section
        raise NotFound("no such section here")

    def _name(self, section: SectionId) -> SectionName:
        known = self.state.sections[section]
        secret = self.secret(section, known.epoch)
        with from_server():
            return open_name(secret, known.name, vault=self.id, section=section)

    # -- documents
    def documents(self) -> list[DocumentState]:
        """The live documents that the account can read, in the order in which they were added.

        Of those that the patient files elsewhere a professional keeps the versions that they wrote, or were
        granted by name.
        """
        readable = self.readable()
        live = [document for document in self.state.documents.values() if document.removed is None]
        followed = None if self.owned else self._named()
        shown = (
            one if followed is None or one.section in readable else self._followed(one, followed)
            for one in live
        )
        return [document for document in shown if document is not None]

    def _followed(
        self, document: DocumentState, named: Collection[Container[_Named]]
    ) -> DocumentState | None:
        kept = tuple(
            one
            for one in document.versions
            if one.manifest.author == self.client.me
            or any((document.document, one.manifest.version) in given for given in named)
        )
        return replace(document, versions=kept) if kept and self._grants("read") else None

    def _named(self) -> list[Mapping[_Named, GrantedDocument]]:
        """What each of the grants in force gives by name."""
        bundles = (self.bundles[grant.grant] for grant in self._grants("read"))
        return [bundle.by_version for bundle in bundles if isinstance(bundle, DocumentBundle)]

    def granted(self, version: VersionState) -> GrantedDocument | None:
        """What opens a version that the account was granted by name and reads by no section's key.

        Raises Tampered: another manifest under that name than the one that was granted.
        """
        if self.owned or version.filing.section in self.readable():
            return None
        key = (version.manifest.document, version.manifest.version)
        found = next((given[key] for given in self._named() if key in given), None)
        if found is not None and found.manifest != version.hash:
            raise Tampered("another version than the one granted")
        return found

    def as_author(self, version: VersionState) -> bool:
        """Whether the account reads a version as its author only, without a key of the section it is in now.

        Its metadata then comes when it is opened.
        """
        if self.owned or version.manifest.author != self.client.me or self.granted(version) is not None:
            return False
        return version.filing.section not in self.readable() or version.filing.sealed is None

    def readable(self) -> frozenset[SectionId]:
        """The sections that the account may read now."""
        if self.owned:
            return frozenset(self.secrets)
        return frozenset(s for grant in self._grants("read") for s in grant.latest.sections)

    def addable(self) -> frozenset[SectionId]:
        """The sections to which the account may add now."""
        if self.owned:
            return frozenset(self.secrets)
        return frozenset(s for grant in self._grants("add") for s in grant.latest.sections)

    def document(self, identifier: str) -> DocumentState:
        """A live document by its id. Raises NotFound."""
        for document in self.documents():
            if document.document == identifier:
                return document
        raise NotFound("no such document")

    def metadata(self, version: VersionState) -> Metadata:
        """A version's metadata.

        Raises Tampered when the server withheld it, WrongKey or BadAnswer when it does not open.
        """
        named = self.granted(version)
        if named is not None:
            return named.metadata
        filing = version.filing
        if filing.sealed is None:
            raise Tampered("a version without its metadata")
        secret = self.secret(filing.section, filing.epoch)
        with from_server():
            return sealed_metadata.open_sealed(secret, self.filing_of(version), filing.sealed)

    def filing_of(self, version: VersionState) -> Filing:
        """What a version's header and metadata are bound to."""
        place = version.filing
        return Filing(
            self.id, place.section, place.epoch, version.manifest.document, version.manifest.version
        )

    def size(self, version: VersionState) -> int:
        """A document's size in bytes; while the metadata is not at hand the object's, which is a bit more."""
        return version.manifest.length if self.as_author(version) else self.metadata(version).size

    def reading_grant(self, version: VersionState) -> GrantId:
        """The grant by which the professional reads a version. Raises NotAllowed."""
        named = (version.manifest.document, version.manifest.version)
        for grant in self._grants("read"):
            reached = version.filing.section in grant.latest.sections or named in grant.latest.documents
            if reached or self.as_author(version):
                return grant.grant
        raise NotAllowed("no grant to read there")

    def _grants(self, right: str) -> list[GrantRecord]:
        return [
            grant
            for grant in granted.in_force(self.client, self.state, self.now())
            if right in grant.latest.statement.rights and grant.grant in self.bundles
        ]

    # -- the ledger moves
    def sync(self) -> None:
        """Folds what the server has beyond; an owner's from memory, so that it costs the same in a large
        vault."""
        if self.owned and not self.ledger.needs_refold(Viewer(self.client.me)):
            fresh = _up_to_date(self.client, self.ledger)
        else:
            fresh = open_vault(self.client, self.id)
            self.kept = fresh.ledger.state.size
        self.ledger, self.secrets, self.bundles = fresh.ledger, fresh.secrets, fresh.bundles

    def append(
        self, path: str, make: Callable[[LedgerState], tuple[InLedger, dict[str, Json]]], field_name: str
    ) -> Answer:
        """Signs a statement for the next position and sends it, again when another entry came first.

        `make` builds statement and further fields of the body from the state at hand. Raises ServerRefused.
        """
        for attempt in range(_ATTEMPTS):
            statement, extra = make(self.state)
            signed = self.client.sign(statement)
            try:
                # The very same statement cannot be appended twice, so that it may be sent again.
                answer = self.client.api.post(
                    f"/vaults/{self.id}/{path}", {field_name: signed.to_wire(), **extra}, again=True
                )
            except ServerRefused as error:
                if error.code != "stale" or attempt == _ATTEMPTS - 1:
                    raise
                size = self.state.size
                self.sync()
                if self._holds(statement):
                    # It was appended, and the answer was lost on its way.
                    return {}
                if self.state.size == size:
                    raise
            else:
                if isinstance(statement, Manifest) and statement.author in self.state.cards:
                    self._follow(signed, extra, answer)
                    return answer
                self.sync()
                if not self._holds(statement):
                    raise Tampered("acknowledged, and not in the ledger")
                return answer
        raise AssertionError

    def keep(self) -> None:
        """Keeps what was folded on this device, so that the next command begins there. Nothing twice."""
        if self.kept != self.ledger.state.size:
            self.ledger = chains.keep_ledger(self.client, self.ledger)
            self.kept = self.ledger.state.size

    def _follow(self, signed: Signed, sent: Mapping[str, Json], answer: Answer) -> None:
        """Folds the one entry that was just appended, as the answer has it; `keep` when there are no more.

        It names the entry before, so that nothing can stand between; another ledger than that shows at the
        next fetch. Its metadata is what was sent along.
        """
        with from_server():
            entry = Entry.from_wire(cast("Json", answer.get("entry")))
            sealed = unb64u(str(sent["metadata"]))
        if entry.signed != signed or self.ledger.viewer is None:
            raise Tampered("acknowledged as another entry")
        whole = replace(entry, metadata=sealed)
        self.ledger = self.ledger.append((whole,), (), self.ledger.viewer)

    def _holds(self, statement: InLedger) -> bool:
        return any(event.statement == statement for event in self.ledger.news)


def open_vault(client: Client, wanted: str | None = None) -> OpenVault:
    """Brings a vault up to date and opens what the account has keys for.

    Raises NotFound, Ended (the grant is over), Usage (a professional with several vaults must say which), and
    what the fold raises.
    """
    own = client.keyring.vault
    if own is not None:
        if wanted not in (None, own.id):
            raise NotFound("no such vault")
        return _open_own(client, own.id)
    return _open_granted(client, VaultId(check_id(wanted)) if wanted else _only_vault(client))


def vaults_of(client: Client) -> list[VaultId]:
    """The vaults in which the server says that this professional has a current grant.

    Raises Ended when all there are have ended.
    """
    listed = children(client.api.get("/vaults"), "vaults")
    rows = [row for row in listed if text(row, "role") == "grant"]
    # A word that is not understood must not make a vault disappear from the list.
    if any(row["role"] not in _ROLES for row in listed) or any(
        text(row, "state") not in _STATES for row in rows
    ):
        raise BadAnswer
    current = [row for row in rows if row["state"] in ("active", "upcoming")]
    if rows and not current:
        raise Ended("no grant in force")
    with from_server():
        return [VaultId(check_id(text(row, "vault", limit=32))) for row in current]


def _only_vault(client: Client) -> VaultId:
    found = sorted(set(vaults_of(client)))
    if not found:
        raise NotFound("no vault to read")
    if len(found) > 1:
        raise Usage("several vaults: say which with --vault")
    return found[0]


def _open_own(client: Client, vault: VaultId) -> OpenVault:
    viewer = Viewer(client.me)
    ledger = chains.cached_ledger(client, vault)
    if ledger.needs_refold(viewer):
        ledger = _from_start(client, vault)
    found = _up_to_date(client, ledger)
    found.kept = ledger.state.size
    found.keep()
    return found


def _up_to_date(client: Client, ledger: Ledger) -> OpenVault:
    """The owner's vault with what the server has beyond a ledger; the pin moves, the cache does not."""
    ledger = chains.fold(client, ledger, Viewer(client.me))
    if ledger.state.server != client.server_key:
        raise Tampered("a vault of another server")
    chains.move_pin(client, ledger)
    secrets = own_secrets.held(client, ledger.state)
    if own_secrets.lacks(secrets, ledger.state):
        # Another device has rotated or added sections: its keyring stands on the server.
        client.refresh_keyring()
        secrets = own_secrets.held(client, ledger.state)
    if ledger.state.sections.keys() - secrets.keys():
        raise Tampered("sections that the keyring does not hold")
    if any(secrets[section].epoch > known.epoch for section, known in ledger.state.sections.items()):
        # The keyring takes a secret over only once the ledger holds its rotation.
        raise Stale("a ledger from before a rotation that was seen")
    return OpenVault(client, ledger, secrets)


def _open_granted(client: Client, vault: VaultId) -> OpenVault:
    """Folds once to learn the own grants, and again if these let the account see more than it asked to be
    shown, or less.
    """
    ledger = chains.cached_ledger(client, vault)
    alone = Viewer(client.me)
    viewer = ledger.viewer or alone
    if ledger.needs_refold(alone):
        ledger, viewer = _from_start(client, vault), alone
    try:
        ledger = chains.fold(client, ledger, viewer)
    except Tampered:
        # One of several rights may have ended: what only it reached is withheld since, and rightly so.
        if viewer == alone:
            raise
        ledger = chains.fold(client, ledger, alone)
        if granted.entitled(client, ledger.state).reaches(viewer):
            raise
        viewer = alone
    wanted = granted.entitled(client, ledger.state)
    if wanted == alone:
        raise Ended("no grant in force")
    if wanted != viewer:
        ledger = chains.fold(client, _from_start(client, vault), wanted)
    current = granted.in_force(client, ledger.state, max(client.now(), ledger.state.time))
    granted.require_shown(ledger.state, wanted.documents)
    bundles = {grant.grant: granted.bundle(client, ledger.state, grant) for grant in current}
    ledger = chains.keep_ledger(client, ledger)
    return OpenVault(client, ledger, granted.secrets_of(bundles.values()), bundles)


def _from_start(client: Client, vault: VaultId) -> Ledger:
    return Ledger.empty(vault, owner=chains.pinned_owner(client, vault), pin=chains.ledger_pin(client, vault))
