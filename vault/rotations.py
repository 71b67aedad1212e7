"""Rotation of sections: new secrets for those who remain (spec chapter 7, "Revocation and rotation").

Owns the completeness check: the grants a rotation serves are exactly those that are bound, unrevoked and
unexpired.
"""

from sqlalchemy.orm import Session

from crypto.errors import Malformed, Stale, Tampered
from crypto.journal import Entry as JournalEntry
from crypto.statements import Rotation, Signed
from vault import ledger, vaults
from vault.errors import NotFound
from vault.grants import check_bundle
from vault.models.grants import Grant
from vault.models.vaults import Section, Vault
from vault.vaults import Standing


def rotate(
    session: Session, vault: Vault, standing: Standing, signed: Signed, bundles: dict[str, bytes], now: int
) -> JournalEntry:
    """Begins the next epoch of some sections and replaces the bundles of the grants that reach them.

    Raises Stale (position, epoch), Tampered (not exactly the remaining grants, a bundle's hash), Malformed,
    NotFound.
    """
    standing.require_owner()
    statement = ledger.verified(session, Rotation, signed, standing.who.account, vault.id)
    ledger.check_position(vault, statement)
    known = vaults.sections(session, vault.id)
    rotated = _next_epochs(statement, known)
    if any(section.inbox for section in rotated) != (statement.inbox_recipient is not None):
        raise Malformed("recipient of the inbox")
    # By the statement's time, as the owner's client and whoever folds the ledger later must judge.
    remaining = _remaining(session, vault, {section.id for section in rotated}, statement.time)
    hashes: dict[str, bytes] = {member.grant: member.bundle for member in statement.grants}
    if hashes.keys() != remaining.keys() or bundles.keys() != remaining.keys():
        raise Tampered("not exactly the grants that remain")
    for grant, bundle in bundles.items():
        check_bundle(bundle, hashes[grant])
    appended = ledger.append(session, vault, statement, signed, subject=None, now=now)
    for section in rotated:
        section.epoch += 1
        section.due = False
        section.rotated = statement.time
    for grant, row in remaining.items():
        row.bundle = bundles[grant]
    return appended.entry


def _next_epochs(statement: Rotation, known: dict[str, Section]) -> list[Section]:
    rotated = []
    for member in statement.sections:
        section = known.get(member.section)
        if section is None:
            raise NotFound("no such section")
        if member.epoch != section.epoch + 1:
            raise Stale("epoch")
        rotated.append(section)
    return rotated


def _remaining(session: Session, vault: Vault, sections: set[str], time: int) -> dict[str, Grant]:
    return {
        view.row.id: view.row
        for view in vaults.grants_in(session, vault.id)
        if view.row.professional is not None
        and view.row.revoked_seq is None
        and time < view.row.not_after
        and not view.sections.isdisjoint(sections)
    }
