/**
 * Adding a document (spec chapters 4 and 6): sealing a file, sending its object, and the manifest that names it.
 *
 *     const adding = new Adding(vault, file, { title, section, date, mime });
 *     await adding.run(signal, (sent) => …);
 *
 * Owns the steps and their order: an object is complete before its manifest is sent, but for a small one, which travels with it.
 * Files are streamed, never held whole.
 */
import { Cancelled } from '../api/errors.ts';
import type { ServerAnswer } from '../api/types.ts';
import { DEFAULT_PART_SIZE, makeHeader, ObjectSealer } from '../crypto/document.ts';
import { b64u, type DocumentId, type SectionId, type UploadId } from '../crypto/encoding.ts';
import { check, stale, tampered } from '../crypto/errors.ts';
import { checkDate, cleanName, sealForAuthor, sealMetadata, type Metadata } from '../crypto/metadata.ts';
import { seededRandom } from '../crypto/primitives.ts';
import {
  authorMetadataHash,
  headerHash,
  MAX_PART_SIZE,
  metadataHash,
  MIN_PART_SIZE,
  type Manifest,
} from '../crypto/statements.ts';
import type { LedgerState } from './ledger_state.ts';
import { patiently, type Patience } from './patience.ts';
import { freshUpload, isSameFile, type PendingUpload } from './pending_uploads.ts';
import type { SmallObject, SmallObjects } from './small_objects.ts';
import { Upload, type UploadNotes } from './uploads.ts';
import type { Draft, OpenVault } from './vaults.ts';

interface Wanted {
  readonly limits: Pick<ServerAnswer['limits'], 'part_size'>;
}

/** Objects up to this many bytes travel with their manifest, in one request. */
const SMALL = 1 << 20;
/** In bytes: from here on, parts are larger. */
const LARGE = 256 << 20;

/** What a person says of a file. */
export interface Description {
  readonly title: string;
  readonly section: SectionId;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly mime: string;
  readonly type?: string | undefined;
  /** None twice. */
  readonly tags?: readonly string[] | undefined;
  /** JPEG, at most 64 KiB. */
  readonly thumbnail?: Uint8Array | undefined;
}

/** How a document is added. Without patience it fails when an answer is missing; without notes a reload ends it. */
export interface AddingOptions {
  readonly patience?: Patience | undefined;
  /** What an earlier page wrote down of the same upload. */
  readonly pending?: PendingUpload | undefined;
  readonly notes?: ((pending: PendingUpload) => UploadNotes) | undefined;
  /** Where a small object finds company. Without it each travels with its own manifest. */
  readonly objects?: SmallObjects | undefined;
  /** Everything was sent; the server is asked to confirm. */
  readonly onSent?: (() => void) | undefined;
}

/** Where an object is: at the server under an upload's name, or at hand. */
type Sent = { readonly upload: UploadId } | { readonly object: Uint8Array };

/** Thrown out of a draft when the ledger holds the document already: an earlier request arrived. */
class AlreadyThere extends Error {}

/** A document being added. `run` may be called again after it failed: it goes on where it stopped. */
export class Adding {
  readonly id: DocumentId;
  private readonly vault: OpenVault;
  private readonly pending: PendingUpload;
  private readonly options: AddingOptions;
  private readonly sealer: ObjectSealer;
  private readonly upload: Upload;
  private small: Uint8Array | undefined;
  /** Of a small object that went with others. */
  private together: UploadId | undefined;

  /**
   * Raises limit_exceeded for an empty or too large file; malformed or limit_exceeded for a title that a reader would refuse; stale
   * for another file than the one that was being sent.
   */
  constructor(vault: OpenVault, file: File, description: Description, options: AddingOptions = {}) {
    const { client, id } = vault;
    const name = cleanName(file.name);
    const partSize = partSizeOf(client.server, file.size);
    const now = client.now();
    const fresh = { vault: id, file, description, name, partSize, now };
    this.pending = options.pending ?? freshUpload(fresh);
    check(isSameFile(this.pending, file), () => stale('another file than the one that was being sent'));
    this.id = this.pending.document;
    this.vault = vault;
    this.options = options;
    const { file_key: fileKey, part_size, seed } = this.pending;
    this.sealer = new ObjectSealer(file, { fileKey, partSize: part_size, random: seededRandom(seed) });
    const { patience } = options;
    const notes = this.isSmall ? undefined : options.notes?.(this.pending);
    this.upload = new Upload(client.api, id, this.sealer, { patience, notes });
    // What a reader would refuse is found before anything is sent.
    this.sealFor(vault.state, new Uint8Array(32));
  }

