/**
 * Encodings of chapter 0: base64url, identifiers, addresses, RPPS numbers and canonical JSON.
 *
 * Pure functions; knows no key and no format. What it refuses is `malformed`, or `limit_exceeded` for a size or depth.
 * The canonical reader parses, writes again and compares, so one value has exactly one spelling.
 */
import { check, guard, limitExceeded, malformed } from './errors.ts';

declare const brand: unique symbol;
/** A string that was checked to be `Name`; a plain string is refused by the compiler. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };

/** 32 lower-case hex characters each. */
export type AccountId = Brand<'AccountId'>;
export type VaultId = Brand<'VaultId'>;
export type SectionId = Brand<'SectionId'>;
export type DocumentId = Brand<'DocumentId'>;
export type GrantId = Brand<'GrantId'>;
export type ShareId = Brand<'ShareId'>;
export type UploadId = Brand<'UploadId'>;
export type Id = AccountId | VaultId | SectionId | DocumentId | GrantId | ShareId | UploadId;
/** 43 base64url characters, derived from public keys (signing.ts). */
export type KeyId = Brand<'KeyId'>;
/** A normalised e-mail address. */
export type Address = Brand<'Address'>;
/** 11 digits with a valid Luhn digit. */
export type Rpps = Brand<'Rpps'>;

/** Values of canonical JSON: no null, boolean, fraction or negative number. */
export type Json = string | number | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Fills a buffer of n random bytes; replaced only by tests that need reproducible output. */
export type Random = (length: number) => Uint8Array;

export const MAX_DEPTH = 16;
export const MAX_BYTES = 1 << 20;
/** Keyrings and metadata blocks. */
export const MAX_BYTES_LARGE = 4 << 20;

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** By character code; 64 for what is no digit. */
const BASE64URL_VALUES = new Uint8Array(128).fill(64);
for (let i = 0; i < 64; i++) BASE64URL_VALUES[BASE64URL.charCodeAt(i)] = i;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Texts up to so many characters are written and read here: asking the platform costs more than doing so. */
const SHORT = 96;

export function utf8(text: string): Uint8Array {
  const short = text.length > SHORT ? undefined : asciiOf(text);
  if (short !== undefined) return short;
  check(!/\p{Surrogate}/u.test(text), () => malformed('lone surrogate'));
  return encoder.encode(text);
}

/** Undefined for a text with other characters. */
function asciiOf(text: string): Uint8Array | undefined {
  const data = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return undefined;
    data[i] = code;
  }
  return data;
}

/** Strict UTF-8; a byte order mark is kept as a character (and so refused by the grammars above it). */
export function fromUtf8(data: Uint8Array): string {
  return guard(
    () => decoder.decode(data),
    () => malformed('not UTF-8'),
  );
}

export function concat(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const result = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    result.set(piece, offset);
    offset += piece.length;
  }
  return result;
}

/** Compares without stopping at the first difference. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

// What people paste may bring it along: Unicode's White_Space, and four separators that Python counts as such.
const SPACE = '[\\p{White_Space}\\u001c-\\u001f]';
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'gu');
const INNER_SPACE = new RegExp(`${SPACE}+`, 'u');

/** A text without white space around it. */
export function strip(text: string): string {
  return text.replace(OUTER_SPACE, '');
}

/** The words of a text, whatever white space stands around and between them. */
export function wordsOf(text: string): readonly string[] {
  return text.split(INNER_SPACE).filter(Boolean);
}

