/**
 * What the sealed records (keyring, bundle) share: versions, pins, secrets that hide themselves (chapters 2 and 7).
 *
 * Adds to shapes.ts what statements do not have. Knows no key.
 */
import { b64u, canonical, parseCanonical, unb64u, type Json } from './encoding.ts';
import { check, malformed, unsupportedVersion } from './errors.ts';
import { bytes, integer, record, shape, type Of, type Shape } from './shapes.ts';

const VERSION = 1;

/** A position of a chain that was seen: the hash of its newest entry and the number of entries. */
export const pinShape = record({ head: bytes(32), size: integer() });
export type Pin = Of<typeof pinShape>;

/** Secret bytes that show nothing when printed or serialised. */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#bytes = Uint8Array.from(secret);
  }

  /** A copy of the bytes. */
  reveal(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }
}

/** Bytes in base64url that stand for something with a class of its own. */
export function secretOf<T>(
  length: number,
  make: (data: Uint8Array) => T,
  reveal: (value: T) => Uint8Array,
): Shape<T> {
  return shape<T>(
    (value) => {
      check(typeof value === 'string', () => malformed('expected a string'));
      return make(unb64u(value, length));
    },
    (value) => b64u(reveal(value)),
  );
}

/** Reads a record that names its version. Raises malformed, limit_exceeded, unsupported_version. */
export function readVersioned<T>(
  described: Shape<T>,
  data: Uint8Array,
  limit: number,
  expected: number = VERSION,
): T {
  const value = parseCanonical(data, limit);
  const versioned = typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, 'version');
  check(versioned, () => malformed('a record without a version'));
  const { version, ...rest } = value as Readonly<Record<string, Json>>;
  check(typeof version === 'number', () => malformed('a record without a version'));
  check(version === expected, () => unsupportedVersion('record of another version'));
  return described.decode(rest);
}

/** Reverse of `readVersioned`. */
export function writeVersioned<T>(
  described: Shape<T>,
  value: T,
  limit: number,
  version: number = VERSION,
): Uint8Array {
  return canonical({ ...(described.encode(value) as Record<string, Json>), version }, limit);
}
