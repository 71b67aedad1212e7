/**
 * Verified entries of a chain, kept sealed in this browser, so that the next unlock fetches only what is new.
 *
 * Owns their records: segments of 500 entries as they were received, and one that says how far they go and for whom. Entries are
 * folded again by the one fold there is, by hashes, heads and rules, but for their signatures, which this device verified
 * before it sealed them. What does not hold together is forgotten; pins stand elsewhere and never move back.
 */
import { b64u, canonical, utf8, type SectionId, type VaultId } from '../crypto/encoding.ts';
import { CoffreError, malformed } from '../crypto/errors.ts';
import type { Entry } from '../crypto/journal.ts';
import { bytes, id, integer, keyIdText, list, optional, record, text, type Of } from '../crypto/shapes.ts';
import type { Chain } from '../crypto/statement_kinds.ts';
import { signedFromWire, signedToWire, type Signed } from '../crypto/statements.ts';
import { reaches, type Viewer } from './ledger_place.ts';
import type { Pin } from './ledger_chain.ts';
import type { SealedRecords } from './records.ts';

const SEGMENT = 500;
const VERSION = 1;

const shape = record({
  head: bytes(32),
  documents: optional(list(text(60))),
  key: keyIdText,
  sections: list(id<SectionId>()),
  size: integer(1),
  version: integer(VERSION, VERSION),
});
type Summary = Of<typeof shape>;

/** What was kept: everything from the first entry on. */
export interface KeptChain {
  readonly entries: readonly Entry[];
  readonly cards: readonly Signed[];
  readonly viewer: Viewer;
  readonly position: Pin;
}

/** One chain of one vault in this browser. */
export class ChainCache {
  private readonly records: SealedRecords;
  private readonly base: string;
  /** The entries behind the last full segment; undefined until something was read or kept. */
  private tail: readonly Entry[] = [];
  private size = 0;
  private viewer: Viewer | undefined;
  private cards = new Map<string, Signed>();

  constructor(records: SealedRecords, vault: VaultId, chain: Chain) {
    this.records = records;
    this.base = `chain/${vault}/${chain}/`;
  }

  /** Undefined when nothing is kept, or not whole. Storage that fails is as good as empty. */
  async read(): Promise<KeptChain | undefined> {
    try {
      const kept = await this.readAll();
      if (kept === undefined) return undefined;
      this.size = kept.entries.length;
      this.tail = kept.entries.slice(this.size - (this.size % SEGMENT));
      this.viewer = kept.viewer;
      for (const card of kept.cards) this.cards.set(b64u(card.signature), card);
      return kept;
    } catch (thrown) {
      if (!(
        thrown instanceof CoffreError ||
        thrown instanceof DOMException ||
        thrown instanceof SyntaxError
      )) {
        throw thrown;
      }
      await this.forget();
      return undefined;
    }
  }

  /** Keeps what was just verified: the entries behind those that are kept, or all of them for another viewer. */
  async append(
    news: { readonly from: number; readonly entries: readonly Entry[]; readonly cards: readonly Signed[] },
    viewer: Viewer,
    position: Pin,
  ): Promise<void> {
    if (news.entries.length === 0 && this.viewer !== undefined && sameViewer(this.viewer, viewer)) return;
    if (news.from === 0) await this.forget();
    if (position.size === 0) return;
    // Something between was not kept: what stands stays good, and is gone on from next time.
    if (news.from !== this.size) return;
    for (const card of news.cards) this.cards.set(b64u(card.signature), card);
    const entries = [...this.tail, ...news.entries];
    const start = this.size - this.tail.length;
    const written: [string, Uint8Array][] = [];
    for (let index = 0; index < entries.length; index += SEGMENT) {
      const name = this.segment(Math.floor((start + index) / SEGMENT));
      written.push([name, pack(entries.slice(index, index + SEGMENT))]);
    }
    const size = this.size + news.entries.length;
    const summary: Summary = {
      ...position,
      ...(viewer.documents === undefined ? {} : { documents: [...viewer.documents].sort() }),
      key: viewer.key,
      sections: [...viewer.sections].sort(),
      version: VERSION,
    };
    written.push([`${this.base}cards`, utf8(JSON.stringify([...this.cards.values()].map(signedToWire)))]);
    written.push([`${this.base}summary`, canonical(shape.encode(summary))]);
    try {
      await this.records.writeAll(written);
    } catch (thrown) {
      // A full or forbidden storage: the next unlock fetches again.
      if (!(thrown instanceof DOMException)) throw thrown;
      return;
    }
    this.tail = entries.slice(entries.length - (size % SEGMENT));
    this.size = size;
    this.viewer = viewer;
  }

