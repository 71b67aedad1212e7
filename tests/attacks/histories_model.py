"""The model of random histories: who may read what. It knows grants by ticks and nothing of keys, epochs or
statements.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from hypothesis.stateful import RuleBasedStateMachine

from crypto.encoding import SectionId
from tests.attacks.household import Household
from vault.client import grants, redeeming
from vault.client.grants import Terms

NOW: Final = 1_800_000_000
DAY: Final = 24 * 3600


@dataclass
class ModelTerm:
    """A term of a grant: from a tick, until its end on the clock or the tick at which it was taken back.

    It is for sections, or for single documents.
    """

    sections: frozenset[SectionId]
    rights: frozenset[str]
    not_after: int
    since: int
    ended: int | None = None
    documents: frozenset[str] = frozenset()


@dataclass
class ModelGrant:
    """A professional's grant through its terms."""

    professional: int
    terms: list[ModelTerm] = field(default_factory=list)


@dataclass
class ModelDocument:
    """What was written by whom (-1: the patient), where it is filed and since which tick; when removed."""

    content: bytes
    author: int
    section: SectionId
    since: int
    removed: int | None = None


@dataclass(frozen=True)
class Start:
    """Where every history begins: two professionals with a grant, and a document that they read."""

    home: Household
    grants: dict[str, ModelGrant]
    documents: dict[str, ModelDocument]

    @classmethod
    def settled(cls, home: Household) -> "Start":
        """Everybody has signed up; the server is kept as it is after this."""
        vault = home.patient(0)
        imaging, reports = vault.section("imaging"), vault.section("reports")
        given: dict[str, ModelGrant] = {}
        for professional, (sections, rights, days) in enumerate(
            [({imaging, reports}, ("add", "read"), 300), ({imaging}, ("read",), 100)]
        ):
            terms = Terms(frozenset(sections), rights, NOW + days * DAY)
            grant, link = grants.invite(vault, terms, NOW + DAY)
            redeeming.redeem(home.professional(professional), link)
            term = ModelTerm(frozenset(sections), frozenset(rights), terms.not_after, since=0)
            given[grant] = ModelGrant(professional, [term])
        vault.sync()
        identifier = home.add(vault, imaging, b"from the beginning")
        home.keep()
        return cls(home, given, {identifier: ModelDocument(b"from the beginning", -1, imaging, since=0)})


class Model(RuleBasedStateMachine):
    """Grants and documents, as the steps of a history change them."""

    start: Start

    def __init__(self) -> None:
        super().__init__()
        self.tick = 1
        self.grants = deepcopy(self.start.grants)
        self.documents = deepcopy(self.start.documents)
        self.blocked: set[int] = set()

    def current(self, professional: int, right: str) -> frozenset[SectionId]:
        """The sections that a right reaches now."""
        return frozenset(
            section
            for known in self.grants.values()
            if known.professional == professional and known.terms[-1].ended is None
            for section in known.terms[-1].sections
            if right in known.terms[-1].rights
        )

    def may(self, professional: int, section: SectionId, right: str) -> bool:
        """Whether a right reaches a section now."""
        return section in self.current(professional, right)

    def named(self, professional: int) -> frozenset[str]:
        """The documents that a grant in force names."""
        return frozenset(
            document
            for known in self.grants.values()
            if known.professional == professional and known.terms[-1].ended is None
            for document in known.terms[-1].documents
        )

    def could_ever(self, professional: int, identifier: str, known: ModelDocument) -> bool:
        """Whether a right reached the document since it is filed where it is, or ever by name."""
        return known.author == professional or any(
            grant.professional == professional
            and (
                identifier in term.documents
                or (known.section in term.sections and (term.ended is None or term.ended > known.since))
            )
            for grant in self.grants.values()
            for term in grant.terms
        )
