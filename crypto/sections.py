"""Sections: their keys, sealed names, ladder, and the stanza that wraps a document's file key (spec chapter
3).

Owns what a section secret gives. It knows no document's contents and not who holds the secret.

    >>> secret = SectionSecret(1, new_secret())
    >>> stanza = wrap_file_key(secret, filing, file_key)
    >>> unwrap_file_key(secret, filing, [stanza]) == file_key
    True
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Final

from crypto import labels, primitives
from crypto.age_header import Stanza
from crypto.age_recipients import HybridIdentity
from crypto.encoding import (
    DocumentId,
    Json,
    SectionId,
    VaultId,
    canonical,
    check_id,
    check_text,
    parse_canonical,
)
from crypto.errors import LimitExceeded, Malformed, WrongKey
from crypto.padding import frame, unframe
from crypto.primitives import Random, Wrap, system_random
from crypto.records import mapped
from crypto.statement_grammar import Field, binary, ident, integer, record

STANZA_TYPE: Final = "coffre.section/v1"
SECRET_SIZE: Final = 32
MAX_EPOCH: Final = 10_000
MAX_NAME: Final = 100
MAX_SECTIONS: Final = 256

KINDS: Final = (
    "summary",
    "prescriptions",
    "imaging",
    "laboratory",
    "reports",
    "prevention",
    "certificates",
    "administrative",
    "directives",
    "questionnaires",
    "vaccinations",
    "rights",
    "reimbursements",
    "dental",
    "vision",
    "mental_health",
    "emergency",
    "other",
    "masked",
    "inbox",
)
CUSTOM: Final = "custom"

_NAME_FLOOR: Final = 256
_DECIMAL: Final = re.compile(r"[1-9][0-9]*", re.ASCII)
_STANZA: Final = Wrap(labels.SECTION_STANZA)
_NAME: Final = Wrap(labels.SECTION_NAME)
_LADDER: Final = Wrap(labels.SECTION_LADDER)


@dataclass(frozen=True)
class SectionSecret:
    """A section's secret (32 bytes) of one epoch, and the keys that it gives."""

    epoch: Annotated[int, integer(1)]
    secret: Annotated[bytes, binary(SECRET_SIZE)] = field(repr=False)

    def __post_init__(self) -> None:
        check_epoch(self.epoch)
        if len(self.secret) != SECRET_SIZE:
            raise Malformed("a section secret has 32 bytes")

    @classmethod
    def generate(cls, epoch: int = 1, *, random: Random = system_random) -> "SectionSecret":
        """A fresh secret for an epoch."""
        return cls(epoch, random(SECRET_SIZE))

    def wrap_key(self) -> bytes:
        """Wraps file keys and the ladder."""
        return self._wrap_key

    def meta_key(self) -> bytes:
        """Seals metadata and the section's name."""
        return self._meta_key

    def drop_identity(self) -> HybridIdentity:
        """Opens what was deposited; only the inbox's recipient is published."""
        return HybridIdentity(primitives.derive(self.secret, labels.SECTION_DROP))

    # Kept with the secret, and no longer: a list of documents asks for them at each one.
    @cached_property
    def _wrap_key(self) -> bytes:
        return primitives.derive(self.secret, labels.SECTION_WRAP)

    @cached_property
    def _meta_key(self) -> bytes:
        return primitives.derive(self.secret, labels.SECTION_META)


def section_secrets(*, minimum: int = 0) -> Field:
    """Grammar of `{SECTION: {"epoch", "secret"}}` in sealed records."""
    return mapped(ident(), record(SectionSecret), minimum=minimum, maximum=MAX_SECTIONS)


@dataclass(frozen=True)
class Filing:
    """Where one version of a document is filed: what every wrap of it is bound to."""

    vault: VaultId
    section: SectionId
    epoch: int
    document: DocumentId
    version: int

    def context(self) -> dict[str, Json]:
        """The associated data of the version's wraps."""
        return {
            "document": self.document,
            "epoch": self.epoch,
            "section": self.section,
            "vault": self.vault,
            "version": self.version,
        }


@dataclass(frozen=True)
class SectionName:
    """What a section is: one of KINDS, or `custom` with a name of 1 to 100 characters."""

    kind: str
    name: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.kind not in KINDS and self.kind != CUSTOM) or (self.kind == CUSTOM) == (self.name is None):
            raise Malformed("not a kind of section")
        if self.name is not None:
            check_text(self.name, maximum=MAX_NAME)


def check_epoch(epoch: int) -> int:
    """The epoch if it is 1 to 10,000. Raises Malformed, LimitExceeded."""
    if epoch < 1:
        raise Malformed("epochs count from 1")
    if epoch > MAX_EPOCH:
        raise LimitExceeded("epoch")
    return epoch


