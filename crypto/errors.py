"""The errors of every format (spec chapter 0, "Errors").

A failed check is exactly one of these, never a partial answer. `code` is the same string in Python, in
TypeScript, in the vectors and in HTTP answers. Messages say which rule failed; they never carry names,
addresses or key bytes.
"""

from typing import ClassVar


class CoffreError(Exception):
    """Base of all errors of the formats; callers that act alike for every failed check catch this one."""

    code: ClassVar[str] = "error"


class Malformed(CoffreError):
    """The bytes do not follow the grammar."""

    code = "malformed"


class UnsupportedVersion(CoffreError):
    """The grammar is known, the version or the algorithm is not."""

    code = "unsupported_version"


class WrongKey(CoffreError):
    """No key at hand opens it. Never told apart from a damaged wrap."""

    code = "wrong_key"


class Tampered(CoffreError):
    """An authenticated context, signature, hash or payload does not hold."""

    code = "tampered"


class LimitExceeded(CoffreError):
    """Well-formed but over a limit, found before the work was done."""

    code = "limit_exceeded"


class Stale(CoffreError):
    """An older or other state than one already seen."""

    code = "stale"
