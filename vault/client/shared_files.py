"""The sealed files of a share (chapter 8): documents opened, written as FHIR and sealed under the link's key.

Owns which documents travel inside their file and which are fetched apart; the health profile travels as a
patient summary (chapter 10). Statements are `shares`'.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from crypto import profile as profiles
from crypto.encoding import Json, new_id
from crypto.fhir import MAX_DOCUMENT, FilePlace, SealedElsewhere, write_bundle, write_large_bundle
from crypto.ips import write_summary
from crypto.share import seal_file
from crypto.signing import sha256
from crypto.statements import SharedDocument, SharedFile
from vault.client import reading
from vault.client.ledger_state import VersionState
from vault.client.profiles import is_profile
from vault.client.uploads import Advance, part_size_of, upload_bytes
from vault.client.vaults import OpenVault


@dataclass(frozen=True)
class SentFiles:
    """What was uploaded for a share: its documents, its files and their uploads, in one order."""

    documents: tuple[SharedDocument, ...]
    files: tuple[SharedFile, ...]
    uploads: list[Json]


def send(vault: OpenVault, versions: Sequence[VersionState], key: bytes, advance: Advance) -> SentFiles:
    """Seals and uploads versions, in the order of the statement. Each opening stands in the journal."""
    part_size, set_id = part_size_of(vault, 0), new_id()
    files: list[SharedFile] = []
    uploads: list[Json] = []
    for number, version in enumerate(versions, start=1):
        place = FilePlace(set_id, number, len(versions))
        sealed = seal_file(key, _bundle(vault, version, place, advance))
        files.append(SharedFile(length=len(sealed), sha256=sha256(sealed)))
        uploads.append({"upload": upload_bytes(vault, sealed, part_size, lambda _: None)})
    documents = tuple(
        SharedDocument(document=version.manifest.document, version=version.manifest.version)
        for version in versions
    )
    return SentFiles(documents, tuple(files), uploads)


def _bundle(vault: OpenVault, version: VersionState, place: FilePlace, advance: Advance) -> bytes:
    opened = reading.open_version(vault, version)
    meta, manifest = opened.metadata, version.manifest
    patient, now = vault.client.keyring.name, vault.now()
    if meta.size <= MAX_DOCUMENT:
        buffer = io.BytesIO()
        reading.write(vault, opened, buffer, advance)
        if is_profile(vault, version):
            profile = profiles.read(buffer.getvalue())
            return write_summary(profile, patient=patient, now=now, place=place)
        return write_bundle(meta, buffer.getvalue(), patient=patient, now=now, place=place)
    advance(meta.size)
    elsewhere = SealedElsewhere(
        digest=manifest.digest,
        file_key=opened.file_key,
        length=manifest.length,
        part_size=manifest.part_size,
        parts=manifest.parts,
        size=meta.size,
        title=meta.title,
        content=meta.content,
        sha256=meta.sha256,
    )
    note = (
        f"{meta.size / 1_000_000:.0f} MB: open the link in a web browser / ouvrez le lien dans un navigateur"
    )
    return write_large_bundle(meta, elsewhere, note=note, patient=patient, now=now, place=place)