def wrap_file_key(
    secret: SectionSecret, filing: Filing, file_key: bytes, *, random: Random = system_random
) -> Stanza:
    """The stanza `coffre.section/v1 SECTION EPOCH` of a version's header.

    Raises Malformed if the epochs differ.
    """
    if secret.epoch != filing.epoch:
        raise Malformed("a filing under another epoch than the secret's")
    body = _STANZA.seal(secret.wrap_key(), filing.context(), file_key, random=random)
    return Stanza(STANZA_TYPE, (check_id(filing.section), str(filing.epoch)), body)


def unwrap_file_key(secret: SectionSecret, filing: Filing, stanzas: Sequence[Stanza]) -> bytes:
    """The file key, from the stanza of the filing's section and epoch.

    Raises Malformed for a section stanza off the grammar, WrongKey if none is of this section and epoch, or
    it does not open.
    """
    if secret.epoch != filing.epoch:
        raise WrongKey("the secret of another epoch")
    found = None
    for stanza in stanzas:
        if stanza.type == STANZA_TYPE and _place(stanza) == (filing.section, filing.epoch):
            found = found or stanza
    if found is None:
        raise WrongKey("no stanza for this section and epoch")
    return _STANZA.open(secret.wrap_key(), filing.context(), found.body)


def seal_name(
    secret: SectionSecret,
    name: SectionName,
    *,
    vault: VaultId,
    section: SectionId,
    random: Random = system_random,
) -> bytes:
    """The sealed name: 296 bytes for one of KINDS."""
    record: dict[str, Json] = {"kind": name.kind}
    if name.name is not None:
        record["name"] = name.name
    framed = frame(canonical(record), floor=_NAME_FLOOR)
    return _NAME.seal(secret.meta_key(), _epoch_context(vault, section, secret.epoch), framed, random=random)


def open_name(secret: SectionSecret, sealed: bytes, *, vault: VaultId, section: SectionId) -> SectionName:
    """The name. Raises WrongKey, Malformed, LimitExceeded for a custom name that is too long."""
    return read_name(_NAME.open(secret.meta_key(), _epoch_context(vault, section, secret.epoch), sealed))


def read_name(framed: bytes) -> SectionName:
    """The name in what was sealed. Raises Malformed, LimitExceeded."""
    record = parse_canonical(unframe(framed, floor=_NAME_FLOOR))
    if not isinstance(record, Mapping) or not {"kind"} <= record.keys() <= {"kind", "name"}:
        raise Malformed("not a section's name")
    kind, name = record["kind"], record.get("name")
    if not isinstance(kind, str) or not (name is None or isinstance(name, str)):
        raise Malformed("not a section's name")
    return SectionName(kind, name)


def make_ladder(
    newer: SectionSecret,
    older: SectionSecret,
    *,
    vault: VaultId,
    section: SectionId,
    random: Random = system_random,
) -> bytes:
    """The older epoch's secret under the next one's wrap key, 72 bytes.

    Raises Malformed if they are not neighbours.
    """
    if newer.epoch != older.epoch + 1:
        raise Malformed("a ladder joins neighbouring epochs")
    context = _epoch_context(vault, section, newer.epoch)
    return _LADDER.seal(newer.wrap_key(), context, older.secret, random=random)


def climb_down(newer: SectionSecret, ladder: bytes, *, vault: VaultId, section: SectionId) -> SectionSecret:
    """The secret of the epoch before. Raises WrongKey; Malformed below epoch 1."""
    context = _epoch_context(vault, section, newer.epoch)
    return SectionSecret(newer.epoch - 1, _LADDER.open(newer.wrap_key(), context, ladder))


def secret_of_epoch(
    newest: SectionSecret,
    epoch: int,
    ladders: Mapping[int, bytes],
    *,
    vault: VaultId,
    section: SectionId,
) -> SectionSecret:
    """The secret of an epoch, walked down from the newest one held; `ladders` by the newer epoch.

    Raises WrongKey if the epoch is newer than the one held or a ladder is missing or does not open.
    """
    if check_epoch(epoch) > newest.epoch:
        raise WrongKey("an epoch newer than the secret at hand")
    secret = newest
    while secret.epoch > epoch:
        if secret.epoch not in ladders:
            raise WrongKey("a ladder is missing")
        secret = climb_down(secret, ladders[secret.epoch], vault=vault, section=section)
    return secret


def _epoch_context(vault: VaultId, section: SectionId, epoch: int) -> dict[str, Json]:
    return {"epoch": epoch, "section": section, "vault": vault}


def _place(stanza: Stanza) -> tuple[str, int]:
    if len(stanza.args) != 2 or not _DECIMAL.fullmatch(stanza.args[1]) or len(stanza.args[1]) > 9:
        raise Malformed("section stanza off the grammar")
    return check_id(stanza.args[0]), check_epoch(int(stanza.args[1]))
