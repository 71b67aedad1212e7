/**
 * Typed shapes for canonical JSON (chapter 0): each shape reads a parsed value strictly and writes it back.
 *
 * Chapters 2 to 8 describe their records with these, so that the TypeScript type, the reader and the writer are one
 * declaration. Python annotates dataclasses instead (`statement_grammar.py`). Raises malformed; limit_exceeded for lengths.
 */
import {
  b64u,
  canonical,
  checkId,
  checkKeyId,
  checkText,
  MAX_BYTES,
  parseCanonical,
  unb64u,
  type Id,
  type Json,
  type KeyId,
} from './encoding.ts';
import { check, limitExceeded, malformed } from './errors.ts';

/** Reads a `T` from JSON and writes it. */
export interface Shape<T> {
  decode(value: Json): T;
  encode(value: T): Json;
}

/** A member that may be absent. */
export interface OptionalShape<T> {
  readonly optional: Shape<T>;
}

type Member = Shape<unknown> | OptionalShape<unknown>;
type Members = Readonly<Record<string, Member>>;

/** The TypeScript type that a shape describes. */
export type Of<S> = S extends Shape<infer T> ? T : S extends OptionalShape<infer T> ? T : never;
type Required_<M> = { [K in keyof M]: M[K] extends Shape<unknown> ? K : never }[keyof M];
type Optional_<M> = { [K in keyof M]: M[K] extends OptionalShape<unknown> ? K : never }[keyof M];
export type RecordOf<M> = { readonly [K in Required_<M>]: Of<M[K]> } & {
  readonly [K in Optional_<M>]?: Of<M[K]> | undefined;
};

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { optional: shape };
}

/** A shape of one's own: `decode` throws what it refuses. */
export function shape<T>(decode: (value: Json) => T, encode: (value: T) => Json): Shape<T> {
  // Writing reads back, so that a writer refuses what a reader would.
  return {
    decode,
    encode: (value) => {
      const json = encode(value);
      decode(json);
      return json;
    },
  };
}

/** A text shown to people, `minimum` to `maximum` code points. */
export function text(maximum: number, minimum = 1): Shape<string> {
  return checkedText((value) => checkText(value, maximum, minimum));
}

/** A string that `checked` accepts (it throws otherwise) and gives back unchanged. */
export function checkedText<T extends string>(checked: (value: string) => T): Shape<T> {
  return shape<T>(
    (value) => {
      check(typeof value === 'string', () => malformed('expected a string'));
      const result = checked(value);
      check(result === value, () => malformed('string is not normalised'));
      return result;
    },
    (value) => value,
  );
}

export function oneOf<const T extends string>(...choices: readonly T[]): Shape<T> {
  return shape<T>(
    (value) => {
      const found = choices.find((choice) => choice === value);
      check(found !== undefined, () => malformed('not one of the choices'));
      return found;
    },
    (value) => value,
  );
}

/** An integer from `min` to `max`, both included; else malformed. */
export function integer(min = 0, max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return shape(
    (value) => {
      check(typeof value === 'number' && Number.isSafeInteger(value), () => malformed('expected an integer'));
      check(value >= min, () => malformed('integer is too small'));
      check(value <= max, () => malformed('integer is too large'));
      return value;
    },
    (value) => value,
  );
}

/** base64url of exactly `length` bytes. */
export function bytes(length: number): Shape<Uint8Array> {
  return shape<Uint8Array>(
    (value) => {
      check(typeof value === 'string', () => malformed('expected a string'));
      return unb64u(value, length);
    },
    (value) => b64u(value),
  );
}

/** base64url of `min` to `max` bytes; shorter is malformed, longer limit_exceeded. */
export function bytesBetween(min: number, max: number): Shape<Uint8Array> {
  return shape<Uint8Array>(
    (value) => {
      check(typeof value === 'string', () => malformed('expected a string'));
      const data = unb64u(value);
      check(data.length <= max, () => limitExceeded('binary value is too long'));
      check(data.length >= min, () => malformed('binary value is too short'));
      return data;
    },
    (value) => b64u(value),
  );
}

export function id<T extends Id>(): Shape<T> {
  return checkedText<T>((value) => checkId<T>(value));
}

