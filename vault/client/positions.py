"""What every statement for a vault's ledger says of itself (spec chapter 5): when, by whom, where.

    Removal(**next_position(vault, state), document=…)

Knows no kind of statement.
"""

from typing import TypedDict

from crypto.encoding import KeyId, VaultId
from vault.client.ledger_state import LedgerState
from vault.client.vaults import OpenVault


class NextPosition(TypedDict):
    """The fields of `InLedger`: seconds since 1970, the author's key, and the entry hash before it."""

    time: int
    author: KeyId
    vault: VaultId
    seq: int
    prev: bytes


def next_position(vault: OpenVault, state: LedgerState) -> NextPosition:
    """The account's own statement, now, as the entry that follows `state`."""
    return NextPosition(
        time=vault.now(), author=vault.client.me, vault=vault.id, seq=state.size, prev=state.head
    )
