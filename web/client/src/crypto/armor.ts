/**
 * ASCII armor of age files: strict PEM (chapter 1; RFC 7468 figure 3 as age.md asks), for files that fit in memory.
 *
 * Owns lines, padding and the two marker lines. Does not know what is inside.
 */
import { b64, unb64 } from './age_header.ts';
import { fromUtf8, utf8 } from './encoding.ts';
import { check, malformed } from './errors.ts';

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';
const COLUMNS = 64;
const MAX_SPACE = 1024;

/** Whether a file that starts with these bytes is armored, or tries to be. */
export function looksArmored(data: Uint8Array): boolean {
  const start = String.fromCharCode(...data.subarray(0, MAX_SPACE + 16));
  return /^[ \t\r\n]*-----BEGIN/.test(start);
}

/** The armored form, with LF line ends. */
export function armor(data: Uint8Array): Uint8Array {
  const text = b64(data);
  const padded = text + '='.repeat((4 - (text.length % 4)) % 4);
  return utf8([BEGIN, ...(padded.match(/.{1,64}/g) ?? []), END, ''].join('\n'));
}

/** The bytes inside. White space may stand before and after, lines end in LF or CRLF; else malformed. */
export function dearmor(data: Uint8Array): Uint8Array {
  const text = fromUtf8(data);
  const [, before = '', inside, after = ''] =
    /^([ \t\r\n]*)(-----BEGIN[^]*-----END AGE ENCRYPTED FILE-----)((?:\r?\n[ \t\r\n]*)?)$/.exec(text) ?? [];
  check(inside !== undefined, () => malformed('not an armored file'));
  check(before.length <= MAX_SPACE && after.length <= MAX_SPACE, () => malformed('white space around armor'));
  const lines = inside.split(/\r?\n/);
  check(lines.shift() === BEGIN && lines.pop() === END, () => malformed('marker lines of armor'));
  const last = lines.at(-1) ?? '';
  check(
    lines.slice(0, -1).every((line) => line.length === COLUMNS && !line.includes('=')) &&
      last.length <= COLUMNS,
    () => malformed('length of an armored line'),
  );
  check(lines.length === 0 || (last.length > 0 && last.length % 4 === 0), () =>
    malformed('last line of armor'),
  );
  check(/^[^=]*={0,2}$/.test(last), () => malformed('padding of armor'));
  return unb64(lines.join('').replace(/={1,2}$/, ''));
}
