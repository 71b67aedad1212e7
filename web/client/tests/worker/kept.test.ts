/** Copies as pages are given them: an opening is noted before anything is shown, and a keyring stays for copies alone. */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeyring, type Keyring, type OpenedKeyring } from '../../src/crypto/keyring.ts';
import { deriveKeys, newSalt } from '../../src/crypto/passwords.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { MemoryKeyrings } from '../../src/vault/kept_keyrings.ts';
import { KeptOpenings } from '../../src/vault/kept_openings.ts';
import { keepDocument } from '../../src/vault/keeping.ts';
import { MemoryPins } from '../../src/vault/pins.ts';
import type { OpenVault } from '../../src/vault/vaults.ts';
import { keptCalls } from '../../src/worker/kept.ts';
import { Workplace } from '../../src/worker/workplace.ts';
import { DOCUMENT, Keeper, NOW, ORIGIN, ownerRing } from '../vault/keeper.ts';

const ADDRESS = 'alice@example.org';
const PASSWORD = 'lantern rhubarb 58 gliding owls';

let ring: Keyring;
let opened: OpenedKeyring;
let keeper: Keeper;
let keyrings: MemoryKeyrings;
let calls: ReturnType<typeof keptCalls>;

beforeAll(async () => {
  await ready();
  ring = ownerRing();
  opened = createKeyring(ring, deriveKeys(PASSWORD, { address: ADDRESS, salt: newSalt() }));
});

/** A device without a network that keeps one document. */
beforeEach(async () => {
  keeper = new Keeper(ring);
  await keeper.add('a scan of the knee');
  await keepDocument(keeper.vault, keeper.document);
  keeper.away = true;
  keyrings = new MemoryKeyrings();
  await keyrings.put({ origin: ORIGIN, account: ring.account }, opened.data);
  const parts = { api: { origin: ORIGIN }, pins: new MemoryPins(), now: () => NOW };
  const given = { parts, keyrings, store: keeper.store };
  calls = keptCalls(Object.assign(Object.create(Workplace.prototype) as Workplace, given));
});

const notes = () => new KeptOpenings(keeper.records).all();

describe('with the server', () => {
  const here = () => ({ origin: ORIGIN, account: ring.account });
  let pins: MemoryPins;
  let place: Workplace;

  /** The owner signed in, with nothing kept. */
  beforeEach(async () => {
    keeper = new Keeper(ring);
    await keeper.add('a scan of the knee');
    keyrings = new MemoryKeyrings();
    pins = new MemoryPins();
    const session = { account: ring.account };
    const client = Object.assign(keeper.vault.client, { session, opened, keyring: opened.keyring });
    const vaults = new Map([[keeper.vault.id, Promise.resolve(keeper.vault)]]);
    const parts = { api: { origin: ORIGIN }, pins, now: () => NOW };
    const given = { parts, keyrings, store: keeper.store, held: client, vaults };
    place = Object.assign(Object.create(Workplace.prototype) as Workplace, given);
    calls = keptCalls(place);
  });

  it('a document is kept with the keyring, and not without it', async () => {
    await calls.keep(DOCUMENT, () => undefined);
    expect((await keyrings.all(ORIGIN)).map(({ data }) => data)).toEqual([opened.data]);
    await calls.dropAll();
    keyrings.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    await expect(calls.keep(DOCUMENT, () => undefined)).rejects.toMatchObject({ code: 'storage_full' });
    expect(await calls.list()).toEqual([]);
  });

  it('a copy that is given up leaves nothing, and does not give up the next', async () => {
    const first = calls.keep(DOCUMENT, () => undefined);
    await calls.stopKeeping();
    await expect(first).rejects.toMatchObject({ name: 'Cancelled' });
    expect(await calls.list()).toEqual([]);
    expect(await keeper.records.names('kept/')).toEqual([]);
    expect(await calls.present()).toBe(false);
    await calls.keep(DOCUMENT, () => undefined);
    expect(await calls.list()).toHaveLength(1);
  });

  it('a keyring that another tab replaced does not come back', async () => {
    await keyrings.put(here(), opened.data);
    await pins.saveSequence(ORIGIN, ring.account, opened.keyring.sequence + 1);
    await keyrings.replace(here(), new Uint8Array(9));
    await calls.keep(DOCUMENT, () => undefined);
    expect((await keyrings.all(ORIGIN)).map(({ data }) => data.length)).toEqual([9]);
  });

  it('nothing stays of what is being fetched while its owner signs out', async () => {
    await calls.keep(DOCUMENT, () => undefined);
    await keeper.add('another scan of the knee', 2);
    const { api } = keeper.vault.client;
    const bytes = api.bytes.bind(api);
    let answer: (() => void) | undefined;
    api.bytes = (...range) => new Promise((resolve) => (answer = () => resolve(bytes(...range))));
    // What `keepInStep` begins, and nobody waits for.
    const internals = place as unknown as { readonly keptInStep: (vault: OpenVault) => Promise<void> };
    const inStep = internals.keptInStep(keeper.vault);
    await vi.waitFor(() => expect(answer).toBeDefined());
    await place.forgetKept();
    answer?.();
    await inStep;
    expect(await keeper.records.names('')).toEqual([]);
    expect(await calls.present()).toBe(false);
    await expect(place.keepKeyring(place.client)).resolves.toBeUndefined();
    expect(await calls.present()).toBe(false);
  });

  it('copies without a keyring have it again after the next sign-in', async () => {
    await keepDocument(keeper.vault, keeper.document);
    place.keepInStep(keeper.vault);
    await vi.waitFor(async () => expect(await calls.present()).toBe(true));
  });
});

