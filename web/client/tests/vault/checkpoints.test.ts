/** What the web app refuses of a host that has the server's own key and shows whatever tree it likes (chapter 9). */
import { beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint, vaultHash, writeLeaf, type Leaf } from '../../src/crypto/checkpoints.ts';
import type { VaultId } from '../../src/crypto/encoding.ts';
import { CoffreError } from '../../src/crypto/errors.ts';
import { writeHeadCode } from '../../src/crypto/head_code.ts';
import { emptyRoot, leafHash, nodeHash } from '../../src/crypto/merkle.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { SigningKey } from '../../src/crypto/signing.ts';
import { judgeCheckpoint, type Heads, type Offered } from '../../src/vault/checkpoints.ts';
import { compareHeads, type Journal } from '../../src/vault/journal.ts';
import { MemoryPins, type SeenCheckpoint } from '../../src/vault/pins.ts';

const VAULT = '0123456789abcdef0123456789abcdef' as VaultId;
const head = (name: number): Uint8Array => new Uint8Array(32).fill(name);

let server: SigningKey;
let heads: Heads;
let mine: Leaf;

beforeAll(async () => {
  await ready();
  server = SigningKey.fromSeed(head(7));
  heads = {
    vault: VAULT,
    serverKey: server.public,
    ledger: [head(10), head(11), head(12), head(13)],
    accesses: [head(20), head(21)],
  };
  mine = {
    accesses: { head: head(21), size: 1 },
    ledger: { head: head(12), size: 2 },
    vault: vaultHash(VAULT, head(11)),
  };
});

/** Leaves of one or two; the vault's is the last, or the one at `index`. */
function offer(leaves: readonly Uint8Array[], index = leaves.length - 1, key = server): Offered {
  const hashes = leaves.map(leafHash);
  const [first = emptyRoot(), second] = hashes;
  const root = second === undefined ? first : nodeHash(first, second);
  const note = signCheckpoint({ size: leaves.length, root }, [key]);
  const leaf = leaves[index] ?? new Uint8Array(0);
  const proof = second === undefined ? [] : [index === 0 ? second : first];
  // From one leaf to two the second one is the whole proof.
  return { note, proof: { leaf, index, proof, note }, consistency: second === undefined ? [] : [second] };
}

function outcome(offered: Offered | undefined, pin?: SeenCheckpoint): string {
  try {
    judgeCheckpoint(offered, heads, pin);
  } catch (thrown) {
    if (thrown instanceof CoffreError) return thrown.code;
    throw thrown;
  }
  return 'ok';
}

const pinOf = (offered: Offered): SeenCheckpoint => {
  const pin = judgeCheckpoint(offered, heads, undefined);
  if (pin === undefined) throw new Error('nothing to pin');
  return pin;
};

describe('a checkpoint', () => {
  it('is pinned with the leaf that it holds', () => {
    const pin = pinOf(offer([writeLeaf(mine)]));
    expect(pin.size).toBe(1);
    expect(pin.leaf).toEqual({ index: 0, ledger: 2, accesses: 1 });
    expect(outcome(offer([writeLeaf(mine), writeLeaf(mine)]), pin)).toBe('ok');
  });

  it('may be missing before the first, and never after', () => {
    expect(outcome(undefined)).toBe('ok');
    const pin = pinOf(offer([writeLeaf(mine)]));
    expect(outcome(undefined, pin)).toBe('stale');
    const { note } = offer([writeLeaf(mine)]);
    expect(outcome({ note, consistency: [] })).toBe('ok');
    expect(outcome({ note, consistency: [] }, pin)).toBe('stale');
  });

  it('of another, smaller or discontinued tree is refused', () => {
    const one = pinOf(offer([writeLeaf(mine)]));
    const two = pinOf(offer([writeLeaf(mine), writeLeaf(mine)]));
    expect(outcome(offer([writeLeaf(mine)]), two)).toBe('stale');
    expect(outcome(offer([head(1), writeLeaf(mine)]), two)).toBe('stale');
    expect(outcome(offer([head(1), writeLeaf(mine)]), one)).toBe('tampered');
    expect(outcome({ ...offer([writeLeaf(mine), writeLeaf(mine)]), consistency: [] }, one)).toBe('tampered');
    const older = { ...offer([writeLeaf(mine), writeLeaf(mine)], 0), consistency: [] };
    expect(outcome(older, two)).toBe('stale');
  });

  it('by another key, of another vault or with another leaf than its proof is refused', () => {
    expect(outcome(offer([writeLeaf(mine)], 0, SigningKey.fromSeed(head(8))))).toBe('tampered');
    expect(outcome(offer([writeLeaf({ ...mine, vault: head(1) })]))).toBe('tampered');
    const good = offer([writeLeaf(mine)]);
    const other = writeLeaf({ ...mine, ledger: { head: head(13), size: 3 } });
    const proof = good.proof === undefined ? undefined : { ...good.proof, leaf: other };
    expect(outcome({ ...good, proof })).toBe('tampered');
    expect(outcome(offer([new Uint8Array(3)]))).toBe('malformed');
  });

  it('that says more or other than the chains shown is refused, and names both heads', () => {
    const more = writeLeaf({ ...mine, accesses: { head: head(22), size: 2 } });
    expect(outcome(offer([more]))).toBe('stale');
    const fork = writeLeaf({ ...mine, ledger: { head: head(99), size: 2 } });
    const codes = [head(99), head(12)].map((one) => writeHeadCode('ledger', 2, one));
    expect(() => judgeCheckpoint(offer([fork]), heads, undefined)).toThrow(
      `two histories: ${codes.join(' / ')}`,
    );
  });

  it('is no help between two devices, but a head code is', () => {
    const journal = { heads } as Journal;
    const code = (size: number, one: Uint8Array) => writeHeadCode('ledger', size, one);
    expect(compareHeads(journal, code(3, head(13)))).toBe('same');
    expect(compareHeads(journal, code(1, head(11)).toLowerCase())).toBe('same');
    expect(compareHeads(journal, code(3, head(14)))).toBe('fork');
    expect(compareHeads(journal, code(4, head(14)))).toBe('shorter');
    expect(compareHeads(journal, 'ledger:3')).toBe('malformed');
  });

  it('is never pinned backwards', async () => {
    const pins = new MemoryPins();
    const two = pinOf(offer([writeLeaf(mine), writeLeaf(mine)]));
    await pins.saveVault('https://a', VAULT, { checkpoint: two });
    await pins.saveVault('https://a', VAULT, { checkpoint: pinOf(offer([writeLeaf(mine)])) });
    await pins.saveVault('https://a', VAULT, {});
    expect((await pins.vault('https://a', VAULT)).checkpoint).toBe(two);
  });
});
