/**
 * Checkpoints on the client's side (spec chapter 9): fetched before the chains, judged after them, pinned.
 *
 * `judgeCheckpoint` is pure; `fetchCheckpoint` is the way to the server. Knows no entry: it is told which heads the vault's
 * chains had.
 */
import { readCheckpoint, readConsistency, readInclusion } from '../api/checkpoints.ts';
import { ApiError } from '../api/errors.ts';
import {
  openCheckpoint,
  openLeafProof,
  vaultHash,
  type Leaf,
  type LeafProof,
} from '../crypto/checkpoints.ts';
import { equalBytes, utf8, type VaultId } from '../crypto/encoding.ts';
import { check, stale, tampered } from '../crypto/errors.ts';
import { verifyConsistency, type TreeHead } from '../crypto/merkle.ts';
import type { Chain } from '../crypto/statement_kinds.ts';
import { startKeys, type Keys } from '../crypto/successions.ts';
import type { Client } from './client.ts';
import { fork, shorter } from './ledger_chain.ts';
import type { SeenCheckpoint } from './pins.ts';
import { knownKeys } from './server_keys.ts';

/** What a server gave; `proof` is absent when the vault is in no checkpoint yet, `keys` (verified) while it has its first key only. */
export interface Offered {
  readonly keys?: Keys | undefined;
  readonly note: Uint8Array;
  readonly proof?: LeafProof | undefined;
  readonly consistency: readonly Uint8Array[];
}

/** The heads that a vault's chains had after 0, 1, 2 … entries, verified; and whose they are. */
export interface Heads {
  readonly vault: VaultId;
  readonly serverKey: Uint8Array;
  readonly ledger: readonly Uint8Array[];
  readonly accesses: readonly Uint8Array[];
}

/** The newest checkpoint and the vault's place in it; undefined when the server has made none yet. */
export async function fetchCheckpoint(client: Client, vault: VaultId): Promise<Offered | undefined> {
  // Before the note, which the present key signs from the moment that it is published.
  const keys = await knownKeys(client);
  const latest = await unlessMissing(client.api.get('/checkpoints/latest', readCheckpoint));
  if (latest === undefined) return undefined;
  const note = utf8(latest.note);
  const { size } = openCheckpoint(note, keys.first, keys.present);
  const { checkpoint: pin } = await client.pins.vault(client.api.origin, vault);
  const grows = pin !== undefined && pin.size > 0 && pin.size < size;
  const sizes = `from=${String(pin?.size ?? 0)}&to=${String(size)}`;
  const consistency = grows
    ? (await client.api.get(`/checkpoints/consistency?${sizes}`, readConsistency)).proof
    : [];
  const place = `/vaults/${vault}/checkpoint-proof?size=${String(size)}`;
  const found = await unlessMissing(client.api.get(place, readInclusion));
  return { keys, note, consistency, ...(found === undefined ? {} : { proof: { ...found, note } }) };
}

/**
 * What to pin now, once everything of chapter 9 holds; undefined without any checkpoint yet. Raises stale for a smaller or another
 * tree, an older leaf, or chains that are not what the leaf says; tampered for a signature or proof that does not hold, or
 * another vault's leaf; malformed.
 */
export function judgeCheckpoint(
  offered: Offered | undefined,
  heads: Heads,
  pin: SeenCheckpoint | undefined,
): SeenCheckpoint | undefined {
  if (offered === undefined) {
    check(pin === undefined, () => stale('no checkpoint where one was seen'));
    return undefined;
  }
  const { first, present } = offered.keys ?? startKeys(heads.serverKey);
  check(equalBytes(first, heads.serverKey), () => tampered("another server's keys"));
  const tree = openCheckpoint(offered.note, first, present);
  checkTree(tree, offered.consistency, pin);
  if (offered.proof === undefined) {
    check(pin?.leaf === undefined, () => stale('no leaf where one was seen'));
    return tree;
  }
  const { leaf } = openLeafProof(offered.proof, first, present);
  checkLeaf(leaf, heads);
  const { index } = offered.proof;
  const found = { index, ledger: leaf.ledger.size, accesses: leaf.accesses.size };
  const seen = pin?.leaf ?? { index: 0, ledger: 0, accesses: 0 };
  const later = found.index >= seen.index && found.ledger >= seen.ledger && found.accesses >= seen.accesses;
  check(later, () => stale('an older leaf than the one seen'));
  return { ...tree, leaf: found };
}

/** The head that a chain had after `size` entries; raises stale beyond its end. */
export function headAt(heads: Heads, chain: Chain, size: number): Uint8Array {
  const head = heads[chain][size];
  check(head !== undefined, () => stale('a chain that is shorter'));
  return head;
}

function checkTree(tree: TreeHead, proof: readonly Uint8Array[], pin: SeenCheckpoint | undefined): void {
  if (pin === undefined || pin.size === 0) return;
  check(tree.size >= pin.size, () => stale('a smaller tree than the one seen'));
  const same = tree.size !== pin.size || equalBytes(tree.root, pin.root);
  check(same, () => stale('another tree than the one seen'));
  verifyConsistency(pin, tree, proof);
}

function checkLeaf(leaf: Leaf, heads: Heads): void {
  const named = equalBytes(leaf.vault, vaultHash(heads.vault, headAt(heads, 'ledger', 1)));
  check(named, () => tampered("another vault's leaf"));
  for (const chain of ['ledger', 'accesses'] as const) {
    const said = leaf[chain];
    const size = heads[chain].length - 1;
    check(said.size <= size, () => shorter(chain, said, { size, head: headAt(heads, chain, size) }));
    const own = headAt(heads, chain, said.size);
    check(equalBytes(said.head, own), () => fork({ chain, size: said.size }, said.head, own));
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code === 'not_found') return undefined;
    throw thrown;
  }
}
