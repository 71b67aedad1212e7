/**
 * Grammar of age v1 headers (chapter 1): stanzas and MAC line, in both directions.
 *
 * Pure parsing with the limits of chapter 1; knows no key, opens nothing and does not judge the MAC.
 */
import { concat, fromUtf8, utf8 } from './encoding.ts';
import { check, limitExceeded, malformed, unsupportedVersion } from './errors.ts';

export const MAX_HEADER = 64 * 1024;
export const MAX_STANZAS = 128;
export const MAX_BODY = 4 * 1024;
export const MAX_ARGUMENTS = 16;
export const MAX_ARGUMENT = 2 * 1024;
export const MAC_LENGTH = 32;

const VERSION_LINE = 'age-encryption.org/v1';
const FAMILY = 'age-encryption.org/';
const COLUMNS = 64;
const NEWLINE = 0x0a;

/** One recipient stanza. `args` does not repeat the type. */
export interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

/** A parsed header; `length` is where the payload begins in the bytes that were read. */
export interface Header {
  readonly stanzas: readonly Stanza[];
  readonly mac: Uint8Array;
  readonly length: number;
}

/** Reads a header at the start of `data`; the first fault in reading order decides. Raises malformed, unsupported_version, limit_exceeded. */
export function parseHeader(data: Uint8Array): Header {
  readVersion(data);
  const lines = new Lines(data);
  lines.next();
  const stanzas: Stanza[] = [];
  let line = lines.next();
  while (line.startsWith('-> ')) {
    check(stanzas.length < MAX_STANZAS, () => limitExceeded('number of stanzas'));
    stanzas.push(readStanza(line, lines));
    line = lines.next();
  }
  check(stanzas.length > 0 && line.startsWith('--- '), () => malformed('neither a stanza nor the MAC'));
  const mac = unb64(line.slice(4));
  check(mac.length === MAC_LENGTH, () => malformed('length of MAC'));
  return { stanzas, mac, length: lines.offset };
}

/** The bytes that the header MAC covers: everything up to and including `---`. */
export function headerBytesForMac(stanzas: readonly Stanza[]): Uint8Array {
  check(stanzas.length > 0, () => malformed('no stanza'));
  check(stanzas.length <= MAX_STANZAS, () => limitExceeded('number of stanzas'));
  const text = `${VERSION_LINE}\n${stanzas.map(writeStanza).join('')}---`;
  check(text.length <= MAX_HEADER, () => limitExceeded('size of header'));
  return utf8(text);
}

/** A whole header. `mac` is the 32-byte HMAC over `headerBytesForMac(stanzas)`. */
export function writeHeader(stanzas: readonly Stanza[], mac: Uint8Array): Uint8Array {
  check(mac.length === MAC_LENGTH, () => malformed('length of MAC'));
  return concat(headerBytesForMac(stanzas), utf8(` ${b64(mac)}\n`));
}

/** age's base64: standard alphabet, no padding. */
export function b64(data: Uint8Array): string {
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return btoa(text).replace(/=+$/, '');
}

/** Canonical age base64 only. */
export function unb64(text: string): Uint8Array {
  check(/^[A-Za-z0-9+/]*$/.test(text) && text.length % 4 !== 1, () => malformed('base64'));
  const result = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  check(b64(result) === text, () => malformed('base64 unused bits'));
  return result;
}

/** Lines of printable ASCII, one at a time, never looking past the header limit. */
class Lines {
  offset = 0;
  private readonly data: Uint8Array;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  next(): string {
    const window = this.data.subarray(this.offset, MAX_HEADER);
    const length = window.indexOf(NEWLINE);
    if (length < 0)
      throw this.data.length > MAX_HEADER ? limitExceeded('size of header') : malformed('header ends early');
    this.offset += length + 1;
    const line = window.subarray(0, length);
    check(
      line.every((byte) => byte >= 0x20 && byte <= 0x7e),
      () => malformed('character in header'),
    );
    return fromUtf8(line);
  }
}

function readVersion(data: Uint8Array): void {
  const end = data.subarray(0, MAX_HEADER).indexOf(NEWLINE);
  const line = end < 0 ? '' : String.fromCharCode(...data.subarray(0, Math.min(end, 128)));
  if (end === VERSION_LINE.length && line === VERSION_LINE) return;
  throw line.startsWith(FAMILY) ? unsupportedVersion('age version') : malformed('not an age file');
}

function readStanza(line: string, lines: Lines): Stanza {
  const [type = '', ...args] = line.slice(3).split(' ');
  checkArguments([type, ...args]);
  let body = '';
  let next: string;
  do {
    next = lines.next();
    check(next.length <= COLUMNS, () => malformed('stanza line is too long'));
    body += next;
    check(Math.floor((body.length * 3) / 4) <= MAX_BODY, () => limitExceeded('size of stanza'));
  } while (next.length === COLUMNS);
  return { type, args, body: unb64(body) };
}

function writeStanza({ type, args, body }: Stanza): string {
  const words = [type, ...args];
  checkArguments(words);
  check(body.length <= MAX_BODY, () => limitExceeded('size of stanza'));
  const text = b64(body);
  const lines: string[] = [];
  // A body whose last line is full is closed by an empty line.
  for (let start = 0; start <= text.length; start += COLUMNS) lines.push(text.slice(start, start + COLUMNS));
  return `-> ${words.join(' ')}\n${lines.join('\n')}\n`;
}

/** The type is the first argument and counts as one. */
function checkArguments(words: readonly string[]): void {
  words.forEach((word, index) => {
    check(/^[!-~]+$/.test(word), () => malformed('stanza argument'));
    const within = index < MAX_ARGUMENTS && word.length <= MAX_ARGUMENT;
    check(within, () => limitExceeded('too many or too long stanza arguments'));
  });
}
