"""Kinds of statements by which people end their own account, or keep it after all (spec chapters 5 and 12).

Fields as in `statement_kinds`; in no chain. Knows neither signatures nor what is deleted.
"""

from dataclasses import dataclass
from typing import Annotated

from crypto.statement_grammar import email, printable
from crypto.statement_kinds import Authored, Statement
from crypto.statement_records import Account, Hash


@dataclass(frozen=True, kw_only=True)
class AccountDeletion(Statement):
    """The wish that an account be deleted, by the login key that its password gives: an open session is not
    enough for it."""

    KIND = "account_deletion"

    account: Account
    address: Annotated[str, email()]
    challenge: Hash
    origin: Annotated[str, printable(300)]


@dataclass(frozen=True, kw_only=True)
class AccountKeeping(Authored):
    """The wish taken back. `deletion` is the hash of the statement that it answers."""

    KIND = "account_keeping"

    account: Account
    deletion: Hash
