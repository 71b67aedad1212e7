"""What an emergency card says of a profile, in as few words as a QR code holds (spec chapter 10, "Card").

    card_text(profile, ("name", "allergies"), patient="Zoé Lefèvre", day="2026-11-22")

Plain text: any telephone's camera shows it without network or program. Nothing in it is encrypted, which is
the point. Owns its lines and their limit; how the card looks is the business of who prints it.
"""

from collections.abc import Sequence
from typing import Final

from crypto.encoding import check_text
from crypto.errors import LimitExceeded, Malformed
from crypto.profile import Contact, Entry, Profile

CARD_FIELDS: Final = (
    "name",
    "birth_date",
    "blood_group",
    "allergies",
    "treatments",
    "problems",
    "implants",
    "directives",
    "contacts",
)
MAX_CARD: Final = 600
"""Bytes: a QR code of level M, version 19 at most, that a telephone reads at 45 mm."""

_HEAD: Final = "URGENCE / EMERGENCY"
_NONE_KNOWN: Final = "aucun connu / none known"
_SEVERE: Final = " [GRAVE / SEVERE]"
_LISTS: Final = {
    "allergies": "Allergies",
    "treatments": "Traitements / Medication",
    "problems": "Maladies / Conditions",
    "implants": "Implants",
    "directives": "Directives",
}


def card_text(profile: Profile, wanted: Sequence[str], *, patient: str, day: str) -> str:
    """The card's lines, in the order of `CARD_FIELDS`; `day` (YYYY-MM-DD) is when it was made.

    What the profile says nothing of has no line. Entries that are past are left out.

    Raises:
        Malformed: a field that there is not, or none that the profile says something of.
        LimitExceeded: more than a code holds; nothing is ever left out to make it fit.
    """
    if any(name not in CARD_FIELDS for name in wanted):
        raise Malformed("not a field of the card")
    lines = [line for name in CARD_FIELDS if name in wanted for line in _lines(profile, name, patient)]
    if not lines:
        raise Malformed("a card that says nothing")
    text = "\n".join((_HEAD, *lines, f"Déclaré par le patient / Stated by the patient {day}"))
    if len(text.encode()) > MAX_CARD:
        raise LimitExceeded("more than a card's code holds")
    return text


def _lines(profile: Profile, name: str, patient: str) -> list[str]:
    match name:
        case "name":
            return [check_text(patient, maximum=200)]
        case "birth_date":
            return [] if profile.birth_date is None else [f"Né(e) / Born: {profile.birth_date}"]
        case "blood_group":
            return [] if profile.blood_group is None else [f"Groupe / Blood: {profile.blood_group}"]
        case "contacts":
            return [f"Contact: {_contact(one)}" for one in profile.contacts]
    if name in profile.none_known:
        return [f"{_LISTS[name]}: {_NONE_KNOWN}"]
    said = [_entry(entry) for entry in profile.list_of(name) if entry.status == "active"]
    return [f"{_LISTS[name]}: {'; '.join(said)}"] if said else []


def _entry(entry: Entry) -> str:
    detail = "" if entry.detail is None else f" ({entry.detail})"
    return f"{entry.label}{detail}{_SEVERE if entry.severity == 'high' else ''}"


def _contact(contact: Contact) -> str:
    relation = "" if contact.relation is None else f" ({contact.relation})"
    phone = "" if contact.phone is None else f" {contact.phone}"
    return f"{contact.name}{relation}{phone}"
