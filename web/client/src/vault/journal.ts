/**
 * The journal as people read it: both chains of the own vault, verified from their first entries (spec chapter 6).
 *
 * Owns fetching and folding the accesses and the order in which the two chains are shown. Names and titles are the view's.
 */
import type { ShareId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import { AccessLog } from './ledger_accesses.ts';
import type { Event } from './ledger_chain.ts';
import { fetchPage, pinOf } from './chains.ts';
import type { OpenVault } from './vaults.ts';

/** Both chains of a vault. */
export interface Journal {
  /** Newest first. */
  readonly events: readonly Event[];
  readonly openings: ReadonlyMap<ShareId, number>;
}

/** Folds the accesses from the start, and the ledger up to where they need it. Raises stale, tampered, and ApiError. */
export async function readJournal(vault: OpenVault): Promise<Journal> {
  const { client, id } = vault;
  let log = AccessLog.empty(id, await pinOf(client, id, 'accesses'));
  const accesses: Event[] = [];
  for (;;) {
    const page = await fetchPage(client, id, 'accesses', log.tip.size);
    // An access can name a document or a grant that is newer than the ledger at hand.
    await vault.sync();
    log = log.appendPage(page, vault.state);
    accesses.push(...log.news);
    if (log.tip.size >= page.size) break;
    check(page.entries.length > 0, () => tampered('page without the entries it counts'));
  }
  await client.pins.saveVault(client.api.origin, id, { accesses: log.position() });
  const events = [...vault.events, ...accesses].sort(
    (a, b) => b.header.time - a.header.time || compareChains(a, b) || b.header.seq - a.header.seq,
  );
  return { events, openings: log.openings };
}

/** Within one second, what was opened shows above what changed. */
function compareChains(one: Event, other: Event): number {
  if (one.header.chain === other.header.chain) return 0;
  return one.header.chain === 'accesses' ? -1 : 1;
}
