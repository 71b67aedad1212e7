"""How many bytes of ciphertext a vault may hold: the host's setting, or a number of the vault's own.

    quotas.of(vault, limits.quota_bytes)       # bytes; 0: no limit

Owns the precedence. Whoever reserves room asks here with the vault's row locked.
"""

from vault.models.vaults import Vault


def of(vault: Vault, default: int) -> int:
    """The bytes that hold for a vault; 0: no limit. `default`: what the host allows every vault."""
    return default if vault.quota_bytes is None else vault.quota_bytes
