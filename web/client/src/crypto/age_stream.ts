/**
 * The payload of an age file: STREAM in chunks of 64 KiB (chapter 1).
 *
 * Owns nonce, chunks and their faults; knows no header and no recipient. `sealBytes` and `openBytes` are for what fits in
 * memory; `sealChunks` and `openChunks` stream with the platform's fastest cipher, some chunks under way at once;
 * `PayloadReader` opens any range without reading the rest. Where bytes come from: sources.ts.
 */
import { concat, randomBytes, utf8, type Random } from './encoding.ts';
import { check, malformed, tampered } from './errors.ts';
import { bulkCipher, chachaOpen, chachaSeal, hkdf, TAG_LENGTH, type BulkCipher } from './primitives.ts';
import { ByteReader, inOrder, type RangeSource, type Source } from './sources.ts';

export const CHUNK_SIZE = 65_536;
export const SEALED_CHUNK_SIZE = CHUNK_SIZE + TAG_LENGTH;
export const NONCE_LENGTH = 16;
export const FILE_KEY_LENGTH = 16;

const BATCH = 4;

/** The length in bytes of the payload of `size` plaintext bytes. */
export function payloadLength(size: number): number {
  return NONCE_LENGTH + size + TAG_LENGTH * Math.max(1, Math.ceil(size / CHUNK_SIZE));
}

/** The plaintext size of a payload of `length` bytes. Raises tampered for a length that no payload has. */
export function plaintextLength(length: number): number {
  const chunks = Math.ceil((length - NONCE_LENGTH) / SEALED_CHUNK_SIZE);
  const size = length - NONCE_LENGTH - TAG_LENGTH * chunks;
  check(size >= 0 && payloadLength(size) === length, () => tampered('no payload has this length'));
  return size;
}

/** The payload of a plaintext that fits in memory. */
export function sealBytes(
  fileKey: Uint8Array,
  plaintext: Uint8Array,
  random: Random = randomBytes,
): Uint8Array {
  const nonce = random(NONCE_LENGTH);
  const key = payloadKey(fileKey, nonce);
  const count = Math.max(1, Math.ceil(plaintext.length / CHUNK_SIZE));
  const chunks = Array.from({ length: count }, (_, index) =>
    chachaSeal(
      key,
      chunkNonce(index, index === count - 1),
      plaintext.subarray(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE),
    ),
  );
  return concat(nonce, ...chunks);
}

/** The plaintext of a payload. Raises tampered. */
export function openBytes(fileKey: Uint8Array, payload: Uint8Array): Uint8Array {
  plaintextLength(payload.length);
  const key = payloadKey(fileKey, payload.subarray(0, NONCE_LENGTH));
  const sealed = payload.subarray(NONCE_LENGTH);
  const count = Math.ceil(sealed.length / SEALED_CHUNK_SIZE);
  const chunks = Array.from({ length: count }, (_, index) => {
    const chunk = sealed.subarray(index * SEALED_CHUNK_SIZE, (index + 1) * SEALED_CHUNK_SIZE);
    const plain = chachaOpen(key, chunkNonce(index, index === count - 1), chunk);
    check(plain !== null, () => tampered('chunk does not open'));
    return plain;
  });
  return concat(...chunks);
}

/** The payload of everything that the source gives: its nonce, then one sealed chunk at a time. */
export async function* sealChunks(
  fileKey: Uint8Array,
  source: Source,
  random: Random = randomBytes,
): AsyncGenerator<Uint8Array> {
  const nonce = random(NONCE_LENGTH);
  const cipher = await bulkCipher(payloadKey(fileKey, nonce));
  yield nonce;
  const batches = batchesOf(new ByteReader(source), CHUNK_SIZE);
  for await (const sealed of inOrder(batches, widthOf(cipher), (batch) => sealBatch(cipher, batch))) {
    for (const chunk of sealed) yield chunk;
  }
}

/**
 * The plaintext of a payload that reaches to the end of the source, one verified chunk at a time. Raises tampered; what was given
 * before is authentic but may be cut short, so use it only once the iterator has ended.
 */
export async function* openChunks(fileKey: Uint8Array, source: Source): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source);
  try {
    const nonce = await reader.read(NONCE_LENGTH);
    check(nonce.length === NONCE_LENGTH, () => tampered('the payload ends in its nonce'));
    const cipher = await bulkCipher(payloadKey(fileKey, nonce));
    const batches = batchesOf(reader, SEALED_CHUNK_SIZE);
    for await (const opened of inOrder(batches, widthOf(cipher), (batch) => openBatch(cipher, batch))) {
      for (const plain of opened) if (plain.length > 0) yield plain;
    }
  } finally {
    await reader.close();
  }
}

/**
 * Random access to a payload at the start of a source of which any range can be read.
 *
 *     const reader = await PayloadReader.open(fileKey, blobRanges(blob), payloadLength(size));
 *     const bytes = await reader.openRange(1 << 20, 100);
 */
