"""One thing that the doctor looked at. Knows no side of a deployment."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """What was looked at and how it stands. `repair` says what to do; empty when all is well.

    `unreachable` marks a failure in which a database or store could not be reached at all.
    """

    name: str
    status: Status
    message: str
    repair: str = ""
    unreachable: bool = False


def ok(name: str, message: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", message)


def warn(name: str, message: str, repair: str) -> Finding:
    """It works, and should be otherwise."""
    return Finding(name, "warn", message, repair)


def fail(name: str, message: str, repair: str, *, unreachable: bool = False) -> Finding:
    """It does not work, or what was acknowledged may be lost."""
    return Finding(name, "fail", message, repair, unreachable)


def skew(name: str, of_what: str, seconds: int, *, tolerance: int) -> Finding:
    """A clock compared with this machine's; `seconds` is how far it is ahead."""
    if abs(seconds) <= tolerance:
        return ok(name, f"{of_what} agrees with this machine's within {tolerance} s")
    side = "ahead of" if seconds > 0 else "behind"
    message = f"{of_what} is {abs(seconds)} s {side} this machine's"
    return fail(name, message, "run NTP on both: ends of authorisations and shares follow the clock")
