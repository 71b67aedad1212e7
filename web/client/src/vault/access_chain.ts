/**
 * The accesses of an own vault as this browser has verified them: from its sealed record, then what the server has beyond.
 *
 * Owns that order and what is kept in memory while the vault is open. The fold's rules stand in ledger_accesses.ts.
 */
import type { VaultId } from '../crypto/encoding.ts';
import { check, CoffreError, tampered } from '../crypto/errors.ts';
import type { Entry } from '../crypto/journal.ts';
import type { Signed } from '../crypto/statements.ts';
import type { Keys } from '../crypto/successions.ts';
import { ChainCache } from './chain_cache.ts';
import { checkedPages, pinOf } from './chains.ts';
import { VERIFIED_BEFORE } from './checked_signatures.ts';
import type { Client } from './client.ts';
import { AccessLog } from './ledger_accesses.ts';
import type { Event } from './ledger_chain.ts';
import { knownKeys } from './server_keys.ts';
import type { OpenVault } from './vaults.ts';

/** Verified accesses, oldest first. */
export interface Accesses {
  readonly log: AccessLog;
  readonly events: readonly Event[];
}

/** One vault's accesses. */
export class AccessChain {
  private readonly client: Client;
  private readonly id: VaultId;
  private readonly cache: ChainCache;
  private held: Accesses | undefined;
  private fromRecord = false;
  private queue: Promise<unknown> = Promise.resolve();
  private keeping: Promise<unknown> = Promise.resolve();

  constructor(client: Client, id: VaultId) {
    this.client = client;
    this.id = id;
    this.cache = new ChainCache(client.records, id, 'accesses');
  }

  /** Folds what the server has beyond. Raises stale, tampered, and ApiError; what was verified before then stays. */
  sync(vault: OpenVault): Promise<Accesses> {
    const result = this.queue.then(() => this.bringUpToDate(vault));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async bringUpToDate(vault: OpenVault): Promise<Accesses> {
    const keys = await knownKeys(this.client);
    this.held ??= (await this.restored(vault, keys)) ?? (await this.empty());
    try {
      return await this.fold(vault, this.held, keys);
    } catch (thrown) {
      if (!this.fromRecord || !(thrown instanceof CoffreError)) throw thrown;
      // Perhaps the record is at fault: then everything holds when it is verified from the first entry.
      return await this.fold(vault, await this.empty(), keys);
    }
  }

  private async fold(vault: OpenVault, before: Accesses, keys: Keys): Promise<Accesses> {
    const from = before.log.tip.size;
    let { log } = before;
    const fresh: Event[] = [];
    const entries: Entry[] = [];
    const cards: Signed[] = [];
    let covered = -1;
    const pages = checkedPages(this.client, this.id, { chain: 'accesses', from }, () => vault.state.cards);
    for await (const { page, checked } of pages) {
      // An access can name a document or a grant that is newer than the ledger at hand.
      if (page.size > covered) await vault.sync();
      covered = Math.max(covered, page.size);
      log = log.appendPage(page, vault.state, { checked, keys });
      for (const event of log.news) fresh.push(event);
      entries.push(...page.entries);
      cards.push(...page.cards);
      if (log.tip.size >= page.size) break;
      check(page.entries.length > 0, () => tampered('page without the entries it counts'));
    }
    const events = from === 0 ? fresh : fresh.length === 0 ? before.events : [...before.events, ...fresh];
    this.held = { log, events };
    this.fromRecord &&= from > 0;
    const viewer = { key: this.client.me, sections: new Set<never>() };
    this.keeping = this.keeping.then(() =>
      this.cache.append({ from, entries, cards }, viewer, log.position()),
    );
    // What could not be kept is fetched again next time.
    this.keeping.catch(() => undefined);
    return this.held;
  }

  private async empty(): Promise<Accesses> {
    const pin = await pinOf(this.client, this.id, 'accesses');
    return { log: AccessLog.empty(this.id, pin), events: [] };
  }

  private async restored(vault: OpenVault, keys: Keys): Promise<Accesses | undefined> {
    const kept = await this.cache.read();
    if (kept === undefined) return undefined;
    const { log: empty } = await this.empty();
    try {
      await vault.sync();
      const judging = { checked: VERIFIED_BEFORE, keys };
      const log = empty.append(kept.entries, kept.cards, vault.state, judging);
      this.fromRecord = true;
      return { log, events: log.news };
    } catch (thrown) {
      if (!(thrown instanceof CoffreError)) throw thrown;
      return undefined;
    }
  }
}
