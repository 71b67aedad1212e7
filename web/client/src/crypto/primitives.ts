/**
 * The only file that touches cryptographic primitives: libsodium, WebCrypto and @noble/hashes.
 *
 * Bytes in, bytes out, no format. Everything else in this folder is written in terms of these functions. `ready()` must have
 * resolved once before any of them is called. Failed authentication is `wrong_key` (wraps) or `tampered` (bulk).
 */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 as nobleSha1 } from '@noble/hashes/legacy.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import sodium from 'libsodium-wrappers-sumo';
import { canonical, concat, randomBytes, utf8, type Json, type Random } from './encoding.ts';
import { check, guard, limitExceeded, malformed, tampered, wrongKey } from './errors.ts';
import { isCanonicalPoint, verifyMany, type SignedMessage, type VerifyMany } from './platform_ed25519.ts';

export const WRAP_OVERHEAD = 40;
export const TAG_LENGTH = 16;
export const XWING_PUBLIC_LENGTH = 1216;
export const XWING_ENC_LENGTH = 1120;

/** Resolves when libsodium is loaded. Call once at the start of a worker or test. */
export async function ready(): Promise<void> {
  await sodium.ready;
}

export function sha256(data: Uint8Array): Uint8Array {
  return sodium.crypto_hash_sha256(data);
}

/**
 * Gives the same bytes whenever it is asked for the same numbers of bytes in the same order: for sealing the very same
 * plaintext again after an interruption. The seed is as secret as what it makes.
 */
export function seededRandom(seed: Uint8Array): Random {
  let count = 0;
  return (length) => {
    const turn = new Uint8Array(8);
    new DataView(turn.buffer).setUint32(4, count++);
    return sodium.randombytes_buf_deterministic(length, sha256(concat(seed, turn)));
  };
}

/** SHA-1, only for the `hash` that FHIR puts beside an attachment; it protects nothing. */
export function sha1(data: Uint8Array): Uint8Array {
  return nobleSha1(data);
}

/** SHA-256 of a large buffer by the platform, off this thread where the platform can. */
export async function sha256Large(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', data));
}

/** SHA-256 over pieces. `digest` may be called once. */
export class Sha256 {
  private readonly state = sodium.crypto_hash_sha256_init();

  update(data: Uint8Array): this {
    sodium.crypto_hash_sha256_update(this.state, data);
    return this;
  }

  digest(): Uint8Array {
    return sodium.crypto_hash_sha256_final(this.state);
  }
}

export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return hmac(nobleSha256, key, data);
}

/** HKDF-SHA-256 (RFC 5869). */
export function hkdf(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return expand(nobleSha256, extract(nobleSha256, ikm, salt), info, length);
}

/** `D(key, label)` of chapter 0: 32 bytes. */
export function derive(key: Uint8Array, label: string): Uint8Array {
  return hkdf(key, new Uint8Array(0), utf8(label), 32);
}

/** WRAP and UNWRAP of chapter 0, for the one use that a label names. */
export class Wrap {
  /** The label and the zero byte behind it. */
  private readonly bound: Uint8Array;

  constructor(label: string) {
    this.bound = concat(utf8(label), new Uint8Array(1));
  }

  /** The message sealed under a 32-byte key, bound to label and context; 40 bytes longer. */
  seal(key: Uint8Array, context: Json, message: Uint8Array, random: Random = randomBytes): Uint8Array {
    return xchachaSeal(key, this.bind(context), message, random);
  }

  /** The message. Raises wrong_key for another key, label or context, and for damaged bytes alike. */
  open(key: Uint8Array, context: Json, sealed: Uint8Array): Uint8Array {
    return xchachaOpen(key, this.bind(context), sealed);
  }

  private bind(context: Json): Uint8Array {
    return concat(this.bound, canonical(context));
  }
}

/** XChaCha20-Poly1305 with a fresh nonce in front: `nonce (24) ‖ ciphertext ‖ tag (16)`. */
function xchachaSeal(
  key: Uint8Array,
  ad: Uint8Array,
  message: Uint8Array,
  random: Random = randomBytes,
): Uint8Array {
  const nonce = random(24);
  return concat(nonce, sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, ad, null, nonce, key));
}

