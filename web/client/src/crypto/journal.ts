/**
 * Entries of the two hash chains (chapter 6): headers, heads and wire forms.
 *
 * Pure: computes and compares hashes, keeps no state. Folding the ledger is the vault client's work.
 */
import {
  canonical,
  equalBytes,
  randomBytes,
  type Json,
  type Random,
  type SectionId,
  type VaultId,
} from './encoding.ts';
import { check, malformed, tampered } from './errors.ts';
import * as labels from './labels.ts';
import {
  bytes,
  bytesBetween,
  decodeAs,
  encodeAs,
  id,
  integer,
  list,
  oneOf,
  optional,
  record,
  shape,
  type Of,
} from './shapes.ts';
import { labelledHash } from './signing.ts';
import { parse } from './statements.ts';
import { hash, keyIdShape, signedShape, time, type Signed } from './statement_grammar.ts';
import { MAX_SECTIONS, type Chain } from './statement_kinds.ts';
import { chainOf, KINDS, type ChainedKind, type Statement, type StatementOf } from './statement_table.ts';

export const SALT_LENGTH = 16;
const MAX_HEADER = 64 * 1024;
// Lengths on the wire are the transport's to limit; readers of what is inside have their own limits.
const UNLIMITED = Number.MAX_SAFE_INTEGER;

const CHAINED = KINDS.filter((kind): kind is ChainedKind => chainOf(kind) !== null);

const entryHeaderShape = record(
  {
    actor: keyIdShape,
    body: hash,
    chain: oneOf('ledger', 'accesses'),
    kind: oneOf(...CHAINED),
    prev: hash,
    sections: list(id<SectionId>(), { max: MAX_SECTIONS, order: (section) => section }),
    seq: integer(),
    time,
    vault: id<VaultId>(),
  },
  (header) => check(chainOf(header.kind) === header.chain, () => malformed('kind of another chain')),
);
export type EntryHeader = Of<typeof entryHeaderShape>;

/** An entry as received. A withheld one has no salt and no statement. */
export interface Entry {
  /** Canonical JSON bytes of an `EntryHeader`. */
  readonly header: Uint8Array;
  readonly body?: { readonly salt: Uint8Array; readonly signed: Signed } | undefined;
  /** The version's current sealed metadata, beside manifest, refile and restoral entries; covered by their `metadata` hash. */
  readonly metadata?: Uint8Array | undefined;
  /** The manifest or deposit that a `refile` names, for readers from whom its entry is withheld. */
  readonly manifest?: Uint8Array | undefined;
}

/** A stretch of a chain as the server answers it; `size` and `head` are the whole chain's. */
export interface Page {
  readonly entries: readonly Entry[];
  readonly size: number;
  readonly head: Uint8Array;
  readonly cards: readonly Signed[];
}

const wireShape = record({
  header: bytesBetween(0, UNLIMITED),
  manifest: optional(bytesBetween(0, UNLIMITED)),
  metadata: optional(bytesBetween(0, UNLIMITED)),
  salt: optional(bytes(SALT_LENGTH)),
  signature: optional(bytes(64)),
  statement: optional(bytesBetween(0, UNLIMITED)),
});

/** The head of an empty chain. */
export function startHead(vault: VaultId, chain: Chain): Uint8Array {
  return labelledHash(labels.JOURNAL_START, canonical({ chain, vault }));
}

/** What a header's `body` must be for this salt (16 bytes) and statement. */
export function bodyHash(salt: Uint8Array, signed: Signed): Uint8Array {
  return labelledHash(labels.JOURNAL_BODY, salt, signed.statement, signed.signature);
}

/** The chain's head once an entry with these header bytes is in it. */
export function entryHash(header: Uint8Array): Uint8Array {
  return labelledHash(labels.JOURNAL_ENTRY, header);
}

/** Reads an entry's header. Raises malformed. */
export function parseEntryHeader(header: Uint8Array): EntryHeader {
  return decodeAs(entryHeaderShape, header, MAX_HEADER);
}

