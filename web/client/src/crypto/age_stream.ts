/**
 * The payload of an age file: STREAM in chunks of 64 KiB (chapter 1).
 *
 * Owns nonce, chunks and their faults; knows no header and no recipient. `sealBytes` and `openBytes` are for what fits in
 * memory; `sealChunks` and `openChunks` stream in batches of 1 MiB with the platform's fastest cipher.
 */
import { concat, randomBytes, utf8, type Random } from './encoding.ts';
import { check, guardAsync, malformed, tampered } from './errors.ts';
import { bulkCipher, chachaOpen, chachaSeal, hkdf, TAG_LENGTH, type BulkCipher } from './primitives.ts';

export const CHUNK_SIZE = 65_536;
export const SEALED_CHUNK_SIZE = CHUNK_SIZE + TAG_LENGTH;
export const NONCE_LENGTH = 16;
export const FILE_KEY_LENGTH = 16;

const BATCH = 16;
const EMPTY = new Uint8Array(0);

/** Where bytes come from: pieces of any size. */
export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

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

/** The payload of everything that the source gives, in pieces of about 1 MiB. */
export async function* sealChunks(
  fileKey: Uint8Array,
  source: Source,
  random: Random = randomBytes,
): AsyncGenerator<Uint8Array> {
  const nonce = random(NONCE_LENGTH);
  const cipher = await bulkCipher(payloadKey(fileKey, nonce));
  yield nonce;
  let counter = 0;
  for await (const { batch, last } of batches(source, CHUNK_SIZE)) {
    yield await each(batch, CHUNK_SIZE, SEALED_CHUNK_SIZE, last, counter, (chunkNonceOf, chunk) =>
      cipher.seal(chunkNonceOf, chunk),
    );
    counter += Math.ceil(batch.length / CHUNK_SIZE);
  }
}

/**
 * The plaintext of a payload that reaches to the end of the source, in verified pieces. Raises tampered; what was given before
 * is authentic but may be cut short, so use it only once the iterator has ended.
 */
export async function* openChunks(fileKey: Uint8Array, source: Source): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source);
  const nonce = await reader.read(NONCE_LENGTH);
  check(nonce.length === NONCE_LENGTH, () => tampered('the payload ends in its nonce'));
  const cipher: BulkCipher = await bulkCipher(payloadKey(fileKey, nonce));
  let counter = 0;
  for await (const { batch, last } of batches(reader.rest(), SEALED_CHUNK_SIZE)) {
    const tail = batch.length % SEALED_CHUNK_SIZE;
    const first = counter === 0 && batch.length <= SEALED_CHUNK_SIZE;
    const whole = batch.length > 0 && (tail === 0 || tail > TAG_LENGTH || (tail === TAG_LENGTH && first));
    check(whole, () => tampered('the payload ends without its last chunk'));
    const plain = await each(batch, SEALED_CHUNK_SIZE, CHUNK_SIZE, last, counter, (chunkNonceOf, chunk) =>
      cipher.open(chunkNonceOf, chunk),
    );
    if (plain.length > 0) yield plain;
    counter += Math.ceil(batch.length / SEALED_CHUNK_SIZE);
  }
}

/** A file or blob as a source, read 1 MiB at a time. */
export async function* blobSource(
  blob: Blob,
  start = 0,
  end: number = blob.size,
): AsyncGenerator<Uint8Array> {
  const step = 1 << 20;
  for (let offset = start; offset < end; offset += step) {
    const slice = blob.slice(offset, Math.min(offset + step, end));
    yield await guardAsync(
      async () => new Uint8Array(await slice.arrayBuffer()),
      () => malformed('the source could not be read'),
    );
  }
}

/** Reads exact lengths from a source. */
export class ByteReader {
  private readonly pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  private held: Uint8Array = EMPTY;

  constructor(source: Source) {
    this.pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** `size` bytes, fewer only where the source ends. Always a fresh buffer. */
  async read(size: number): Promise<Uint8Array<ArrayBuffer>> {
    const out = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (this.held.length === 0 && !(await this.fill())) break;
      const piece = this.held.subarray(0, size - filled);
      out.set(piece, filled);
      filled += piece.length;
      this.held = this.held.subarray(piece.length);
    }
    return filled === size ? out : out.slice(0, filled);
  }

  /** Everything that was not read yet, in the source's pieces. */
  async *rest(): AsyncGenerator<Uint8Array> {
    while (this.held.length > 0 || (await this.fill())) {
      const piece = this.held;
      this.held = EMPTY;
      yield piece;
    }
  }

  private async fill(): Promise<boolean> {
    while (this.held.length === 0) {
      const next = await guardAsync(
        async () => this.pieces.next(),
        () => malformed('the source could not be read'),
      );
      if (next.done === true) return false;
      this.held = next.value;
    }
    return true;
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

/** Batches of 16 chunks, one read ahead: that a full batch is the last shows only when nothing follows. */
async function* batches(
  source: Source,
  chunkSize: number,
): AsyncGenerator<{ readonly batch: Uint8Array<ArrayBuffer>; readonly last: boolean }> {
  const reader = new ByteReader(source);
  const size = BATCH * chunkSize;
  let batch = await reader.read(size);
  for (;;) {
    const following = batch.length === size ? await reader.read(size) : EMPTY;
    const last = following.length === 0;
    yield { batch, last };
    if (last) return;
    batch = following;
  }
}

/** Applies `work` to each chunk of a batch, all under way at once, and joins the results. */
async function each(
  batch: Uint8Array<ArrayBuffer>,
  from: number,
  to: number,
  lastBatch: boolean,
  counter: number,
  work: (nonce: Uint8Array<ArrayBuffer>, chunk: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const count = Math.max(1, Math.ceil(batch.length / from));
  const results = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const last = lastBatch && index === count - 1;
      return work(chunkNonce(counter + index, last), batch.subarray(index * from, (index + 1) * from));
    }),
  );
  const out = new Uint8Array(results.reduce((total, result) => total + result.length, 0));
  results.forEach((result, index) => out.set(result, index * to));
  return out;
}
