"""Errors of the domain that are not errors of the formats (those are `crypto.errors`).

Each has a `code`, the same in the API, the clients and the documentation; web/errors.py gives it a status.
Messages are for people who read logs: they name no address, document or key.
"""


class VaultError(Exception):
    """Anything the domain refuses. Subclasses set `code`."""

    code = "internal"


class Conflict(VaultError):
    """The address, identifier or number is taken."""

    code = "conflict"


class BadServerKeys(VaultError):
    """The server's own signing keys are not what they should be: nothing is signed with them."""


class Unauthenticated(VaultError):
    """No session, or one that ended."""

    code = "unauthenticated"


class CredentialsRefused(VaultError):
    """The sign-in did not succeed. One answer for every cause, so that nothing can be learnt from it."""

    code = "credentials"


class Forbidden(VaultError):
    """Signed in, but without the right to do this."""

    code = "forbidden"


class Unverified(VaultError):
    """A professional whom the host has not verified, where that is asked for."""

    code = "unverified"


class Blocked(VaultError):
    """The owner of the vault has blocked this professional."""

    code = "blocked"


class Ended(VaultError):
    """The grant or invitation is over: expired or revoked."""

    code = "ended"


class Used(VaultError):
    """The invitation was redeemed already."""

    code = "used"


class NotFound(VaultError):
    """There is no such thing, or none that this account may know of."""

    code = "not_found"


class Busy(VaultError):
    """Too many attempts; `retry_after` is in seconds."""

    code = "busy"

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many attempts")
        self.retry_after = retry_after


class PasscodeRefused(VaultError):
    """A share's passcode, or the code of a telephone, is wrong or missing; `attempts_left` counts for the
    whole life of the share, or of the account's wish."""

    code = "credentials"

    def __init__(self, attempts_left: int) -> None:
        super().__init__("wrong passcode")
        self.attempts_left = attempts_left


class ReadOnly(VaultError):
    """The host is being maintained, and what was asked for has to wait; `until` is when people are told that
    it ends, in seconds since 1970, or None. `still`: openings wait as well."""

    code = "read_only"

    def __init__(self, until: int | None, *, still: bool = False) -> None:
        super().__init__("read only")
        self.until = until
        self.still = still


class Leaving(VaultError):
    """The account is to be deleted at its owner's wish: nothing is added to it, unless it is kept first."""

    code = "leaving"


class Suspended(VaultError):
    """The host has suspended the account: said to nobody but whoever proved to be its owner."""

    code = "suspended"
