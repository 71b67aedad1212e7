/** Bech32 (BIP 173), longer than it allows, for age's keys in text form. A border around @scure/base. */
import { bech32 } from '@scure/base';
import { check, guard, limitExceeded, malformed } from './errors.ts';

const MAX_TEXT = 4096;

export function encode(prefix: string, data: Uint8Array): string {
  return bech32.encode(prefix, bech32.toWords(data), false);
}

/** Prefix in lower case, and data. Raises malformed, also for mixed case; limit_exceeded over 4096 characters. */
export function decode(text: string): { readonly prefix: string; readonly data: Uint8Array } {
  check(Array.from(text).length <= MAX_TEXT, () => limitExceeded('length of bech32'));
  return guard(
    () => {
      const { prefix, words } = bech32.decode(text as `${string}1${string}`, false);
      return { prefix: prefix.toLowerCase(), data: bech32.fromWords(words) };
    },
    () => malformed('not bech32'),
  );
}
