/**
 * One version of a document: its object in parts, its header, its export (chapter 4).
 *
 * Owns sealing a file into parts and opening it again in constant memory (one part and a few chunks), and the header's stanzas.
 * Knows neither statements' signatures nor where objects are kept; the caller puts `SealedObject` into a manifest.
 *
 *     const sealer = new ObjectSealer(file, { fileKey });
 *     for await (const part of sealer.parts()) await upload(part.number, part.data);
 *     const { digest, parts, length, size, content } = sealer.result();
 */
import { makeHeader as makeAgeHeader, openHeader as openAgeHeader, verifyHeader } from './age_file.ts';
import { parseHeader, type Stanza } from './age_header.ts';
import { HYBRID, type HybridIdentity, type HybridRecipient, type Recipient } from './age_recipients.ts';
import { openChunks, payloadLength, sealChunks } from './age_stream.ts';
import { ContentHasher } from './content.ts';
import { concat, equalBytes, randomBytes, type Random } from './encoding.ts';
import { check, limitExceeded, malformed, stale, tampered } from './errors.ts';
import { MAX_DOCUMENT, type Metadata } from './metadata.ts';
import { padme } from './padding.ts';
import { Sha256, sha256Large } from './primitives.ts';
import { unwrapFileKey, wrapFileKey, type Filing, type SectionSecret } from './sections.ts';
import { blobSource, ByteReader, inOrder, lent, type Source } from './sources.ts';
import { MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE, PART_SIZE_STEP, type Manifest } from './statement_kinds.ts';
import { partsDigest } from './statements.ts';

export const DEFAULT_PART_SIZE = 8 << 20;
const PADDING_STEP = 1 << 20;
const PARTS_AHEAD = 2;

/** One part of an object, counted from 0. `data` is a buffer of its own, free to be transferred. */
export interface Part {
  readonly number: number;
  /** Of its first byte in the object. */
  readonly offset: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly sha256: Uint8Array;
}

/** What a manifest says of an object, and metadata of the document. */
export interface SealedObject {
  readonly length: number;
  readonly part_size: number;
  readonly parts: readonly Uint8Array[];
  readonly digest: Uint8Array;
  readonly size: number;
  readonly content: Uint8Array;
}

/** The members of a manifest, and of metadata, that opening needs. */
export type ObjectFacts = Pick<Manifest, 'length' | 'part_size' | 'parts' | 'digest'>;
export type DocumentFacts = Pick<Metadata, 'size' | 'content' | 'sha256'>;

/** The length of the object of a document of `size` bytes. Raises limit_exceeded for 0 bytes or more than 5 GiB. */
export function objectLength(size: number): number {
  check(size >= 1 && size <= MAX_DOCUMENT, () => limitExceeded('documents have 1 byte to 5 GiB'));
  return padme(payloadLength(size));
}

/** Seals a file under a fresh file key: iterate once over `parts()`, then ask for `result()`. */
export class ObjectSealer {
  /** Of the object, in bytes. */
  readonly length: number;
  readonly partSize: number;
  private readonly file: { readonly size: number; readonly source: Source };
  private readonly fileKey: Uint8Array;
  private readonly random: Random;
  private readonly hashes: Uint8Array[] = [];
  private readonly spare: Uint8Array<ArrayBuffer>[] = [];
  private content: Uint8Array | undefined;

  /**
   * `file` is a Blob, or a source of exactly `size` bytes. Raises limit_exceeded for a size or part size outside the limits,
   * malformed for a part size that is no multiple of 65536.
   */
  constructor(
    file: Blob | { readonly size: number; readonly source: Source },
    options: { readonly fileKey: Uint8Array; readonly partSize?: number; readonly random?: Random },
  ) {
    const { fileKey, partSize = DEFAULT_PART_SIZE, random = randomBytes } = options;
    this.length = objectLength(file.size);
    const within = partSize >= MIN_PART_SIZE && partSize <= MAX_PART_SIZE;
    check(within && Math.ceil(this.length / partSize) <= MAX_PARTS, () => limitExceeded('part size'));
    check(partSize % PART_SIZE_STEP === 0, () => malformed('a part size is a multiple of 65536'));
    this.partSize = partSize;
    this.file = file instanceof Blob ? { size: file.size, source: lent(blobSource(file)) } : file;
    this.fileKey = Uint8Array.from(fileKey);
    this.random = random;
  }

