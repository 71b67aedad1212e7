/**
 * Signed lines: texts that a person reads and a program verifies (chapter 12).
 *
 * Owns the grammar of such a text and the signature under it; what its lines mean belongs to who gives the form.
 *
 *     const FORM = { title: 'coffre/example/v1', lines: [['request', HEX32], ['rows', NUMBER]] };
 *     verifiedLines(readLines(FORM, text), [key]).get('rows')             // '3'
 *
 * Only servers and operators sign such texts; here that serves tests.
 */
import { b64, unb64 } from './age_header.ts';
import { b64u, concat, equalBytes, unb64u, utf8 } from './encoding.ts';
import { check, limitExceeded, malformed, tampered } from './errors.ts';
import { verifyText, type SigningKey } from './signing.ts';

export const MAX_TEXT = 4096;

// Values as regular expressions; binary ones of 32 bytes, without bits that are not used.
export const NUMBER = '0|[1-9][0-9]{0,15}';
export const HEX32 = '[0-9a-f]{64}';
export const B64U32 = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]';
const SIGNATURE = '[A-Za-z0-9+/]{85}[AQgw]==';

/** A text's title, and name and value's form of each line in order. `key` and `signature` follow them. */
export interface Form {
  readonly title: string;
  readonly lines: readonly (readonly [name: string, form: string])[];
}

/** A text of the right form; whether anybody signed it is not said before `verifiedLines`. */
export interface SignedLines {
  readonly key: Uint8Array;
  readonly values: ReadonlyMap<string, string>;
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
}

/** The text with its signature; `values` in the order of the form's lines. Raises malformed. */
export function writeLines(form: Form, values: readonly (string | number)[], key: SigningKey): Uint8Array {
  const named = form.lines.map(([name], index) => `${name} ${String(values[index])}\n`);
  const text = utf8(`${form.title}\n${named.join('')}key ${b64u(key.public)}\n`);
  const signed = concat(text, utf8(`signature ${b64(key.signText(text))}==\n`));
  readLines(form, signed);
  return signed;
}

/** The lines of a text, unverified. Raises limit_exceeded over 4 KiB, malformed for what `writeLines` would not have written. */
export function readLines(form: Form, data: Uint8Array): SignedLines {
  check(data.length <= MAX_TEXT, () => limitExceeded('text of lines too long'));
  const forms = [...form.lines, ['key', B64U32], ['signature', SIGNATURE]] as const;
  // Each byte a character of its own: what is not ASCII fits no form.
  const whole = String.fromCharCode(...data);
  const [title, ...lines] = whole.split('\n');
  const ended = lines.pop() === '';
  check(title === form.title && ended && lines.length === forms.length, () =>
    malformed('not the lines of this text'),
  );
  const found = forms.map(([name, kind], index) => valueOf(lines[index] ?? '', name, kind));
  const [key = '', signature = ''] = found.slice(-2);
  return {
    key: unb64u(key),
    values: new Map(form.lines.map(([name], index) => [name, found[index] ?? ''])),
    text: data.slice(0, whole.lastIndexOf('signature ')),
    signature: unb64(signature.slice(0, -2)),
  };
}

/** The values by their lines' names, if one of these keys is named in the text and signed it. Raises tampered. */
export function verifiedLines(
  { key, values, text, signature }: SignedLines,
  keys: readonly Uint8Array[],
): ReadonlyMap<string, string> {
  check(
    keys.some((known) => equalBytes(known, key)),
    () => tampered('text by another key than was expected'),
  );
  verifyText(key, text, signature);
  return values;
}

function valueOf(line: string, name: string, kind: string): string {
  const [, value] = new RegExp(`^${name} (${kind})$`).exec(line) ?? [];
  const known = value !== undefined && (kind !== NUMBER || Number.isSafeInteger(Number(value)));
  if (!known) throw malformed('line off the form');
  return value;
}
