"""The patient's health profile in their vault (spec chapter 10): found, read, saved as a new version.

    held = load(vault)
    save(vault, replace(held.profile, blood_group="O+"), held)

Owns which document it is. What it says is `crypto.profile`; sharing it is `shared_files`.
"""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from crypto import profile as profiles
from crypto.age_file import new_file_key
from crypto.document import ObjectSealer
from crypto.encoding import DocumentId, Json, b64u, new_id
from crypto.errors import CoffreError
from crypto.metadata import Metadata
from crypto.profile import Profile
from crypto.statements import InLedger
from vault.client import reading
from vault.client.errors import BadAnswer, Changed, NotAllowed, NotFound
from vault.client.ledger_state import DocumentState, LedgerState, VersionState
from vault.client.messages import Language
from vault.client.new_versions import Slot, make_manifest
from vault.client.uploads import part_size_of
from vault.client.vaults import OpenVault

_SECTION: Final = "summary"
_TITLES: Final[dict[Language, str]] = {"fr": "Mon profil de santé", "en": "My health profile"}


@dataclass(frozen=True)
class Held:
    """The profile as it was read; nothing said, of no document, before the first was saved."""

    profile: Profile = field(repr=False)
    document: DocumentState | None


def find(vault: OpenVault) -> DocumentState | None:
    """The document that is the vault's profile, if there is one."""
    return next((one for one in vault.documents() if is_profile(vault, one.latest)), None)


def is_profile(vault: OpenVault, version: VersionState) -> bool:
    """Whether a version is of the patient's own profile: nobody else's document says it for them."""
    if version.manifest.author != vault.state.owner or vault.as_author(version):
        return False
    try:
        return vault.metadata(version).mime == profiles.MIME
    except (CoffreError, BadAnswer):
        return False


def load(vault: OpenVault) -> Held:
    """The profile; the opening stands in the journal. Raises as `profile.read`."""
    document = find(vault)
    if document is None:
        return Held(Profile(), None)
    buffer = io.BytesIO()
    reading.write(vault, reading.open_version(vault, document.latest), buffer, lambda _: None)
    return Held(profiles.read(buffer.getvalue()), document)


def save(vault: OpenVault, profile: Profile, held: Held, lang: Language) -> int:
    """Adds the profile as the next version of what was held; the version's number.

    Raises Changed: another device was faster. Malformed, LimitExceeded; NotAllowed for a professional.
    """
    if not vault.owned:
        raise NotAllowed("only the patient says this")
    data, slot = profiles.write(profile), _slot(vault, held, new_file_key())
    sealer = ObjectSealer(
        io.BytesIO(data), size=len(data), file_key=slot.file_key, part_size=part_size_of(vault, len(data))
    )
    content = b"".join(bytes(part.data) for part in sealer)
    sealed = sealer.result()
    metadata = Metadata(
        author=vault.client.keyring.name,
        date=datetime.fromtimestamp(vault.now(), UTC).date().isoformat(),
        mime=profiles.MIME,
        name=profiles.FILE_NAME,
        content=sealed.content,
        size=sealed.size,
        tags=(),
        title=_TITLES[lang],
        type=profiles.DOCUMENT_TYPE,
    )

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        found = find(vault)
        before, now = (None if one is None else one.latest for one in (held.document, found))
        if now != before:
            raise Changed
        statement, attached = make_manifest(vault, slot, sealed, metadata, state)
        return statement, {**attached, "object": b64u(content)}

    try:
        vault.append("documents", make, "manifest")
    except NotFound:
        raise Changed from None
    return slot.version


def _slot(vault: OpenVault, held: Held, file_key: bytes) -> Slot:
    if held.document is None:
        return Slot(DocumentId(new_id()), vault.section_of_kind(_SECTION), file_key, None)
    return Slot(held.document.document, held.document.section, file_key, held.document)
