/**
 * Sealed records of an account in this browser: uploads under way, verified chains, the list that is shown at once.
 *
 * Owns the IndexedDB `coffre-records`, by server origin, account and name. What it holds is sealed under a key that only the
 * keyring gives; names are kinds and identifiers, which the server knows as well. A record that does not open is gone.
 *
 *     const records = new SealedRecords(store, key, { origin, account });
 *     await records.write('upload/…', data);
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { DeviceKey } from '../crypto/device.ts';
import type { AccountId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { readVersioned } from '../crypto/records.ts';
import type { Shape } from '../crypto/shapes.ts';

/** Bytes by name, of one account at one server. */
export interface RecordStore {
  get(place: RecordPlace, name: string): Promise<Uint8Array | undefined>;
  put(place: RecordPlace, records: readonly (readonly [string, Uint8Array])[]): Promise<void>;
  delete(place: RecordPlace, names: readonly string[]): Promise<void>;
  /** The names that begin with a prefix, in order. */
  names(place: RecordPlace, prefix: string): Promise<readonly string[]>;
}

export interface RecordPlace {
  readonly origin: string;
  readonly account: AccountId;
}

type Key = [origin: string, account: string, name: string];

interface Schema extends DBSchema {
  records: { key: Key; value: Uint8Array };
}

/** The store in this browser's IndexedDB. */
export class BrowserRecords implements RecordStore {
  private readonly opening: Promise<IDBPDatabase<Schema>>;

  constructor(name = 'coffre-records') {
    this.opening = openDB<Schema>(name, 1, {
      upgrade(database) {
        database.createObjectStore('records');
      },
    });
    // Whoever uses it is told; a browser that forbids storage still shows a vault.
    this.opening.catch(() => undefined);
  }

  async get(place: RecordPlace, name: string): Promise<Uint8Array | undefined> {
    return (await this.opening).get('records', keyOf(place, name));
  }

  async put(place: RecordPlace, records: readonly (readonly [string, Uint8Array])[]): Promise<void> {
    const { store, done } = (await this.opening).transaction('records', 'readwrite');
    for (const [name, data] of records) void store.put(data, keyOf(place, name));
    await done;
  }

  async delete(place: RecordPlace, names: readonly string[]): Promise<void> {
    const { store, done } = (await this.opening).transaction('records', 'readwrite');
    for (const name of names) void store.delete(keyOf(place, name));
    await done;
  }

  async names(place: RecordPlace, prefix: string): Promise<readonly string[]> {
    const range = IDBKeyRange.bound(keyOf(place, prefix), keyOf(place, `${prefix}\uffff`));
    return (await (await this.opening).getAllKeys('records', range)).map(([, , name]) => name);
  }
}

/** The same in memory alone: for tests, and for browsers that forbid storage. */
export class MemoryRecords implements RecordStore {
  private readonly held = new Map<string, Uint8Array>();

  get(place: RecordPlace, name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.held.get(keyOf(place, name).join(' ')));
  }

  put(place: RecordPlace, records: readonly (readonly [string, Uint8Array])[]): Promise<void> {
    for (const [name, data] of records) this.held.set(keyOf(place, name).join(' '), data);
    return Promise.resolve();
  }

  delete(place: RecordPlace, names: readonly string[]): Promise<void> {
    for (const name of names) this.held.delete(keyOf(place, name).join(' '));
    return Promise.resolve();
  }

  names(place: RecordPlace, prefix: string): Promise<readonly string[]> {
    const start = keyOf(place, prefix).join(' ');
    const found = [...this.held.keys()].filter((key) => key.startsWith(start)).sort();
    return Promise.resolve(found.map((key) => key.slice(start.length - prefix.length)));
  }
}

/** An account's records, sealed and opened. Without a store nothing is kept. */
export class SealedRecords {
  private readonly store: RecordStore;
  private readonly key: DeviceKey;
  private readonly place: RecordPlace;
  private forgotten = false;

  constructor(store: RecordStore, key: DeviceKey, place: RecordPlace) {
    this.store = store;
    this.key = key;
    this.place = place;
  }

  /** Undefined for a record that is not there, or does not open. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const sealed = await this.store.get(this.place, name);
    if (sealed === undefined) return undefined;
    try {
      return this.key.open(name, sealed);
    } catch (thrown) {
      if (!(thrown instanceof CoffreError)) throw thrown;
      return undefined;
    }
  }

  /** A record of this shape, of `limit` bytes at most; one that is another is gone as well. */
  async readAs<T>(shape: Shape<T>, name: string, limit: number): Promise<T | undefined> {
    const data = await this.read(name);
    if (data === undefined) return undefined;
    try {
      return readVersioned(shape, data, limit);
    } catch (thrown) {
      if (!(thrown instanceof CoffreError)) throw thrown;
      return undefined;
    }
  }

  async write(name: string, data: Uint8Array): Promise<void> {
    await this.writeAll([[name, data]]);
  }

  /** Whether all was forgotten: then nothing more is kept. */
  get isForgotten(): boolean {
    return this.forgotten;
  }

  /** All of them or none. Raises DOMException, as a storage does that is full, once all was forgotten. */
  async writeAll(records: readonly (readonly [string, Uint8Array])[]): Promise<void> {
    if (this.forgotten) throw new DOMException('signed out', 'InvalidStateError');
    const sealed = records.map(([name, data]) => [name, this.key.seal(name, data)] as const);
    await this.store.put(this.place, sealed);
  }

  async forget(names: readonly string[]): Promise<void> {
    await this.store.delete(this.place, names);
  }

  names(prefix: string): Promise<readonly string[]> {
    return this.store.names(this.place, prefix);
  }

  /**
   * Whoever signs out leaves nothing behind, also of what is still being fetched. A storage that cannot be opened holds nothing.
   */
  async forgetAll(): Promise<void> {
    this.forgotten = true;
    try {
      await this.forget(await this.names(''));
    } catch (thrown) {
      if (!(thrown instanceof DOMException)) throw thrown;
    }
  }
}

function keyOf({ origin, account }: RecordPlace, name: string): Key {
  return [origin, account, name];
}
