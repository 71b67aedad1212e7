/**
 * The sealed files of a share (spec chapter 8): documents opened, written as FHIR and sealed under the link's key.
 *
 * Owns which documents travel inside their file and which are fetched apart; the health profile travels as a patient summary
 * (chapter 10). Statements are `shares`'.
 */
import { gather } from '../crypto/document.ts';
import { newId, utf8, type UploadId } from '../crypto/encoding.ts';
import { MAX_SHARED_SIZE, writeFhirBundle, writeLargeBundle, type FilePlace } from '../crypto/fhir.ts';
import { writeSummary } from '../crypto/ips.ts';
import { sha256Large } from '../crypto/primitives.ts';
import { readProfile } from '../crypto/profile.ts';
import { sealShareFile, type ShareLink } from '../crypto/share.ts';
import { inOrder } from '../crypto/sources.ts';
import type { Share } from '../crypto/statements.ts';
import { partSizeOf } from './adding.ts';
import { openVersion, readVersion } from './documents.ts';
import type { VersionState } from './ledger_state.ts';
import { isProfile } from './profiles.ts';
import { partsOf, Upload } from './uploads.ts';
import type { OpenVault } from './vaults.ts';

/** Files on their way at once: one is sealed while another is sent. */
const AT_ONCE = 3;

/** What was uploaded for a share: its documents, its files and their uploads, in one order. */
export interface SentFiles {
  readonly documents: Share['documents'];
  readonly files: Share['files'];
  readonly uploads: readonly { readonly upload: UploadId }[];
}

/** Seals and uploads versions, in the order of the statement. Each opening stands in the journal. */
export async function sendFiles(
  vault: OpenVault,
  versions: readonly VersionState[],
  link: ShareLink,
  signal: AbortSignal,
): Promise<SentFiles> {
  const set = newId();
  const count = versions.length;
  const numbered = (async function* () {
    for (const [index, version] of versions.entries()) {
      yield await Promise.resolve({ version, place: { set, number: index + 1, count } });
    }
  })();
  const sent: Awaited<ReturnType<typeof sendFile>>[] = [];
  const sending = inOrder(numbered, AT_ONCE, ({ version, place }) =>
    sendFile(vault, version, { link, place, signal }),
  );
  for await (const file of sending) sent.push(file);
  return {
    documents: versions.map(({ manifest }) => ({ document: manifest.document, version: manifest.version })),
    files: sent.map(({ length, sha256 }) => ({ length, sha256 })),
    uploads: sent.map(({ upload }) => ({ upload })),
  };
}

interface Sending {
  readonly link: ShareLink;
  readonly place: FilePlace;
  readonly signal: AbortSignal;
}

async function sendFile(vault: OpenVault, version: VersionState, { link, place, signal }: Sending) {
  const { client } = vault;
  const bundle = await bundleOf(vault, version, place, signal);
  const jwe = Uint8Array.from(utf8(await sealShareFile(link.key, bundle)));
  const source = partsOf(jwe, partSizeOf(client.server, jwe.length), sha256Large);
  const upload = await new Upload(client.api, vault.id, source).run(signal, () => undefined);
  return { upload, length: jwe.length, sha256: await sha256Large(jwe) };
}

async function bundleOf(
  vault: OpenVault,
  version: VersionState,
  place: FilePlace,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const opened = await openVersion(vault, version);
  const { metadata, fileKey } = opened;
  const context = { patient: vault.client.keyring.name, now: vault.now(), place };
  if (metadata.size <= MAX_SHARED_SIZE) {
    const data = await gather(readVersion(vault, opened, signal));
    if (isProfile(vault, version)) return writeSummary(readProfile(data), context);
    return writeFhirBundle(metadata, data, context);
  }
  const { digest, length, part_size, parts } = version.manifest;
  const { content, sha256, size, title } = metadata;
  const sealed = { content, sha256, size, title, digest, file_key: fileKey, length, part_size, parts };
  const megabytes = Math.round(size / 1_000_000);
  const note = `${String(megabytes)} MB: open the link in a web browser / ouvrez le lien dans un navigateur`;
  return writeLargeBundle(metadata, sealed, { ...context, note });
}
