/**
 * A vault's chains as the server has them, and how far this account has verified them.
 *
 * Owns fetching pages and the pins a fold begins with. Knows no key.
 */
import { readPage } from '../api/types.ts';
import type { VaultId } from '../crypto/encoding.ts';
import type { Page } from '../crypto/journal.ts';
import { SignatureChecker, type Checked } from './checked_signatures.ts';
import type { Client } from './client.ts';
import { Ledger } from './ledger.ts';
import type { Pin } from './ledger_chain.ts';
import type { LedgerState } from './ledger_state.ts';
import { furthest } from './pins.ts';
import { SecondThread } from './second_thread.ts';

const PAGE = 500;
/** One that is folded next, one whose signatures are checked, one on its way. */
const AHEAD = 3;

/** One page of a chain as the server has it; nothing is verified. */
export function fetchPage(
  client: Client,
  vault: VaultId,
  chain: 'ledger' | 'accesses',
  from: number,
): Promise<Page> {
  const query = `from=${String(from)}&limit=${String(PAGE)}`;
  return client.api.get(`/vaults/${vault}/${chain}?${query}`, readPage);
}

/** A page and what of its signatures was found good ahead of its fold. */
export interface CheckedPage {
  readonly page: Page;
  readonly checked: Checked;
}

/**
 * The pages of a chain from a position to its end as the server has it, at least one; while a page is folded the next are fetched
 * and their signatures are checked. What a page says is not verified but by its fold, which comes before the next is taken.
 */
export async function* checkedPages(
  client: Client,
  vault: VaultId,
  { chain, from }: { readonly chain: 'ledger' | 'accesses'; readonly from: number },
  cards: () => LedgerState['cards'],
): AsyncGenerator<CheckedPage> {
  const thread = new SecondThread(client.threads);
  const checker = new SignatureChecker(thread.verify);
  const load = async (start: number) => {
    const page = await fetchPage(client, vault, chain, start);
    const end = start + page.entries.length;
    return { page, end, checked: checker.check(page, cards()) };
  };
  const follow = (before: Awaited<ReturnType<typeof load>> | undefined) => {
    const more = before !== undefined && before.end < before.page.size && before.page.entries.length > 0;
    return more ? load(before.end) : undefined;
  };
  let last: Promise<Awaited<ReturnType<typeof load>> | undefined> = load(from);
  const ahead = [last];
  try {
    for (;;) {
      while (ahead.length < AHEAD) {
        last = last.then(follow);
        // Whoever stops leaves it to itself; else it is raised in its turn.
        last.catch(() => undefined);
        ahead.push(last);
      }
      const loaded = await ahead.shift();
      if (loaded === undefined) return;
      yield { page: loaded.page, checked: await loaded.checked };
    }
  } finally {
    thread.close();
  }
}

/** The furthest position of a chain that this browser, or another device by the keyring, has verified. */
export async function pinOf(
  client: Client,
  vault: VaultId,
  chain: 'ledger' | 'accesses',
): Promise<Pin | undefined> {
  const there = client.keyring.pins.vaults[vault]?.[chain];
  const here = (await client.pins.vault(client.api.origin, vault))[chain];
  return furthest(here, there);
}

/** The fold's beginning, held to the owner and the position that were seen before. */
export async function emptyLedger(client: Client, vault: VaultId): Promise<Ledger> {
  const seen = await client.pins.vault(client.api.origin, vault);
  const own = client.keyring.vault?.id === vault ? client.me : undefined;
  const owner = own ?? client.keyring.pins.vaults[vault]?.owner ?? seen.owner;
  return Ledger.empty(vault, { owner, pin: await pinOf(client, vault, 'ledger') });
}