export const keyIdText: Shape<KeyId> = checkedText(checkKeyId);

/** A list; `order` names what must be strictly ascending. */
export function list<T>(
  item: Shape<T>,
  limits: { readonly min?: number; readonly max?: number; readonly order?: (item: T) => string } = {},
): Shape<readonly T[]> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, order } = limits;
  return shape<readonly T[]>(
    (value) => {
      check(Array.isArray(value), () => malformed('expected a list'));
      check(value.length >= min, () => malformed('list is too short'));
      check(value.length <= max, () => limitExceeded('list is too long'));
      const items = (value as readonly Json[]).map((entry) => item.decode(entry));
      if (order !== undefined) checkAscending(items.map(order));
      return items;
    },
    (value) => value.map((entry) => item.encode(entry)),
  );
}

function checkAscending(keys: readonly string[]): void {
  const ascending = keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
  check(ascending, () => malformed('list is not sorted, or repeats'));
}

/** An object with one value shape under keys that `key` checks. */
export function table<K extends string, V>(
  key: Shape<K>,
  value: Shape<V>,
  limits: { readonly min?: number; readonly max: number },
): Shape<Readonly<Record<K, V>>> {
  return shape<Readonly<Record<K, V>>>(
    (json) => {
      const entries = Object.entries(object(json));
      check(entries.length <= limits.max, () => limitExceeded('table is too long'));
      check(entries.length >= (limits.min ?? 0), () => malformed('table is too short'));
      const decoded = entries.map(([name, entry]) => [key.decode(name), value.decode(entry)] as const);
      return Object.fromEntries(decoded) as Record<K, V>;
    },
    (entries) =>
      Object.fromEntries(
        Object.entries<V>(entries as Record<string, V>).map(([name, entry]) => [name, value.encode(entry)]),
      ),
  );
}

/** An object with exactly these members. `rules` sees the decoded value and throws what it refuses. */
export function record<const M extends Members>(
  members: M,
  rules: (value: RecordOf<M>) => void = () => undefined,
): Shape<RecordOf<M>> {
  // In the order of canonical JSON, which decides between two faults (chapter 0).
  const entries = Object.entries<Member>(members).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = new Set(Object.keys(members));
  const required = entries.filter(([, member]) => !('optional' in member)).map(([name]) => name);
  const shapes = entries.map(([name, member]) => [name, shapeOf(member)] as const);
  return shape<RecordOf<M>>(
    (json) => {
      const source = object(json);
      for (const name of Object.keys(source)) check(names.has(name), () => malformed('unknown member'));
      for (const name of required) check(Object.hasOwn(source, name), () => malformed('missing member'));
      const decoded: Record<string, unknown> = {};
      for (const [name, member] of shapes) {
        const value = Object.hasOwn(source, name) ? source[name] : undefined;
        if (value !== undefined) decoded[name] = member.decode(value);
      }
      rules(decoded as RecordOf<M>);
      return decoded as RecordOf<M>;
    },
    (value) => {
      const source = value as Readonly<Record<string, unknown>>;
      check(
        Object.keys(source).every((name) => names.has(name)),
        () => malformed('unknown member'),
      );
      const encoded: Record<string, Json> = {};
      for (const [name, member] of entries) {
        const given = source[name];
        if (given !== undefined) encoded[name] = shapeOf(member).encode(given);
      }
      return encoded;
    },
  );
}

/** Canonical bytes of a value of this shape. */
export function encodeAs<T>(described: Shape<T>, value: T, limit: number = MAX_BYTES): Uint8Array {
  return canonical(described.encode(value), limit);
}

/** Reads canonical bytes of this shape. */
export function decodeAs<T>(described: Shape<T>, data: Uint8Array, limit: number = MAX_BYTES): T {
  return described.decode(parseCanonical(data, limit));
}

function shapeOf(member: Member): Shape<unknown> {
  return 'optional' in member ? member.optional : member;
}

function object(value: Json): Readonly<Record<string, Json>> {
  // Canonical JSON has no null, but what a server answers may.
  const given: unknown = value;
  check(typeof given === 'object' && given !== null && !Array.isArray(given), () =>
    malformed('expected an object'),
  );
  return value as Readonly<Record<string, Json>>;
}
