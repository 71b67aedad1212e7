/** Keys that follow a server's first one and a directory's (chapter 14): what is asked, pinned, taken and refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ApiError } from '../../src/api/errors.ts';
import { signCheckpoint, vaultHash, writeLeaf } from '../../src/crypto/checkpoints.ts';
import { b64u, type AccountId, type Rpps, type VaultId } from '../../src/crypto/encoding.ts';
import { leafHash } from '../../src/crypto/merkle.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { directoryKeyId, SigningKey } from '../../src/crypto/signing.ts';
import { sign, signedToWire, type DirectoryEntry, type Signed } from '../../src/crypto/statements.ts';
import {
  directoryKeys,
  directorySigner,
  startKeys,
  succeed,
  verifiedKeys,
  type Keys,
  type SuccessionKind,
} from '../../src/crypto/successions.ts';
import { judgeCheckpoint, type Heads } from '../../src/vault/checkpoints.ts';
import type { Client } from '../../src/vault/client.ts';
import { acceptDirectoryKey, checkedKeys } from '../../src/vault/directory.ts';
import { MemoryPins } from '../../src/vault/pins.ts';
import { knownKeys } from '../../src/vault/server_keys.ts';
import { codeOf } from '../crypto/vectors.ts';

const NOW = 1_790_000_000;
const DAY = 86_400;
const ORIGIN = 'https://coffre.example';

let keys: readonly [SigningKey, SigningKey, SigningKey];
let thief: SigningKey;

beforeAll(async () => {
  await ready();
  const key = (name: number) => SigningKey.fromSeed(new Uint8Array(32).fill(name));
  keys = [key(1), key(2), key(3)];
  thief = key(9);
});

function chainOf(kind: SuccessionKind, of: readonly SigningKey[]): Signed[] {
  const chain: Signed[] = [];
  const first = of[0]?.public ?? new Uint8Array(0);
  let known: Keys = startKeys(first);
  of.slice(1).forEach((next, index) => {
    const time = NOW + index * 100 * DAY;
    const before = of[index] ?? next;
    chain.push(
      succeed(kind, known, [before, next], { time, from: time + 600, until: time + 600 + 30 * DAY }),
    );
    known = verifiedKeys(kind, first, chain);
  });
  return chain;
}

interface Shown {
  server?: readonly Signed[];
  directory?: readonly Signed[];
  key?: Uint8Array;
}

/** A client of a server that shows what `shown` holds; without chains it is one from before there were any. */
function clientOf(shown: Shown, pins = new MemoryPins(), now = NOW): Client {
  const answers = (path: string): unknown => {
    if (path === '/server') {
      const limits = {
        max_document_bytes: 1,
        part_size: 1,
        share_max_bytes: 1,
        invitation_max_days: 1,
        grant_max_days: 1,
        share_max_days: 1,
      };
      const key = shown.key === undefined ? {} : { directory_key: b64u(shown.key) };
      const [first] = keys;
      return { name: 'coffre', origin: ORIGIN, public_key: b64u(first.public), time: now, limits, ...key };
    }
    if (shown.server === undefined && shown.directory === undefined) throw new ApiError('not_found', 404);
    const wire = (chain: readonly Signed[] = []) => chain.map(signedToWire);
    return { directory: wire(shown.directory), server: wire(shown.server) };
  };
  const api = {
    origin: ORIGIN,
    get: <T>(path: string, read: (value: unknown) => T): Promise<T> =>
      new Promise((resolve) => {
        resolve(read(answers(path)));
      }),
  };
  return { api, pins, now: () => now, keyring: { server: keys[0].public } } as unknown as Client;
}

