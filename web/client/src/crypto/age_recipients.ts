/**
 * age recipients and identities: X25519, scrypt and mlkem768x25519 (chapter 1; C2SP age.md).
 *
 * Owns how a file key is wrapped into stanzas and taken out of them, and the text forms of keys. Knows no header MAC and no
 * payload (age_file.ts). The npm age package does not export its recipient classes, so they are written here and held
 * against it in tests.
 */
import { b64, unb64, type Stanza } from './age_header.ts';
import { FILE_KEY_LENGTH } from './age_stream.ts';
import * as bech32 from './bech32.ts';
import { concat, randomBytes, strip, utf8, type Random } from './encoding.ts';
import { check, limitExceeded, malformed } from './errors.ts';
import {
  chachaOpen,
  chachaSeal,
  hkdf,
  hpkeOpen,
  hpkeSeal,
  scrypt,
  TAG_LENGTH,
  x25519,
  x25519Base,
  XWING_ENC_LENGTH,
  XWING_PUBLIC_LENGTH,
  xwingPublic,
} from './primitives.ts';

export const X25519 = 'X25519';
export const SCRYPT = 'scrypt';
export const HYBRID = 'mlkem768x25519';

const BODY_LENGTH = FILE_KEY_LENGTH + TAG_LENGTH;
const X25519_INFO = utf8('age-encryption.org/v1/X25519');
const SCRYPT_SALT = utf8('age-encryption.org/v1/scrypt');
const HYBRID_INFO = utf8('age-encryption.org/mlkem768x25519');
const SALT_LENGTH = 16;
const DEFAULT_WORK = 18;
const MAX_WORK = 20;
// Of a text file; Python's str.splitlines.
const LINE_ENDS = /\r\n|[\n\v\f\r\u001c-\u001e\u0085\u2028\u2029]/;
// A stanza's key is used once, so age fixes the nonce.
const ZERO_NONCE = new Uint8Array(12);

/** What a file key can be wrapped for. */
export interface Recipient {
  wrap(fileKey: Uint8Array, random?: Random): Stanza;
}

/** What opens stanzas of one type. */
export interface Identity {
  /** The file key, or null if no stanza is for this identity. Raises malformed, limit_exceeded for a stanza of its type. */
  unwrap(stanzas: readonly Stanza[]): Uint8Array | null;
}

/** An X-Wing public key, 1216 bytes (`age1pq1…`). */
export class HybridRecipient implements Recipient {
  readonly public: Uint8Array;

  constructor(publicKey: Uint8Array) {
    check(publicKey.length === XWING_PUBLIC_LENGTH, () => malformed('a hybrid recipient has 1216 bytes'));
    this.public = publicKey;
  }

  /** The encapsulation always takes the platform's randomness. */
  wrap(fileKey: Uint8Array): Stanza {
    const { enc, sealed } = hpkeSeal(this.public, HYBRID_INFO, fileKey);
    return { type: HYBRID, args: [b64(enc)], body: sealed };
  }

  toString(): string {
    return bech32.encode('age1pq', this.public);
  }
}

/** An X-Wing seed, 32 bytes (`AGE-SECRET-KEY-PQ-1…`). Hides itself when printed or serialised. */
export class HybridIdentity implements Identity {
  readonly #seed: Uint8Array;

  constructor(seed: Uint8Array) {
    check(seed.length === 32, () => malformed('a hybrid identity has 32 bytes'));
    this.#seed = Uint8Array.from(seed);
  }

  static generate(random: Random = randomBytes): HybridIdentity {
    return new HybridIdentity(random(32));
  }

