"""The patient's health profile: what they say of themselves (spec chapter 10, "Record").

Owns the record and its grammar. It is the content of a document like any other; how it is written as a
patient summary is `ips`, what a card of it says `card`. It knows neither vault nor key.

    >>> read(write(Profile(blood_group="O+"))).blood_group
    'O+'
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final

from crypto.encoding import Json, canonical, parse_canonical
from crypto.errors import Malformed, UnsupportedVersion
from crypto.statement_grammar import (
    Field,
    choice,
    listed,
    printable,
    read_record,
    record,
    text,
    write_record,
)

MIME: Final = "application/vnd.coffre.profile+json"
"""By which the document is known among the vault's."""
DOCUMENT_TYPE: Final = "60591-5"
FILE_NAME: Final = "profile.json"
MAX_PROFILE: Final = 256 << 10
LISTS: Final = ("allergies", "directives", "implants", "problems", "treatments", "vaccinations")

_VERSION: Final = 1
_MAX_ENTRIES: Final = 100
_DATE: Final = re.compile(r"(?:18|19|20|21)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?", re.ASCII)


def _as_is(value: Json) -> Json:
    return value


def _check_date(value: Json) -> str:
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        raise Malformed("not a date")
    if len(value) == 10:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise Malformed("a day that does not exist") from None
    return value


_DAY: Final = Field(_check_date, _as_is)


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a label is in a code system (an URI, as FHIR has them)."""

    code: Annotated[str, printable(64)] = field(repr=False)
    system: Annotated[str, printable(200)] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One allergy, problem, treatment, vaccination, implant or directive.

    `detail` is of an allergy the reaction, of a treatment the dosage, of a vaccination the dose or batch, of
    an implant the model, of a directive where it is kept. Dates are YYYY, YYYY-MM or YYYY-MM-DD.
    """

    label: Annotated[str, text(200)] = field(repr=False)
    code: Annotated[Code | None, record(Code)] = field(default=None, repr=False)
    detail: Annotated[str | None, text(200)] = field(default=None, repr=False)
    note: Annotated[str | None, text(500)] = field(default=None, repr=False)
    severity: Annotated[str | None, choice("high", "low")] = field(default=None, repr=False)
    since: Annotated[str | None, _DAY] = field(default=None, repr=False)
    status: Annotated[str | None, choice("active", "past")] = field(default=None, repr=False)
    until: Annotated[str | None, _DAY] = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody to call."""

    name: Annotated[str, text(200)] = field(repr=False)
    phone: Annotated[str | None, text(50)] = field(default=None, repr=False)
    relation: Annotated[str | None, text(100)] = field(default=None, repr=False)


def _entries() -> Field:
    return listed(record(Entry), maximum=_MAX_ENTRIES)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Everything the patient said. A list that is empty says nothing, unless `none_known` names it."""

    allergies: Annotated[tuple[Entry, ...], _entries()] = field(default=(), repr=False)
    birth_date: Annotated[str | None, _DAY] = field(default=None, repr=False)
    blood_group: Annotated[str | None, choice("A+", "A-", "AB+", "AB-", "B+", "B-", "O+", "O-")] = field(
        default=None, repr=False
    )
    contacts: Annotated[tuple[Contact, ...], listed(record(Contact), maximum=_MAX_ENTRIES)] = field(
        default=(), repr=False
    )
    directives: Annotated[tuple[Entry, ...], _entries()] = field(default=(), repr=False)
    gender: Annotated[str | None, choice("female", "male", "other")] = field(default=None, repr=False)
    implants: Annotated[tuple[Entry, ...], _entries()] = field(default=(), repr=False)
    none_known: Annotated[
        tuple[str, ...],
        listed(choice("allergies", "problems", "treatments"), maximum=3, order=()),
    ] = field(default=(), repr=False)
    problems: Annotated[tuple[Entry, ...], _entries()] = field(default=(), repr=False)
    treatments: Annotated[tuple[Entry, ...], _entries()] = field(default=(), repr=False)
    vaccinations: Annotated[tuple[Entry, ...], _entries()] = field(default=(), repr=False)

    def list_of(self, name: str) -> tuple[Entry, ...]:
        """The entries of one of `LISTS`."""
        found: tuple[Entry, ...] = getattr(self, name)
        return found

    def check(self) -> None:
        """Raises Malformed for what contradicts itself."""
        if any(self.list_of(name) for name in self.none_known):
            raise Malformed("entries of what is said to be none")
        for name, entry in self._named():
            _check_entry(name, entry)

    def _named(self) -> Iterator[tuple[str, Entry]]:
        for name in LISTS:
            for entry in self.list_of(name):
                yield name, entry


def _check_entry(name: str, entry: Entry) -> None:
    if (entry.status is None) != (name == "vaccinations"):
        raise Malformed("a status where none belongs, or none")
    if entry.severity is not None and name != "allergies":
        raise Malformed("a severity of something else than an allergy")
    if entry.until is not None and entry.status != "past":
        raise Malformed("an end of what goes on")
    if entry.since is not None and entry.until is not None:
        shared = min(len(entry.since), len(entry.until))
        if entry.since[:shared] > entry.until[:shared]:
            raise Malformed("an end before the beginning")


def write(profile: Profile) -> bytes:
    """The document's bytes. Raises Malformed, LimitExceeded for a profile that a reader would refuse."""
    return canonical(to_record(profile), limit=MAX_PROFILE)


def read(data: bytes) -> Profile:
    """The profile in a document's bytes. Raises LimitExceeded, Malformed, UnsupportedVersion."""
    return from_record(parse_canonical(data, limit=MAX_PROFILE))


def to_record(profile: Profile) -> dict[str, Json]:
    """What is written as canonical JSON. Raises Malformed, LimitExceeded."""
    found: dict[str, Json] = {**write_record(profile), "version": _VERSION}
    for name in (*LISTS, "contacts", "none_known"):
        if not found[name]:
            del found[name]
    from_record(found)
    return found


def from_record(found: Json) -> Profile:
    """The profile that a record says. Raises Malformed, LimitExceeded, UnsupportedVersion."""
    if not isinstance(found, dict):
        raise Malformed("not an object")
    members = dict(found)
    version = members.pop("version", None)
    if not isinstance(version, int):
        raise Malformed("not a version")
    if version != _VERSION:
        raise UnsupportedVersion("a profile of another version")
    return read_record(Profile, members)
