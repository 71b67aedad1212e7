/**
 * Keeping documents on this device, and the copies in step with the vault (spec chapter 11).
 *
 * Owns what is fetched and when a copy goes. The owner's alone. Records are kept_documents.ts's.
 */
import { ApiError } from '../api/errors.ts';
import { equalBytes } from '../crypto/encoding.ts';
import { check, limitExceeded } from '../crypto/errors.ts';
import { download, openVersion, type OpenedVersion } from './documents.ts';
import { KeptDocuments, type KeptNote } from './kept_documents.ts';
import { latestVersion, type DocumentState } from './ledger_state.ts';
import { passes } from './patience.ts';
import type { OpenVault } from './vaults.ts';

/** As large as what is opened in memory for a preview: a copy is for reading here. */
export const MAX_KEPT = 100 << 20;

/** Bytes that are here, of how many. */
export type KeepProgress = (done: number, total: number) => void;

/**
 * Keeps the latest version of a document, after an access in the journal. Raises limit_exceeded for more than 100 MiB, forbidden in
 * another's vault, what reading raises, and DOMException for a storage that is full or forbidden.
 */
export async function keepDocument(
  vault: OpenVault,
  document: DocumentState,
  progress: KeepProgress = () => undefined,
): Promise<void> {
  if (!vault.owned) throw new ApiError('forbidden', 403);
  const version = latestVersion(document);
  check(vault.sizeOf(version) <= MAX_KEPT, () => limitExceeded('copies are of 100 MiB at most'));
  const opened = await openVersion(vault, version);
  const pieces = counted(download(vault, version), version.manifest.length, progress);
  await new KeptDocuments(vault.client.records).keep(noteOf(vault, opened), pieces);
}

/** Drops the copies of what was removed, and renews those of what changed. Raises what the storage raises. */
export async function keepInStep(vault: OpenVault): Promise<void> {
  const kept = new KeptDocuments(vault.client.records);
  for (const note of await kept.all()) {
    const document = vault.document(note.document);
    if (document === undefined) await kept.forget(note.document);
    else if (!equalBytes(latestVersion(document).hash, note.manifest)) await renew(vault, kept, document);
    else await refresh(vault, kept, note, document);
  }
}

/** What cannot be renewed is dropped: an older version must not pass for the document. What passes by itself is waited for. */
async function renew(vault: OpenVault, kept: KeptDocuments, document: DocumentState): Promise<void> {
  try {
    await keepDocument(vault, document);
  } catch (thrown) {
    if (passes(thrown)) return;
    await kept.forget(document.document);
  }
}

/** The same object: where it is filed, or its tags, may be others. */
async function refresh(
  vault: OpenVault,
  kept: KeptDocuments,
  note: KeptNote,
  document: DocumentState,
): Promise<void> {
  const version = latestVersion(document);
  const section = sectionOf(vault, version.filing.section);
  const same = equalBytes(version.filing.header, note.header) && section.name === note.section.name;
  if (same) return;
  const metadata = vault.metadata(version);
  await kept.rewrite({ ...note, header: version.filing.header, metadata, section });
}

function noteOf(vault: OpenVault, { version, metadata, fileKey }: OpenedVersion): KeptNote {
  const { digest, document, length, part_size, parts, version: number } = version.manifest;
  return {
    ...{ digest, document, length, part_size, parts, number, metadata },
    file_key: fileKey,
    header: version.filing.header,
    kept: vault.client.now(),
    manifest: version.hash,
    own: version.manifest.author === vault.client.me ? 1 : 0,
    section: sectionOf(vault, version.filing.section),
    vault: vault.id,
  };
}

function sectionOf(vault: OpenVault, id: KeptNote['section']['id']): KeptNote['section'] {
  const { kind, name } = vault.nameOf(id);
  return { id, kind, name };
}

async function* counted(pieces: AsyncIterable<Uint8Array>, total: number, progress: KeepProgress) {
  let done = 0;
  for await (const piece of pieces) {
    yield piece;
    done += piece.length;
    progress(done, total);
  }
}
