"""What the client itself can refuse, and the one table from any error's code to an exit status.

Beside the codes of chapter 0 (`crypto.errors`) there are the server's codes (web's error table) and the
client's own. Owns: the exit statuses of the command line's contract. Does not know: how errors are shown
(`main`, `messages`).
"""

import errno
from typing import ClassVar, Final

DONE: Final = 0
UNEXPECTED: Final = 1
USAGE: Final = 2
NOT_FOUND: Final = 3
REFUSED: Final = 4
INTEGRITY: Final = 5
UNREACHABLE: Final = 6

# Codes of chapter 0 and of the client. `malformed`, `unsupported_version` and `limit_exceeded` stand here for
# what the user gave; the same fault in a server's answer is a BadAnswer, which carries its own status.
EXIT_STATUS: Final[dict[str, int]] = {
    "usage": USAGE,
    "malformed": USAGE,
    "unsupported_version": USAGE,
    "limit_exceeded": USAGE,
    "weak_password": USAGE,
    "exists": USAGE,
    "code_needed": USAGE,
    "not_found": NOT_FOUND,
    "wrong_key": REFUSED,
    "not_signed_in": REFUSED,
    "unauthenticated": REFUSED,
    "credentials": REFUSED,
    "forbidden": REFUSED,
    "ended": REFUSED,
    "unverified": REFUSED,
    "blocked": REFUSED,
    "suspended": REFUSED,
    "leaving": REFUSED,
    "key_changed": INTEGRITY,
    "used": REFUSED,
    "conflict": REFUSED,
    "changed": REFUSED,
    "passcode": REFUSED,
    "code": REFUSED,
    "tampered": INTEGRITY,
    "stale": INTEGRITY,
    "busy": UNREACHABLE,
    "store_unavailable": UNREACHABLE,
    "read_only": UNREACHABLE,
    "internal": UNREACHABLE,
    "unreachable": UNREACHABLE,
}


_OF_THE_DISK: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


class ClientError(Exception):
    """An error with a code.

    `detail` is for the person at the terminal and never holds a secret or a document's name.
    """

    code: str = "usage"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def exit_status(self) -> int:
        """The process's exit status for this error."""
        return EXIT_STATUS.get(self.code, UNEXPECTED)


class Usage(ClientError):
    """The command line or an input file makes no sense."""


class DiskFailed(ClientError):
    """A disk of this machine is full, or fails."""

    code = "file"


def unwritable(detail: str, error: OSError) -> ClientError:
    """What to raise for a file that cannot be written: Usage, unless no other command line would help."""
    return (DiskFailed if error.errno in _OF_THE_DISK else Usage)(detail)


class ServerNotStarted(ClientError):
    """`coffre serve` or `worker` found something to repair first."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class FileExists(ClientError):
    """The client does not overwrite what stands there."""

    code = "exists"


class Changed(ClientError):
    """Another device changed it after it was read here. Nothing was overwritten."""

    code = "changed"


class NotFound(ClientError):
    """No such document, grant, share or vault."""

    code = "not_found"


class NotSignedIn(ClientError):
    """This home has no session."""

    code = "not_signed_in"


class Unreachable(ClientError):
    """The server did not answer, or a part of it is away."""

    code = "unreachable"


class ServerRefused(ClientError):
    """The server answered with an error of its table; `code` is the server's.

    `repeated`: the request had been sent before, and may have been carried out then.
    """

    def __init__(
        self,
        code: str,
        status: int,
        detail: str = "",
        *,
        attempts_left: int | None = None,
        repeated: bool = False,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.attempts_left = attempts_left
        self.repeated = repeated


class CodeNeeded(ClientError):
    """Signing up goes on with the code that was just mailed, and nobody is there to type it."""

    code = "code_needed"


class WrongCode(ClientError):
    """Not the code that was mailed; `is_over`: it is too old, or was tried too often, and another one has to
    be asked for."""

    code = "code"

    def __init__(self, detail: str = "", *, is_over: bool = False) -> None:
        super().__init__(detail)
        self.is_over = is_over


class NotAllowed(ClientError):
    """The client knows by itself that this is not permitted (a grant that ended, a right that is missing)."""

    code = "forbidden"


class Unverified(ClientError):
    """A professional whom the directory does not vouch for."""

    code = "unverified"


class Blocked(ClientError):
    """A professional whom the patient has blocked."""

    code = "blocked"


class KeyChanged(ClientError):
    """A professional, or the directory, has another key than the one that was pinned."""

    code = "key_changed"


class Ended(ClientError):
    """A grant, an invitation or a share whose time is over."""

    code = "ended"


class BadLink(ClientError):
    """A share's link that is not one, or of a kind this program does not know. `code` is of chapter 0."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class BadAnswer(ClientError):
    """A server's answer is not what its contract says, or does not hold: always an integrity failure.

    `code` is the fault's code of chapter 0.
    """

    _STATUS: ClassVar[int] = INTEGRITY

    def __init__(self, code: str = "malformed", detail: str = "") -> None:
        super().__init__(detail)
        self.code = code

    @property
    def exit_status(self) -> int:
        """Integrity, whatever the code: an honest server sends none of these."""
        return self._STATUS