  get partCount(): number {
    return Math.ceil(this.length / this.partSize);
  }

  /**
   * The object in parts; the next one is sealed while a part's hash is taken and while it is used. Stop early and the file is closed.
   * Raises stale if the file changed while it was read, malformed if it cannot be read.
   */
  async *parts(): AsyncGenerator<Part> {
    const cut = this.cut();
    try {
      for (let step = await cut.next(); step.done !== true;) {
        const part = step.value;
        const next = cut.next();
        // What fails is raised in its turn; until then it is not "unhandled".
        next.catch(() => undefined);
        const sha256 = await sha256Large(part.data);
        this.hashes.push(sha256);
        yield { ...part, sha256 };
        step = await next;
      }
    } finally {
      await cut.return(undefined);
    }
  }

  /** Takes back a part that nobody needs any more: a later one is written over it. */
  reuse(part: Part): void {
    if (part.data.length === this.partSize) this.spare.push(part.data);
  }

  /** What to put into manifest and metadata. Raises malformed before the last part was given. */
  result(): SealedObject {
    const complete = this.hashes.length === this.partCount;
    check(complete && this.content !== undefined, () => malformed('the object is not complete'));
    return {
      length: this.length,
      part_size: this.partSize,
      parts: [...this.hashes],
      digest: partsDigest(this.hashes),
      size: this.file.size,
      content: this.content,
    };
  }

  private async *cut(): AsyncGenerator<Omit<Part, 'sha256'>> {
    const reader = new ByteReader(lent(this.pieces()));
    try {
      for (let number = 0; number < this.partCount; number++) {
        const offset = number * this.partSize;
        const size = Math.min(this.partSize, this.length - offset);
        const data = await reader.read(size, size === this.partSize ? this.spare.pop() : undefined);
        yield { number, offset, data };
      }
    } finally {
      await reader.close();
    }
  }

  private async *pieces(): AsyncGenerator<Uint8Array> {
    yield* sealChunks(this.fileKey, this.measured(), this.random);
    const padding = this.length - payloadLength(this.file.size);
    for (let start = 0; start < padding; start += PADDING_STEP) {
      yield this.random(Math.min(PADDING_STEP, padding - start));
    }
  }

  /** Hashes and counts what the source gives, which must be exactly `size` bytes. */
  private async *measured(): AsyncGenerator<Uint8Array> {
    const hasher = new ContentHasher();
    let left = this.file.size;
    for await (const piece of this.file.source) {
      left -= piece.length;
      check(left >= 0, () => stale('the file changed while it was read'));
      await hasher.update(piece);
      yield piece;
    }
    check(left === 0, () => stale('the file changed while it was read'));
    this.content = await hasher.digest();
  }
}

/**
 * The document of an object, in verified pieces. `source` gives the object's bytes in pieces of any size.
 * Raises tampered for any difference between object, manifest and metadata. What was given before is authentic but perhaps cut
 * short: use it only once the iterator has ended.
 */
export async function* openObject(
  source: Source,
  manifest: ObjectFacts,
  metadata: DocumentFacts,
  fileKey: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const hasher = metadata.content === undefined ? new Sha256() : new ContentHasher();
  const expected = metadata.content ?? metadata.sha256;
  let size = 0;
  for await (const piece of openChunks(fileKey, lent(payloadOf(source, manifest, metadata)))) {
    await hasher.update(piece);
    size += piece.length;
    yield piece;
  }
  const same = expected !== undefined && equalBytes(await hasher.digest(), expected);
  check(same && size === metadata.size, () =>
    tampered('the document is not the one that its metadata names'),
  );
}

/** A document that fits in memory, whole. Raises as `openObject`. */
export async function openWholeObject(
  source: Source,
  manifest: ObjectFacts,
  metadata: DocumentFacts,
  fileKey: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return gather(openObject(source, manifest, metadata, fileKey));
}

/** A plain `.age` file for other recipients, in pieces; no payload is encrypted again. Raises tampered, malformed. */
export async function* exportObject(
  source: Source,
  manifest: ObjectFacts,
  metadata: DocumentFacts,
  to: { readonly fileKey: Uint8Array; readonly recipients: readonly Recipient[]; readonly random?: Random },
): AsyncGenerator<Uint8Array> {
  yield exportHeader(to.fileKey, to.recipients, to.random);
  yield* payloadOf(source, manifest, metadata);
}

