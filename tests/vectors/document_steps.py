"""Grants of single documents in a simulated vault: stories that hold, and steps that may not be taken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias, cast

from crypto.encoding import DocumentId, GrantId
from crypto.journal import Entry
from crypto.statements import DocumentGrant, Redeem, SharedDocument, bundle_hash
from tests.vectors.later_kinds import DEPOSITED, block, deposit, renewal_request, restoral
from tests.vectors.samples import DAY, DOCTOR, DOCUMENT, GRANT, INBOX, INVITATION, OWNER, Person, fixed
from tests.vectors.simulated_vault import SimulatedVault
from tests.vectors.stories import SECOND, A, B, empty, granted, started

Named: TypeAlias = Sequence[tuple[DocumentId, int]]
Step: TypeAlias = Callable[[SimulatedVault], object]


def document_grant(
    vault: SimulatedVault,
    named: Named = ((DOCUMENT, 1),),
    *,
    grant: GrantId = GRANT,
    to: Person | None = DOCTOR,
    sequence: int = 1,
    author: Person = OWNER,
    **changes: object,
) -> Entry:
    """A grant of these versions for 300 days, or an invitation to them of seven days."""
    value = DocumentGrant(
        **vault.placed(author),
        bundle=bundle_hash(fixed(f"bundle of documents {grant} {sequence}", 64)),
        card=to.signed if to is not None else None,
        documents=tuple(SharedDocument(document=document, version=version) for document, version in named),
        grant=grant,
        not_after=vault.now + 300 * DAY,
        not_before=vault.now,
        redeem=None if to is not None else Redeem(key=INVITATION.public, not_after=vault.now + 7 * DAY),
        rights=("read",),
        sequence=sequence,
    )
    return vault.append(replace(value, **cast(dict[str, Any], changes)), author.key)


def named() -> SimulatedVault:
    """The doctor may read the first version of the one document."""
    found = started()
    document_grant(found)
    return found


def documents_story() -> SimulatedVault:
    """A deposit and a second version are named by an invitation, move, go and come back; it is renewed."""
    found = empty()
    found.manifest()
    found.manifest(version=2)
    found.manifest(document=SECOND, section=B)
    deposit(found)
    found.refile(document=DEPOSITED, source=INBOX, target=INBOX)
    document_grant(found, sorted([(DOCUMENT, 2), (DEPOSITED, 1)]), to=None)
    found.acceptance()
    found.refile(version=2)
    found.refile(document=DEPOSITED, source=INBOX, target=A)
    found.removal(section=B, version=2)
    restoral(found, section=B, version=2, sealed=found.filed[DOCUMENT][1])
    found.access(by=DOCTOR, mode="grant", version=2)
    found.manifest(version=3, section=B)
    renewal_request(found)
    document_grant(found, sorted([(DOCUMENT, 3), (DEPOSITED, 1)]), sequence=2)
    found.refile(document=DEPOSITED, source=A, target=B)
    found.access(by=DOCTOR, mode="grant", version=3, nonce="second")
    found.revocation(sequence=2)
    return found


DOCUMENT_STEPS: Final[Mapping[str, tuple[Callable[[], SimulatedVault], Sequence[Step]]]] = {
    "documents-by-a-professional": (granted, [lambda v: document_grant(v, author=DOCTOR, sequence=2)]),
    "documents-unknown": (started, [lambda v: document_grant(v, [(SECOND, 1)])]),
    "documents-of-an-unknown-version": (started, [lambda v: document_grant(v, [(DOCUMENT, 2)])]),
    "documents-removed": (started, [lambda v: v.removal(), lambda v: document_grant(v)]),
    "documents-not-taken-in": (
        started,
        [lambda v: deposit(v), lambda v: document_grant(v, [(DEPOSITED, 1)])],
    ),
    "documents-that-skip-a-sequence": (started, [lambda v: document_grant(v, sequence=2)]),
    "documents-sequence-used-twice": (named, [lambda v: document_grant(v)]),
    "documents-in-place-of-sections": (granted, [lambda v: document_grant(v, sequence=2)]),
    "sections-in-place-of-documents": (named, [lambda v: v.grant(to=DOCTOR, sequence=2)]),
    "documents-for-a-blocked-professional": (
        started,
        [lambda v: block(v), lambda v: document_grant(v)],
    ),
    "documents-give-no-right-to-add": (named, [lambda v: v.manifest(author=DOCTOR, version=2)]),
    "documents-get-no-new-secret": (named, [lambda v: v.rotation(grants=[GRANT])]),
}

DOCUMENT_ACCESSES: Final[Mapping[str, tuple[Callable[[], SimulatedVault], Step]]] = {
    "document-not-named": (
        lambda: _with(named(), lambda v: v.manifest(document=SECOND)),
        lambda v: v.access(by=DOCTOR, mode="grant", document=SECOND),
    ),
    "version-not-named": (
        lambda: _with(named(), lambda v: v.manifest(version=2)),
        lambda v: v.access(by=DOCTOR, mode="grant", version=2),
    ),
    "named-and-revoked": (
        lambda: _with(named(), lambda v: v.revocation()),
        lambda v: v.access(by=DOCTOR, mode="grant"),
    ),
}


def _with(vault: SimulatedVault, step: Step) -> SimulatedVault:
    step(vault)
    return vault
