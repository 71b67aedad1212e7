/**
 * Documents: opening, filing elsewhere, removing (spec chapters 4 and 6). Adding them: adding.ts.
 *
 *     for await (const piece of readDocument(vault, version)) …
 *
 * Owns the steps and their order: what is read leaves its trace first. Objects are streamed, never held whole.
 */
import { readOpened, type OpenedAnswer } from '../api/types.ts';
import type { Recipient } from '../crypto/age_recipients.ts';
import {
  exportObject,
  openHeader,
  openHeaderAsAuthor,
  openObject,
  refileHeader,
} from '../crypto/document.ts';
import { b64u, equalBytes, randomBytes, type DocumentId, type SectionId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import { openAsAuthor, sealMetadata, type Metadata } from '../crypto/metadata.ts';
import {
  authorMetadataHash,
  headerHash,
  metadataHash,
  signedToWire,
  type Access,
  type Refile,
  type Removal,
} from '../crypto/statements.ts';
import { ApiError } from '../api/errors.ts';
import {
  latestVersion,
  sectionOf,
  type DocumentState,
  type LedgerState,
  type VersionState,
} from './ledger_state.ts';
import { patiently, type Patience } from './patience.ts';
import type { OpenVault } from './vaults.ts';

/** So many accesses the server takes at a time. */
const AT_ONCE = 50;
/** How much of an object is asked for at a time. */
const RANGE = 8 << 20;

/**
 * A document's bytes in verified pieces; leaves an access in the journal first. Complete only once the iterator has ended.
 * Raises tampered, wrong_key, and ApiError.
 */
export async function* readDocument(
  vault: OpenVault,
  version: VersionState,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield* readVersion(vault, await openVersion(vault, version), signal);
}

/** A version that can be read: its metadata and its object's key. The access stands in the journal. */
export interface OpenedVersion {
  readonly version: VersionState;
  readonly metadata: Metadata;
  readonly fileKey: Uint8Array;
}

/**
 * Leaves an access in the journal and opens what it takes to read a version: by the section's key, or as its author.
 * Raises tampered, wrong_key, and ApiError.
 */
export async function openVersion(vault: OpenVault, version: VersionState): Promise<OpenedVersion> {
  const { manifest } = version;
  const granted = vault.granted(version);
  if (granted !== undefined) {
    // The key came with the grant: the access is what is owed for it, and shows whether it still stands.
    await openWithTrace(vault, version);
    return { version, metadata: granted.metadata, fileKey: granted.key.reveal() };
  }
  if (!vault.asAuthor(version)) {
    const metadata = vault.metadata(version);
    const { section, epoch } = version.filing;
    const { header } = await openWithTrace(vault, version);
    const fileKey = openHeader(header, vault.secret(section, epoch), vault.filingOf(version));
    return { version, metadata, fileKey };
  }
  const { header, author_metadata: sealed } = await openWithTrace(vault, version);
  const named =
    sealed !== undefined &&
    manifest.author_metadata !== undefined &&
    equalBytes(authorMetadataHash(sealed), manifest.author_metadata);
  check(named, () => tampered("another author's metadata than the manifest's"));
  const fileKey = openHeaderAsAuthor(header, vault.client.keyring.identity);
  const metadata = openAsAuthor(fileKey, manifest, sealed);
  vault.remember(version, metadata);
  return { version, metadata, fileKey };
}

/**
 * An opened version's bytes in verified pieces, complete only once the iterator has ended; with patience it waits for a server
 * that is away and goes on where it stopped. Raises tampered, and ApiError.
 */
export function readVersion(
  vault: OpenVault,
  { version, metadata, fileKey }: OpenedVersion,
  signal?: AbortSignal,
  patience?: Patience,
): AsyncIterable<Uint8Array> {
  return openObject(download(vault, version, signal, patience), version.manifest, metadata, fileKey);
}

/** The same as a plain `.age` file for these recipients, verified and not decrypted. */
export function readAsAge(
  vault: OpenVault,
  { version, metadata, fileKey }: OpenedVersion,
  recipients: readonly Recipient[],
  { signal, patience }: { readonly signal: AbortSignal; readonly patience: Patience },
): AsyncIterable<Uint8Array> {
  const source = download(vault, version, signal, patience);
  return exportObject(source, version.manifest, metadata, { fileKey, recipients });
}

/**
 * Files a document in another section, or gives it other tags where it stands (`section` absent): new header and sealed metadata,
 * the object stays. Raises malformed, limit_exceeded for tags that a reader would refuse.
 */
export async function refile(
  vault: OpenVault,
  id: DocumentId,
  { section: wanted, tags }: { readonly section?: SectionId; readonly tags?: readonly string[] },
): Promise<void> {
  const known = found(vault, id);
  const version = latestVersion(known);
  const section = wanted ?? sectionOf(known);
  const { header } = await openWithTrace(vault, version);
  const { section: from, epoch } = version.filing;
  const fileKey = openHeader(header, vault.secret(from, epoch), vault.filingOf(version));
  const before = vault.metadata(version);
  const metadata = tags === undefined ? before : { ...before, tags: tagsOf(tags) };
  await vault.append({ path: 'filings', member: 'refile' }, (state) => {
    const known = found(vault, id);
    check(equalBytes(latestVersion(known).hash, version.hash), () =>
      tampered('the document changed meanwhile'),
    );
    const secret = vault.newest(section);
    const filing = { ...vault.filingOf(version), section, epoch: secret.epoch };
    const moved = refileHeader(header, fileKey, secret, filing);
    const sealed = sealMetadata(secret, filing, metadata);
    const statement: Refile = {
      kind: 'refile',
      ...signedHere(vault, state),
      document: id,
      epoch: filing.epoch,
      from: sectionOf(known),
      header: headerHash(moved),
      manifest: version.hash,
      metadata: metadataHash(sealed),
      section,
      version: version.manifest.version,
    };
    return { statement, extra: { header: b64u(moved), metadata: b64u(sealed) } };
  });
}

/** Tags as they are sealed: each once. */
function tagsOf(tags: readonly string[]): readonly string[] {
  return [...new Set(tags.map((tag) => tag.normalize('NFC')))];
}

/** Takes a document out of the record: by the owner, or by who added it. */
export async function remove(vault: OpenVault, id: DocumentId): Promise<void> {
  await vault.append({ path: 'removals', member: 'removal' }, (state) => {
    const known = found(vault, id);
    const latest = latestVersion(known);
    const statement: Removal = {
      kind: 'removal',
      ...signedHere(vault, state),
      document: id,
      manifest: latest.hash,
      section: sectionOf(known),
      version: latest.manifest.version,
    };
    return { statement };
  });
}

/** The fields by which a statement stands at the next position. */
export function signedHere(vault: OpenVault, state: LedgerState) {
  const { id, client } = vault;
  return { author: client.me, time: vault.now(), vault: id, seq: state.size, prev: state.head };
}

function found(vault: OpenVault, id: DocumentId): DocumentState {
  const document = vault.document(id);
  if (document === undefined) throw new ApiError('not_found', 404);
  return document;
}

/** Posts the signed access and takes what is answered to it. Raises tampered for another header than the ledger's. */
export async function openWithTrace(vault: OpenVault, version: VersionState): Promise<OpenedAnswer> {
  const [first] = await openAllWithTrace(vault, [version]);
  check(first !== undefined, () => tampered('not one answer to one access'));
  return first;
}

/** The same of several, in their order. */
export async function openAllWithTrace(
  vault: OpenVault,
  versions: readonly VersionState[],
): Promise<readonly OpenedAnswer[]> {
  const found: OpenedAnswer[] = [];
  for (let start = 0; start < versions.length; start += AT_ONCE) {
    found.push(...(await openSome(vault, versions.slice(start, start + AT_ONCE))));
  }
  return found;
}

async function openSome(
  vault: OpenVault,
  versions: readonly VersionState[],
): Promise<readonly OpenedAnswer[]> {
  const { client } = vault;
  const signed = versions.map((version) => client.sign(accessTo(vault, version)));
  const body = { accesses: signed.map(signedToWire) };
  const { opened } = await client.api.post(`/vaults/${vault.id}/accesses`, body, readOpened);
  check(opened.length === versions.length, () => tampered('not one answer to one access'));
  opened.forEach((answer, index) => {
    const entered = answer.entry.body?.signed.statement;
    const sent = signed[index]?.statement;
    const ours = entered !== undefined && sent !== undefined && equalBytes(entered, sent);
    check(ours, () => tampered("the journal's entry is not this access"));
    const header = versions[index]?.filing.header;
    const same = header !== undefined && equalBytes(headerHash(answer.header), header);
    check(same, () => tampered("another header than the ledger's"));
  });
  return opened;
}

function accessTo(vault: OpenVault, version: VersionState): Access {
  const { document, version: number } = version.manifest;
  const { client, owned } = vault;
  const grant = owned ? undefined : vault.readingGrant(version);
  if (!owned && grant === undefined) throw new ApiError('ended', 403);
  return {
    kind: 'access',
    author: client.me,
    time: client.now(),
    vault: vault.id,
    document,
    grant,
    mode: owned ? 'own' : 'grant',
    nonce: randomBytes(16),
    reason: owned ? 'own' : 'care',
    version: number,
  };
}

/** The object's bytes in ranges, not verified, the next one asked for while the last is opened. */
export async function* download(
  vault: OpenVault,
  version: VersionState,
  signal: AbortSignal = new AbortController().signal,
  patience?: Patience,
): AsyncGenerator<Uint8Array> {
  const { document, version: number, length } = version.manifest;
  const path = `/vaults/${vault.id}/documents/${document}/versions/${String(number)}/object`;
  const { api } = vault.client;
  const range = (start: number) =>
    start < length
      ? patiently(patience, signal, () => api.bytes(path, start, Math.min(RANGE, length - start), signal))
      : undefined;
  let next = range(0);
  for (let start = 0; next !== undefined; start += RANGE) {
    const piece: Uint8Array = await next;
    next = range(start + RANGE);
    // Whoever stops reading leaves this one to itself.
    next?.catch(() => undefined);
    yield piece;
  }
}