  /** The 32-byte seed, for the keyring alone. */
  get seed(): Uint8Array {
    return Uint8Array.from(this.#seed);
  }

  recipient(): HybridRecipient {
    return new HybridRecipient(xwingPublic(this.#seed));
  }

  unwrap(stanzas: readonly Stanza[]): Uint8Array | null {
    for (const { share, body } of stanzasOf(stanzas, HYBRID, XWING_ENC_LENGTH)) {
      const fileKey = hpkeOpen(this.#seed, share, HYBRID_INFO, body);
      if (fileKey !== null) return fileKey;
    }
    return null;
  }

  /** The seed as age writes it. */
  text(): string {
    return bech32.encode('age-secret-key-pq-', this.#seed).toUpperCase();
  }

  toJSON(): string {
    return '[age identity]';
  }

  toString(): string {
    return '[age identity]';
  }
}

/** An X25519 public key, 32 bytes (`age1…`). */
export class X25519Recipient implements Recipient {
  readonly public: Uint8Array;

  constructor(publicKey: Uint8Array) {
    check(publicKey.length === 32, () => malformed('an X25519 recipient has 32 bytes'));
    this.public = publicKey;
  }

  wrap(fileKey: Uint8Array, random: Random = randomBytes): Stanza {
    const secret = random(32);
    const share = x25519Base(secret);
    const key = x25519Key(x25519(secret, this.public), share, this.public);
    return { type: X25519, args: [b64(share)], body: chachaSeal(key, ZERO_NONCE, fileKey) };
  }

  toString(): string {
    return bech32.encode('age', this.public);
  }
}

/** An X25519 secret key, 32 bytes (`AGE-SECRET-KEY-1…`). Hides itself when printed or serialised. */
export class X25519Identity implements Identity {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    check(secret.length === 32, () => malformed('an X25519 identity has 32 bytes'));
    this.#secret = Uint8Array.from(secret);
  }

  static generate(random: Random = randomBytes): X25519Identity {
    return new X25519Identity(random(32));
  }

  recipient(): X25519Recipient {
    return new X25519Recipient(x25519Base(this.#secret));
  }

  unwrap(stanzas: readonly Stanza[]): Uint8Array | null {
    const own = x25519Base(this.#secret);
    for (const { share, body } of stanzasOf(stanzas, X25519, 32)) {
      const fileKey = chachaOpen(x25519Key(x25519(this.#secret, share), share, own), ZERO_NONCE, body);
      if (fileKey !== null) return fileKey;
    }
    return null;
  }

  /** The secret key as age writes it. */
  text(): string {
    return bech32.encode('age-secret-key-', this.#secret).toUpperCase();
  }

  toJSON(): string {
    return '[age identity]';
  }

  toString(): string {
    return '[age identity]';
  }
}

/** A passphrase; `work` is the base-two logarithm of scrypt's N. */
export class ScryptRecipient implements Recipient {
  readonly #passphrase: Uint8Array;
  private readonly work: number;

  constructor(passphrase: string, work: number = DEFAULT_WORK) {
    this.#passphrase = utf8(passphrase);
    this.work = work;
  }

  wrap(fileKey: Uint8Array, random: Random = randomBytes): Stanza {
    const salt = random(SALT_LENGTH);
    const key = scrypt(this.#passphrase, concat(SCRYPT_SALT, salt), this.work);
    return { type: SCRYPT, args: [b64(salt), String(this.work)], body: chachaSeal(key, ZERO_NONCE, fileKey) };
  }
}

/** A passphrase, and the highest work factor that it will try. */
export class ScryptIdentity implements Identity {
  readonly #passphrase: Uint8Array;
  private readonly maxWork: number;

  constructor(passphrase: string, maxWork: number = MAX_WORK) {
    this.#passphrase = utf8(passphrase);
    this.maxWork = maxWork;
  }

  unwrap(stanzas: readonly Stanza[]): Uint8Array | null {
    for (const { type, args, body } of stanzas) {
      if (type !== SCRYPT) continue;
      const [saltText = '', workText = ''] = args;
      const shaped = args.length === 2 && body.length === BODY_LENGTH && /^[1-9][0-9]*$/.test(workText);
      check(shaped, () => malformed('shape of a scrypt stanza'));
      const salt = unb64(saltText);
      check(salt.length === SALT_LENGTH, () => malformed('length of a scrypt salt'));
      check(Number(workText) <= this.maxWork, () => limitExceeded('scrypt work factor'));
      const key = scrypt(this.#passphrase, concat(SCRYPT_SALT, salt), Number(workText));
      const fileKey = chachaOpen(key, ZERO_NONCE, body);
      if (fileKey !== null) return fileKey;
    }
    return null;
  }
}

/** The recipient of `age1…` or `age1pq1…`. Raises malformed. */
export function parseRecipient(text: string): X25519Recipient | HybridRecipient {
  const { prefix, data } = bech32.decode(text);
  if (text === text.toLowerCase()) {
    if (prefix === 'age') return new X25519Recipient(data);
    if (prefix === 'age1pq') return new HybridRecipient(data);
  }
  throw malformed('not an age recipient');
}

/** The identity of `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`. Raises malformed. */
export function parseIdentity(text: string): X25519Identity | HybridIdentity {
  const { prefix, data } = bech32.decode(text);
  if (text === text.toUpperCase()) {
    if (prefix === 'age-secret-key-') return new X25519Identity(data);
    if (prefix === 'age-secret-key-pq-') return new HybridIdentity(data);
  }
  throw malformed('not an age identity');
}

/** The identities of a file as `age-keygen` writes it: one a line, `#` comments. Raises malformed, also if there is none. */
export function parseIdentityFile(text: string): readonly (X25519Identity | HybridIdentity)[] {
  const lines = text.split(LINE_ENDS).map(strip);
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseIdentity);
  check(identities.length > 0, () => malformed('no identity in the file'));
  return identities;
}

/** Share and body of the stanzas of a type, all of which must follow its grammar. */
function stanzasOf(
  stanzas: readonly Stanza[],
  type: string,
  shareLength: number,
): readonly { readonly share: Uint8Array; readonly body: Uint8Array }[] {
  return stanzas
    .filter((stanza) => stanza.type === type)
    .map(({ args, body }) => {
      check(args.length === 1 && body.length === BODY_LENGTH, () => malformed('shape of a stanza'));
      const share = unb64(args[0] ?? '');
      check(share.length === shareLength, () => malformed('length of a share'));
      return { share, body };
    });
}

function x25519Key(shared: Uint8Array, share: Uint8Array, recipient: Uint8Array): Uint8Array {
  return hkdf(shared, concat(share, recipient), X25519_INFO, 32);
}
