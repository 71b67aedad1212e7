"""What the format has and no command does: a second version of a document, a new epoch of the inbox."""

import io

from crypto import age_file, document, metadata
from crypto.encoding import Json, b64u
from crypto.sections import Filing
from crypto.statements import InLedger, Manifest, header_hash, metadata_hash
from tests.attacks.people import Device
from tests.through import through
from vault.client.client import Client
from vault.client.ledger_state import LedgerState
from vault.client.new_versions import NewDocument, described
from vault.client.rotations import rotate
from vault.client.terminal import Terminal
from vault.client.uploads import part_size_of, upload_parts
from vault.client.vaults import open_vault


def client_of(device: Device) -> Client:
    """The signed-in client of a device, for what no command does."""
    environment = {"COFFRE_HOME": str(device.folder / "home")}
    return Terminal(environment, network=through(device.network), clock=device.clock).client()


def add_version(device: Device, identifier: str, content: bytes) -> None:
    """Seals `content` as the next version of the patient's own document."""
    vault = open_vault(client_of(device))
    before = vault.document(identifier).latest
    section, number = before.filing.section, before.manifest.version + 1
    file_key = age_file.new_file_key()
    part_size = part_size_of(vault, 0)
    source = io.BytesIO(content)
    sealer = document.ObjectSealer(source, size=len(content), file_key=file_key, part_size=part_size)
    upload = upload_parts(vault, sealer, sealer.length, part_size, lambda _: None)
    sealed = sealer.result()
    path = device.folder / "version-2.txt"
    path.write_bytes(content)
    meta = described(NewDocument(path, "Second version"), "Anne", sealed)

    def make(state: LedgerState) -> tuple[InLedger, dict[str, Json]]:
        secret = vault.newest(section)
        filing = Filing(vault.id, section, secret.epoch, before.manifest.document, number)
        header = document.make_header(secret, filing, file_key)
        sealed_meta = metadata.seal(secret, filing, meta)
        manifest = Manifest(
            time=vault.now(),
            author=vault.client.me,
            vault=vault.id,
            seq=state.size,
            prev=state.head,
            digest=sealed.digest,
            document=before.manifest.document,
            epoch=secret.epoch,
            header=header_hash(header),
            length=sealed.length,
            metadata=metadata_hash(sealed_meta),
            part_size=sealed.part_size,
            parts=sealed.parts,
            previous=before.hash,
            section=section,
            version=number,
        )
        return manifest, {"header": b64u(header), "metadata": b64u(sealed_meta), "upload": upload}

    vault.append("documents", make, "manifest")


def rotate_inbox(device: Device) -> None:
    """The patient begins the inbox's next epoch."""
    vault = open_vault(client_of(device))
    assert vault.state.inbox is not None
    rotate(vault, {vault.state.inbox})
