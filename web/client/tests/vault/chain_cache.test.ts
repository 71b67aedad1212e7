/** Verified chains that a browser keeps: they come back as they were, and anything that is off is as good as nothing. */
import { sha512 } from '@noble/hashes/sha2.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import { DeviceKey } from '../../src/crypto/device.ts';
import {
  b64u,
  concat,
  randomBytes,
  utf8,
  type AccountId,
  type KeyId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import { pageFromWire, type Entry } from '../../src/crypto/journal.ts';
import { platformEd25519, ready } from '../../src/crypto/primitives.ts';
import { SigningKey, verify } from '../../src/crypto/signing.ts';
import { ChainCache, pack, unpack } from '../../src/vault/chain_cache.ts';
import { SignatureChecker, VERIFIED_BEFORE, type Checked } from '../../src/vault/checked_signatures.ts';
import { Ledger, type Viewer } from '../../src/vault/ledger.ts';
import { MemoryRecords, SealedRecords } from '../../src/vault/records.ts';
import { codeOf, list, object, text, vectorsOf } from '../crypto/vectors.ts';

beforeAll(ready);

const place = { origin: 'https://coffre.example', account: 'c'.repeat(32) as AccountId };
const vault = 'a'.repeat(32) as VaultId;
const viewer: Viewer = { key: b64u(new Uint8Array(32)) as KeyId, sections: new Set() };

function entry(): Entry {
  return {
    header: randomBytes(200),
    metadata: randomBytes(30),
    body: { salt: randomBytes(16), signed: { signature: randomBytes(64), statement: randomBytes(300) } },
  };
}

const withheld: Entry = { header: randomBytes(200), manifest: randomBytes(0) };
const some = (count: number) => Array.from({ length: count }, entry);
/** For thousands of entries: members are compared one by one else, for seconds. */
const said = (entries: readonly Entry[] | undefined) =>
  JSON.stringify(entries, (_, value: unknown) => (value instanceof Uint8Array ? b64u(value) : value));
const at = (size: number) => ({ size, head: new Uint8Array(32).fill(size % 251) });

function setUp() {
  const store = new MemoryRecords();
  const identity = HybridIdentity.generate();
  const records = new SealedRecords(store, DeviceKey.of({ account: place.account, identity }), place);
  return { store, records, open: () => new ChainCache(records, vault, 'ledger') };
}

describe('a kept chain', () => {
  it('comes back whole, whatever was kept at a time', async () => {
    const { open } = setUp();
    const all: Entry[] = [];
    let cache = open();
    for (const count of [1, 498, 2, 1300, 1]) {
      const entries = some(count);
      await cache.append({ from: all.length, entries, cards: [] }, viewer, at(all.length + count));
      all.push(...entries);
      // A later page goes on from what an earlier one kept.
      cache = open();
      const kept = await cache.read();
      expect(said(kept?.entries)).toBe(said(all));
      expect(kept?.position).toEqual(at(all.length));
      expect(kept?.viewer).toEqual(viewer);
    }
  });

  it('is begun anew when it is verified from its first entry', async () => {
    const { open, records } = setUp();
    await open().append({ from: 0, entries: some(1200), cards: [] }, viewer, at(1200));
    const entries = some(3);
    await open().append({ from: 0, entries, cards: [] }, viewer, at(3));
    expect((await open().read())?.entries).toEqual(entries);
    expect(await records.names('')).toHaveLength(3);
  });

  it('is nothing while the chain has no entry', async () => {
    const { open, records } = setUp();
    const cache = open();
    await cache.append({ from: 0, entries: [], cards: [] }, viewer, at(0));
    expect(await records.names('')).toEqual([]);
    await cache.append({ from: 0, entries: some(1), cards: [] }, viewer, at(1));
    expect((await open().read())?.position).toEqual(at(1));
  });

  it('has no holes', async () => {
    const { open } = setUp();
    const cache = open();
    await cache.append({ from: 0, entries: some(10), cards: [] }, viewer, at(10));
    await cache.append({ from: 12, entries: some(5), cards: [] }, viewer, at(17));
    expect((await open().read())?.position).toEqual(at(10));
  });

  it('is nothing once a part of it is damaged or gone', async () => {
    const { open, records, store } = setUp();
    await open().append({ from: 0, entries: some(1200), cards: [] }, viewer, at(1200));
    const [, second = ''] = await records.names(`chain/${vault}/ledger/0`);
    await store.put(place, [[second, new Uint8Array(100)]]);
    expect(await open().read()).toBeUndefined();
    expect(await records.names('')).toEqual([]);
  });
});

it('entries are packed and read back; what is cut is malformed', async () => {
  const entries = [entry(), withheld, entry()];
  const packed = pack(entries);
  expect(unpack(packed)).toEqual(entries);
  expect(await codeOf(() => unpack(packed.subarray(0, -1)))).toBe('malformed');
  expect(await codeOf(() => unpack(packed.subarray(0, 10)))).toBe('malformed');
});

describe('signatures that are checked ahead', () => {
  const story = () => {
    const fields = vectorsOf(['ledger']).find(
      ({ name }) => name === 'ledger/story-for-the-owner.json',
    )?.fields;
    if (fields === undefined) throw new Error('no story');
    const of = object(fields, 'viewer');
    const [wire] = list<unknown>(fields, 'pages');
    const page = pageFromWire(wire);
    const who: Viewer = { key: text(of, 'key') as KeyId, sections: new Set() };
    const start = Ledger.empty(text(fields, 'vault') as VaultId, { owner: text(fields, 'owner') as KeyId });
    return { page, who, start };
  };

  it('give the same state, and are asked for each entry', async () => {
    const { page, who, start } = story();
    const whole = start.appendPage(page, who);
    const checked = await new SignatureChecker().check(page, new Map());
    const found: boolean[] = [];
    const asked: Checked = {
      has: (signed, kind, signer) => {
        found.push(checked.has(signed, kind, signer));
        return found.at(-1) === true;
      },
    };
    expect(start.appendPage(page, who, asked).state).toEqual(whole.state);
    expect(found.filter(Boolean).length).toBeGreaterThan(0);
    expect(start.append(page.entries, page.cards, who, VERIFIED_BEFORE).state).toEqual(whole.state);
  });

  it('never stand for another key, kind or statement', async () => {
    const { page } = story();
    const checked = await new SignatureChecker().check(page, new Map());
    for (const { body } of page.entries) {
      if (body === undefined) continue;
      expect(checked.has(body.signed, 'manifest', new Uint8Array(32))).toBe(false);
      expect(checked.has({ ...body.signed }, 'manifest', randomBytes(32))).toBe(false);
    }
  });

  it('the platform accepts nothing that libsodium refuses', async () => {
    const seed = randomBytes(32);
    const own = SigningKey.fromSeed(seed);
    const message = randomBytes(20);
    const bound = concat(utf8('label'), new Uint8Array(1), message);
    const verifyAll = platformEd25519(own.public);
    expect(verifyAll).not.toBeNull();
    const platform = async (bytes: Uint8Array, signature: Uint8Array) =>
      (await verifyAll?.([{ message: bytes, signature }]))?.[0];
    expect(await platform(bound, own.sign('label', message))).toBe(true);
    expect(await platform(randomBytes(20), own.sign('label', message))).toBe(false);
    // The neutral point as R makes the equation hold for whoever has the key: libsodium refuses it, some platforms do not.
    const neutral = Uint8Array.of(1, ...new Uint8Array(31));
    const forged = concat(
      neutral,
      scalar(order(sha512(concat(neutral, own.public, bound))) * secretOf(seed)),
    );
    expect(await codeOf(() => verify(own.public, 'label', message, forged))).toBe('tampered');
    expect(await platform(bound, forged)).toBe(false);
    // Keys of small order, and keys that are not canonical.
    const beyond = Uint8Array.of(0xee, ...new Uint8Array(30).fill(0xff), 0x7f);
    for (const key of [neutral, new Uint8Array(32), beyond]) expect(platformEd25519(key)).toBeNull();
  });
});

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function number(data: Uint8Array): bigint {
  return [...data].reverse().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function order(data: Uint8Array): bigint {
  return number(data) % ORDER;
}

function scalar(value: bigint): Uint8Array {
  let left = value % ORDER;
  return Uint8Array.from({ length: 32 }, () => {
    const byte = Number(left % 256n);
    left /= 256n;
    return byte;
  });
}

/** RFC 8032: the clamped first half of the seed's hash. */
function secretOf(seed: Uint8Array): bigint {
  const half = sha512(seed).slice(0, 32);
  half[0] = (half[0] ?? 0) & 248;
  half[31] = ((half[31] ?? 0) & 63) | 64;
  return number(half);
}