/** Reverse of `xchachaSeal`; any failure is wrong_key. */
function xchachaOpen(key: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Uint8Array {
  check(sealed.length >= WRAP_OVERHEAD, () => wrongKey('wrap is too short'));
  return guard(
    () =>
      sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        null,
        sealed.subarray(24),
        ad,
        sealed.subarray(0, 24),
        key,
      ),
    () => wrongKey('wrap does not open'),
  );
}

/** ChaCha20-Poly1305 (RFC 8439) without associated data; 16 bytes longer than the message. */
export function chachaSeal(key: Uint8Array, nonce: Uint8Array, message: Uint8Array): Uint8Array {
  return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(message, null, null, nonce, key);
}

/** Reverse of `chachaSeal`; null when the tag does not hold. */
export function chachaOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < TAG_LENGTH) return null;
  try {
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, null, nonce, key);
  } catch {
    return null;
  }
}

/** ChaCha20-Poly1305 for many chunks under one key, by the fastest engine the platform has. */
export interface BulkCipher {
  /** How many calls are worth having under way at once. */
  readonly parallel: number;
  seal(nonce: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
  /** Raises tampered. */
  open(nonce: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** libsodium's engine: synchronous, everywhere. */
export function sodiumBulk(key: Uint8Array): BulkCipher {
  return {
    parallel: 1,
    seal: (nonce, message) => Promise.resolve(chachaSeal(key, nonce, message)),
    open: (nonce, sealed) => {
      const message = chachaOpen(key, nonce, sealed);
      return message === null ? Promise.reject(tampered('chunk does not open')) : Promise.resolve(message);
    },
  };
}

/** WebCrypto's engine, or null where `ChaCha20-Poly1305` is not known to it (Node 20, older browsers). */
export async function webCryptoBulk(key: Uint8Array): Promise<BulkCipher | null> {
  const name = 'ChaCha20-Poly1305';
  const subtle = globalThis.crypto.subtle;
  let imported: CryptoKey;
  try {
    // 'raw-secret' is the key format of this algorithm; the compiler's DOM types do not list it yet.
    const format = 'raw-secret' as 'raw';
    imported = await subtle.importKey(format, new Uint8Array(key), name, false, ['encrypt', 'decrypt']);
  } catch {
    return null;
  }
  return {
    parallel: 32,
    seal: async (nonce, message) =>
      new Uint8Array(await subtle.encrypt({ name, iv: nonce }, imported, message)),
    open: async (nonce, sealed) => {
      try {
        return new Uint8Array(await subtle.decrypt({ name, iv: nonce }, imported, sealed));
      } catch {
        throw tampered('chunk does not open');
      }
    },
  };
}

let webCryptoAgrees: Promise<boolean> | undefined;

/** WebCrypto where one probe shows that it gives libsodium's bytes, else libsodium. */
export async function bulkCipher(key: Uint8Array): Promise<BulkCipher> {
  webCryptoAgrees ??= probeWebCrypto();
  const native = (await webCryptoAgrees) ? await webCryptoBulk(key) : null;
  return native ?? sodiumBulk(key);
}

async function probeWebCrypto(): Promise<boolean> {
  const key = new Uint8Array(32).fill(1);
  const nonce = new Uint8Array(12).fill(2);
  const message = new Uint8Array(33).fill(3);
  try {
    const native = await webCryptoBulk(key);
    if (native === null) return false;
    const sealed = await native.seal(nonce, message);
    return sodium.memcmp(sealed, chachaSeal(key, nonce, message));
  } catch {
    return false;
  }
}

/** Argon2id v1.3, one lane. `memory` in KiB. The caller has checked the parameters. */
export function argon2id(password: Uint8Array, salt: Uint8Array, memory: number, passes: number): Uint8Array {
  return guard(
    () =>
      sodium.crypto_pwhash(32, password, salt, passes, memory * 1024, sodium.crypto_pwhash_ALG_ARGON2ID13),
    () => limitExceeded('Argon2id could not run with these parameters'),
  );
}

/** scrypt (RFC 7914) with N = 2^logN, r = 8, p = 1. */
export function scrypt(passphrase: Uint8Array, salt: Uint8Array, logN: number): Uint8Array {
  return guard(
    () => sodium.crypto_pwhash_scryptsalsa208sha256_ll(passphrase, salt, 2 ** logN, 8, 1, 32),
    () => limitExceeded('scrypt could not run with these parameters'),
  );
}

/** Ed25519 key pair of a 32-byte seed; `secret` is libsodium's 64-byte form. */
export function ed25519FromSeed(seed: Uint8Array): {
  readonly secret: Uint8Array;
  readonly public: Uint8Array;
} {
  check(seed.length === 32, () => malformed('length of seed'));
  const pair = sodium.crypto_sign_seed_keypair(seed);
  return { secret: pair.privateKey, public: pair.publicKey };
}

export function ed25519Sign(secret: Uint8Array, message: Uint8Array): Uint8Array {
  return sodium.crypto_sign_detached(message, secret);
}

/** Raises tampered; libsodium refuses non-canonical S, small-order keys and small-order R. */
export function ed25519Verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
  const holds = guard(
    () => sodium.crypto_sign_verify_detached(signature, message, key),
    () => tampered('signature'),
  );
  check(holds, () => tampered('signature'));
}

/**
 * The platform's Ed25519 for many signatures under one key. What it finds good `ed25519Verify` accepts: keys that are not
 * canonical or not of the prime order, and small `R`, are left to that. Null for such a key.
 */
export function platformEd25519(
  key: Uint8Array,
  verify: VerifyMany = verifyMany,
): ((signed: readonly SignedMessage[]) => Promise<readonly boolean[]>) | null {
  try {
    if (!isCanonicalPoint(key)) return null;
    // Refuses points outside of the prime-order group.
    sodium.crypto_sign_ed25519_pk_to_curve25519(key);
  } catch {
    return null;
  }
  return (signed) => verify(key, signed);
}

export function x25519Base(scalar: Uint8Array): Uint8Array {
  return sodium.crypto_scalarmult_base(scalar);
}

/** Raises malformed for a point of small order. */
export function x25519(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  return guard(
    () => sodium.crypto_scalarmult(scalar, point),
    () => malformed('X25519 point'),
  );
}

/** X-Wing (ML-KEM-768 ‖ X25519) public key, 1216 bytes, of a 32-byte seed. */
export function xwingPublic(seed: Uint8Array): Uint8Array {
  check(seed.length === 32, () => malformed('length of seed'));
  return sodium.crypto_kem_xwing_seed_keypair(seed).publicKey;
}

const MLKEM_SUITE = concat(utf8('HPKE'), new Uint8Array([0x64, 0x7a, 0, 1, 0, 3]));

/** HPKE base mode (RFC 9180), KEM 0x647a, HKDF-SHA-256, ChaCha20-Poly1305, empty aad. */
export function hpkeSeal(
  recipient: Uint8Array,
  info: Uint8Array,
  message: Uint8Array,
): { readonly enc: Uint8Array; readonly sealed: Uint8Array } {
  const { ciphertext, sharedSecret } = guard(
    () => sodium.crypto_kem_xwing_enc(recipient),
    () => malformed('recipient'),
  );
  const { key, nonce } = hpkeContext(sharedSecret, info);
  return { enc: ciphertext, sealed: chachaSeal(key, nonce, message) };
}

/** Null when it was sealed to another key. */
export function hpkeOpen(
  seed: Uint8Array,
  enc: Uint8Array,
  info: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  const sharedSecret = guard(
    () => sodium.crypto_kem_xwing_dec(enc, seed),
    () => malformed('encapsulated key'),
  );
  const { key, nonce } = hpkeContext(sharedSecret, info);
  return chachaOpen(key, nonce, sealed);
}

function hpkeContext(shared: Uint8Array, info: Uint8Array): { key: Uint8Array; nonce: Uint8Array } {
  const empty = new Uint8Array(0);
  const extractLabelled = (salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array =>
    extract(nobleSha256, concat(utf8('HPKE-v1'), MLKEM_SUITE, utf8(label), ikm), salt);
  const context = concat(
    new Uint8Array([0]),
    extractLabelled(empty, 'psk_id_hash', empty),
    extractLabelled(empty, 'info_hash', info),
  );
  const secret = extractLabelled(shared, 'secret', empty);
  const expandLabelled = (label: string, length: number): Uint8Array => {
    const labelled = concat(new Uint8Array([0, length]), utf8('HPKE-v1'), MLKEM_SUITE, utf8(label), context);
    return expand(nobleSha256, secret, labelled, length);
  };
  return { key: expandLabelled('key', 32), nonce: expandLabelled('base_nonce', 12) };
}
