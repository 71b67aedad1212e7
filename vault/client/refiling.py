"""A document's next filing, as it is appended: statement, new header, sealed metadata (spec chapters 4, 5).

Knows neither why it is filed elsewhere nor how the header is made: `documents` and `inbox` do.
"""

from collections.abc import Callable

from crypto import metadata
from crypto.encoding import Json, SectionId, b64u
from crypto.metadata import Metadata
from crypto.sections import Filing, SectionSecret
from crypto.statements import InLedger, Refile, header_hash, metadata_hash
from vault.client.ledger_state import DocumentState, LedgerState
from vault.client.positions import next_position
from vault.client.vaults import OpenVault


def filed(
    vault: OpenVault,
    state: LedgerState,
    known: DocumentState,
    section: SectionId,
    meta: Metadata,
    header_of: Callable[[SectionSecret, Filing], bytes],
) -> tuple[InLedger, dict[str, Json]]:
    """The latest version of a document, as `state` knows it, in a section under its newest epoch."""
    version = known.latest
    secret = vault.newest(section)
    filing = Filing(vault.id, section, secret.epoch, known.document, version.manifest.version)
    header = header_of(secret, filing)
    sealed = metadata.seal(secret, filing, meta)
    statement = Refile(
        **next_position(vault, state),
        document=known.document,
        epoch=secret.epoch,
        from_=known.section,
        header=header_hash(header),
        manifest=version.hash,
        metadata=metadata_hash(sealed),
        section=section,
        version=version.manifest.version,
    )
    return statement, {"header": b64u(header), "metadata": b64u(sealed)}
