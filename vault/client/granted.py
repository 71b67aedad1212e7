"""What a professional's grants give in a vault (chapter 7): which are in force, their bundles, their secrets.

Owns that a bundle is held against the signed statement that carries it. What is done with the keys is
`vaults`'.
"""

from collections.abc import Collection, Iterable

from crypto.document_bundle import DocumentBundle
from crypto.encoding import DocumentId, SectionId
from crypto.errors import Tampered
from crypto.grants import Bundle, open_documents_for_professional, open_for_professional
from crypto.sections import SectionSecret
from crypto.statements import DocumentGrant, verify_card
from vault.client.answers import binary, from_server
from vault.client.client import Client
from vault.client.ledger_place import Viewer
from vault.client.ledger_state import GrantRecord, LedgerState


def in_force(client: Client, state: LedgerState, now: int) -> list[GrantRecord]:
    """The grants in force that are bound to this account's key."""
    return [
        grant
        for grant in state.grants.values()
        if grant.latest.professional == client.me and grant.latest.state(now) == "active"
    ]


def entitled(client: Client, state: LedgerState) -> Viewer:
    """What the account's grants in force let it be shown."""
    current = in_force(client, state, max(client.now(), state.time))
    return Viewer(
        client.me,
        frozenset(section for grant in current for section in grant.latest.sections),
        frozenset(named for grant in current for named in grant.latest.documents),
    )


def secrets_of(bundles: Iterable[Bundle | DocumentBundle]) -> dict[SectionId, SectionSecret]:
    """The newest secret of each section in any of these; bundles of documents hold none."""
    secrets: dict[SectionId, SectionSecret] = {}
    for one in bundles:
        for section, secret in one.sections.items() if isinstance(one, Bundle) else ():
            if section not in secrets or secrets[section].epoch < secret.epoch:
                secrets[section] = secret
    return secrets


def require_shown(state: LedgerState, named: Collection[tuple[DocumentId, int]]) -> None:
    """Raises Tampered for a version that a grant names and the server did not show."""
    for document, number in named:
        known = state.documents.get(document)
        if known is None or known.version(number) is None:
            raise Tampered("a granted document that is not shown")


def bundle(client: Client, state: LedgerState, grant: GrantRecord) -> Bundle | DocumentBundle:
    """The newest bundle of a grant, held against its hash in the ledger and the vault's owner."""
    answer = client.api.get(f"/grants/{grant.grant}/bundle")
    with from_server():
        found = _opened(client, state, grant, binary(answer, "bundle"))
    if verify_card(found.card).author != state.owner:
        raise Tampered("a bundle by another owner than the vault's")
    return found


def _opened(client: Client, state: LedgerState, grant: GrantRecord, data: bytes) -> Bundle | DocumentBundle:
    statement, identity = grant.latest.statement, client.keyring.age_identity()
    if isinstance(statement, DocumentGrant):
        return open_documents_for_professional(
            data,
            identity,
            bundle_hash=grant.latest.bundle,
            vault=state.vault,
            grant=grant.grant,
            documents=statement.documents,
        )
    return open_for_professional(
        data,
        identity,
        bundle_hash=grant.latest.bundle,
        vault=state.vault,
        grant=grant.grant,
        sections={member.section: member.epoch for member in statement.sections},
    )
