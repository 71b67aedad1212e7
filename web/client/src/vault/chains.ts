/**
 * A vault's chains as the server has them, and how far this account has verified them.
 *
 * Owns fetching pages and the pins a fold begins with. Knows no key.
 */
import { readPage } from '../api/types.ts';
import type { VaultId } from '../crypto/encoding.ts';
import type { Page } from '../crypto/journal.ts';
import type { Client } from './client.ts';
import { Ledger } from './ledger.ts';
import type { Pin } from './ledger_chain.ts';
import { furthest } from './pins.ts';

const PAGE = 500;

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
