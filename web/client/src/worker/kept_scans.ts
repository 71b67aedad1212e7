/**
 * Documents that were made in the page, of photos that are saved nowhere else: kept, sealed, until they are stored, so that a reload or a
 * phone that ends the page loses none.
 *
 * Owns two records for each: what a person says of it, and its bytes. Knows nothing of sending.
 */
import { MAX_BYTES_LARGE, type SectionId, type VaultId } from '../crypto/encoding.ts';
import { writeVersioned } from '../crypto/records.ts';
import { id, integer, list, optional, record, text, type Of } from '../crypto/shapes.ts';
import type { SealedRecords } from '../vault/records.ts';

const NOTE = 'scan/';
const BYTES = 'scan-file/';

const shape = record({
  date: text(10),
  modified: integer(),
  name: text(255),
  section: id<SectionId>(),
  size: integer(1),
  tags: optional(list(text(50), { max: 20 })),
  title: text(200),
  type: optional(text(100)),
  vault: id<VaultId>(),
});

/** What a person said of a scan, and what its file is called. */
export type KeptScan = Of<typeof shape>;

export class KeptScans {
  private readonly records: SealedRecords;

  constructor(records: SealedRecords) {
    this.records = records;
  }

  /** Keeps a scan under its upload's name. A storage that is full or forbidden keeps nothing. */
  async keep(upload: string, file: File, said: Omit<KeptScan, 'modified' | 'name' | 'size'>): Promise<void> {
    const note = { ...said, modified: file.lastModified, name: file.name, size: file.size };
    try {
      await this.records.writeAll([
        [NOTE + upload, writeVersioned(shape, note, MAX_BYTES_LARGE)],
        [BYTES + upload, new Uint8Array(await file.arrayBuffer())],
      ]);
    } catch (thrown) {
      if (!(thrown instanceof DOMException)) throw thrown;
    }
  }

  /** All that are kept, by their uploads' names. */
  async all(): Promise<ReadonlyMap<string, KeptScan>> {
    const found = new Map<string, KeptScan>();
    for (const name of await this.records.names(NOTE)) {
      const upload = name.slice(NOTE.length);
      const note = await this.note(upload);
      if (note === undefined) await this.forget(upload);
      else found.set(upload, note);
    }
    return found;
  }

  /** One with its file, the same as it was; undefined when it is not kept. */
  async find(upload: string): Promise<{ readonly said: KeptScan; readonly file: File } | undefined> {
    const said = await this.note(upload);
    const bytes = await this.records.read(BYTES + upload);
    if (said === undefined || bytes === undefined) return undefined;
    const options = { type: 'application/pdf', lastModified: said.modified };
    return { said, file: new File([Uint8Array.from(bytes)], said.name, options) };
  }

  async forget(upload: string): Promise<void> {
    await this.records.forget([NOTE + upload, BYTES + upload]);
  }

  private note(upload: string): Promise<KeptScan | undefined> {
    return this.records.readAs(shape, NOTE + upload, MAX_BYTES_LARGE);
  }
}
