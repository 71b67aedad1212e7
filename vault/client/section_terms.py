"""Until when others may seal under each section's epoch, as the owner's client publishes it (chapter 7).

A professional cannot see the grants of others. So the owner says, for every section that somebody may read
or add to, when the first of them ends: after that moment their clients seal nothing under that epoch,
whatever a server hides.
"""

from collections.abc import Callable, Collection, Mapping

from crypto.encoding import Json, SectionId
from crypto.statements import InLedger, SectionTerm, SectionTerms
from vault.client.ledger_state import LIVE, LedgerState
from vault.client.positions import next_position
from vault.client.vaults import OpenVault


def publish(vault: OpenVault) -> bool:
    """Publishes the terms that changed; whether there were any. For the owner, after grants moved and at
    unlock."""
    if not vault.owned or not _changed(vault.state, vault.now()):
        return False
    _append(vault, lambda state: _changed(state, vault.now()))
    return True


def shorten(vault: OpenVault, sections: Collection[SectionId], not_after: int) -> None:
    """Before a grant that ends at `not_after`: no published term of its sections may be later."""

    def earlier(state: LedgerState) -> Mapping[SectionId, int]:
        found = {section: state.sections[section].term for section in sections if section in state.sections}
        return {
            section: not_after for section, term in found.items() if term is not None and term > not_after
        }

    if earlier(vault.state):
        _append(vault, earlier)


def wanted(state: LedgerState, now: int) -> Mapping[SectionId, int]:
    """The earliest end of any grant or invitation that holds the newest epoch, by section."""
    found: dict[SectionId, int] = {}
    for record in state.grants.values():
        term = record.latest
        if term.state(now) in LIVE:
            for section in term.sections:
                found[section] = min(found.get(section, term.ended_by_clock), term.ended_by_clock)
    return found


def _changed(state: LedgerState, now: int) -> Mapping[SectionId, int]:
    return {
        section: end
        for section, end in wanted(state, now).items()
        if state.sections[section].term != end or _doubtful(state, section)
    }


def _doubtful(state: LedgerState, section: SectionId) -> bool:
    """Whether a grant ended since the term was published, somewhere else: professionals cannot tell where."""
    known = state.sections[section]
    began = max(known.rotated_seq, known.term_seq or 0)
    return state.ended_seq is not None and state.ended_seq > began


def _append(vault: OpenVault, terms: Callable[[LedgerState], Mapping[SectionId, int]]) -> None:
    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        # Another device may have been faster: saying the same again does no harm, saying nothing is no
        # statement.
        named = terms(state) or wanted(state, vault.now())
        statement = SectionTerms(
            **next_position(vault, state),
            terms=tuple(
                SectionTerm(epoch=state.sections[section].epoch, section=section, not_after=named[section])
                for section in sorted(named)
            ),
        )
        return statement, {}

    vault.append("section-terms", make, "section_terms")
