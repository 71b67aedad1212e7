"""The section secrets that an owner holds (chapters 2 and 7): the keyring's, and pending ones whose rotation
stands in the ledger.
"""

from collections.abc import Mapping

from crypto.encoding import SectionId, VaultId
from crypto.errors import CoffreError
from crypto.sections import SectionSecret, open_name
from vault.client.client import Client
from vault.client.errors import NotAllowed
from vault.client.ledger_state import LedgerState


def held(client: Client, state: LedgerState) -> dict[SectionId, SectionSecret]:
    """The keyring's secrets; pending ones where the ledger holds their rotation and they open the section's
    name.
    """
    own = client.keyring.vault
    if own is None:
        raise NotAllowed("no own vault")
    secrets = dict(own.sections)
    for section, pending in (own.pending or {}).items():
        known = state.sections.get(section)
        if (
            known is not None
            and known.epoch == pending.epoch
            and _opens(pending, known.name, state.vault, section)
        ):
            secrets[section] = pending
    return secrets


def lacks(secrets: Mapping[SectionId, SectionSecret], state: LedgerState) -> bool:
    """Whether the ledger knows a section, or an epoch, that these do not reach."""
    return any(
        section not in secrets or secrets[section].epoch < known.epoch
        for section, known in state.sections.items()
    )


def _opens(secret: SectionSecret, name: bytes, vault: VaultId, section: SectionId) -> bool:
    try:
        open_name(secret, name, vault=vault, section=section)
    except CoffreError:
        return False
    return True
