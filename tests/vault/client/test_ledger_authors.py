"""Whatever happens in a vault, a fold follows every version that its reader wrote or was granted by name
(spec chapter 6)."""

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.encoding import DocumentId, GrantId, SectionId
from tests.vault.client.folding import EMPTY, fold
from tests.vectors.document_steps import document_grant
from tests.vectors.samples import DOCTOR, OWNER, SECTIONS, Person, fixed_id
from tests.vectors.simulated_vault import SimulatedVault
from tests.vectors.stories import empty
from vault.client.ledger_rules import Viewer


@dataclass
class Filed:
    """Where a document is, its latest version, and who wrote the first."""

    section: SectionId
    version: int
    author: Person


@dataclass
class History:
    """A vault in which owner and doctor do what they may, in an order that chance chooses."""

    random: Random
    vault: SimulatedVault = field(default_factory=empty)
    scope: list[SectionId] = field(default_factory=list)
    grants: int = 0
    filed: dict[DocumentId, Filed] = field(default_factory=dict)
    added: int = 0
    named: set[tuple[DocumentId, int]] = field(default_factory=set)

    def step(self) -> None:
        act = self.random.choice(
            [self.grant, self.name, self.add, self.version, self.move, self.move, self.remove]
        )
        (act if self.grants else self.grant)()

    def grant(self) -> None:
        self.grants += 1
        self.scope = sorted(self.random.sample(SECTIONS, self.random.randint(1, 2)))
        sections = [(section, 1) for section in self.scope]
        self.vault.grant(to=DOCTOR, sections=sections, sequence=self.grants)

    def name(self) -> None:
        """A grant of one version, of which there may be later ones."""
        for document, at in self._one():
            version = self.random.randint(1, at.version)
            self.named.add((document, version))
            grant = GrantId(fixed_id(f"grant of documents {len(self.vault.ledger)}"))
            document_grant(self.vault, [(document, version)], grant=grant)

    def add(self) -> None:
        self.added += 1
        document = DocumentId(fixed_id(f"document {self.added}"))
        author = self.random.choice([OWNER, DOCTOR])
        section = self.random.choice(SECTIONS if author is OWNER else self.scope)
        self.vault.manifest(document=document, author=author, section=section)
        self.filed[document] = Filed(section, 1, author)

    def version(self) -> None:
        for document, at in self._one():
            at.version += 1
            author = self.random.choice([OWNER, DOCTOR]) if at.section in self.scope else OWNER
            self.vault.manifest(document=document, author=author, section=at.section, version=at.version)

    def move(self) -> None:
        for document, at in self._one():
            target = self.random.choice([section for section in SECTIONS if section != at.section])
            self.vault.refile(document=document, source=at.section, target=target, version=at.version)
            at.section = target

    def remove(self) -> None:
        for document, at in self._one():
            author = self.random.choice([OWNER, at.author])
            self.vault.removal(document=document, section=at.section, version=at.version, author=author)
            del self.filed[document]

    def _one(self) -> list[tuple[DocumentId, Filed]]:
        return [self.random.choice(list(self.filed.items()))] if self.filed else []


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 25))
def test_the_fold_of_authors_and_of_those_granted_by_name_agrees_with_the_owners(
    random: Random, steps: int
) -> None:
    history = History(random)
    for _ in range(steps):
        history.step()
    page = history.vault.page(sections=history.scope, documents=history.named)
    whole = fold(history.vault).state
    # A client that does not know its grants yet folds the same entries for no section at all.
    for viewer in (
        Viewer(DOCTOR.id, frozenset(history.scope), frozenset(history.named)),
        Viewer(DOCTOR.id),
    ):
        seen = EMPTY.append(page.entries, page.cards, viewer).state
        for document in whole.documents.values():
            for version in document.versions:
                named = (document.document, version.manifest.version) in history.named
                if version.manifest.author == DOCTOR.id or named:
                    known = seen.documents[document.document]
                    found = known.version(version.manifest.version)
                    assert found is not None
                    assert found.filing.header == version.filing.header
                    assert found.filing.section == version.filing.section
                    assert (known.removed is None) == (document.removed is None)
