/**
 * A vault's ledger as this browser has verified it: from its sealed record, then what the server has beyond.
 *
 * Owns that order, the entries for people to read, and that a refused history changes nothing. The fold's rules stand in ledger.ts.
 */
import { equalBytes, type VaultId } from '../crypto/encoding.ts';
import { check, CoffreError, tampered } from '../crypto/errors.ts';
import type { Entry } from '../crypto/journal.ts';
import type { Signed } from '../crypto/statements.ts';
import { ChainCache } from './chain_cache.ts';
import { checkedPages, emptyLedger } from './chains.ts';
import { VERIFIED_BEFORE } from './checked_signatures.ts';
import type { Client } from './client.ts';
import type { Ledger, Viewer } from './ledger.ts';
import type { Event } from './ledger_chain.ts';

type News = Parameters<ChainCache['append']>[0];

/** One vault's ledger. */
export class LedgerChain {
  /** Every entry as it was verified, oldest first. */
  readonly events: Event[] = [];
  private readonly client: Client;
  private readonly id: VaultId;
  private readonly cache: ChainCache;
  private held: Ledger;
  /** It comes out of this browser's record, and was not verified from its first entry since. */
  private fromRecord = false;
  private keeping: Promise<unknown> = Promise.resolve();

  private constructor(client: Client, empty: Ledger) {
    this.client = client;
    this.id = empty.state.vault;
    this.held = empty;
    this.cache = new ChainCache(client.records, this.id, 'ledger');
  }

  /** What this browser has verified before, if it still folds; else the ledger before its first entry. */
  static async open(client: Client, id: VaultId): Promise<LedgerChain> {
    const chain = new LedgerChain(client, await emptyLedger(client, id));
    await chain.restore();
    return chain;
  }

  get ledger(): Ledger {
    return this.held;
  }

  /** Folds what the server has beyond, from the start where the viewer may see more. Raises what the fold raises, and ApiError. */
  async foldAs(viewer: Viewer): Promise<void> {
    const again = this.held.needsRefold(viewer);
    try {
      await this.fold(again ? await this.empty() : this.held, viewer);
    } catch (thrown) {
      if (!this.fromRecord || again || !(thrown instanceof CoffreError)) throw thrown;
      // Perhaps the record is at fault: then everything holds when it is verified from the first entry.
      await this.fold(await this.empty(), viewer);
    }
  }

  /**
   * Folds the entry that answered an own statement: it names the one before, so that nothing can stand between. False, and nothing
   * has changed, where that does not hold by itself: then the server is to be asked.
   */
  follow(entry: Entry | undefined): boolean {
    const { viewer } = this.held;
    if (entry === undefined || viewer === undefined) return false;
    const from = this.held.state.size;
    try {
      this.held = this.held.append([entry], [], viewer);
    } catch (thrown) {
      if (!(thrown instanceof CoffreError)) throw thrown;
      return false;
    }
    this.keep(this.held.news, from);
    this.write({ from, entries: [entry], cards: [] }, viewer);
    return true;
  }

  private async restore(): Promise<void> {
    const kept = await this.cache.read();
    if (kept === undefined || kept.viewer.key !== this.client.me) return;
    try {
      const { entries, cards, viewer, position } = kept;
      const ledger = this.held.append(entries, cards, viewer, VERIFIED_BEFORE);
      check(equalBytes(ledger.state.head, position.head), () => tampered('a record of another chain'));
      this.held = ledger;
      this.fromRecord = true;
      this.keep(ledger.news, 0);
    } catch (thrown) {
      if (!(thrown instanceof CoffreError)) throw thrown;
    }
  }

  private async fold(start: Ledger, viewer: Viewer): Promise<void> {
    const from = start.state.size;
    let ledger = start;
    const fresh: Event[] = [];
    const entries: Entry[] = [];
    const cards: Signed[] = [];
    const pages = checkedPages(this.client, this.id, { chain: 'ledger', from }, () => ledger.state.cards);
    for await (const { page, checked } of pages) {
      ledger = ledger.appendPage(page, viewer, checked);
      fresh.push(...ledger.news);
      entries.push(...page.entries);
      cards.push(...page.cards);
      if (ledger.state.size === page.size) break;
    }
    this.checkServer(ledger);
    this.held = ledger;
    this.keep(fresh, from);
    this.fromRecord &&= from > 0;
    this.write({ from, entries, cards }, viewer);
  }

  private write(news: News, viewer: Viewer): void {
    const position = this.held.position();
    this.keeping = this.keeping.then(() => this.cache.append(news, viewer, position));
    // What could not be kept is fetched again next time.
    this.keeping.catch(() => undefined);
  }

  private checkServer({ state }: Ledger): void {
    if (this.client.keyring.vault?.id !== this.id) return;
    const right = state.server !== undefined && equalBytes(state.server, this.client.keyring.server);
    check(right, () => tampered('a vault of another server'));
  }

  private empty(): Promise<Ledger> {
    return emptyLedger(this.client, this.id);
  }

  private keep(fresh: readonly Event[], from: number): void {
    if (from === 0) this.events.length = 0;
    // Not spread: an engine takes so many arguments only.
    for (const event of fresh) this.events.push(event);
  }
}
