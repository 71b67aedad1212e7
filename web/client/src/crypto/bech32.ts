/** Bech32 (BIP 173) without its length limit, for age's keys in text form. A border around @scure/base. */
import { bech32 } from '@scure/base';
import { guard, malformed } from './errors.ts';

export function encode(prefix: string, data: Uint8Array): string {
  return bech32.encode(prefix, bech32.toWords(data), false);
}

/** Prefix in lower case, and data. Raises malformed, also for mixed case. */
export function decode(text: string): { readonly prefix: string; readonly data: Uint8Array } {
  return guard(
    () => {
      const { prefix, words } = bech32.decode(text as `${string}1${string}`, false);
      return { prefix: prefix.toLowerCase(), data: bech32.fromWords(words) };
    },
    () => malformed('not bech32'),
  );
}
