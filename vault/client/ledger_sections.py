"""Rules of the fold for the vault and its sections (spec chapters 3, 6, 7): begun, added, renamed, rotated.

Position, signature and body hash were checked before by the fold; each rule raises `Tampered`.
"""

from collections.abc import Iterable
from dataclasses import replace

from crypto.statement_records import MAX_SECTIONS
from crypto.statements import NewSection, Rotation, Sections, SectionTerms, Settings, Vault
from vault.client.ledger_place import Place, require, require_newest, sees_all
from vault.client.ledger_state import KnownCard, Ladder, LedgerState, SectionState


def vault(state: LedgerState, statement: Vault, place: Place) -> None:
    """The beginning."""
    require("second vault statement", holds=state.owner is None)
    state.owner = statement.author
    state.server = statement.server
    state.inbox = statement.inbox
    state.inbox_recipient = statement.inbox_recipient
    state.cards[statement.author] = KnownCard.of(statement.card)
    _add(state, statement.sections, place, statement.time)


def sections(state: LedgerState, statement: Sections, place: Place) -> None:
    """New sections, and new names of known ones."""
    added = {member.section for member in statement.added}
    require("section that is already known", holds=added.isdisjoint(state.sections))
    require("too many sections", holds=len(state.sections) + len(added) <= MAX_SECTIONS)
    for member in statement.renamed:
        require_newest(state, member.section, member.epoch)
        known = state.sections[member.section]
        state.sections[member.section] = replace(known, name=member.name)
    _add(state, statement.added, place, statement.time)


def _add(state: LedgerState, added: Iterable[NewSection], place: Place, time: int) -> None:
    for member in added:
        state.sections[member.section] = SectionState(
            section=member.section,
            epoch=member.epoch,
            name=member.name,
            ladders=(),
            rotated_seq=place.header.seq,
            rotated_time=time,
        )


def section_terms(state: LedgerState, statement: SectionTerms, place: Place) -> None:
    """Until when others than the owner may seal under these epochs."""
    for member in statement.terms:
        require_newest(state, member.section, member.epoch)
        known = state.sections[member.section]
        state.sections[member.section] = replace(known, term=member.not_after, term_seq=place.header.seq)


def settings(state: LedgerState, statement: Settings) -> None:
    """The newest settings count."""
    state.mask_new = statement.mask_new == 1


def rotation(state: LedgerState, statement: Rotation, place: Place) -> None:
    """Sections begin their next epoch; what was published of the last one is void."""
    sections = {member.section for member in statement.sections}
    require(
        "inbox recipient misplaced",
        holds=(statement.inbox_recipient is not None) == (state.inbox in sections),
    )
    for member in statement.sections:
        require_newest(state, member.section, member.epoch - 1)
        known = state.sections[member.section]
        state.sections[member.section] = replace(
            known,
            epoch=member.epoch,
            name=member.name,
            ladders=(*known.ladders, Ladder(epoch=member.epoch, sealed=member.ladder)),
            rotated_seq=place.header.seq,
            rotated_time=statement.time,
            term=None,
            term_seq=None,
        )
    if statement.inbox_recipient is not None:
        state.inbox_recipient = statement.inbox_recipient
    if sees_all(state, place):
        listed = {member.grant for member in statement.grants}
        require("rotation for other grants", holds=listed == state.remaining_grants(sections, statement.time))
    for bundle in statement.grants:
        found = state.grants.get(bundle.grant)
        if found is not None:
            state.grants[bundle.grant] = found.with_latest(replace(found.latest, bundle=bundle.bundle))
