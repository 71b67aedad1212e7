"""Steps of the later kinds that may not be taken where they are, and stories in which all of them hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from crypto.encoding import DocumentId, SectionId
from tests.vectors.later_kinds import (
    DEPOSITED,
    NEW_SECTION,
    block,
    deposit,
    renewal_refusal,
    renewal_request,
    restoral,
    section_terms,
    sections,
    settings,
    share_update,
    unblock,
)
from tests.vectors.samples import DAY, DOCTOR, GRANT, INBOX, OTHER_DOCTOR, fixed_id
from tests.vectors.simulated_vault import SimulatedVault
from tests.vectors.stories import OTHER_GRANT, SECOND, A, B, granted, started

UNKNOWN: Final = SectionId("f" * 32)
OTHER_DEPOSIT: Final = DocumentId(fixed_id("another deposit"))

Step: TypeAlias = Callable[[SimulatedVault], object]


def _later(vault: SimulatedVault, days: int) -> None:
    vault.now += days * DAY


def _restore_unknown(vault: SimulatedVault) -> None:
    vault.filed[SECOND] = (b"", b"", 0)
    restoral(vault, document=SECOND)


def _many(vault: SimulatedVault, count: int) -> None:
    sections(vault, added=[SectionId(f"{number:032x}") for number in range(count)])


LATER_STEPS: Final[Mapping[str, tuple[Callable[[], SimulatedVault], Sequence[Step]]]] = {
    "deposit-in-another-section": (started, [lambda v: deposit(v, section=A)]),
    "deposit-at-a-future-epoch": (started, [lambda v: deposit(v, epoch=2)]),
    "deposit-at-the-old-epoch": (
        started,
        [lambda v: v.rotation(sections=[(INBOX, 2)]), lambda v: deposit(v)],
    ),
    "deposit-twice": (started, [lambda v: deposit(v), lambda v: deposit(v, author=OTHER_DOCTOR)]),
    "deposit-under-a-documents-id": (
        started,
        [lambda v: v.manifest(document=SECOND), lambda v: deposit(v, document=SECOND)],
    ),
    "deposit-of-a-removed-id": (
        started,
        [
            lambda v: deposit(v),
            lambda v: v.removal(document=DEPOSITED, section=INBOX, author=DOCTOR),
            lambda v: deposit(v),
        ],
    ),
    "manifest-over-a-deposit": (
        started,
        [lambda v: deposit(v), lambda v: v.manifest(document=DEPOSITED, section=INBOX)],
    ),
    "deposit-removed-by-another": (
        started,
        [
            lambda v: deposit(v),
            lambda v: v.removal(document=DEPOSITED, section=INBOX, author=OTHER_DOCTOR),
        ],
    ),
    "deposit-filed-from-elsewhere": (
        started,
        [lambda v: deposit(v), lambda v: v.refile(document=DEPOSITED, source=A, target=B)],
    ),
    "document-while-new-is-masked": (
        granted,
        [lambda v: settings(v), lambda v: v.manifest(author=DOCTOR, document=SECOND)],
    ),
    "settings-by-a-professional": (granted, [lambda v: settings(v, author=DOCTOR)]),
    "restoral-of-a-live-document": (started, [lambda v: restoral(v)]),
    "restoral-of-an-unknown-document": (started, [lambda v: _restore_unknown(v)]),
    "restoral-elsewhere": (started, [lambda v: v.removal(), lambda v: restoral(v, section=B)]),
    "restoral-of-another-version": (started, [lambda v: v.removal(), lambda v: restoral(v, version=2)]),
    "restoral-of-another-manifest": (
        started,
        [lambda v: v.removal(), lambda v: restoral(v, manifest=bytes(32))],
    ),
    "restoral-with-other-metadata": (
        started,
        [lambda v: v.removal(), lambda v: restoral(v, sealed=b"other")],
    ),
    "restoral-by-its-author": (
        granted,
        [
            lambda v: v.manifest(author=DOCTOR, document=SECOND),
            lambda v: v.removal(author=DOCTOR, document=SECOND),
            lambda v: restoral(v, author=DOCTOR, document=SECOND),
        ],
    ),
    "section-added-twice": (
        started,
        [lambda v: sections(v, added=[NEW_SECTION]), lambda v: sections(v, added=[NEW_SECTION])],
    ),
    "section-of-the-start-added": (started, [lambda v: sections(v, added=[A])]),
    "sections-over-the-limit": (started, [lambda v: _many(v, 254)]),
    "section-renamed-unknown": (started, [lambda v: sections(v, renamed=[(UNKNOWN, 1)])]),
    "section-renamed-at-the-old-epoch": (
        started,
        [lambda v: v.rotation(), lambda v: sections(v, renamed=[(A, 1)])],
    ),
    "sections-by-a-professional": (granted, [lambda v: sections(v, added=[NEW_SECTION], author=DOCTOR)]),
    "term-of-an-unknown-section": (started, [lambda v: section_terms(v, terms=[(UNKNOWN, 1)])]),
    "term-of-the-old-epoch": (started, [lambda v: v.rotation(), lambda v: section_terms(v)]),
    "term-by-a-professional": (granted, [lambda v: section_terms(v, author=DOCTOR)]),
    "update-of-no-share": (started, [lambda v: share_update(v)]),
    "update-by-a-professional": (granted, [lambda v: v.share(), lambda v: share_update(v, author=DOCTOR)]),
    "update-of-an-ended-share": (
        started,
        [lambda v: v.share(), lambda v: v.share_end(), lambda v: share_update(v)],
    ),
    "update-of-a-share-that-is-over": (
        started,
        [lambda v: v.share(), lambda v: _later(v, 1), lambda v: share_update(v)],
    ),
    "update-with-nothing-live": (
        started,
        [lambda v: v.share(), lambda v: v.removal(), lambda v: share_update(v)],
    ),
    "request-for-no-grant": (started, [lambda v: renewal_request(v)]),
    "request-for-another-s-grant": (granted, [lambda v: renewal_request(v, author=OTHER_DOCTOR)]),
    "request-for-an-open-invitation": (started, [lambda v: v.grant(), lambda v: renewal_request(v)]),
    "request-of-another-sequence": (granted, [lambda v: renewal_request(v, sequence=2)]),
    "request-twice": (granted, [lambda v: renewal_request(v), lambda v: renewal_request(v)]),
    "request-after-a-refusal": (
        granted,
        [lambda v: renewal_request(v), lambda v: renewal_refusal(v), lambda v: renewal_request(v)],
    ),
    "request-long-after-the-end": (granted, [lambda v: _later(v, 300 + 367), lambda v: renewal_request(v)]),
    "request-long-after-the-revocation": (
        granted,
        [lambda v: v.revocation(), lambda v: _later(v, 367), lambda v: renewal_request(v)],
    ),
    "request-while-blocked": (granted, [lambda v: block(v), lambda v: renewal_request(v)]),
    "refusal-of-nothing": (granted, [lambda v: renewal_refusal(v)]),
    "refusal-for-no-grant": (started, [lambda v: renewal_refusal(v)]),
    "refusal-of-another-sequence": (
        granted,
        [lambda v: renewal_request(v), lambda v: renewal_refusal(v, sequence=2)],
    ),
    "refusal-twice": (
        granted,
        [lambda v: renewal_request(v), lambda v: renewal_refusal(v), lambda v: renewal_refusal(v)],
    ),
    "refusal-by-a-professional": (
        granted,
        [lambda v: renewal_request(v), lambda v: renewal_refusal(v, author=DOCTOR)],
    ),
    "block-twice": (granted, [lambda v: block(v), lambda v: block(v)]),
    "block-by-a-professional": (granted, [lambda v: block(v, of=OTHER_DOCTOR, author=DOCTOR)]),
    "unblock-of-nobody": (granted, [lambda v: unblock(v)]),
    "unblock-by-a-professional": (granted, [lambda v: block(v), lambda v: unblock(v, author=DOCTOR)]),
    "grant-to-a-blocked-professional": (
        started,
        [lambda v: block(v), lambda v: v.grant(to=DOCTOR)],
    ),
    "acceptance-by-a-blocked-professional": (
        started,
        [lambda v: block(v), lambda v: v.grant(), lambda v: v.acceptance()],
    ),
    "document-after-a-block": (
        granted,
        [lambda v: block(v), lambda v: v.manifest(author=DOCTOR, document=SECOND)],
    ),
    "rotation-for-a-blocked-grant": (
        granted,
        [lambda v: block(v), lambda v: v.rotation(grants=[GRANT])],
    ),
}


def updated_share_story() -> SimulatedVault:
    """A share that follows a document and goes on for longer, until its owner ends it."""
    found = started()
    found.share()
    share_update(found)
    _later(found, 1)
    share_update(found, max_openings=None)
    found.share_end()
    return found


def later_story() -> SimulatedVault:
    """Every later kind, each in its right place."""
    found = granted()
    sections(found, added=[NEW_SECTION], renamed=[(A, 1)])
    section_terms(found, terms=[(A, 1), (B, 1)])
    deposit(found)
    found.refile(document=DEPOSITED, source=INBOX, target=INBOX)
    found.refile(document=DEPOSITED, source=INBOX, target=A)
    deposit(found, author=OTHER_DOCTOR, document=SECOND)
    found.removal(document=SECOND, section=INBOX, author=OTHER_DOCTOR)
    found.removal()
    restoral(found)
    settings(found)
    settings(found, mask_new=0)
    renewal_request(found)
    renewal_refusal(found)
    found.grant(to=DOCTOR, sequence=2, sections=[(A, 1)])
    renewal_request(found, sequence=2)
    found.grant(grant=OTHER_GRANT, to=OTHER_DOCTOR, sections=[(B, 1)])
    block(found, of=OTHER_DOCTOR)
    deposit(found, author=OTHER_DOCTOR, document=OTHER_DEPOSIT)
    unblock(found, of=OTHER_DOCTOR)
    found.rotation(sections=[(B, 2), (INBOX, 2)])
    return found
