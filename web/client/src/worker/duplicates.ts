/**
 * Files that stand in the vault already, or were chosen twice: the same bytes, by the content's hash that each document's sealed metadata
 * has (chapter 4, "Content"). Nothing is asked of the server, and nothing new is kept.
 *
 * A file is hashed only when something else is as long; metadata are opened only for objects of the length that it would have.
 */
import { ContentHasher } from '../crypto/content.ts';
import { objectLength } from '../crypto/document.ts';
import { b64u, equalBytes } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { MAX_DOCUMENT, type Metadata } from '../crypto/metadata.ts';
import { sha256Large } from '../crypto/primitives.ts';
import type { Duplicate } from '../ui/models';
import { latestVersion } from '../vault/ledger_state.ts';
import type { OpenVault } from '../vault/vaults.ts';

/** Bytes. The older hash takes the whole document at once. */
const MOST_AT_ONCE = 64 << 20;

/** For each file, what it is the same as; `earlier` were chosen before. */
export async function duplicatesOf(
  vault: OpenVault,
  files: readonly File[],
  earlier: readonly File[],
): Promise<readonly (Duplicate | undefined)[]> {
  const contents = new Contents();
  const before = [...earlier];
  const found: (Duplicate | undefined)[] = [];
  for (const file of files) {
    found.push((await inVault(vault, file, contents)) ?? (await among(before, file, contents)));
    before.push(file);
  }
  return found;
}

async function inVault(vault: OpenVault, file: File, contents: Contents): Promise<Duplicate | undefined> {
  // What cannot be added stands in no vault; why it cannot is said elsewhere.
  if (file.size < 1 || file.size > MAX_DOCUMENT) return undefined;
  const length = objectLength(file.size);
  for (const document of vault.documents()) {
    const version = latestVersion(document);
    if (version.manifest.length !== length || vault.asAuthor(version)) continue;
    const metadata = opened(() => vault.metadata(version));
    if (metadata?.size !== file.size || !(await contents.isThatOf(file, metadata))) continue;
    return { document: document.document, title: metadata.title };
  }
  return undefined;
}

async function among(
  before: readonly File[],
  file: File,
  contents: Contents,
): Promise<Duplicate | undefined> {
  for (const other of before) {
    if (other.size !== file.size || file.size === 0) continue;
    if ((await contents.of(other)) === (await contents.of(file))) return { title: other.name };
  }
  return undefined;
}

/** Hashes, each made once. */
class Contents {
  private readonly hashes = new Map<File, Promise<string>>();

  of(file: File): Promise<string> {
    const known = this.hashes.get(file) ?? contentOf(file);
    this.hashes.set(file, known);
    return known;
  }

  async isThatOf(file: File, { content, sha256 }: Metadata): Promise<boolean> {
    if (content !== undefined) return (await this.of(file)) === b64u(content);
    if (sha256 === undefined || file.size > MOST_AT_ONCE) return false;
    return equalBytes(await sha256Large(new Uint8Array(await file.arrayBuffer())), sha256);
  }
}

async function contentOf(file: File): Promise<string> {
  const hasher = new ContentHasher();
  const reader = file.stream().getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read())
    await hasher.update(step.value);
  return b64u(await hasher.digest());
}

/** Undefined for metadata that do not open, which is their author's fault. */
function opened(open: () => Metadata): Metadata | undefined {
  try {
    return open();
  } catch (thrown) {
    if (thrown instanceof CoffreError) return undefined;
    throw thrown;
  }
}