export function writeEntryHeader(header: EntryHeader): Uint8Array {
  return encodeAs(entryHeaderShape, header, MAX_HEADER);
}

/** Sections that the entry of this statement names, sorted. */
export function sectionsOf(statement: Statement): readonly SectionId[] {
  if ('section' in statement) {
    return statement.kind === 'refile'
      ? [...new Set([statement.from, statement.section])].sort()
      : [statement.section];
  }
  if (statement.kind === 'rotation') return statement.sections.map((item) => item.section);
  if (statement.kind === 'section_terms') return statement.terms.map((item) => item.section);
  if (statement.kind !== 'sections') return [];
  return [...statement.added, ...statement.renamed].map((item) => item.section).sort();
}

/** Statements that stand in a chain. */
export type ChainedStatement = StatementOf[ChainedKind];

/**
 * The statement of an entry that is not withheld, held against its header: body hash, kind, author, vault, position,
 * sections. Its signature is not verified. Raises tampered, or what `parse` raises.
 */
export function readBody(entry: Entry, header: EntryHeader): ChainedStatement {
  check(entry.body !== undefined, () => tampered('entry without its body'));
  const { salt, signed } = entry.body;
  check(equalBytes(header.body, bodyHash(salt, signed)), () => tampered('body of an entry'));
  const statement: ChainedStatement = parse(header.kind, signed.statement);
  const placed = statement.author === header.actor && statement.vault === header.vault;
  check(placed, () => tampered('statement by another author or of another vault'));
  if ('seq' in statement) {
    const here = statement.seq === header.seq && equalBytes(statement.prev, header.prev);
    check(here, () => tampered('statement made for another position'));
  }
  const named = sectionsOf(statement).join() === header.sections.join();
  check(named, () => tampered('sections of an entry'));
  return statement;
}

/** The entry of a statement at a position, as the server makes it; clients need it only to play one in tests. */
export function makeEntry(
  statement: ChainedStatement,
  signed: Signed,
  place: { readonly prev: Uint8Array; readonly seq: number; readonly time: number },
  random: Random = randomBytes,
): Entry {
  const chain = chainOf(statement.kind);
  check(chain !== null, () => malformed('kind that stands in no chain'));
  const salt = random(SALT_LENGTH);
  const header = writeEntryHeader({
    actor: statement.author,
    body: bodyHash(salt, signed),
    chain,
    kind: statement.kind,
    prev: place.prev,
    sections: sectionsOf(statement),
    seq: place.seq,
    time: place.time,
    vault: statement.vault,
  });
  return { header, body: { salt, signed } };
}

/** `{"header", "salt"?, "statement"?, "signature"?, "metadata"?, "manifest"?}`, base64url each. */
export function entryToWire(entry: Entry): Readonly<Record<string, string>> {
  const { header, body, manifest, metadata } = entry;
  return wireShape.encode({
    header,
    manifest,
    metadata,
    salt: body?.salt,
    signature: body?.signed.signature,
    statement: body?.signed.statement,
  }) as Record<string, string>;
}

/** Reverse of `entryToWire`, for any parsed JSON. A body is whole or absent (malformed). */
export function entryFromWire(value: unknown): Entry {
  check(typeof value === 'object' && value !== null, () => malformed('not an entry'));
  const { header, manifest, metadata, salt, signature, statement } = wireShape.decode(value as Json);
  const shown = salt !== undefined && signature !== undefined && statement !== undefined;
  const withheld = salt === undefined && signature === undefined && statement === undefined;
  check(shown || withheld, () => malformed('half a body'));
  return {
    header,
    manifest,
    metadata,
    ...(shown ? { body: { salt, signed: { signature, statement } } } : {}),
  };
}

const pageShape = record({
  cards: list(signedShape),
  entries: list(shape(entryFromWire, entryToWire)),
  head: hash,
  size: integer(),
});

/** Reads a page (`{"cards", "entries", "head", "size"}`); nothing is verified. Raises malformed. */
export function pageFromWire(value: unknown): Page {
  check(typeof value === 'object' && value !== null, () => malformed('not a page'));
  return pageShape.decode(value as Json);
}
