/**
 * The owner's side of deposits (spec chapters 4 and 7): what waits in the inbox, and taking it in.
 *
 * What was taken in is filed elsewhere as any document (`documents.refile`). Knows no depositor's key.
 */
import { ApiError } from '../api/errors.ts';
import { b64u, equalBytes, type DocumentId } from '../crypto/encoding.ts';
import { check, CoffreError, tampered } from '../crypto/errors.ts';
import { openDepositHeader, takeInHeader, type DepositLink } from '../crypto/deposits.ts';
import { openAsAuthor, sealMetadata } from '../crypto/metadata.ts';
import { authorMetadataHash, headerHash, metadataHash, type Refile } from '../crypto/statements.ts';
import { openWithTrace, signedHere } from './documents.ts';
import { latestVersion, sectionOf, type DocumentState } from './ledger_state.ts';
import type { OpenVault } from './vaults.ts';

/** The link by which anyone verified deposits there. */
export function linkOf({ id, state }: OpenVault): DepositLink {
  check(state.owner !== undefined, () => tampered('a vault without an owner'));
  return { vault: id, owner: state.owner };
}

/** Whether a document is a deposit that the owner's client has not taken in. */
export function isWaiting(document: DocumentState): boolean {
  return document.removed === undefined && latestVersion(document).filing.metadata === undefined;
}

/** Whether a document waits in the inbox to be filed, and is somebody else's. */
export function isNew(vault: OpenVault, document: DocumentState): boolean {
  return sectionOf(document) === vault.state.inbox && document.author !== vault.state.owner;
}

/**
 * Seals what waits under the inbox's own key, so that it is listed and filed as any document. One that does not open stays as it is.
 * Each leaves an access of the owner's in the journal.
 */
export async function takeIn(vault: OpenVault): Promise<void> {
  if (!vault.owned) return;
  for (const document of [...vault.state.documents.values()].filter(isWaiting)) {
    if (!(await isNoted(vault, document.document))) await takeInOne(vault, document);
  }
}

async function takeInOne(vault: OpenVault, document: DocumentState): Promise<void> {
  const version = latestVersion(document);
  const { manifest } = version;
  const opened = await openOrGone(vault, document);
  if (opened === undefined) return;
  const { header, author_metadata: sealed } = opened;
  const named =
    sealed !== undefined &&
    manifest.author_metadata !== undefined &&
    equalBytes(authorMetadataHash(sealed), manifest.author_metadata);
  check(named, () => tampered("another metadata than the deposit's"));
  const contents = await unsealed(vault, document, header, sealed);
  if (contents === undefined) return;
  const { fileKey, metadata } = contents;
  const section = sectionOf(document);
  await vault.append({ path: 'filings', member: 'refile' }, (state) => {
    const known = state.documents.get(document.document);
    const here = known !== undefined && isWaiting(known);
    if (!here) throw new ApiError('not_found', 404);
    const secret = vault.newest(section);
    const filing = { ...vault.filingOf(version), section, epoch: secret.epoch };
    const taken = takeInHeader(header, fileKey, secret, filing);
    const under = sealMetadata(secret, filing, metadata);
    const statement: Refile = {
      kind: 'refile',
      ...signedHere(vault, state),
      document: document.document,
      epoch: filing.epoch,
      from: section,
      header: headerHash(taken),
      manifest: version.hash,
      metadata: metadataHash(under),
      section,
      version: manifest.version,
    };
    return { statement, extra: { header: b64u(taken), metadata: b64u(under) } };
  });
}

/** What the server answers to the access; undefined for a deposit that was withdrawn meanwhile. */
async function openOrGone(vault: OpenVault, document: DocumentState) {
  try {
    return await openWithTrace(vault, latestVersion(document));
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code === 'not_found') return undefined;
    throw thrown;
  }
}

/** File key and metadata; undefined, and noted, where the author sealed nonsense. */
async function unsealed(vault: OpenVault, document: DocumentState, header: Uint8Array, sealed: Uint8Array) {
  const { filing, manifest } = latestVersion(document);
  try {
    const drop = vault.secret(filing.section, filing.epoch).dropIdentity();
    const fileKey = openDepositHeader(header, drop);
    return { fileKey, metadata: openAsAuthor(fileKey, manifest, sealed) };
  } catch (thrown) {
    if (!(thrown instanceof CoffreError)) throw thrown;
    await note(vault, document.document);
    return undefined;
  }
}

const recordOf = (vault: OpenVault, id: DocumentId) => `unreadable/${vault.id}/${id}`;

async function isNoted(vault: OpenVault, id: DocumentId): Promise<boolean> {
  return (await vault.client.records.read(recordOf(vault, id))) !== undefined;
}

/** So that it is not opened again at every unlock. */
async function note(vault: OpenVault, id: DocumentId): Promise<void> {
  await vault.client.records.write(recordOf(vault, id), new Uint8Array());
}
