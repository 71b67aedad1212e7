/**
 * Shares: documents opened for a limited time by a SMART Health Link (spec chapter 8).
 *
 * Owns making, listing and ending them. The key stands in the link only; what the owner sees again is sealed in the ledger.
 */
import { newId, utf8, type DocumentId, type ShareId } from '../crypto/encoding.ts';
import { check, CoffreError, limitExceeded } from '../crypto/errors.ts';
import { gather } from '../crypto/document.ts';
import { MAX_SHARED_SIZE, writeFhirBundle } from '../crypto/fhir.ts';
import { sha256Large } from '../crypto/primitives.ts';
import { openDetails, sealDetails, sealShareFile, ShareLink, type ShareDetails } from '../crypto/share.ts';
import type { Share, ShareEnd } from '../crypto/statements.ts';
import { ApiError } from '../api/errors.ts';
import { partSizeOf } from './adding.ts';
import { readDocument, signedHere } from './documents.ts';
import { latestVersion, type ShareRecord, type VersionState } from './ledger_state.ts';
import { partsOf, Upload } from './uploads.ts';
import type { OpenVault } from './vaults.ts';

/** What is shared, for how long, and how it is protected. */
export interface NewShare {
  readonly documents: readonly DocumentId[];
  /** Seconds. */
  readonly duration: number;
  readonly label: string;
  readonly passcode?: string | undefined;
  readonly maxOpenings?: number | undefined;
}

/** A share that was made. */
export interface Shared {
  readonly share: ShareId;
  readonly link: string;
  readonly notAfter: number;
}

/** Seals the documents' latest versions for a new link. Raises limit_exceeded over 20 MiB a document. */
export async function makeShare(vault: OpenVault, wanted: NewShare, signal: AbortSignal): Promise<Shared> {
  const { client } = vault;
  const share = newId<ShareId>();
  const versions = [...wanted.documents].sort().map((id) => versionOf(vault, id));
  for (const version of versions) {
    const small = vault.metadata(version).size <= MAX_SHARED_SIZE;
    check(small, () => limitExceeded('documents over 20 MiB cannot be shared'));
  }
  const notAfter = vault.now() + wanted.duration;
  const passcode = wanted.passcode !== undefined && wanted.passcode !== '' ? wanted.passcode : undefined;
  const label = wanted.label.normalize('NFC');
  const terms = { exp: notAfter, passcode: passcode !== undefined, ...(label === '' ? {} : { label }) };
  const link = ShareLink.generate(client.api.origin, terms);
  const files: Awaited<ReturnType<typeof sendFile>>[] = [];
  for (const version of versions) files.push(await sendFile(vault, version, link, signal));
  const text = link.text(client.api.origin);
  const { owner_secret: ownerSecret } = ownVault(vault);
  const details = sealDetails(ownerSecret, { label, link: text }, { vault: vault.id, share });
  await vault.append({ path: 'shares', member: 'share' }, (state) => {
    const statement: Share = {
      kind: 'share',
      ...signedHere(vault, state),
      details,
      documents: versions.map(({ manifest }) => ({ document: manifest.document, version: manifest.version })),
      files: files.map(({ length, sha256 }) => ({ length, sha256 })),
      max_openings: wanted.maxOpenings,
      not_after: notAfter,
      passcode: passcode === undefined ? 0 : 1,
      share,
    };
    const extra = {
      locator: link.locator,
      flag: passcode === undefined ? '' : 'P',
      ...(passcode === undefined ? {} : { passcode }),
      files: files.map(({ upload }) => ({ upload })),
    };
    return { statement, extra };
  });
  return { share, link: text, notAfter };
}

/** Ends a share at once; the server deletes its files. */
export async function endShare(vault: OpenVault, share: ShareId): Promise<void> {
  await vault.append({ path: 'share-ends', member: 'share_end' }, (state) => {
    const statement: ShareEnd = { kind: 'share_end', ...signedHere(vault, state), share };
    return { statement };
  });
}

/** Label and link of a share; undefined when they do not open. */
export function detailsOf(vault: OpenVault, record: ShareRecord): ShareDetails | undefined {
  const { details, share } = record.statement;
  try {
    return openDetails(ownVault(vault).owner_secret, details, { vault: vault.id, share });
  } catch (thrown) {
    if (thrown instanceof CoffreError) return undefined;
    throw thrown;
  }
}

async function sendFile(vault: OpenVault, version: VersionState, link: ShareLink, signal: AbortSignal) {
  const { client } = vault;
  const data = await gather(readDocument(vault, version, signal));
  const context = { patient: client.keyring.name, now: vault.now() };
  const bundle = writeFhirBundle(vault.metadata(version), data, context);
  const jwe = Uint8Array.from(utf8(await sealShareFile(link.key, bundle)));
  const source = partsOf(jwe, partSizeOf(client.server), sha256Large);
  const upload = await new Upload(client.api, vault.id, source).run(signal, () => undefined);
  return { upload, length: jwe.length, sha256: await sha256Large(jwe) };
}

function versionOf(vault: OpenVault, id: DocumentId): VersionState {
  const document = vault.document(id);
  if (document === undefined) throw new ApiError('not_found', 404);
  return latestVersion(document);
}

function ownVault(vault: OpenVault) {
  const own = vault.client.keyring.vault;
  if (own === undefined || !vault.owned) throw new ApiError('forbidden', 403);
  return own;
}
