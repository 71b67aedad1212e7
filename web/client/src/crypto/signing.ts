/**
 * Labelled hashes, Ed25519 signatures and identifiers of keys (chapter 0).
 *
 * Owns `H`, `SIGN` and key ids; knows no statement. Verification raises and never answers with a boolean.
 */
import { b64u, concat, hex, randomBytes, unb64u, utf8, type KeyId, type Random } from './encoding.ts';
import { check, malformed, tampered } from './errors.ts';
import * as labels from './labels.ts';
import { ed25519FromSeed, ed25519Sign, ed25519Verify, sha256, XWING_PUBLIC_LENGTH } from './primitives.ts';

export { sha256 } from './primitives.ts';

const ZERO = new Uint8Array(1);

/** `H(label, m)`: 32 bytes. `m` may be given in pieces. */
export function labelledHash(label: string, ...message: readonly Uint8Array[]): Uint8Array {
  return sha256(concat(utf8(label), ZERO, ...message));
}

/** `label ‖ 0 ‖ message`: what is hashed and signed. */
export function labelled(label: string, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(utf8(label), ZERO, message);
}

/** An Ed25519 secret; shows nothing of itself when printed or serialised. */
export class SigningKey {
  /** 32 bytes. */
  readonly public: Uint8Array;
  readonly #seed: Uint8Array;
  readonly #secret: Uint8Array;

  private constructor(seed: Uint8Array) {
    const pair = ed25519FromSeed(seed);
    this.#seed = seed;
    this.#secret = pair.secret;
    this.public = pair.public;
  }

  /** From a 32-byte seed. */
  static fromSeed(seed: Uint8Array): SigningKey {
    return new SigningKey(Uint8Array.from(seed));
  }

  static generate(random: Random = randomBytes): SigningKey {
    return new SigningKey(random(32));
  }

  /** The 32-byte seed, for the keyring alone. */
  get seed(): Uint8Array {
    return Uint8Array.from(this.#seed);
  }

  /** `SIGN(sk, label, m)`: 64 bytes. */
  sign(label: string, message: Uint8Array): Uint8Array {
    return ed25519Sign(this.#secret, concat(utf8(label), ZERO, message));
  }

  /** Ed25519 over a text as it stands (chapter 9). Raises malformed for a byte 0, which only labelled messages have. */
  signText(text: Uint8Array): Uint8Array {
    check(!text.includes(0), () => malformed('text with a zero byte'));
    return ed25519Sign(this.#secret, text);
  }

  toJSON(): string {
    return '[signing key]';
  }

  toString(): string {
    return '[signing key]';
  }
}

/** Raises tampered unless `signature` is `key`'s over `label` and `message`. */
export function verify(key: Uint8Array, label: string, message: Uint8Array, signature: Uint8Array): void {
  ed25519Verify(key, concat(utf8(label), ZERO, message), signature);
}

/** Raises tampered unless `signature` is `signText`'s. */
export function verifyText(key: Uint8Array, text: Uint8Array, signature: Uint8Array): void {
  check(!text.includes(0), () => tampered('text with a zero byte'));
  ed25519Verify(key, text, signature);
}

/** Key id of an account: from its signing key (32 bytes) and its recipient (1216 bytes). */
export function keyId(signingPublic: Uint8Array, recipient: Uint8Array): KeyId {
  check(signingPublic.length === 32, () => malformed('length of signing key'));
  check(recipient.length === XWING_PUBLIC_LENGTH, () => malformed('length of recipient'));
  return b64u(labelledHash(labels.KEY_ID, concat(signingPublic, recipient))) as KeyId;
}

/** Key id of a server's 32-byte public key. */
export function serverKeyId(serverPublic: Uint8Array): KeyId {
  check(serverPublic.length === 32, () => malformed('length of server key'));
  return b64u(labelledHash(labels.SERVER_KEY_ID, serverPublic)) as KeyId;
}

/** Key id of the Ed25519 public key (32 bytes) with which an operator signs directory entries. */
export function directoryKeyId(directoryPublic: Uint8Array): KeyId {
  check(directoryPublic.length === 32, () => malformed('length of directory key'));
  return b64u(labelledHash(labels.DIRECTORY_KEY_ID, directoryPublic)) as KeyId;
}

/** What people compare: 20 bytes of the key id, upper-case hex, ten groups of four. */
export function fingerprint(id: KeyId): string {
  const digits = hex(unb64u(id, 32).subarray(0, 20)).toUpperCase();
  return (digits.match(/.{4}/g) ?? []).join(' ');
}