/** Base64url without padding (RFC 4648 §5). */
export function b64u(data: Uint8Array): string {
  const native = (data as NativeBase64).toBase64?.({ alphabet: 'base64url', omitPadding: true });
  if (native !== undefined) return native;
  const text = new Uint8Array(Math.ceil((data.length * 4) / 3));
  let offset = 0;
  for (let i = 0; i < data.length; i += 3) {
    const word = ((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);
    const digits = Math.min(data.length - i, 3) + 1;
    for (let d = 0; d < digits; d++) text[offset++] = BASE64URL.charCodeAt((word >> (18 - 6 * d)) & 63);
  }
  return new TextDecoder().decode(text);
}

/** Canonical base64url only; `length` fixes the number of bytes. */
export function unb64u(text: string, length?: number): Uint8Array<ArrayBuffer> {
  const tail = text.length % 4;
  check(tail !== 1, () => malformed('base64url length'));
  const result = (text.length > SHORT ? nativeUnb64u(text) : undefined) ?? scanUnb64u(text);
  check(length === undefined || result.length === length, () => malformed('length of binary value'));
  return result;
}

/** What newer platforms have of their own, several times faster. */
interface NativeBase64 {
  toBase64?(options: { readonly alphabet: 'base64url'; readonly omitPadding: boolean }): string;
}
interface NativeUnbase64 {
  fromBase64?(text: string, options: { readonly alphabet: 'base64url' }): Uint8Array<ArrayBuffer>;
}

/** Undefined where the platform has none, or takes the text for something else than canonical: the scan then says what is wrong. */
function nativeUnb64u(text: string): Uint8Array<ArrayBuffer> | undefined {
  const platform = Uint8Array as NativeUnbase64;
  if (platform.fromBase64 === undefined) return undefined;
  try {
    const data = platform.fromBase64(text, { alphabet: 'base64url' });
    // It skips white space, takes padding and ignores unused bits: none of that gives the text back.
    const whole = data.length === Math.floor((text.length * 3) / 4);
    return whole && endsCanonically(text) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the last digit is one of the alphabet, and has no bits that belong to no byte. */
function endsCanonically(text: string): boolean {
  const tail = text.length % 4;
  if (tail === 0) return text.length === 0 || digitAt(text, text.length - 1) < 64;
  const last = digitAt(text, text.length - 1);
  return last < 64 && (last & (tail === 2 ? 15 : 3)) === 0;
}

function digitAt(text: string, index: number): number {
  return BASE64URL_VALUES[text.charCodeAt(index)] ?? 64;
}

function scanUnb64u(text: string): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(Math.floor((text.length * 3) / 4));
  let offset = 0;
  let word = 0;
  let bits = 0;
  // 64 and above for a character that is no digit.
  let seen = 0;
  for (let i = 0; i < text.length; i++) {
    const value = digitAt(text, i);
    seen |= value;
    word = (word << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    result[offset++] = word >> bits;
    word &= (1 << bits) - 1;
  }
  check(seen < 64, () => malformed('base64url character'));
  check(word === 0, () => malformed('base64url unused bits'));
  return result;
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function randomBytes(length: number): Uint8Array {
  const data = new Uint8Array(length);
  // The platform gives at most 64 KiB at a time.
  for (let start = 0; start < length; start += 65_536) {
    globalThis.crypto.getRandomValues(data.subarray(start, start + 65_536));
  }
  return data;
}

/** A fresh identifier: 16 random bytes in lower-case hex. */
export function newId<T extends Id>(random: Random = randomBytes): T {
  return hex(random(16)) as T;
}

export function checkId<T extends Id>(text: string): T {
  check(/^[0-9a-f]{32}$/.test(text), () => malformed('identifier'));
  return text as T;
}

export function checkKeyId(text: string): KeyId {
  // What `unb64u(text, 32)` accepts: the last digit has two bits that belong to no byte.
  check(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(text), () => malformed('key id'));
  return text as KeyId;
}

/** Surrounding spaces off, ASCII lower case; 3–254 printable ASCII characters around one `@`. */
export function normaliseAddress(text: string): Address {
  const address = text.replace(/^ +| +$/g, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const wellFormed = /^[!-~]{3,254}$/.test(address) && /^[^@]+@[^@]+$/.test(address);
  check(wellFormed, () => malformed('address'));
  return address as Address;
}

// Control characters and bidirectional overrides: they make a text look like another (chapter 4).
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** A text shown to people, `minimum` to `maximum` code points, by the rules of chapter 4. */
export function checkText(text: string, maximum: number, minimum = 1): string {
  const length = Array.from(text).length;
  check(length <= maximum, () => limitExceeded('text is too long'));
  check(length >= minimum && !HIDDEN.test(text), () => malformed('text is empty or has hidden characters'));
  const wellFormed = !/\p{Surrogate}/u.test(text) && text.normalize('NFC') === text;
  check(wellFormed, () => malformed('text is not in NFC'));
  return text;
}

/** 11 digits whose Luhn sum ends in 0. */
export function checkRpps(text: string): Rpps {
  check(/^[0-9]{11}$/.test(text), () => malformed('RPPS number'));
  const sum = [...text].reverse().reduce((total, character, position) => {
    const digit = Number(character) * (position % 2 === 1 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  check(sum % 10 === 0, () => malformed('RPPS number'));
  return text as Rpps;
}

/** Canonical JSON bytes of a value. Refuses what canonical JSON cannot say. */
export function canonical(value: Json, limit: number = MAX_BYTES): Uint8Array {
  const data = utf8(write(value, 0));
  check(data.length <= limit, () => limitExceeded('size of canonical JSON'));
  return data;
}

/** Reads exactly what `canonical` writes; any other bytes are `malformed`. */
export function parseCanonical(data: Uint8Array, limit: number = MAX_BYTES): Json {
  check(data.length <= limit, () => limitExceeded('size of canonical JSON'));
  const text = fromUtf8(data);
  const value = guard(
    () => JSON.parse(text) as unknown,
    () => malformed('not JSON'),
  );
  check(isWrittenAs(value, text) || write(value, 0) === text, () => malformed('not canonical JSON'));
  return value as Json;
}

/** How deep JSON of others may be nested. */
const FOREIGN_DEPTH = 64;

/** An object of ordinary JSON (RFC 8259): links, JWE headers and bundles follow other people's rules. Raises malformed. */
export function parseForeign(data: Uint8Array): Readonly<Record<string, unknown>> {
  const text = fromUtf8(data);
  const value = guard(
    () => JSON.parse(text) as unknown,
    () => malformed('not JSON'),
  );
  const record = typeof value === 'object' && value !== null && !Array.isArray(value);
  check(record && isNested(value, FOREIGN_DEPTH), () => malformed('not an object, or nested too deep'));
  return value as Readonly<Record<string, unknown>>;
}

/** Whether at most so many containers lie in each other. */
function isNested(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return most > 0 && Object.values(value).every((member) => isNested(member, most - 1));
}

/**
 * Whether the platform writes the value as it stood, and what else `write` asks for holds: the same answer at a third of the time.
 * False says nothing: names that are numbers stand in another order here, and escapes may hide lone surrogates.
 */
function isWrittenAs(value: unknown, text: string): boolean {
  return !text.includes('\\u') && isOrdered(value, 0) && JSON.stringify(value) === text;
}

/** Whether names ascend and are as they may be, numbers are integers from 0 on, and nothing lies too deep. */
function isOrdered(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isOrdered(item, depth + 1));
  let before = '';
  for (const key of Object.keys(value)) {
    if (key <= before || !NAME.test(key)) return false;
    if (!isOrdered((value as Record<string, unknown>)[key], depth + 1)) return false;
    before = key;
  }
  return true;
}

const NAME = /^[a-z0-9_]{1,64}$/;

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') {
    check(!/\p{Surrogate}/u.test(value), () => malformed('lone surrogate'));
    // JSON.stringify escapes exactly what chapter 0 escapes once lone surrogates are out.
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    check(Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0), () => malformed('number'));
    return String(value);
  }
  check(typeof value === 'object' && value !== null, () => malformed('type of value'));
  check(depth < MAX_DEPTH, () => malformed('nesting'));
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => {
      check(NAME.test(key), () => malformed('object key'));
      return `${JSON.stringify(key)}:${write((value as Record<string, unknown>)[key], depth + 1)}`;
    });
  return `{${members.join(',')}}`;
}
