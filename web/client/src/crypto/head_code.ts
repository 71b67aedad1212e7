/** Head codes: a chain's position as people compare it between two devices (chapter 6). Knows the text only. */
import { equalBytes, hex } from './encoding.ts';
import { check, malformed } from './errors.ts';
import type { Chain } from './statement_kinds.ts';

const SHOWN = 20;

/** A chain after `size` entries; `start` is the first 20 bytes of its head. */
export interface HeadCode {
  readonly chain: Chain;
  readonly size: number;
  readonly start: Uint8Array;
}

/** `CHAIN:SIZE:` and ten groups of four upper-case hex digits joined by `-`; `head` is the chain's, 32 bytes. */
export function writeHeadCode(chain: Chain, size: number, head: Uint8Array): string {
  const digits = hex(head.subarray(0, SHOWN)).toUpperCase();
  return `${chain}:${size}:${(digits.match(/.{4}/g) ?? []).join('-')}`;
}

/** Reads a code as people type it. Raises malformed. */
export function readHeadCode(text: string): HeadCode {
  const plain = text.replaceAll(' ', '').replace(/[A-Z]/g, (char) => char.toLowerCase());
  const [, chain, size, groups = ''] =
    /^(ledger|accesses):(0|[1-9][0-9]{0,15}):([0-9a-f-]+)$/.exec(plain) ?? [];
  check(chain !== undefined && Number.isSafeInteger(Number(size)), () => malformed('not a head code'));
  const digits = groups.replaceAll('-', '');
  check(digits.length === 2 * SHOWN, () => malformed('head code of another length'));
  const start = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return { chain: chain as Chain, size: Number(size), start };
}

/** Whether a head (32 bytes) is the one that a code names. */
export function isHeadOf(code: HeadCode, head: Uint8Array): boolean {
  return equalBytes(head.subarray(0, SHOWN), code.start);
}
