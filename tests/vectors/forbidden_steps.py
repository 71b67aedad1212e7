"""Steps that hold by themselves but may not be taken where they are: for tests of the fold, and vectors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from crypto.encoding import SectionId
from crypto.signing import server_key_id
from tests.vectors.document_steps import DOCUMENT_ACCESSES, DOCUMENT_STEPS
from tests.vectors.later_steps import LATER_STEPS
from tests.vectors.samples import (
    DAY,
    DOCTOR,
    GRANT,
    INBOX,
    NOW,
    OTHER_DOCTOR,
    OWNER,
    SERVER,
    STRANGER,
    fixed,
    proof,
)
from tests.vectors.simulated_vault import SimulatedVault
from tests.vectors.stories import OTHER_GRANT, SECOND, A, B, C, empty, granted, started, story

SERVER_ID: Final = server_key_id(SERVER.public)
UNKNOWN: Final = SectionId("f" * 32)

Step: TypeAlias = Callable[[SimulatedVault], object]


def _later(vault: SimulatedVault, days: int) -> None:
    vault.now += days * DAY


# By name: where it starts, and the steps of which only the last one is refused.
LEDGER_STEPS: Final[Mapping[str, tuple[Callable[[], SimulatedVault], Sequence[Step]]]] = {
    "no-grant": (started, [lambda v: v.manifest(author=DOCTOR, document=SECOND)]),
    "other-grant": (granted, [lambda v: v.manifest(author=OTHER_DOCTOR, document=SECOND)]),
    "section": (granted, [lambda v: v.manifest(author=DOCTOR, document=SECOND, section=B)]),
    "refile-by-a-professional": (granted, [lambda v: v.refile(author=DOCTOR)]),
    "removal-of-another-s-document": (granted, [lambda v: v.removal(author=DOCTOR)]),
    "revocation-by-a-professional": (granted, [lambda v: v.revocation(author=DOCTOR)]),
    "rotation-by-another": (granted, [lambda v: v.rotation(author=DOCTOR, grants=[GRANT])]),
    "share-by-a-professional": (granted, [lambda v: v.share(author=DOCTOR)]),
    "grant-handed-on": (granted, [lambda v: v.grant(author=DOCTOR, grant=OTHER_GRANT, to=OTHER_DOCTOR)]),
    "no-author-metadata": (
        granted,
        [lambda v: v.manifest(author=DOCTOR, document=SECOND, author_metadata=None)],
    ),
    "author-metadata-of-the-owner": (
        started,
        [lambda v: v.manifest(document=SECOND, author_metadata=bytes(32))],
    ),
    "version-gap": (started, [lambda v: v.manifest(version=3)]),
    "version-2-of-nothing": (started, [lambda v: v.manifest(document=SECOND, version=2)]),
    "version-1-again": (started, [lambda v: v.manifest(version=1)]),
    "previous": (started, [lambda v: v.manifest(version=2, previous=bytes(32))]),
    "version-in-another-section": (started, [lambda v: v.manifest(version=2, section=B)]),
    "unknown-section": (started, [lambda v: v.manifest(document=SECOND, section=UNKNOWN)]),
    "future-epoch": (started, [lambda v: v.manifest(document=SECOND, epoch=2)]),
    "refile-from-elsewhere": (started, [lambda v: v.refile(source=B, target=C)]),
    "refile-to-a-future-epoch": (started, [lambda v: v.refile(epoch=2)]),
    "refile-of-another-manifest": (started, [lambda v: v.refile(manifest=bytes(32))]),
    "refile-of-another-version": (started, [lambda v: v.refile(version=2)]),
    "removal-from-elsewhere": (started, [lambda v: v.removal(section=B)]),
    "removal-of-another-version": (started, [lambda v: v.removal(version=2)]),
    "removal-of-another-manifest": (started, [lambda v: v.removal(manifest=bytes(32))]),
    "grant-that-skips-a-sequence": (started, [lambda v: v.grant(sequence=2)]),
    "sequence-used-twice": (granted, [lambda v: v.grant(to=DOCTOR)]),
    "grant-at-another-epoch": (started, [lambda v: v.grant(sections=[(A, 2)])]),
    "grant-of-no-section": (started, [lambda v: v.grant(sections=[(UNKNOWN, 1)])]),
    "acceptance-of-nothing": (started, [lambda v: v.acceptance()]),
    "second-acceptance": (granted, [lambda v: v.acceptance(by=OTHER_DOCTOR)]),
    "revocation-of-another-sequence": (granted, [lambda v: v.revocation(sequence=2)]),
    "revocation-of-nothing": (started, [lambda v: v.revocation()]),
    "rotation-that-skips-an-epoch": (started, [lambda v: v.rotation(sections=[(A, 3)])]),
    "rotation-of-no-section": (started, [lambda v: v.rotation(sections=[(UNKNOWN, 2)])]),
    "rotation-that-leaves-a-grant-out": (granted, [lambda v: v.rotation()]),
    "rotation-for-an-unknown-grant": (started, [lambda v: v.rotation(grants=[GRANT])]),
    "inbox-without-recipient": (started, [lambda v: v.rotation(sections=[(INBOX, 2)], inbox_recipient=None)]),
    "recipient-without-inbox": (started, [lambda v: v.rotation(inbox_recipient=fixed("r", 1216))]),
    "share-of-nothing": (empty, [lambda v: v.share()]),
    "end-of-no-share": (started, [lambda v: v.share_end()]),
    "version-after-removal": (started, [lambda v: v.removal(), lambda v: v.manifest(version=2)]),
    "refile-after-removal": (started, [lambda v: v.removal(), lambda v: v.refile()]),
    "removal-after-removal": (started, [lambda v: v.removal(), lambda v: v.removal()]),
    "share-after-removal": (started, [lambda v: v.removal(), lambda v: v.share()]),
    "share-twice": (started, [lambda v: v.share(), lambda v: v.share()]),
    "revoked": (started, [lambda v: v.grant(), lambda v: v.revocation(), lambda v: v.acceptance()]),
    "accepted-too-late": (started, [lambda v: v.grant(), lambda v: _later(v, 8), lambda v: v.acceptance()]),
    "another-s-proof": (started, [lambda v: v.grant(), lambda v: v.acceptance(proof=proof(OTHER_DOCTOR))]),
    "forged-proof": (started, [lambda v: v.grant(), lambda v: v.acceptance(proof=bytes(64))]),
    "another-sequence": (started, [lambda v: v.grant(), lambda v: v.acceptance(sequence=2)]),
    "no-invitation": (started, [lambda v: v.grant(to=DOCTOR), lambda v: v.acceptance()]),
    "read-is-not-add": (
        started,
        [
            lambda v: v.grant(to=DOCTOR, rights=("read",)),
            lambda v: v.manifest(author=DOCTOR, document=SECOND),
        ],
    ),
    "not-accepted": (started, [lambda v: v.grant(), lambda v: v.manifest(author=DOCTOR, document=SECOND)]),
    "after-the-revocation": (
        started,
        [
            lambda v: v.grant(to=DOCTOR),
            lambda v: v.revocation(),
            lambda v: v.manifest(author=DOCTOR, document=SECOND),
        ],
    ),
    "after-the-term": (
        started,
        [
            lambda v: v.grant(to=DOCTOR),
            lambda v: _later(v, 301),
            lambda v: v.manifest(author=DOCTOR, document=SECOND),
        ],
    ),
    "before-the-term": (
        started,
        [
            lambda v: v.grant(to=DOCTOR, not_before=NOW + 10 * DAY),
            lambda v: v.manifest(author=DOCTOR, document=SECOND),
        ],
    ),
    "renewed-without-add": (
        started,
        [
            lambda v: v.grant(to=DOCTOR),
            lambda v: v.grant(to=DOCTOR, sequence=2, rights=("read",)),
            lambda v: v.manifest(author=DOCTOR, document=SECOND),
        ],
    ),
    "sealed-under-the-old-epoch": (started, [lambda v: v.rotation(), lambda v: v.manifest(document=SECOND)]),
    "rotation-for-a-revoked-grant": (
        started,
        [
            lambda v: v.grant(to=DOCTOR),
            lambda v: v.revocation(),
            lambda v: v.rotation(grants=[GRANT]),
        ],
    ),
    "for-an-open-invitation": (started, [lambda v: v.grant(), lambda v: v.rotation(grants=[GRANT])]),
    **LATER_STEPS,
    **DOCUMENT_STEPS,
}

# By name: where it starts, and one access or opening that is refused.
ACCESS_STEPS: Final[Mapping[str, tuple[Callable[[], SimulatedVault], Step]]] = {
    "forged-access": (granted, lambda v: v.access(by=STRANGER, author=OWNER.id)),
    "forged-opening": (story, lambda v: v.opening(openings=3, key=STRANGER.key, author=SERVER_ID)),
    "opening-of-another-author": (story, lambda v: v.opening(openings=3, author=OWNER.id)),
    "own-mode-by-another": (granted, lambda v: v.access(by=DOCTOR)),
    "another-s-grant": (granted, lambda v: v.access(by=OTHER_DOCTOR, mode="grant")),
    "unknown-grant": (started, lambda v: v.access(by=DOCTOR, mode="grant")),
    "unknown-version": (granted, lambda v: v.access(version=2)),
    "unknown-document": (granted, lambda v: v.access(document=SECOND)),
    "stranger": (granted, lambda v: v.access(by=STRANGER)),
    "unknown-share": (granted, lambda v: v.opening()),
    "same-nonce": (story, lambda v: v.access()),
    "opening-counted-twice": (story, lambda v: v.opening(openings=2)),
    "opening-left-out": (story, lambda v: v.opening(openings=4)),
    "another-server": (story, lambda v: v.opening(openings=3, key=STRANGER.key)),
    **DOCUMENT_ACCESSES,
    "after-the-revocation": (story, lambda v: v.access(by=DOCTOR, mode="grant", nonce="3")),
}
