"""The steps of random histories: what patients, professionals, the clock and broken lines can do; at the end
everyone tries everything. What should come of it: histories_model.py.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from crypto.encoding import DocumentId, GrantId, KeyId, SectionId, VaultId
from crypto.errors import CoffreError
from crypto.primitives import system_random
from crypto.statements import Access
from tests.attacks.histories_model import DAY, NOW, Model, ModelDocument, ModelGrant, ModelTerm
from tests.attacks.histories_told import Told, ToldReader
from tests.attacks.household import KINDS, PROFESSIONALS, Host, Household, content_of
from vault.client import bin as bin_of_documents
from vault.client import blocking, documents, grants, redeeming, renewals
from vault.client import sections as own_sections
from vault.client.errors import ClientError, Ended, NotAllowed, ServerRefused, Unreachable
from vault.client.grants import Terms
from vault.client.vaults import OpenVault, open_vault

BIN_DAYS: Final = 30


class Histories(Model):
    """What patients, professionals, the clock and broken lines can do."""

    folder: Path
    counter: Iterator[int]
    told: list[Told]
    home: Household
    host: Host
    owner: KeyId

    @initialize()
    def begin(self) -> None:
        """The same household for all, at the same moment."""
        self.host = self.start.home.host
        self.host.clock.time = NOW
        self.host.line.cut = ""
        self.home = self.start.home.again(self.folder / str(next(self.counter)))
        vault = self.home.patient(0)
        self.sections = {kind: vault.section(kind) for kind in (*KINDS, "masked", "inbox")}
        assert vault.state.owner is not None
        self.owner = vault.state.owner

    # -- the patient
    @rule(
        device=st.integers(0, 1),
        professional=st.integers(0, PROFESSIONALS - 1),
        kinds=st.sets(st.sampled_from(KINDS), min_size=1),
        rights=st.sampled_from([("read",), ("add", "read"), ("add",)]),
        days=st.integers(1, 366),
    )
    def give(
        self, device: int, professional: int, kinds: set[str], rights: tuple[str, ...], days: int
    ) -> None:
        """An invitation, redeemed at once."""
        vault = self.home.patient(device)
        sections = frozenset(self.sections[kind] for kind in kinds)
        not_after = self.host.clock() + days * DAY
        grant, link = grants.invite(vault, Terms(sections, rights, not_after), self.host.clock() + DAY)
        redeem = partial(redeeming.redeem, self.home.professional(professional), link)
        if professional in self.blocked:
            _refused(redeem, "blocked")
            return
        redeem()
        term = ModelTerm(sections, frozenset(rights), not_after, self.tick)
        self.grants[grant] = ModelGrant(professional, [term])
        self._step()

    @precondition(lambda self: self.documents)
    @rule(
        data=st.data(),
        device=st.integers(0, 1),
        professional=st.integers(0, PROFESSIONALS - 1),
        days=st.integers(1, 366),
    )
    def give_documents(self, data: st.DataObject, device: int, professional: int, days: int) -> None:
        """An invitation to one or two documents, redeemed at once."""
        vault = self.home.patient(device)
        taken_in = {one.document for one in vault.documents() if one.latest.filing.metadata is not None}
        live = sorted(taken_in & self.documents.keys())
        if not live:
            return
        chosen = data.draw(st.sets(st.sampled_from(live), min_size=1, max_size=2))
        not_after = self.host.clock() + days * DAY
        terms = Terms((), ("read",), not_after, [DocumentId(one) for one in chosen])
        grant, link = grants.invite(vault, terms, self.host.clock() + DAY)
        redeem = partial(redeeming.redeem, self.home.professional(professional), link)
        if professional in self.blocked:
            _refused(redeem, "blocked")
            return
        redeem()
        term = ModelTerm(frozenset(), frozenset({"read"}), not_after, self.tick, documents=frozenset(chosen))
        self.grants[grant] = ModelGrant(professional, [term])
        self._step()

    @precondition(lambda self: self.grants)
    @rule(
        data=st.data(),
        device=st.integers(0, 1),
        cut=st.sampled_from(["", "/rotations", "/keyring", "/section-terms"]),
        when=st.sampled_from(["before", "after"]),
    )
    def revoke(self, data: st.DataObject, device: int, cut: str, when: str) -> None:
        """Taking back, perhaps with a line that breaks in the rotation that follows."""
        grant = data.draw(st.sampled_from(list(self.grants)))
        vault = self.home.patient(device)
        self.host.line.cut, self.host.line.after = cut, when == "after"
        with suppress(Unreachable):
            grants.revoke(vault, grant)
        self.host.line.cut = ""
        term = self.grants[grant].terms[-1]
        if term.ended is None:
            term.ended = self.tick
        self._step()

    @precondition(lambda self: self.grants)
    @rule(
        data=st.data(),
        device=st.integers(0, 1),
        days=st.integers(1, 366),
        asked=st.sampled_from(["asked", "not asked"]),
        cut=st.sampled_from(["", "", "before", "after"]),
    )
    def renew(self, data: st.DataObject, device: int, days: int, asked: str, cut: str) -> None:
        """A new term, also after the end; perhaps asked for before; perhaps with a line that breaks."""
        grant = data.draw(st.sampled_from(list(self.grants)))
        known = self.grants[grant]
        not_after = self.host.clock() + days * DAY
        if asked == "asked":
            with suppress(ServerRefused):
                renewals.ask(self.home.professional(known.professional), GrantId(grant), not_after)
        renew = partial(grants.renew, self.home.patient(device), grant, not_after)
        last = known.terms[-1]
        named = frozenset(one for one in last.documents if self.documents[one].removed is None)
        if last.documents and not named:
            _refused(renew, "not_found")
            return
        if known.professional in self.blocked:
            _refused(renew, "blocked")
            return
        path = "/document-grants" if named else "/grants"
        self.host.line.cut, self.host.line.after = path if cut else "", cut == "after"
        with suppress(Unreachable):
            renew()
        self.host.line.cut = ""
        if cut == "before":
            return
        if last.ended is None:
            last.ended = self.tick
        known.terms.append(ModelTerm(last.sections, last.rights, not_after, self.tick, documents=named))
        self._step()

    @rule(professional=st.integers(0, PROFESSIONALS - 1), device=st.integers(0, 1))
    def block(self, professional: int, device: int) -> None:
        """Blocking, or letting in again."""
        key = self.home.professional(professional).me
        vault = self.home.patient(device)
        if key not in vault.state.cards:
            return
        fingerprint = vault.state.cards[key].card.rpps or ""
        if professional in self.blocked:
            blocking.unblock(vault, fingerprint)
            self.blocked.discard(professional)
        else:
            blocking.block(vault, fingerprint)
            self.blocked.add(professional)
            for known in self.grants.values():
                term = known.terms[-1]
                if known.professional == professional and term.ended is None:
                    term.ended = self.tick
        self._step()

    @rule(device=st.integers(0, 1), kind=st.sampled_from((*KINDS, "masked")))
    def patient_adds(self, device: int, kind: str) -> None:
        """A document of the patient's own."""
        vault = self.home.patient(device)
        content = system_random(20)
        identifier = self.home.add(vault, self.sections[kind], content)
        self.documents[identifier] = ModelDocument(content, -1, self.sections[kind], self.tick)
        self._step()

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), device=st.integers(0, 1), kind=st.sampled_from((*KINDS, "masked")))
    def file(self, data: st.DataObject, device: int, kind: str) -> None:
        """Filing elsewhere: masking, unmasking, taking a deposit out of the inbox."""
        identifier = data.draw(st.sampled_from(list(self.documents)))
        vault = self.home.patient(device)
        known, section = self.documents[identifier], self.sections[kind]
        if known.removed is not None or known.section == section:
            return
        documents.refile(vault, vault.document(identifier), section)
        known.section, known.since = section, self.tick
        self._step()

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), device=st.integers(0, 1))
    def to_the_bin_or_back(self, data: st.DataObject, device: int) -> None:
        """A document is removed, or comes back while it can."""
        identifier = data.draw(st.sampled_from(list(self.documents)))
        known, vault = self.documents[identifier], self.home.patient(device)
        if known.removed is None:
            documents.remove(vault, vault.document(identifier))
            known.removed = self.host.clock()
        elif self.host.clock() < known.removed + BIN_DAYS * DAY:
            bin_of_documents.restore(vault, identifier)
            known.removed = None
        self._step()

    @rule(device=st.integers(0, 1))
    def mask_or_show_what_is_new(self, device: int) -> None:
        """The setting by which professionals' new documents wait in the inbox."""
        vault = self.home.patient(device)
        own_sections.mask_new(vault, on=not vault.state.mask_new)
        self._step()

    @rule(device=st.integers(0, 1))
    def device_is_put_back(self, device: int) -> None:
        """A device is lost, and restored as it was in the beginning."""
        self.home.put_back(device, self.start.home)

    @rule(device=st.integers(0, 1))
    def unlock(self, device: int) -> None:
        """What is due is done."""
        self.home.patient(device)
        self._step()

    # -- professionals
    @rule(professional=st.integers(0, PROFESSIONALS - 1), kind=st.sampled_from(KINDS))
    def professional_adds(self, professional: int, kind: str) -> None:
        """A document into a section, or into the inbox when nobody may seal there."""
        section = self.sections[kind]
        may = self.may(professional, section, "add")
        try:
            vault = open_vault(self.home.professional(professional), self.home.vault)
            content = system_random(20)
            if section not in vault.addable():
                raise NotAllowed("no right to add there")
            identifier = self.home.add(vault, section, content)
        except (ClientError, CoffreError):
            assert not may or not self._current_bundle(professional, section)
            return
        assert may
        filed = self._filed(identifier)
        self.documents[identifier] = ModelDocument(content, professional, filed, self.tick)
        self._step()

    @rule(professional=st.integers(0, PROFESSIONALS - 1))
    def professional_deposits(self, professional: int) -> None:
        """A document for the inbox: with a grant or without, blocked or not."""
        content = system_random(20)
        identifier = self.home.deposit(self.home.professional(professional), self.owner, content)
        inbox = self.sections["inbox"]
        self.documents[identifier] = ModelDocument(content, professional, inbox, self.tick)
        self._step()

    # -- time
    @rule(days=st.sampled_from([1, 5, 40, 200, 370]))
    def time_passes(self, days: int) -> None:
        """The clock goes on; terms end."""
        self.host.clock.time += days * DAY
        self.home.stay_signed_in()
        for known in self.grants.values():
            term = known.terms[-1]
            if term.ended is None and term.not_after <= self.host.clock():
                term.ended = self.tick
        self._step()

    # -- the model
    def _step(self) -> None:
        self.tick += 1
        self.home.collect()

    def _filed(self, identifier: str) -> SectionId:
        """Where a professional's document went: the section, or the inbox (by the patient's ledger)."""
        vault = open_vault(self.home.patient(0).client)
        return vault.state.documents[DocumentId(identifier)].section

    def _current_bundle(self, professional: int, section: SectionId) -> bool:
        """Whether the newest key was already made for the professional: the patient's client must come by
        after a rotation that an invitation waited through."""
        vault = open_vault(self.home.professional(professional), self.home.vault)
        secret = vault.secrets.get(section)
        return secret is not None and secret.epoch == vault.state.sections[section].epoch

    def teardown(self) -> None:
        """Everyone tries everything."""
        if not hasattr(self, "home"):
            return
        vault = self.home.patient(0)
        self.home.collect()
        live = {one: known for one, known in self.documents.items() if known.removed is None}
        assert {found.document for found in vault.documents()} == live.keys()
        told = Told.of(self.home, vault, live)
        for identifier, known in live.items():
            found = vault.document(identifier)
            assert content_of(vault, found) == known.content
            for professional, reader in enumerate(told.readers):
                if self.home.opens(professional, vault, found):
                    assert self.could_ever(professional, identifier, known), "a key reaches what no right did"
                    reader.opens.add(identifier)
        for professional in range(PROFESSIONALS):
            self._reads(professional, told.readers[professional])
        self.told.append(told)

    def _reads(self, professional: int, told: ToldReader) -> None:
        """By the client who may; by the server's answer to a bare request who may not."""
        client = self.home.professional(professional)
        readable, named = self.current(professional, "read"), self.named(professional)
        opened: OpenVault | None = None
        with suppress(Ended, ServerRefused):
            opened = open_vault(client, self.home.vault)
            told.show(client, opened)
        for identifier, known in self.documents.items():
            own = known.author == professional and bool(readable | named)
            if known.removed is None and (known.section in readable or own or identifier in named):
                assert opened is not None
                assert content_of(opened, opened.document(identifier)) == known.content
                told.reads.add(identifier)
                continue
            accesses = [
                client.sign(self._access(client.me, grant, identifier)).to_wire()
                for grant, each in self.grants.items()
                if each.professional == professional
            ]
            for access in accesses:
                with pytest.raises(ServerRefused):
                    client.api.post(f"/vaults/{self.home.vault}/accesses", {"accesses": [access]})

    def _access(self, me: Any, grant: Any, document: Any) -> Access:
        return Access(
            time=self.host.clock(),
            author=me,
            vault=VaultId(self.home.vault),
            document=document,
            mode="grant",
            nonce=system_random(16),
            reason="care",
            version=1,
            grant=grant,
        )


def _refused(action: Callable[[], object], code: str) -> None:
    with pytest.raises(ClientError) as error:
        action()
    assert error.value.code == code