describe("the server's keys", () => {
  it('are followed, pinned, and never fewer or others than were seen', async () => {
    const pins = new MemoryPins();
    const chain = chainOf('server_key', keys);
    const ask = (server?: readonly Signed[]) =>
      knownKeys(clientOf(server === undefined ? {} : { server }, pins));
    expect((await ask()).present).toEqual(keys[0].public);
    expect((await ask(chain.slice(0, 1))).present).toEqual(keys[1].public);
    expect(await codeOf(() => ask())).toBe('stale');
    expect((await ask(chain)).present).toEqual(keys[2].public);
    const forked = chainOf('server_key', [keys[0], thief, keys[1]]);
    for (const wrong of [[], chain.slice(0, 1), forked]) expect(await codeOf(() => ask(wrong))).toBe('stale');
    expect(await codeOf(() => ask(chain.slice(1)))).toBe('tampered');
    expect((await pins.serverKeys(ORIGIN))?.sequence).toBe(2);
    expect((await pins.directory(ORIGIN)).key).toBeUndefined();
  });

  it('sign the log of the first one: a note counts by the present key alone', () => {
    const head = (name: number) => new Uint8Array(32).fill(name);
    const [first, second] = keys;
    const vault = '0123456789abcdef0123456789abcdef' as VaultId;
    const heads: Heads = { vault, serverKey: first.public, ledger: [head(1), head(2)], accesses: [head(3)] };
    const leaf = writeLeaf({
      accesses: { head: head(3), size: 0 },
      ledger: { head: head(2), size: 1 },
      vault: vaultHash(vault, head(2)),
    });
    const known = verifiedKeys('server_key', first.public, chainOf('server_key', [first, second]));
    const judged = (of: Keys | undefined, ...signers: readonly [SigningKey, ...SigningKey[]]) => {
      const note = signCheckpoint({ size: 1, root: leafHash(leaf) }, signers, first.public);
      const proof = { leaf, index: 0, proof: [], note };
      return codeOf(() => judgeCheckpoint({ keys: of, note, proof, consistency: [] }, heads, undefined));
    };
    return Promise.all([
      expect(judged(known, second, first)).resolves.toBe('ok'),
      expect(judged(known, second)).resolves.toBe('ok'),
      expect(judged(undefined, second, first)).resolves.toBe('ok'),
      expect(judged(known, first)).resolves.toBe('tampered'),
      expect(judged(known, thief, first)).resolves.toBe('tampered'),
      expect(judged(undefined, second)).resolves.toBe('tampered'),
      expect(judged(startKeys(thief.public), thief)).resolves.toBe('tampered'),
    ]);
  });
});

describe("the directory's keys", () => {
  it('move the pin forward along the chain, and nowhere else', async () => {
    const pins = new MemoryPins();
    const [first, second, third] = keys;
    const directory = chainOf('directory_key', keys);
    const ask = (key: SigningKey | undefined, chain?: readonly Signed[]) =>
      checkedKeys(clientOf({ ...(key && { key: key.public }), ...(chain && { directory: chain }) }, pins));
    expect(await ask(undefined)).toBeUndefined();
    await ask(first);
    await pins.saveDirectory(ORIGIN, { key: first.public, seen: { somebody: 3 } });
    expect((await ask(second, directory.slice(0, 1)))?.present).toEqual(second.public);
    expect(await pins.directory(ORIGIN)).toEqual({ key: second.public, seen: { somebody: 3 } });
    const stolen = chainOf('directory_key', [first, thief]);
    const wrong = [
      [first, undefined],
      [thief, undefined],
      [thief, stolen],
      [thief, directory],
      [first, directory],
      [undefined, directory],
    ] as const;
    for (const [key, chain] of wrong) {
      await expect(ask(key, chain)).rejects.toMatchObject({ code: 'key_changed' });
    }
    expect((await ask(third, directory))?.present).toEqual(third.public);
    expect((await pins.directory(ORIGIN)).key).toEqual(third.public);
    await acceptDirectoryKey(clientOf({ key: thief.public }, pins), directoryKeyId(thief.public));
    await expect(ask(third, directory)).rejects.toMatchObject({ code: 'key_changed' });
  });

  it('of before sign entries until their time is over', () => {
    const [first, second] = keys;
    const known = directoryKeys(second.public, chainOf('directory_key', [first, second]));
    const entry: DirectoryEntry = {
      kind: 'directory_entry',
      account: '0123456789abcdef0123456789abcdef' as AccountId,
      author: directoryKeyId(first.public),
      key: directoryKeyId(thief.public),
      name: 'Dr Nadia Benali',
      profession: '10',
      rpps: '10001234565' as Rpps,
      sequence: 1,
      state: 'verified',
      time: NOW,
    };
    const until = NOW + 600 + 30 * DAY;
    const signer = (key: SigningKey, now: number) => directorySigner(known, sign(entry, key), now);
    expect(signer(first, until - 1)).toEqual(first.public);
    expect(signer(first, until)).toEqual(second.public);
    expect(signer(second, until)).toEqual(second.public);
    expect(signer(thief, NOW)).toEqual(second.public);
  });
});
