/**
 * The receipt of an account's erasure: made by the server, verified by whoever asked for it (chapter 12).
 *
 *     openReceipt(text, request, publicsOf(keys)).objects
 *
 * Knows neither what was erased nor who fetches the text.
 */
import { hex } from './encoding.ts';
import { check, tampered } from './errors.ts';
import { B64U32, HEX32, NUMBER, readLines, verifiedLines, writeLines, type Form } from './signed_lines.ts';
import { serverKeyId, type SigningKey } from './signing.ts';

export const RECEIPT: Form = {
  title: 'coffre/account-erasure/v1',
  lines: [
    ['host', B64U32],
    ['request', HEX32],
    ['requested', NUMBER],
    ['erased', NUMBER],
    ['role', 'patient|professional'],
    ['rows', NUMBER],
    ['objects', NUMBER],
  ],
};

/** What a server says that it erased; times in seconds since 1970. */
export interface Receipt {
  readonly requested: number;
  readonly erased: number;
  readonly role: 'patient' | 'professional';
  readonly rows: number;
  readonly objects: number;
}

/** The text, signed with the server's key. Raises malformed. */
export function writeReceipt(receipt: Receipt, request: Uint8Array, key: SigningKey): Uint8Array {
  const { requested, erased, role, rows, objects } = receipt;
  const values = [serverKeyId(key.public), hex(request), requested, erased, role, rows, objects];
  return writeLines(RECEIPT, values, key);
}

/**
 * The receipt for this wish, by one of the server's keys: the pinned one, or one that followed it. Raises malformed,
 * limit_exceeded off the form; tampered by another key, not signed by it, for another wish, or of another host than the key's.
 */
export function openReceipt(data: Uint8Array, request: Uint8Array, keys: readonly Uint8Array[]): Receipt {
  const lines = readLines(RECEIPT, data);
  const values = verifiedLines(lines, keys);
  const ours = values.get('request') === hex(request) && values.get('host') === serverKeyId(lines.key);
  check(ours, () => tampered('receipt for another wish, or of another host'));
  return {
    requested: Number(values.get('requested')),
    erased: Number(values.get('erased')),
    role: values.get('role') === 'patient' ? 'patient' : 'professional',
    rows: Number(values.get('rows')),
    objects: Number(values.get('objects')),
  };
}
