"""The table of all kinds of statements (spec chapter 5), by the word on the wire."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from crypto.statement_accounts import AccountDeletion, AccountKeeping
from crypto.statement_deposits import Deposit, Restoral
from crypto.statement_documents import DocumentGrant
from crypto.statement_keys import DirectorySuccession, ServerSuccession
from crypto.statement_kinds import (
    Acceptance,
    Access,
    Card,
    DirectoryEntry,
    Grant,
    Login,
    Manifest,
    Opening,
    Refile,
    Removal,
    Revocation,
    Rotation,
    Share,
    ShareEnd,
    Statement,
    Vault,
)
from crypto.statement_settings import (
    Block,
    RenewalRefusal,
    RenewalRequest,
    Sections,
    SectionTerms,
    Settings,
    Unblock,
)
from crypto.statement_shares import ShareUpdate

KINDS: Final[Mapping[str, type[Statement]]] = MappingProxyType(
    {
        cls.KIND: cls
        for cls in (
            Login,
            AccountDeletion,
            AccountKeeping,
            Card,
            DirectoryEntry,
            ServerSuccession,
            DirectorySuccession,
            Vault,
            Manifest,
            Refile,
            Removal,
            Grant,
            DocumentGrant,
            Acceptance,
            Revocation,
            Rotation,
            Share,
            ShareEnd,
            ShareUpdate,
            Deposit,
            Restoral,
            Sections,
            SectionTerms,
            Settings,
            RenewalRequest,
            RenewalRefusal,
            Block,
            Unblock,
            Access,
            Opening,
        )
    }
)
