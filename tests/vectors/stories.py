"""Vaults at the points from which tests and vectors start."""

from crypto.encoding import DocumentId, GrantId
from tests.vectors.samples import (
    DOCTOR,
    OTHER_DOCTOR,
    SECTIONS,
    fixed_id,
)
from tests.vectors.simulated_vault import SimulatedVault

A, B, C = SECTIONS
SECOND = DocumentId(fixed_id("second document"))
OTHER_GRANT = GrantId(fixed_id("other grant"))


def empty() -> SimulatedVault:
    """A vault that was just made."""
    found = SimulatedVault()
    found.vault()
    return found


def started() -> SimulatedVault:
    """A vault with one document in section A."""
    found = empty()
    found.manifest()
    return found


def granted() -> SimulatedVault:
    """And an invitation for A that the doctor has accepted."""
    found = started()
    found.grant()
    found.acceptance()
    return found


def story() -> SimulatedVault:
    """Every kind, each in its right place."""
    found = granted()
    found.manifest(author=DOCTOR, version=2)
    found.refile(version=2)
    found.manifest(document=SECOND, author=DOCTOR)
    found.share()
    found.access()
    found.access(by=DOCTOR, mode="grant", nonce="second")
    found.opening()
    found.opening(openings=2)
    found.share_end()
    found.grant(grant=OTHER_GRANT, to=OTHER_DOCTOR, sections=[(A, 1), (B, 1)], rights=("read",))
    found.revocation()
    found.rotation(grants=[OTHER_GRANT])
    found.removal(document=SECOND, author=DOCTOR)
    return found


def written_by_a_doctor() -> SimulatedVault:
    """A document by the doctor that moves, gets a version by the owner and one by the doctor, and is removed.

    The doctor's grant for A is renewed for C in the end, so that all of it is elsewhere.
    """
    found = empty()
    found.grant(to=DOCTOR, sections=[(A, 1)])
    found.manifest(document=SECOND, author=DOCTOR)
    found.refile(document=SECOND, source=A, target=B)
    found.refile(document=SECOND, source=B, target=A)
    found.manifest(document=SECOND, version=2)
    found.manifest(document=SECOND, version=3, author=DOCTOR)
    found.refile(document=SECOND, version=3, source=A, target=B)
    found.refile(document=SECOND, version=3, source=B, target=A)
    found.grant(to=DOCTOR, sections=[(C, 1)], sequence=2)
    found.removal(document=SECOND, version=3, author=DOCTOR)
    return found
