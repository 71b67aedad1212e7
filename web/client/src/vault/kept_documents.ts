/**
 * Documents that this browser keeps, to be read without the server (spec chapter 11).
 *
 * Owns their records: the object's pieces, as they were downloaded, and a note with what opens them. A note is written when all
 * pieces are there and open; without it there is no copy. Knows neither the server nor a vault.
 *
 *     const kept = new KeptDocuments(records);
 *     for (const note of await kept.all()) for await (const piece of kept.read(note)) …
 */
import { openObject } from '../crypto/document.ts';
import { MAX_BYTES_LARGE, type DocumentId, type SectionId, type VaultId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import { metadataShape } from '../crypto/metadata.ts';
import { writeVersioned } from '../crypto/records.ts';
import { bytes, id, integer, list, optional, record, text, type Of } from '../crypto/shapes.ts';
import type { SealedRecords } from './records.ts';

const NOTES = 'kept/note/';
const PIECES = 'kept/piece/';

const shape = record({
  digest: bytes(32),
  document: id<DocumentId>(),
  file_key: bytes(16),
  header: bytes(32),
  kept: integer(),
  length: integer(1),
  manifest: bytes(32),
  metadata: metadataShape,
  number: integer(1),
  own: integer(0, 1),
  part_size: integer(1),
  parts: list(bytes(32), { min: 1, max: 10_000 }),
  section: record({ id: id<SectionId>(), kind: text(40), name: optional(text(100)) }),
  vault: id<VaultId>(),
});

/**
 * What opens a copy of a version, its `number`. `header` is the hash of the header it was filed under, `manifest` its statement's,
 * `kept` when, in seconds; `own` is 1 when the owner wrote it.
 */
export type KeptNote = Of<typeof shape>;

/** The copies of one account in this browser. */
export class KeptDocuments {
  private readonly records: SealedRecords;

  constructor(records: SealedRecords) {
    this.records = records;
  }

  /** Those that are whole enough to have a note, in the order of their identifiers. */
  async all(): Promise<readonly KeptNote[]> {
    const names = await this.records.names(NOTES);
    const found = await Promise.all(names.map((name) => this.note(name)));
    return found.flatMap((note) => note ?? []);
  }

  find(document: DocumentId): Promise<KeptNote | undefined> {
    return this.note(NOTES + document);
  }

  /**
   * Keeps a copy: the pieces of the object in any sizes, then the note, once they open. An older version's copy goes then, one of the
   * same version before, since pieces of two downloads make no object. When it fails nothing of it stays. Raises what the pieces raise, tampered, and DOMException for a storage that is full or forbidden.
   */
  async keep(note: KeptNote, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const base = piecesOf(note);
    const before = await this.find(note.document);
    if (before?.number === note.number) await this.forget(note.document);
    try {
      let index = 0;
      for await (const piece of pieces) await this.records.write(nameAt(base, index++), piece);
      // What cannot be read back now would be missed where nothing can be done about it.
      for await (const opened of this.read(note)) check(opened.length > 0, () => tampered('an empty piece'));
      await this.rewrite(note);
    } catch (thrown) {
      await this.records.forget(await this.records.names(base));
      throw thrown;
    }
    await this.forgetPieces(`${PIECES}${note.document}/`, base);
  }

  /** Writes a note anew, of the same copy. */
  async rewrite(note: KeptNote): Promise<void> {
    await this.records.write(NOTES + note.document, writeVersioned(shape, note, MAX_BYTES_LARGE));
  }

  /** The document in verified pieces, complete only once the iterator has ended. Raises tampered for any difference. */
  read(note: KeptNote): AsyncGenerator<Uint8Array> {
    return openObject(this.object(note), note, note.metadata, note.file_key);
  }

  async forget(document: DocumentId): Promise<void> {
    // The note first: what is cut short then is no copy any more.
    await this.records.forget([NOTES + document]);
    await this.forgetPieces(`${PIECES}${document}/`);
  }

  async forgetAll(): Promise<void> {
    await this.records.forget(await this.records.names(NOTES));
    await this.forgetPieces(PIECES);
  }

  private async *object(note: KeptNote): AsyncGenerator<Uint8Array> {
    const base = piecesOf(note);
    let left = note.length;
    for (let index = 0; left > 0; index++) {
      const piece = await this.records.read(nameAt(base, index));
      check(piece !== undefined && piece.length > 0, () => tampered('a copy without all of its pieces'));
      left -= piece.length;
      yield piece;
    }
  }

  private async forgetPieces(prefix: string, but?: string): Promise<void> {
    const names = await this.records.names(prefix);
    await this.records.forget(names.filter((name) => but === undefined || !name.startsWith(but)));
  }

  private note(name: string): Promise<KeptNote | undefined> {
    return this.records.readAs(shape, name, MAX_BYTES_LARGE);
  }
}

function piecesOf({ document, number }: KeptNote): string {
  return `${PIECES}${document}/${String(number)}/`;
}

function nameAt(base: string, index: number): string {
  return base + String(index).padStart(6, '0');
}