describe('without a network', () => {
  it('nothing is given before the password', async () => {
    expect(await calls.present()).toBe(true);
    await expect(calls.list()).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(calls.preview(DOCUMENT)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it.each([
    [ADDRESS, 'lantern rhubarb 58 gliding owl'],
    ['bob@example.org', PASSWORD],
    ['no address', PASSWORD],
  ])('%s with %s is a refused sign-in', async (address, password) => {
    await expect(calls.unlock(address, password)).rejects.toMatchObject({ code: 'credentials' });
  });

  it('a copy is read, and its opening noted', async () => {
    expect(await calls.unlock(ADDRESS, PASSWORD)).toEqual({ name: 'Alice Martin' });
    expect((await calls.list()).map(({ id, title }) => [id, title])).toEqual([[DOCUMENT, 'Scan']]);
    const { bytes, mime } = await calls.preview(DOCUMENT);
    expect([mime, new TextDecoder().decode(bytes)]).toEqual(['text/plain', 'a scan of the knee']);
    expect(await notes()).toMatchObject([{ document: DOCUMENT, number: 1, opened: NOW }]);
  });

  it('nothing is shown that cannot be noted, and nothing noted that cannot be shown', async () => {
    await calls.unlock(ADDRESS, PASSWORD);
    const put = keeper.store.put.bind(keeper.store);
    keeper.store.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    await expect(calls.preview(DOCUMENT)).rejects.toMatchObject({ code: 'storage_full' });
    keeper.store.put = put;
    const [piece = ''] = await keeper.records.names('kept/piece/');
    await keeper.records.write(piece, new Uint8Array(9));
    await expect(calls.preview(DOCUMENT)).rejects.toMatchObject({ code: 'copy_damaged' });
    expect(await notes()).toEqual([]);
  });

  it.each([
    ['the last copy', () => calls.drop(DOCUMENT)],
    ['the whole device', () => calls.dropAll()],
  ])('who drops %s drops the keyring; what was opened is still owed', async (_, drop) => {
    await calls.unlock(ADDRESS, PASSWORD);
    await calls.preview(DOCUMENT);
    await drop();
    expect(await calls.list()).toEqual([]);
    expect(await calls.present()).toBe(false);
    expect(await keeper.records.names('kept/piece/')).toEqual([]);
    expect(await notes()).toHaveLength(1);
  });
});
