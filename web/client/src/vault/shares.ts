/**
 * Shares: documents opened for a limited time by a SMART Health Link (spec chapter 8).
 *
 * Owns making, extending, following and ending them. The key stands in the link only; what the owner sees again is sealed in the
 * ledger. What a share is opened with is `receiver`.
 */
import { newId, type DocumentId, type ShareId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { openDetails, sealDetails, ShareLink, type ShareDetails } from '../crypto/share.ts';
import type { Share, ShareEnd, ShareUpdate } from '../crypto/statements.ts';
import { ApiError } from '../api/errors.ts';
import { signedHere } from './documents.ts';
import { heldBy, latestVersion, type ShareRecord, type VersionState } from './ledger_state.ts';
import { sendFiles } from './shared_files.ts';
import type { OpenVault } from './vaults.ts';

/** What is shared, until when, and how it is protected. */
export interface NewShare {
  readonly documents: readonly DocumentId[];
  /** Seconds since 1970. */
  readonly notAfter: number;
  readonly label: string;
  readonly passcode?: string | undefined;
  readonly maxOpenings: number;
  /** The link gives newer versions, too. */
  readonly follow: boolean;
  /** The viewer asks who opens it. */
  readonly nameAsked: boolean;
}

/** Seals the documents' latest versions for a new link. */
export async function makeShare(vault: OpenVault, wanted: NewShare, signal: AbortSignal): Promise<ShareId> {
  const { client } = vault;
  const { notAfter } = wanted;
  const share = newId<ShareId>();
  const versions = [...wanted.documents].sort().map((id) => versionOf(vault, id));
  const passcode = wanted.passcode !== undefined && wanted.passcode !== '' ? wanted.passcode : undefined;
  const label = wanted.label.normalize('NFC');
  const link = ShareLink.generate(client.api.origin, {
    exp: notAfter,
    passcode: passcode !== undefined,
    longLived: wanted.follow,
    nameAsked: wanted.nameAsked,
    ...(label === '' ? {} : { label }),
  });
  const { documents, files, uploads } = await sendFiles(vault, versions, link, signal);
  const details = sealedDetails(vault, share, { label, link: link.text(client.api.origin) });
  await vault.append({ path: 'shares', member: 'share' }, (state) => {
    const statement: Share = {
      kind: 'share',
      ...signedHere(vault, state),
      details,
      documents,
      files,
      max_openings: wanted.maxOpenings,
      not_after: notAfter,
      passcode: passcode === undefined ? 0 : 1,
      share,
    };
    const extra = {
      locator: link.locator,
      flag: link.flag,
      ...(passcode === undefined ? {} : { passcode }),
      files: uploads,
    };
    return { statement, extra };
  });
  return share;
}

/** Ends a share at once; the server deletes its files. */
export async function endShare(vault: OpenVault, share: ShareId): Promise<void> {
  await vault.append({ path: 'share-ends', member: 'share_end' }, (state) => {
    const statement: ShareEnd = { kind: 'share_end', ...signedHere(vault, state), share };
    return { statement };
  });
}

/** Lets a share go on until `notAfter`, and open `more` times more. Its link says the new end: it is to be shown again. */
export async function extendShare(
  vault: OpenVault,
  share: ShareId,
  { notAfter, more }: { readonly notAfter: number; readonly more: number },
): Promise<void> {
  const record = vault.state.shares.get(share);
  const details = record === undefined ? undefined : detailsOf(vault, record);
  if (record === undefined || details === undefined) throw new ApiError('not_found', 404);
  const held = heldBy(record);
  const link = ShareLink.parse(details.link);
  const later = new ShareLink({ ...link, key: link.key.reveal(), exp: notAfter });
  const openings = held.max_openings === undefined ? undefined : held.max_openings + more;
  await update(vault, record, {
    documents: held.documents,
    files: held.files,
    uploads: [],
    not_after: notAfter,
    max_openings: openings,
    details: sealedDetails(vault, share, { ...details, link: later.text(vault.client.api.origin) }),
  });
}

/**
 * Gives links that follow the newest versions; ends those of which all documents were removed. `openings` says how often each
 * was opened; it is asked only when something is due.
 */
export async function followShares(
  vault: OpenVault,
  openings: () => Promise<ReadonlyMap<ShareId, number>>,
  signal: AbortSignal,
): Promise<void> {
  const due = vault.owned ? [...vault.state.shares.values()].filter((record) => isDue(vault, record)) : [];
  const counts = due.length === 0 ? new Map<ShareId, number>() : await openings();
  for (const record of due) {
    const { share, max_openings: max } = heldBy(record);
    const details = detailsOf(vault, record);
    const usedUp = max !== undefined && (counts.get(share) ?? 0) >= max;
    if (details === undefined || usedUp || !ShareLink.parse(details.link).longLived) continue;
    await renew(vault, record, ShareLink.parse(details.link), signal);
  }
}

/** Label and link of a share; undefined when they do not open. */
export function detailsOf(vault: OpenVault, record: ShareRecord): ShareDetails | undefined {
  const { details, share } = heldBy(record);
  try {
    return openDetails(ownVault(vault).owner_secret, details, { vault: vault.id, share });
  } catch (thrown) {
    if (thrown instanceof CoffreError) return undefined;
    throw thrown;
  }
}

type Contents = Pick<ShareUpdate, 'details' | 'documents' | 'files' | 'max_openings' | 'not_after'> & {
  readonly uploads: readonly { readonly upload: string }[];
};

async function update(vault: OpenVault, record: ShareRecord, contents: Contents): Promise<void> {
  const { uploads, ...held } = contents;
  const { share } = record.statement;
  await vault.append({ path: 'share-updates', member: 'share_update' }, (state) => {
    const statement: ShareUpdate = { kind: 'share_update', ...signedHere(vault, state), ...held, share };
    return { statement, extra: { files: uploads } };
  });
}

function isDue(vault: OpenVault, record: ShareRecord): boolean {
  const { documents, not_after: end } = heldBy(record);
  const over = record.ended !== undefined || end <= vault.now();
  const live = liveVersions(vault, record);
  const same = live.every(({ manifest }, index) => {
    const held = documents[index];
    return held?.document === manifest.document && held.version === manifest.version;
  });
  return !over && !(same && live.length === documents.length);
}

/** The newest versions of a share's documents, without those that were removed. */
function liveVersions(vault: OpenVault, record: ShareRecord): readonly VersionState[] {
  return heldBy(record).documents.flatMap(({ document }) => {
    const found = vault.state.documents.get(document);
    return found === undefined || found.removed !== undefined ? [] : [latestVersion(found)];
  });
}

async function renew(
  vault: OpenVault,
  record: ShareRecord,
  link: ShareLink,
  signal: AbortSignal,
): Promise<void> {
  const live = liveVersions(vault, record);
  try {
    if (live.length === 0) {
      await endShare(vault, record.statement.share);
      return;
    }
    const { not_after, max_openings, details } = heldBy(record);
    await update(vault, record, {
      ...(await sendFiles(vault, live, link, signal)),
      not_after,
      max_openings,
      details,
    });
  } catch (thrown) {
    // It ended meanwhile, as when somebody tried passcodes until it closed.
    if (!(thrown instanceof ApiError && thrown.code === 'not_found')) throw thrown;
  }
}

function sealedDetails(vault: OpenVault, share: ShareId, details: ShareDetails): Uint8Array {
  return sealDetails(ownVault(vault).owner_secret, details, { vault: vault.id, share });
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
