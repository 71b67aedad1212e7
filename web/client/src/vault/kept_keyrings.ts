/**
 * Keyrings that this browser keeps, to be opened without the server (spec chapter 11).
 *
 * Owns the IndexedDB `coffre-kept`, by server origin and account. A keyring is sealed as it is; who it belongs to is an identifier
 * that says nothing of a person. Knows no password.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { AccountId } from '../crypto/encoding.ts';
import type { RecordPlace } from './records.ts';

/** An account's keyring as the server stores it. */
export interface KeptKeyring {
  readonly account: AccountId;
  readonly data: Uint8Array;
}

/** Where keyrings are kept. */
export interface KeyringStore {
  all(origin: string): Promise<readonly KeptKeyring[]>;
  put(place: RecordPlace, data: Uint8Array): Promise<void>;
  /** Takes the place of the one that is kept; keeps none where none is. */
  replace(place: RecordPlace, data: Uint8Array): Promise<void>;
  delete(place: RecordPlace): Promise<void>;
}

interface Schema extends DBSchema {
  keyrings: { key: [origin: string, account: string]; value: Uint8Array };
}

/** The store in this browser's IndexedDB. */
export class BrowserKeyrings implements KeyringStore {
  private readonly opening: Promise<IDBPDatabase<Schema>>;

  constructor(name = 'coffre-kept') {
    this.opening = openDB<Schema>(name, 1, {
      upgrade(database) {
        database.createObjectStore('keyrings');
      },
    });
    // Whoever uses it is told; a browser that forbids storage keeps nothing.
    this.opening.catch(() => undefined);
  }

  async all(origin: string): Promise<readonly KeptKeyring[]> {
    const { store } = (await this.opening).transaction('keyrings');
    const range = IDBKeyRange.bound([origin, ''], [origin, '\uffff']);
    const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
    return values.map((data, index) => ({ account: keys[index]?.[1] as AccountId, data }));
  }

  async put({ origin, account }: RecordPlace, data: Uint8Array): Promise<void> {
    await (await this.opening).put('keyrings', data, [origin, account]);
  }

  async replace({ origin, account }: RecordPlace, data: Uint8Array): Promise<void> {
    const { store, done } = (await this.opening).transaction('keyrings', 'readwrite');
    if ((await store.getKey([origin, account])) !== undefined) await store.put(data, [origin, account]);
    await done;
  }

  async delete({ origin, account }: RecordPlace): Promise<void> {
    await (await this.opening).delete('keyrings', [origin, account]);
  }
}

/** The same in memory alone: for tests, and for browsers that forbid storage. */
export class MemoryKeyrings implements KeyringStore {
  private readonly held = new Map<string, KeptKeyring & { readonly origin: string }>();

  all(origin: string): Promise<readonly KeptKeyring[]> {
    return Promise.resolve([...this.held.values()].filter((kept) => kept.origin === origin));
  }

  put({ origin, account }: RecordPlace, data: Uint8Array): Promise<void> {
    this.held.set(`${origin} ${account}`, { origin, account, data });
    return Promise.resolve();
  }

  async replace(place: RecordPlace, data: Uint8Array): Promise<void> {
    if (this.held.has(`${place.origin} ${place.account}`)) await this.put(place, data);
  }

  delete({ origin, account }: RecordPlace): Promise<void> {
    this.held.delete(`${origin} ${account}`);
    return Promise.resolve();
  }
}
