/**
 * The journal as people read it: both chains of the own vault, verified from their first entries (spec chapter 6).
 *
 * Owns fetching and folding the accesses and the order in which the two chains are shown. Names and titles are the view's.
 */
import type { ShareId } from '../crypto/encoding.ts';
import { isHeadOf, readHeadCode, writeHeadCode, type HeadCode } from '../crypto/head_code.ts';
import { entryHash, startHead, writeEntryHeader } from '../crypto/journal.ts';
import type { Chain } from '../crypto/statement_kinds.ts';
import { fetchCheckpoint, headAt, judgeCheckpoint, type Heads } from './checkpoints.ts';
import type { Event } from './ledger_chain.ts';
import type { SeenCheckpoint } from './pins.ts';
import { knownKeys } from './server_keys.ts';
import type { OpenVault } from './vaults.ts';

/** Both chains of a vault. */
export interface Journal {
  /** Newest first. */
  readonly events: readonly Event[];
  readonly openings: ReadonlyMap<ShareId, number>;
  readonly heads: Heads;
  /** Where both chains end, as people compare it between devices. */
  readonly codes: readonly string[];
  readonly checkpoint: SeenCheckpoint | undefined;
  /** Seconds since 1970: since when the server signs with another key than its first one, which this one follows. */
  readonly keySince: number | undefined;
  /** Seconds since 1970: since when entries are in no checkpoint. */
  readonly uncoveredSince: number | undefined;
}

/**
 * Folds the accesses, and the ledger up to where they need it, and holds both against the server's newest
 * checkpoint. Raises stale, tampered, malformed, and ApiError.
 */
export async function readJournal(vault: OpenVault): Promise<Journal> {
  const { client, id } = vault;
  // Before the chains: they are then at least as long as it says.
  const offered = await fetchCheckpoint(client, id);
  const { log, events: accesses } = await vault.accesses.sync(vault);
  const heads = headsOf(vault, vault.events, accesses);
  const { checkpoint: before } = await client.pins.vault(client.api.origin, id);
  const checkpoint = judgeCheckpoint(offered, heads, before);
  await client.pins.saveVault(client.api.origin, id, { accesses: log.position(), checkpoint });
  const keys = offered?.keys ?? (await knownKeys(client));
  const events = [...vault.events, ...accesses].sort(
    (a, b) => b.header.time - a.header.time || compareChains(a, b) || b.header.seq - a.header.seq,
  );
  const uncovered = events.filter(({ header }) => header.seq >= (checkpoint?.leaf?.[header.chain] ?? 0));
  return {
    events,
    openings: log.openings,
    heads,
    codes: (['ledger', 'accesses'] as const).map((chain) => {
      const size = heads[chain].length - 1;
      return writeHeadCode(chain, size, headAt(heads, chain, size));
    }),
    checkpoint,
    keySince: keys.followed.findLast(({ from }) => from <= client.now())?.from,
    uncoveredSince: uncovered.at(-1)?.header.time,
  };
}

/** Whether another device's head code is a head that these chains had. */
export function compareHeads({ heads }: Journal, text: string): 'same' | 'fork' | 'shorter' | 'malformed' {
  let code: HeadCode;
  try {
    code = readHeadCode(text);
  } catch {
    return 'malformed';
  }
  const head = heads[code.chain][code.size];
  if (head === undefined) return 'shorter';
  return isHeadOf(code, head) ? 'same' : 'fork';
}

/** The heads of both chains after every entry; both lists of events are whole and in their order. */
function headsOf(vault: OpenVault, ledger: readonly Event[], accesses: readonly Event[]): Heads {
  const of = (chain: Chain, events: readonly Event[]): readonly Uint8Array[] => {
    const last = events.at(-1);
    if (last === undefined) return [startHead(vault.id, chain)];
    return [...events.map(({ header }) => header.prev), entryHash(writeEntryHeader(last.header))];
  };
  return {
    vault: vault.id,
    serverKey: vault.state.server ?? vault.client.keyring.server,
    ledger: of('ledger', ledger),
    accesses: of('accesses', accesses),
  };
}

/** Within one second, what was opened shows above what changed. */
function compareChains(one: Event, other: Event): number {
  if (one.header.chain === other.header.chain) return 0;
  return one.header.chain === 'accesses' ? -1 : 1;
}