/** Joins what an iterator gives. */
export async function gather(pieces: Source): Promise<Uint8Array<ArrayBuffer>> {
  const held: Uint8Array[] = [];
  for await (const piece of pieces) held.push(piece);
  return concat(...held);
}

/** A version's header: the section's stanza, then one for an author who is not the owner. */
export function makeHeader(
  secret: SectionSecret,
  filing: Filing,
  fileKey: Uint8Array,
  options: { readonly author?: HybridRecipient | undefined; readonly random?: Random } = {},
): Uint8Array {
  const { author, random = randomBytes } = options;
  const stanzas = [wrapFileKey(secret, filing, fileKey, random)];
  if (author !== undefined) stanzas.push(author.wrap(fileKey));
  return makeAgeHeader(stanzas, fileKey);
}

/** The file key, by the section's secret. Raises wrong_key, tampered for the MAC, malformed and as parsing does. */
export function openHeader(header: Uint8Array, secret: SectionSecret, filing: Filing): Uint8Array {
  const fileKey = unwrapFileKey(secret, filing, wholeHeader(header));
  return verifyHeader(header, fileKey).fileKey;
}

/** The file key, by the author's own stanza. Raises as `openHeader`. */
export function openHeaderAsAuthor(header: Uint8Array, identity: HybridIdentity): Uint8Array {
  wholeHeader(header);
  return openAgeHeader(header, [identity]).fileKey;
}

/** The header for another section or epoch: authors' stanzas are kept. Raises tampered if the old MAC does not hold. */
export function refileHeader(
  header: Uint8Array,
  fileKey: Uint8Array,
  secret: SectionSecret,
  filing: Filing,
  random: Random = randomBytes,
): Uint8Array {
  wholeHeader(header);
  const kept = verifyHeader(header, fileKey).stanzas.filter((stanza) => stanza.type === HYBRID);
  return makeAgeHeader([wrapFileKey(secret, filing, fileKey, random), ...kept], fileKey);
}

/** A header that makes the object's payload a plain age file for these recipients. */
export function exportHeader(
  fileKey: Uint8Array,
  recipients: readonly Recipient[],
  random: Random = randomBytes,
): Uint8Array {
  return makeAgeHeader(
    recipients.map((recipient) => recipient.wrap(fileKey, random)),
    fileKey,
  );
}

/** The payload at the start of an object; each part is verified before any of its bytes are given, the padding too. */
async function* payloadOf(
  source: Source,
  manifest: ObjectFacts,
  metadata: DocumentFacts,
): AsyncGenerator<Uint8Array> {
  const { length, part_size: partSize, parts, digest } = manifest;
  check(parts.length === Math.ceil(length / partSize), () =>
    malformed("number of parts that is not the length's"),
  );
  check(equalBytes(partsDigest(parts), digest), () => tampered("digest that is not the parts'"));
  check(objectLength(metadata.size) === length, () =>
    tampered("an object whose length is not its document's"),
  );
  let left = payloadLength(metadata.size);
  const verified = inOrder(partsOf(source, manifest), PARTS_AHEAD, async ({ data, size, expected }) => {
    const holds = data.length === size && equalBytes(await sha256Large(data), expected);
    check(holds, () => tampered('a part is not the one that the manifest names'));
    return data;
  });
  for await (const part of verified) {
    const wanted = part.subarray(0, Math.max(0, left));
    left -= part.length;
    if (wanted.length > 0) yield wanted;
  }
}

interface ReceivedPart {
  readonly data: Uint8Array<ArrayBuffer>;
  /** What the manifest says of it. */
  readonly size: number;
  readonly expected: Uint8Array;
}

/** The parts of an object as they come, not verified; nothing may follow them. */
async function* partsOf(
  source: Source,
  { length, part_size, parts }: ObjectFacts,
): AsyncGenerator<ReceivedPart> {
  const reader = new ByteReader(source);
  try {
    for (const [number, expected] of parts.entries()) {
      const size = Math.min(part_size, length - number * part_size);
      yield { data: await reader.read(size), size, expected };
    }
    check(await reader.ended(), () => tampered('the object goes on after its end'));
  } finally {
    await reader.close();
  }
}

function wholeHeader(header: Uint8Array): readonly Stanza[] {
  const { stanzas, length } = parseHeader(header);
  check(length === header.length, () => malformed('data after the header'));
  return stanzas;
}
