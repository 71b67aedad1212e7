/**
 * Uploads that a reload or a closed page left under way: what it takes to go on with the same file (spec chapter 4).
 *
 * Sealing again must give the very same bytes, and never other bytes under the same key and nonce. So what decides them (file
 * key, a seed for nonce and padding) is kept, sealed, with the file's size and time and the hash of each part that was sealed; a
 * part that comes out differently ends it. Knows nothing of the network. The file itself is not kept: a person chooses it again.
 */
import { newFileKey } from '../crypto/age_file.ts';
import type { Part } from '../crypto/document.ts';
import {
  equalBytes,
  MAX_BYTES_LARGE,
  newId,
  randomBytes,
  type DocumentId,
  type SectionId,
  type UploadId,
  type VaultId,
} from '../crypto/encoding.ts';
import { check, stale } from '../crypto/errors.ts';
import { writeVersioned } from '../crypto/records.ts';
import { bytes, bytesBetween, id, integer, list, optional, record, text, type Of } from '../crypto/shapes.ts';
import type { Description } from './adding.ts';
import type { SealedRecords } from './records.ts';
import type { UploadNotes } from './uploads.ts';

const PREFIX = 'upload/';
/** Seconds. The server keeps parts for a day; what it gave up is sent again. */
const KEPT = 7 * 86_400;
const SEED_LENGTH = 32;

const shape = record({
  began: integer(),
  date: text(10),
  document: id<DocumentId>(),
  file_key: bytes(16),
  mime: text(120),
  modified: integer(),
  name: text(255, 0),
  part_size: integer(1),
  parts: list(bytes(32), { max: 10_000 }),
  section: id<SectionId>(),
  seed: bytes(SEED_LENGTH),
  size: integer(1),
  tags: optional(list(text(50), { max: 20 })),
  thumbnail: optional(bytesBetween(1, 65_536)),
  title: text(200),
  type: optional(text(100)),
  upload: optional(id<UploadId>()),
  vault: id<VaultId>(),
});

/** One upload as it was written down. */
export type PendingUpload = Of<typeof shape>;

/** What begins an upload. */
export interface NewUpload {
  readonly vault: VaultId;
  readonly file: File;
  readonly description: Description;
  /** As the document's metadata has it. */
  readonly name: string;
  readonly partSize: number;
  readonly now: number;
}

/** A fresh key and seed for a file. */
export function freshUpload({ vault, file, description, name, partSize, now }: NewUpload): PendingUpload {
  const { title, section, date, mime, type, tags, thumbnail } = description;
  return {
    ...{ vault, title: title.normalize('NFC'), section, date, mime, type, tags, thumbnail, name },
    began: now,
    document: newId<DocumentId>(),
    file_key: newFileKey(),
    modified: Math.max(0, file.lastModified),
    part_size: partSize,
    parts: [],
    seed: randomBytes(SEED_LENGTH),
    size: file.size,
  };
}

/** Whether a file may be the one that was being sent. What is in it shows when it is sealed. */
export function isSameFile(pending: PendingUpload, file: File): boolean {
  return pending.size === file.size && pending.modified === Math.max(0, file.lastModified);
}

/** The uploads that this browser knows of an account. */
export class PendingUploads {
  private readonly records: SealedRecords;
  private readonly now: () => number;

  constructor(records: SealedRecords, now: () => number) {
    this.records = records;
    this.now = now;
  }

  /** Those that are not too old, by their names. */
  async all(): Promise<ReadonlyMap<string, PendingUpload>> {
    const found = new Map<string, PendingUpload>();
    for (const name of await this.records.names(PREFIX)) {
      const pending = await this.read(name);
      if (pending === undefined || this.now() - pending.began > KEPT) await this.records.forget([name]);
      else found.set(name.slice(PREFIX.length), pending);
    }
    return found;
  }

  find(upload: string): Promise<PendingUpload | undefined> {
    return this.read(PREFIX + upload);
  }

  async forget(upload: string): Promise<void> {
    await this.records.forget([PREFIX + upload]);
  }

  /** Writes down how an upload goes on. */
  notes(upload: string, pending: PendingUpload): UploadNotes {
    return new Notes(pending, (next) =>
      this.records.write(PREFIX + upload, writeVersioned(shape, next, MAX_BYTES_LARGE)),
    );
  }

  private read(name: string): Promise<PendingUpload | undefined> {
    return this.records.readAs(shape, name, MAX_BYTES_LARGE);
  }
}

class Notes implements UploadNotes {
  private pending: PendingUpload;
  private readonly write: (pending: PendingUpload) => Promise<void>;

  constructor(pending: PendingUpload, write: (pending: PendingUpload) => Promise<void>) {
    this.pending = pending;
    this.write = write;
  }

  get upload(): UploadId | undefined {
    return this.pending.upload;
  }

  begun(upload: UploadId): Promise<void> {
    return this.change({ upload });
  }

  async sealed({ number, sha256 }: Part): Promise<void> {
    const before = this.pending.parts[number];
    if (before === undefined) return this.change({ parts: [...this.pending.parts, sha256] });
    check(equalBytes(before, sha256), () => stale('the file changed since its upload began'));
  }

  private async change(change: Partial<PendingUpload>): Promise<void> {
    this.pending = { ...this.pending, ...change };
    await this.write(this.pending);
  }
}