  /** Of the object, in bytes. */
  get length(): number {
    return this.sealer.length;
  }

  async run(signal: AbortSignal, onSent: (bytes: number) => void): Promise<DocumentId> {
    const { objects } = this.options;
    const run = () => this.sendAndCommit(signal, onSent);
    return this.isSmall && objects !== undefined ? objects.during(run) : run();
  }

  private async sendAndCommit(signal: AbortSignal, onSent: (bytes: number) => void): Promise<DocumentId> {
    const sent: Sent = this.isSmall
      ? await this.sendSmall(signal)
      : { upload: await this.upload.run(signal, onSent) };
    this.options.onSent?.();
    await patiently(this.options.patience, signal, () => this.commit(sent));
    return this.id;
  }

  /** Gives it up, at the server too. */
  async drop(): Promise<void> {
    await this.upload.drop(this.together);
  }

  private async sendSmall(signal: AbortSignal): Promise<Sent> {
    const object = await this.whole();
    const { objects, patience } = this.options;
    const small: SmallObject = { object, partSize: this.pending.part_size };
    this.together ??= await patiently(patience, signal, async () => objects?.send(small, signal));
    if (signal.aborted) throw new Cancelled();
    return this.together === undefined ? { object } : { upload: this.together };
  }

  private get isSmall(): boolean {
    return this.length <= SMALL && this.sealer.partCount === 1 && this.pending.upload === undefined;
  }

  private async whole(): Promise<Uint8Array> {
    if (this.small === undefined) for await (const part of this.sealer.parts()) this.small = part.data;
    check(this.small !== undefined, () => stale('the file changed while it was read'));
    return this.small;
  }

  private async commit(sent: Sent): Promise<void> {
    const destination = { path: 'documents', member: 'manifest' };
    try {
      await this.vault.append(destination, (state) => {
        // A request whose answer was lost, from this page or an earlier one.
        if (state.documents.has(this.id)) throw new AlreadyThere();
        return this.manifest(state, sent);
      });
    } catch (thrown) {
      if (!(thrown instanceof AlreadyThere)) throw thrown;
    }
  }

  private manifest(state: LedgerState, sent: Sent): Draft {
    const sealed = this.sealer.result();
    const { secret, filing, contents, metadata } = this.sealFor(state, sealed.content);
    const { client, owned } = this.vault;
    const fileKey = this.pending.file_key;
    const author = owned ? undefined : client.keyring.identity.recipient();
    const header = makeHeader(secret, filing, fileKey, { author });
    const own = owned ? undefined : sealForAuthor(fileKey, filing, contents);
    const statement: Manifest = {
      kind: 'manifest',
      author: client.me,
      time: this.vault.now(),
      vault: this.vault.id,
      seq: state.size,
      prev: state.head,
      author_metadata: own === undefined ? undefined : authorMetadataHash(own),
      digest: sealed.digest,
      document: this.id,
      epoch: filing.epoch,
      header: headerHash(header),
      length: sealed.length,
      metadata: metadataHash(metadata),
      part_size: sealed.part_size,
      parts: sealed.parts,
      section: filing.section,
      version: 1,
    };
    const copy = own === undefined ? {} : { author_metadata: b64u(own) };
    const object = 'object' in sent ? { object: b64u(sent.object) } : sent;
    return { statement, extra: { ...copy, header: b64u(header), metadata: b64u(metadata), ...object } };
  }

  private sealFor(state: LedgerState, content: Uint8Array) {
    const { section, title, date, mime, type, tags = [], thumbnail, name, size } = this.pending;
    check(state.sections.has(section), () => tampered('an unknown section'));
    const secret = this.vault.newest(section);
    const filing = { vault: this.vault.id, section, epoch: secret.epoch, document: this.id, version: 1 };
    const contents: Metadata = {
      author: this.vault.client.keyring.name,
      content,
      date: checkDate(date),
      mime,
      name,
      size,
      tags: tags.map((tag) => tag.normalize('NFC')),
      thumbnail,
      title: title.normalize('NFC'),
      type,
    };
    return { secret, filing, contents, metadata: sealMetadata(secret, filing, contents) };
  }
}

/**
 * A part size that both the host and the format accept, in bytes, for a document of `size`: twice what the host wants
 * for a large one, since each part has a price of its own (an address, a record, a request; ADR 0019).
 */
export function partSizeOf({ limits }: Wanted, size: number): number {
  const wanted = limits.part_size >= MIN_PART_SIZE ? limits.part_size : DEFAULT_PART_SIZE;
  return size >= LARGE ? Math.min(2 * wanted, MAX_PART_SIZE) : wanted;
}
