/**
 * Receipts of erased accounts: fetched without an account, verified against the key that their link carries (spec chapter 12).
 *
 *     const found = await fetchReceipt(api, readReceiptLink(link));      // undefined: none yet, or none any more
 */
import type { Api } from '../api/client.ts';
import { ApiError } from '../api/errors.ts';
import { b64u, unb64u, utf8 } from '../crypto/encoding.ts';
import { check, malformed } from '../crypto/errors.ts';
import { openReceipt, type Receipt } from '../crypto/receipts.ts';
import { MAX_TEXT } from '../crypto/signed_lines.ts';
import { publicsOf, verifiedKeys } from '../crypto/successions.ts';
import { publishedKeys } from './server_keys.ts';

/** Where the app shows receipts. */
export const RECEIPT_PATH = '/receipt';

/** The wish that a receipt is for (its hash), and the server's key that was pinned when it was made; 32 bytes each. */
export interface ReceiptLink {
  readonly request: Uint8Array;
  readonly key: Uint8Array;
}

/** The page at which a receipt is verified; what names it stands in the fragment. */
export function receiptLink(origin: string, { request, key }: ReceiptLink): string {
  return `${origin}${RECEIPT_PATH}#${b64u(request)}.${b64u(key)}`;
}

/** Reverse of `receiptLink`, from the whole link or its fragment. Raises malformed. */
export function readReceiptLink(text: string): ReceiptLink {
  const [request, key, ...more] = text.slice(text.indexOf('#') + 1).split('.');
  check(request !== undefined && key !== undefined && more.length === 0, () =>
    malformed('link of a receipt'),
  );
  return { request: unb64u(request, 32), key: unb64u(key, 32) };
}

/**
 * The receipt that a link names, by its key or one that followed it, and the text that was signed. Raises tampered, malformed,
 * limit_exceeded for one that does not hold.
 */
export async function fetchReceipt(
  api: Api,
  { request, key }: ReceiptLink,
): Promise<{ readonly receipt: Receipt; readonly text: string } | undefined> {
  let text: string;
  try {
    text = await api.text(`/erasures/${b64u(request)}`, 'text/plain', MAX_TEXT);
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code === 'not_found') return undefined;
    throw thrown;
  }
  const { server } = await publishedKeys(api);
  const keys = publicsOf(verifiedKeys('server_key', key, server));
  return { receipt: openReceipt(utf8(text), request, keys), text };
}