export class PayloadReader {
  /** Of the plaintext, in bytes. */
  readonly size: number;
  private readonly source: RangeSource;
  private readonly cipher: BulkCipher;
  private readonly last: number;

  private constructor(source: RangeSource, cipher: BulkCipher, size: number) {
    this.source = source;
    this.cipher = cipher;
    this.size = size;
    this.last = Math.max(0, Math.ceil(size / CHUNK_SIZE) - 1);
  }

  /**
   * `length` is the payload's; the source may go on behind it. The last chunk is verified at once, so that a payload that was cut
   * is found before anything is read. Raises tampered; malformed if the source cannot be read.
   */
  static async open(fileKey: Uint8Array, source: RangeSource, length: number): Promise<PayloadReader> {
    const size = plaintextLength(length);
    const nonce = await source(0, NONCE_LENGTH);
    check(nonce.length === NONCE_LENGTH, () => tampered('the payload ends in its nonce'));
    const reader = new PayloadReader(source, await bulkCipher(payloadKey(fileKey, nonce)), size);
    await reader.chunks(reader.last, reader.last);
    return reader;
  }

  /** The plaintext bytes from `start`, `length` of them, fewer at the end. Raises tampered; malformed for a negative range. */
  async openRange(start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const whole = Number.isSafeInteger(start) && Number.isSafeInteger(length) && start >= 0 && length >= 0;
    check(whole, () => malformed('negative range'));
    const end = Math.min(start + length, this.size);
    if (start >= end) return new Uint8Array(0);
    const first = Math.floor(start / CHUNK_SIZE);
    const plain = await this.chunks(first, Math.floor((end - 1) / CHUNK_SIZE));
    return plain.slice(start - first * CHUNK_SIZE, end - first * CHUNK_SIZE);
  }

  /** The chunks from one to another, both included, read with one request. */
  private async chunks(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = NONCE_LENGTH + Math.min((to + 1) * SEALED_CHUNK_SIZE, this.sealedSize());
    const sealed = await this.source(NONCE_LENGTH + from * SEALED_CHUNK_SIZE, end);
    check(sealed.length === end - NONCE_LENGTH - from * SEALED_CHUNK_SIZE, () =>
      tampered('the payload is cut'),
    );
    const opened: Uint8Array[] = [];
    for (let index = from; index <= to; index++) {
      const offset = (index - from) * SEALED_CHUNK_SIZE;
      const data = sealed.subarray(offset, offset + SEALED_CHUNK_SIZE);
      opened.push(await this.cipher.open(chunkNonce(index, index === this.last), data));
    }
    return concat(...opened);
  }

  private sealedSize(): number {
    return payloadLength(this.size) - NONCE_LENGTH;
  }
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  check(fileKey.length === FILE_KEY_LENGTH, () => malformed('a file key has 16 bytes'));
  return hkdf(fileKey, nonce, utf8('payload'), 32);
}

/** 11 bytes of counter, big endian, and whether the chunk is the last. */
function chunkNonce(counter: number, last: boolean): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(3, Math.floor(counter / 2 ** 32));
  view.setUint32(7, counter % 2 ** 32);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Chunks that follow each other, at least one: awaited together, since waiting costs as much as a small cipher call. */
interface Batch {
  /** The number of the first. */
  readonly first: number;
  /** Whether the last of them is the payload's. */
  readonly last: boolean;
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
}

function widthOf(cipher: BulkCipher): number {
  return Math.max(1, cipher.parallel / BATCH);
}

/** The chunks of a source, at least one. That a full chunk is the last shows only when nothing follows. */
async function* batchesOf(reader: ByteReader, size: number): AsyncGenerator<Batch> {
  try {
    for (let first = 0, last = false; !last;) {
      const data = await reader.views(size, BATCH);
      last = data.length % size !== 0 || (await reader.ended());
      const count = Math.max(1, Math.ceil(data.length / size));
      const chunks = Array.from({ length: count }, (_, i) => data.subarray(i * size, (i + 1) * size));
      yield { first, last, chunks };
      first += count;
    }
  } finally {
    await reader.close();
  }
}

function sealBatch(cipher: BulkCipher, { first, last, chunks }: Batch): Promise<Uint8Array[]> {
  const nonce = (i: number): Uint8Array<ArrayBuffer> =>
    chunkNonce(first + i, last && i === chunks.length - 1);
  return Promise.all(chunks.map((chunk, i) => cipher.seal(nonce(i), chunk)));
}

async function openBatch(cipher: BulkCipher, { first, last, chunks }: Batch): Promise<Uint8Array[]> {
  const nonce = (i: number): Uint8Array<ArrayBuffer> =>
    chunkNonce(first + i, last && i === chunks.length - 1);
  const least = (i: number): number => (first + i === 0 ? TAG_LENGTH : TAG_LENGTH + 1);
  check(
    chunks.every((chunk, i) => chunk.length >= least(i)),
    () => tampered('the payload ends without its last chunk'),
  );
  return Promise.all(chunks.map((chunk, i) => cipher.open(nonce(i), chunk)));
}
