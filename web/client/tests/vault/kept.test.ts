/** Copies on a device: what opens them, what is refused, what the journal is told, and how they follow the vault. (IndexedDB: end to end.) */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, Unreachable } from '../../src/api/errors.ts';
import { DeviceKey } from '../../src/crypto/device.ts';
import { gather } from '../../src/crypto/document.ts';
import { newId, randomBytes, utf8, type AccountId, type DocumentId } from '../../src/crypto/encoding.ts';
import { changePassword, createKeyring, type Keyring, type OpenedKeyring } from '../../src/crypto/keyring.ts';
import { deriveKeys, newSalt } from '../../src/crypto/passwords.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { keepDocument, keepInStep } from '../../src/vault/keeping.ts';
import { KeptDocuments, type KeptNote } from '../../src/vault/kept_documents.ts';
import { MemoryKeyrings } from '../../src/vault/kept_keyrings.ts';
import { enterOpenings, KeptOpenings } from '../../src/vault/kept_openings.ts';
import { unlockKept } from '../../src/vault/kept_unlock.ts';
import { MemoryPins } from '../../src/vault/pins.ts';
import type { OpenVault } from '../../src/vault/vaults.ts';
import { codeOf } from '../crypto/vectors.ts';
import { DOCUMENT, Keeper, NOW, ORIGIN, ownerRing } from './keeper.ts';

const ADDRESS = 'alice@example.org';
const PASSWORD = 'lantern rhubarb 58 gliding owls';

let ring: Keyring;
let opened: OpenedKeyring;
let account: AccountId;

beforeAll(async () => {
  await ready();
  ring = ownerRing();
  account = ring.account;
  opened = createKeyring(ring, keysOf(PASSWORD));
});

const keysOf = (password: string) => deriveKeys(password, { address: ADDRESS, salt: newSalt() });

let fake: Keeper;
beforeEach(() => {
  fake = new Keeper(ring);
});

const place = () => ({ origin: ORIGIN, account });
const piece = (number = 1, index = 0) =>
  `kept/piece/${DOCUMENT}/${String(number)}/${String(index).padStart(6, '0')}`;
const strangersKey = () => DeviceKey.of({ account: newId<AccountId>(), identity: ring.identity });
const note = `kept/note/${DOCUMENT}`;

async function read(): Promise<string | undefined> {
  const found = await fake.kept.find(DOCUMENT);
  return found && new TextDecoder().decode(await gather(fake.kept.read(found)));
}

