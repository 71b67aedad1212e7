/**
 * The patient's health profile in their vault (spec chapter 10): found, read, saved as a new version.
 *
 * Owns which document it is. What it says is crypto/profile; sharing it is `shared_files`.
 */
import { newFileKey } from '../crypto/age_file.ts';
import { gather, makeHeader, ObjectSealer } from '../crypto/document.ts';
import { b64u, equalBytes, newId, type DocumentId, type SectionId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { sealMetadata, type Metadata } from '../crypto/metadata.ts';
import {
  PROFILE_MIME,
  PROFILE_NAME,
  PROFILE_TYPE,
  readProfile,
  writeProfile,
  type Profile,
} from '../crypto/profile.ts';
import { headerHash, metadataHash, type Manifest } from '../crypto/statements.ts';
import { ApiError } from '../api/errors.ts';
import { partSizeOf } from './adding.ts';
import { openVersion, readVersion, signedHere } from './documents.ts';
import { latestVersion, sectionOf, type DocumentState, type VersionState } from './ledger_state.ts';
import type { OpenVault } from './vaults.ts';

/** The profile as it was read; nothing said, of no document, before the first was saved. */
export interface HeldProfile {
  readonly profile: Profile;
  readonly version?: VersionState | undefined;
}

/** Another device changed the profile after it was read here. Nothing was overwritten. */
export class ProfileChanged extends Error {
  readonly code = 'changed';
}

/** Whether a version is of the patient's own profile: nobody else's document says it for them. */
export function isProfile(vault: OpenVault, version: VersionState): boolean {
  if (version.manifest.author !== vault.state.owner || vault.asAuthor(version)) return false;
  try {
    return vault.metadata(version).mime === PROFILE_MIME;
  } catch (thrown) {
    if (thrown instanceof CoffreError) return false;
    throw thrown;
  }
}

/** The document that is the vault's profile, if there is one. */
export function findProfile(vault: OpenVault): DocumentState | undefined {
  return vault.documents().find((document) => isProfile(vault, latestVersion(document)));
}

/** The profile; the opening stands in the journal. Raises as `readProfile`, and ApiError. */
export async function loadProfile(vault: OpenVault, signal?: AbortSignal): Promise<HeldProfile> {
  const document = findProfile(vault);
  if (document === undefined) return { profile: {} };
  const version = latestVersion(document);
  const opened = await openVersion(vault, version);
  return { profile: readProfile(await gather(readVersion(vault, opened, signal))), version };
}

/** Adds the profile as the next version of what was held. Raises ProfileChanged; malformed, limit_exceeded; ApiError. */
export async function saveProfile(
  vault: OpenVault,
  profile: Profile,
  held: HeldProfile,
  title: string,
): Promise<HeldProfile> {
  if (!vault.owned) throw new ApiError('forbidden', 403);
  const { client } = vault;
  const data = writeProfile(profile);
  const fileKey = newFileKey();
  const partSize = partSizeOf(client.server, data.length);
  const sealer = new ObjectSealer(new Blob([Uint8Array.from(data)]), { fileKey, partSize });
  const object = await gather(objectOf(sealer));
  const { content, digest, length, parts, part_size } = sealer.result();
  const metadata: Metadata = {
    author: client.keyring.name,
    content,
    date: new Date(vault.now() * 1000).toISOString().slice(0, 10),
    mime: PROFILE_MIME,
    name: PROFILE_NAME,
    size: data.length,
    tags: [],
    title,
    type: PROFILE_TYPE,
  };
  const fresh = newId<DocumentId>();
  await vault.append({ path: 'documents', member: 'manifest' }, (state) => {
    const known = findProfile(vault);
    const before = known === undefined ? undefined : latestVersion(known);
    if (!same(before, held.version)) throw new ProfileChanged();
    const section = known === undefined ? homeOf(vault) : sectionOf(known);
    const secret = vault.newest(section);
    const document = known?.document ?? fresh;
    const version = (before?.manifest.version ?? 0) + 1;
    const filing = { vault: vault.id, section, epoch: secret.epoch, document, version };
    const header = makeHeader(secret, filing, fileKey, { author: undefined });
    const sealed = sealMetadata(secret, filing, metadata);
    const statement: Manifest = {
      kind: 'manifest',
      ...signedHere(vault, state),
      digest,
      document,
      epoch: filing.epoch,
      header: headerHash(header),
      length,
      metadata: metadataHash(sealed),
      part_size,
      parts,
      previous: before?.hash,
      section,
      version,
    };
    return { statement, extra: { header: b64u(header), metadata: b64u(sealed), object: b64u(object) } };
  });
  const saved = findProfile(vault);
  return { profile, version: saved === undefined ? undefined : latestVersion(saved) };
}

/** Where a first version is filed; the section may be gone by that name. */
function homeOf(vault: OpenVault): SectionId {
  const sections = [...vault.sections()];
  const found = (['summary', 'other', 'inbox'] as const)
    .map((kind) => sections.find(([, name]) => name.kind === kind))
    .find((section) => section !== undefined);
  if (found === undefined) throw new ApiError('not_found', 404);
  return found[0];
}

function same(one: VersionState | undefined, other: VersionState | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return equalBytes(one.hash, other.hash);
}

async function* objectOf(sealer: ObjectSealer): AsyncGenerator<Uint8Array> {
  for await (const part of sealer.parts()) yield part.data;
}
