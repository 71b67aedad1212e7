/**
 * One step along a hash chain (spec chapter 6, "Folding" 1 and "Pins"), for the ledger and the accesses alike.
 *
 * Knows headers, positions and pins; what a statement says is for the folds.
 */
import { equalBytes, type VaultId } from '../crypto/encoding.ts';
import { check, CoffreError, stale, tampered } from '../crypto/errors.ts';
import { writeHeadCode } from '../crypto/head_code.ts';
import {
  entryHash,
  parseEntryHeader,
  startHead,
  type ChainedStatement,
  type Entry,
  type EntryHeader,
  type Page,
} from '../crypto/journal.ts';
import type { Pin } from '../crypto/records.ts';
import type { Chain } from '../crypto/statement_kinds.ts';

export type { Pin } from '../crypto/records.ts';

/** A verified entry for people to read; `statement` is absent where it is withheld. */
export interface Event {
  readonly header: EntryHeader;
  readonly statement?: ChainedStatement | undefined;
}

/** Where a chain ends. `time` is the newest entry's; 0 before the first. */
export interface Tip {
  readonly vault: VaultId;
  readonly chain: Chain;
  readonly size: number;
  readonly head: Uint8Array;
  readonly time: number;
}

/** The empty chain. */
export function startOf(vault: VaultId, chain: Chain): Tip {
  return { vault, chain, size: 0, head: startHead(vault, chain), time: 0 };
}

/**
 * The entry's header and the tip after it. `seen`: this tip was accepted earlier, so that an entry which does not
 * follow it rewrites the past (stale). Raises tampered for a header that is not canonical, or not this chain's next.
 */
export function after(
  tip: Tip,
  entry: Entry,
  seen: boolean,
): { readonly header: EntryHeader; readonly tip: Tip } {
  const header = asTampered(() => parseEntryHeader(entry.header), 'entry with a header off the grammar');
  const here = header.vault === tip.vault && header.chain === tip.chain && header.seq === tip.size;
  check(here, () => tampered('entry of another vault, chain or position'));
  const rewritten = seen && tip.size > 0;
  check(equalBytes(header.prev, tip.head), () =>
    rewritten ? fork(tip, tip.head, header.prev) : tampered('entry that does not follow'),
  );
  check(header.time >= tip.time, () => tampered('entry older than the one before'));
  return { header, tip: { ...tip, size: tip.size + 1, head: entryHash(entry.header), time: header.time } };
}

/** Another history than the one seen: stale, naming both heads as people compare them. */
export function fork(
  at: { readonly chain: Chain; readonly size: number },
  seen: Uint8Array,
  shown: Uint8Array,
): CoffreError {
  const codes = [seen, shown].map((head) => writeHeadCode(at.chain, at.size, head));
  return stale(`two histories: ${codes.join(' / ')}`);
}

/** Less of a chain than was seen: stale, naming what was seen and what is shown. */
export function shorter(chain: Chain, seen: Pin, shown: Pin): CoffreError {
  const codes = [seen, shown].map(({ size, head }) => writeHeadCode(chain, size, head));
  return stale(`a shorter history: ${codes.join(' / ')}`);
}

/** Raises stale if the chain at the pinned position is another one. */
export function checkPin(tip: Tip, pin: Pin | undefined): void {
  const holds = pin === undefined || pin.size !== tip.size || equalBytes(pin.head, tip.head);
  check(holds, () => fork(tip, pin?.head ?? tip.head, tip.head));
}

/** Raises stale if the page's chain is shorter than what was seen, or another; tampered if it hides entries. */
export function checkBefore(tip: Tip, page: Page, pin: Pin | undefined): void {
  const seen = pin !== undefined && pin.size > tip.size ? pin : tip;
  check(page.size >= seen.size, () => shorter(tip.chain, seen, page));
  const same = page.size !== tip.size || equalBytes(page.head, tip.head);
  check(same, () => fork(tip, tip.head, page.head));
  const moves = page.size === tip.size || page.entries.length > 0;
  check(moves, () => tampered('page without the entries it counts'));
}

/** Raises tampered if the page holds more than it counts, or ends in another head than it says. */
export function checkAfter(tip: Tip, page: Page): void {
  const ends = tip.size < page.size || (tip.size === page.size && equalBytes(tip.head, page.head));
  check(ends, () => tampered('page that does not end as it says'));
}

/** Runs `action`; whatever it throws means that the server showed something that does not hold: tampered. */
export function asTampered<T>(action: () => T, what: string): T {
  try {
    return action();
  } catch (thrown) {
    throw thrown instanceof CoffreError && thrown.code === 'tampered' ? thrown : tampered(what);
  }
}