describe('a copy', () => {
  it('is the document, with its access in the journal, and opens without the server', async () => {
    await fake.add('a scan of the knee');
    const told: number[] = [];
    await keepDocument(fake.vault, fake.document, (done, total) => told.push(done / total));
    fake.away = true;
    expect(await read()).toBe('a scan of the knee');
    expect(told.at(-1)).toBe(1);
    expect(fake.accesses).toHaveLength(1);
    const [found] = await fake.kept.all();
    expect(found).toMatchObject({ kept: NOW, own: 1, section: { kind: 'custom', name: 'Imaging' } });
  });

  it.each([
    ['changed', (data: Uint8Array) => data.with(60, (data[60] ?? 0) ^ 1)],
    ['cut', (data: Uint8Array) => data.slice(0, -1)],
    ['of another account', () => strangersKey().seal(piece(), utf8('x'))],
  ])('that was %s in the storage is refused whole', async (_, change) => {
    await fake.add('a scan of the knee');
    await keepDocument(fake.vault, fake.document);
    const before = await fake.store.get(place(), piece());
    await fake.store.put(place(), [[piece(), change(before ?? new Uint8Array(0))]]);
    expect(await codeOf(read)).toBe('tampered');
    await fake.store.delete(place(), [piece()]);
    expect(await codeOf(read)).toBe('tampered');
  });

  it('takes no other piece, older version or note in its place', async () => {
    await fake.add('first version');
    await keepDocument(fake.vault, fake.document);
    const old = await fake.store.get(place(), piece(1));
    const oldNote = await fake.store.get(place(), note);
    await fake.add('second version', 2);
    await keepDocument(fake.vault, fake.document);
    expect(await fake.records.names('kept/piece/')).toEqual([piece(2)]);
    // Rolled back by halves: pieces are bound to their names.
    await fake.store.put(place(), [[piece(2), old ?? new Uint8Array(0)]]);
    expect(await codeOf(read)).toBe('tampered');
    await fake.store.put(place(), [[note, oldNote ?? new Uint8Array(0)]]);
    expect(await codeOf(read)).toBe('tampered');
    await fake.store.put(place(), [[note, new Uint8Array(90)]]);
    expect(await fake.kept.all()).toEqual([]);
  });

  it('that is not the object of its manifest is not kept, and nothing of it stays', async () => {
    await fake.add('a scan of the knee');
    const key = `${DOCUMENT} 1`;
    fake.objects.set(key, (fake.objects.get(key) ?? new Uint8Array(0)).with(40, 0));
    expect(await codeOf(() => keepDocument(fake.vault, fake.document))).toBe('tampered');
    expect(await fake.records.names('kept/')).toEqual([]);
  });

  it('for which there is no room leaves nothing behind', async () => {
    await fake.add('a scan of the knee');
    const put = fake.store.put.bind(fake.store);
    fake.store.put = (where, records) =>
      records.some(([name]) => name === note)
        ? Promise.reject(new DOMException('full', 'QuotaExceededError'))
        : put(where, records);
    await expect(keepDocument(fake.vault, fake.document)).rejects.toThrow(DOMException);
    expect(await fake.records.names('kept/')).toEqual([]);
  });

  it('that is kept once more and cut off is not made of two halves', async () => {
    await fake.add('a scan of the knee');
    await keepDocument(fake.vault, fake.document);
    const found = await fake.kept.find(DOCUMENT);
    const cut = async function* () {
      yield (fake.objects.get(`${DOCUMENT} 1`) ?? new Uint8Array(0)).slice(0, 9);
      await Promise.reject(new Unreachable());
    };
    await expect(fake.kept.keep(found as KeptNote, cut())).rejects.toThrow(Unreachable);
    expect(await fake.records.names('kept/')).toEqual([]);
    await keepDocument(fake.vault, fake.document);
    expect(await read()).toBe('a scan of the knee');
  });

  it('is the owner’s alone', async () => {
    await fake.add('a scan of the knee');
    const other = { ...fake.vault, owned: false } as unknown as OpenVault;
    await expect(keepDocument(other, fake.document)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('copies and the vault', () => {
  it('that removed a document drop it', async () => {
    await fake.add('one');
    await keepDocument(fake.vault, fake.document);
    fake.live.clear();
    await keepInStep(fake.vault);
    expect(await fake.records.names('kept/')).toEqual([]);
  });

  it('that has a newer version take it, once the network is there', async () => {
    await fake.add('one');
    await keepDocument(fake.vault, fake.document);
    await fake.add('two', 2);
    fake.away = true;
    await keepInStep(fake.vault);
    expect(await read()).toBe('one');
    fake.away = false;
    for (const code of ['read_only', 'store_unavailable', 'busy'] as const) {
      fake.refuses = new ApiError(code, 503);
      await keepInStep(fake.vault);
      expect(await read(), code).toBe('one');
    }
    fake.refuses = undefined;
    await keepInStep(fake.vault);
    expect(await read()).toBe('two');
    await keepInStep(fake.vault);
    expect(fake.downloads).toBe(2);
  });

  it('drop an older version whose successor cannot be had', async () => {
    await fake.add('one');
    await keepDocument(fake.vault, fake.document);
    await fake.add('two', 2);
    fake.refuses = new ApiError('internal', 500);
    await keepInStep(fake.vault);
    expect(await fake.kept.all()).toEqual([]);
  });

  it('that filed it elsewhere say so, without fetching it again', async () => {
    const version = await fake.add('one');
    await keepDocument(fake.vault, fake.document);
    const moved = { ...version, filing: { ...version.filing, header: randomBytes(32) } };
    fake.live.set(DOCUMENT, { document: DOCUMENT, versions: [moved] });
    fake.name = 'Knee';
    await keepInStep(fake.vault);
    const [found] = await fake.kept.all();
    expect(found?.section.name).toBe('Knee');
    expect(await read()).toBe('one');
    expect(fake.downloads).toBe(1);
  });
});

describe('openings without the server', () => {
  const openings = () => new KeptOpenings(fake.records);
  const opening = (time: number, document = DOCUMENT) =>
    openings().note({ document, number: 1, opened: time });
  const times = () => fake.accesses.map(({ opened: time }) => time);

  it('stand in the journal afterwards, with the device’s time and no later than now', async () => {
    await fake.add('one');
    await opening(NOW + 900);
    await opening(NOW - 900);
    fake.away = true;
    await expect(enterOpenings(fake.vault, openings())).rejects.toThrow(Unreachable);
    fake.away = false;
    expect(await enterOpenings(fake.vault, openings())).toBe(2);
    expect(times()).toEqual([NOW - 900, NOW]);
    expect(fake.accesses[0]).toMatchObject({ mode: 'own', reason: 'own', time: NOW, document: DOCUMENT });
    expect(await enterOpenings(fake.vault, openings())).toBe(0);
    expect(await openings().all()).toEqual([]);
  });

  it('count once when an answer was lost', async () => {
    await fake.add('one');
    await opening(NOW - 900);
    fake.losesAnswers = true;
    await expect(enterOpenings(fake.vault, openings())).rejects.toThrow(Unreachable);
    fake.losesAnswers = false;
    await opening(NOW - 60);
    await enterOpenings(fake.vault, openings());
    expect(times()).toEqual([NOW - 900, NOW - 60]);
    expect(await openings().all()).toEqual([]);
  });

  it('are not forgotten because a clock is off', async () => {
    await fake.add('one');
    await opening(NOW - 900);
    fake.refuses = new ApiError('stale', 409);
    await expect(enterOpenings(fake.vault, openings())).rejects.toMatchObject({ code: 'stale' });
    expect(await openings().all()).toHaveLength(1);
  });

  it('of a document that was removed wait for it', async () => {
    await fake.add('one');
    await opening(NOW - 900);
    await opening(NOW - 60, 'e'.repeat(32) as DocumentId);
    expect(await enterOpenings(fake.vault, openings())).toBe(1);
    expect(await openings().all()).toHaveLength(1);
    await fake.add('another', 1, 'e'.repeat(32) as DocumentId);
    expect(await enterOpenings(fake.vault, openings())).toBe(1);
  });
});

describe('the kept keyring', () => {
  const keyrings = new MemoryKeyrings();
  const unlock = (password = PASSWORD, address = ADDRESS, pins = new MemoryPins()) =>
    unlockKept({ origin: ORIGIN, keyrings, pins, records: fake.store }, address, password);

  beforeEach(async () => {
    await keyrings.put(place(), opened.data);
  });

  it('opens by address and password, and with it what is kept', async () => {
    await fake.add('a scan of the knee');
    await keepDocument(fake.vault, fake.document);
    const { keyring, records } = await unlock(PASSWORD, ' Alice@Example.org ');
    expect(keyring.name).toBe('Alice Martin');
    const kept = new KeptDocuments(records);
    const [found] = await kept.all();
    if (found === undefined) throw new Error('nothing is kept');
    expect(new TextDecoder().decode(await gather(kept.read(found)))).toBe('a scan of the knee');
  });

  it('opens beside another account’s that is damaged', async () => {
    const other = { origin: ORIGIN, account: '0'.repeat(32) as AccountId };
    await keyrings.delete(place());
    await keyrings.put(other, utf8('age-encryption.org/v1\n-> coffre.argon2id/v1 A 9 9 9\n'));
    expect(await codeOf(() => unlock())).toBe('malformed');
    await keyrings.put(place(), opened.data);
    expect((await unlock()).keyring.name).toBe('Alice Martin');
    await keyrings.delete(other);
  });

  it('opens by nothing else', async () => {
    expect(await codeOf(() => unlock('lantern rhubarb 58 gliding owl'))).toBe('wrong_key');
    expect(await codeOf(() => unlock(PASSWORD, 'bob@example.org'))).toBe('wrong_key');
    // Another account's place: the stanza names the account.
    await keyrings.delete(place());
    await keyrings.put({ origin: ORIGIN, account: newId<AccountId>() }, opened.data);
    expect(await codeOf(() => unlock())).toBe('wrong_key');
  });

  it('is refused when this browser has seen a newer one, or it was damaged', async () => {
    const pins = new MemoryPins();
    await pins.saveSequence(ORIGIN, account, ring.sequence + 1);
    expect(await codeOf(() => unlock(PASSWORD, ADDRESS, pins))).toBe('stale');
    await keyrings.put(place(), opened.data.with(opened.data.length - 1, 0));
    expect(await codeOf(() => unlock())).toBe('tampered');
  });

  it('gives way to the one that a new password sealed, and is kept nowhere unasked', async () => {
    const changed = changePassword(opened, keysOf('another lantern rhubarb 77 owls'));
    await keyrings.replace(place(), changed.data);
    expect(await codeOf(() => unlock())).toBe('wrong_key');
    const unasked = newId<AccountId>();
    await keyrings.replace({ origin: ORIGIN, account: unasked }, changed.data);
    expect((await keyrings.all(ORIGIN)).map((kept) => kept.account)).not.toContain(unasked);
  });
});