  async forget(): Promise<void> {
    this.size = 0;
    this.tail = [];
    this.viewer = undefined;
    this.cards = new Map();
    try {
      await this.records.forget(await this.records.names(this.base));
    } catch (thrown) {
      if (!(thrown instanceof DOMException)) throw thrown;
    }
  }

  private async readAll(): Promise<KeptChain | undefined> {
    const data = await this.records.read(`${this.base}summary`);
    const cards = await this.records.read(`${this.base}cards`);
    if (data === undefined || cards === undefined) return undefined;
    const { size, head, key, sections, documents } = shape.decode(
      parsed(data) as Parameters<typeof shape.decode>[0],
    );
    const segments = await Promise.all(
      Array.from({ length: Math.ceil(size / SEGMENT) }, (_, index) => this.records.read(this.segment(index))),
    );
    const entries = segments.flatMap((segment) => (segment === undefined ? [] : unpack(segment)));
    if (entries.length !== size) throw malformed('a chain that was not kept whole');
    return {
      entries,
      cards: (parsed(cards) as unknown[]).map(signedFromWire),
      viewer: {
        key,
        sections: new Set(sections),
        documents: documents === undefined ? undefined : new Set(documents),
      },
      position: { size, head },
    };
  }

  private segment(index: number): string {
    return `${this.base}${String(index).padStart(6, '0')}`;
  }
}

function sameViewer(one: Viewer, other: Viewer): boolean {
  return reaches(one, other) && reaches(other, one);
}

function parsed(data: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(data));
}

const FIELDS = 6;
const ABSENT = 0xffffffff;

/** For each entry the lengths of its six fields, big endian, then the fields. */
export function pack(entries: readonly Entry[]): Uint8Array {
  const rows = entries.map(fieldsOf);
  let size = 0;
  for (const fields of rows) {
    size += 4 * FIELDS;
    for (const field of fields) size += field?.length ?? 0;
  }
  const data = new Uint8Array(size);
  const view = new DataView(data.buffer);
  let offset = 0;
  for (const fields of rows) {
    let at = offset + 4 * FIELDS;
    fields.forEach((field, index) => {
      view.setUint32(offset + 4 * index, field?.length ?? ABSENT);
      if (field === undefined) return;
      data.set(field, at);
      at += field.length;
    });
    offset = at;
  }
  return data;
}

function fieldsOf({ header, body, metadata, manifest }: Entry): readonly (Uint8Array | undefined)[] {
  return [header, body?.salt, body?.signed.signature, body?.signed.statement, metadata, manifest];
}

/** Reverse of `pack`. Raises malformed. */
export function unpack(data: Uint8Array): readonly Entry[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const entries: Entry[] = [];
  for (let offset = 0; offset < data.length;) {
    if (offset + 4 * FIELDS > data.length) throw malformed('a segment that is cut');
    const lengths = Array.from({ length: FIELDS }, (_, index) => view.getUint32(offset + 4 * index));
    offset += 4 * FIELDS;
    const fields = lengths.map((length) => {
      if (length === ABSENT) return undefined;
      if (offset + length > data.length) throw malformed('a segment that is cut');
      offset += length;
      return data.subarray(offset - length, offset);
    });
    const [header, salt, signature, statement, metadata, manifest] = fields;
    if (header === undefined) throw malformed('an entry without a header');
    const shown = salt !== undefined && signature !== undefined && statement !== undefined;
    entries.push({
      header,
      metadata,
      manifest,
      ...(shown ? { body: { salt, signed: { signature, statement } } } : {}),
    });
  }
  return entries;
}
