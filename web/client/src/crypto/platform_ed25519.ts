/**
 * The platform's own Ed25519, without libsodium, so that a second thread can verify while the first one folds.
 *
 * Owns what is held against a signature before the platform is asked; `platformEd25519` (primitives.ts) checks the key. Chromium
 * verifies on the thread that asks. Finding nothing good is always allowed: whoever asks then verifies by libsodium.
 */

/** The very bytes that were signed, and the signature. */
export interface SignedMessage {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Which of the signatures are good under a raw key of 32 bytes. Raises nothing that a signature could cause. */
export type VerifyMany = (key: Uint8Array, signed: readonly SignedMessage[]) => Promise<readonly boolean[]>;

/** `VerifyMany` on this thread; nothing is good where the platform has no Ed25519. */
export const verifyMany: VerifyMany = async (key, signed) => {
  const { subtle } = globalThis.crypto;
  let imported: CryptoKey;
  try {
    imported = await subtle.importKey('raw', Uint8Array.from(key), 'Ed25519', false, ['verify']);
  } catch {
    return signed.map(() => false);
  }
  return Promise.all(
    signed.map(async ({ message, signature }) => {
      if (signature.length !== 64 || !isCanonicalPoint(signature) || hasSmallOrder(signature)) return false;
      try {
        return await subtle.verify(
          'Ed25519',
          imported,
          signature as Uint8Array<ArrayBuffer>,
          message as Uint8Array<ArrayBuffer>,
        );
      } catch {
        return false;
      }
    }),
  );
};

/** Whether the first 32 bytes are a y coordinate below the field's prime. */
export function isCanonicalPoint(point: Uint8Array): boolean {
  if (((point[31] ?? 0) & 0x7f) !== 0x7f || (point[0] ?? 0) < 0xed) return true;
  return point.subarray(1, 31).some((byte) => byte !== 0xff);
}

/** The y coordinates of the canonical points of order 1, 2, 4 and 8, little endian. */
const SMALL = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map((text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));

function hasSmallOrder(point: Uint8Array): boolean {
  return SMALL.some((small) =>
    small.every((byte, index) => byte === ((point[index] ?? 0) & (index === 31 ? 0x7f : 0xff))),
  );
}
