"""What is in force when: a story of grants, and what must follow from it at moments on the clock (chapter 7).

The expected values are written by hand from the story, not taken from either client.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crypto.encoding import GrantId, SectionId
from tests.vectors.document_steps import document_grant
from tests.vectors.later_kinds import block
from tests.vectors.samples import DAY, DOCTOR, GRANT, OTHER_DOCTOR, fixed_id
from tests.vectors.simulated_vault import SimulatedVault
from tests.vectors.stories import OTHER_GRANT, A, B, granted

INVITED = GrantId(fixed_id("open invitation"))
NAMED = GrantId(fixed_id("grant of a document"))
SHORT = GrantId(fixed_id("short grant"))
LONG = GrantId(fixed_id("long grant"))


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What holds at `now` (seconds), but not before the newest entry: sections due for rotation, grants that
    a rotation of A and B is for, each grant's state, and until when others may seal.
    """

    now: int
    due: Sequence[SectionId] = ()
    remaining: Sequence[GrantId] = ()
    states: Mapping[GrantId, str]
    terms: Mapping[SectionId, int]

    def to_json(self) -> dict[str, object]:
        """As it stands in a vector."""
        return {
            "now": self.now,
            "due": sorted(self.due),
            "remaining": sorted(self.remaining),
            "states": {grant: self.states[grant] for grant in sorted(self.states)},
            "terms": {section: self.terms[section] for section in sorted(self.terms)},
        }


def moments() -> Iterator[tuple[str, SimulatedVault, Sequence[Moment]]]:
    """The story at its turns: name, vault so far, moments."""
    vault = granted()
    first_end = vault.now - 2 * 60 + 300 * DAY
    other_end = vault.now + 100 * DAY
    vault.grant(grant=OTHER_GRANT, to=OTHER_DOCTOR, sections=[(A, 1), (B, 1)], days=100)
    lapses = vault.now + 7 * DAY + 1
    vault.grant(grant=INVITED, sections=[(B, 1)], days=200)
    document_grant(vault, grant=NAMED)
    yield "given", vault, _given(vault.now, first_end, other_end, lapses)

    vault.grant(grant=OTHER_GRANT, to=OTHER_DOCTOR, sections=[(B, 1)], sequence=2, days=50)
    live = {GRANT: "active", OTHER_GRANT: "active", INVITED: "invited", NAMED: "active"}
    until = {A: first_end, B: lapses}
    remaining = (GRANT, OTHER_GRANT)
    less = Moment(now=vault.now, due=[A], remaining=remaining, states=live, terms=until)
    yield "renewed-for-less", vault, [less]

    vault.rotation(grants=[GRANT])
    yield "rotated", vault, [Moment(now=vault.now, remaining=remaining, states=live, terms=until)]

    vault.revocation()
    live = {**live, GRANT: "revoked"}
    revoked = Moment(now=vault.now, due=[A], remaining=[OTHER_GRANT], states=live, terms={B: lapses})
    yield "revoked", vault, [revoked]

    vault.rotation(sections=[(A, 3)])
    block(vault, of=OTHER_DOCTOR)
    live = {**live, OTHER_GRANT: "revoked"}
    yield "blocked", vault, [Moment(now=vault.now, due=[B], states=live, terms={B: lapses})]

    vault.rotation(sections=[(B, 2)])
    lapsed = {**live, INVITED: "expired"}
    yield (
        "rotated-before-an-invitation-lapsed",
        vault,
        [
            Moment(now=vault.now, states=live, terms={B: lapses}),
            Moment(now=lapses - 1, states=live, terms={B: lapses}),
            Moment(now=lapses, due=[B], states=lapsed, terms={}),
        ],
    )
    yield from _later(vault, lapses, lapsed)


def _later(
    vault: SimulatedVault, lapses: int, lapsed: Mapping[GrantId, str]
) -> Iterator[tuple[str, SimulatedVault, Sequence[Moment]]]:
    """After the invitation lapsed: one more grant that ends soon, one that ends later, a rotation."""
    vault.now = lapses + DAY
    behind = lapses - 1
    soon = vault.now + 10 * DAY
    vault.grant(grant=SHORT, to=DOCTOR, sections=[(B, 2)], days=10)
    vault.grant(grant=LONG, to=DOCTOR, sections=[(B, 2)], days=40)
    live = {**lapsed, SHORT: "active", LONG: "active"}
    both = (SHORT, LONG)
    # By a clock that stands still, too.
    late = [
        Moment(now=now, due=[B], remaining=both, states=live, terms={B: soon}) for now in (behind, vault.now)
    ]
    yield "a-short-and-a-long-grant", vault, late

    vault.rotation(sections=[(B, 3)], grants=sorted(both))
    yield (
        "rotated-after-an-invitation-lapsed",
        vault,
        [Moment(now=now, remaining=both, states=live, terms={B: soon}) for now in (1, vault.now)],
    )


def _given(now: int, first_end: int, other_end: int, lapses: int) -> Sequence[Moment]:
    live = {GRANT: "active", OTHER_GRANT: "active", INVITED: "invited", NAMED: "active"}
    lapsed = {**live, INVITED: "expired"}
    ended = {**lapsed, OTHER_GRANT: "expired"}
    both = (GRANT, OTHER_GRANT)
    open_terms = {A: other_end, B: lapses}
    lapsed_terms = {A: other_end, B: other_end}
    return [
        # A clock that goes back is held by the newest entry.
        Moment(now=1, remaining=both, states=live, terms=open_terms),
        Moment(now=now, remaining=both, states=live, terms=open_terms),
        Moment(now=lapses - 1, remaining=both, states=live, terms=open_terms),
        Moment(now=lapses, due=[B], remaining=both, states=lapsed, terms=lapsed_terms),
        Moment(now=other_end - 1, due=[B], remaining=both, states=lapsed, terms=lapsed_terms),
        Moment(now=other_end, due=[A, B], remaining=[GRANT], states=ended, terms={A: first_end}),
        Moment(now=first_end - 1, due=[A, B], remaining=[GRANT], states=ended, terms={A: first_end}),
        Moment(now=first_end, due=[A, B], states={**ended, GRANT: "expired"}, terms={}),
    ]
