/** WebCrypto and libsodium give the same bytes, and each opens what the other sealed. */
import { equalBytes, randomBytes } from '../../../src/crypto/encoding.ts';
import { bulkCipher, sodiumBulk, webCryptoBulk, type BulkCipher } from '../../../src/crypto/primitives.ts';

/** Sizes around the borders of blocks and chunks. */
const chunkSizes = [
  ...[0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025],
  ...[65_520, 65_535, 65_536],
];

export interface Agreement {
  /** Whether this browser has the algorithm. */
  readonly native: boolean;
  /** Whether `bulkCipher` takes it. */
  readonly taken: boolean;
  readonly compared: number;
  readonly differences: readonly string[];
}

export async function agreement(): Promise<Agreement> {
  const key = randomBytes(32);
  const native = await webCryptoBulk(key);
  if (native === null) return { native: false, taken: false, compared: 0, differences: [] };
  const wasm = sodiumBulk(key);
  const differences: string[] = [];
  for (const size of chunkSizes) {
    const nonce = Uint8Array.from(randomBytes(12));
    const plain = Uint8Array.from(randomBytes(size));
    const [a, b] = [await native.seal(nonce, plain), await wasm.seal(nonce, plain)];
    if (!equalBytes(a, b)) differences.push(`sealed ${size}`);
    for (const [name, cipher] of [
      ['native', native],
      ['wasm', wasm],
    ] as const) {
      const opened = await cipher.open(nonce, Uint8Array.from(a));
      if (!equalBytes(opened, plain)) differences.push(`${name} opened ${size}`);
      if (await opensFlipped(cipher, nonce, Uint8Array.from(a))) differences.push(`${name} flipped ${size}`);
      if (await opensFlipped(cipher, nonce, new Uint8Array(15))) differences.push(`${name} short`);
    }
  }
  const taken = (await bulkCipher(key)).parallel > 1;
  return { native: true, taken, compared: chunkSizes.length, differences };
}

/** Whether a damaged message is not refused as `tampered`. */
async function opensFlipped(
  cipher: BulkCipher,
  nonce: Uint8Array<ArrayBuffer>,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const last = sealed.length - 1;
  sealed[last] = (sealed[last] ?? 0) ^ 1;
  try {
    await cipher.open(nonce, sealed);
    return true;
  } catch (thrown) {
    return (thrown as { code?: string }).code !== 'tampered';
  }
}
