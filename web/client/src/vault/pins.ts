/**
 * What this browser has seen and will not unsee (spec chapter 6, "Pins"): positions of chains and keyring sequences.
 *
 * Owns the IndexedDB of the app, by server origin and vault or account. It holds sizes, hashes and key ids: no plaintext, no
 * key. Ledgers are not cached: each unlock folds from the first entry and is held against the pin.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { AccountId, KeyId, VaultId } from '../crypto/encoding.ts';
import type { Pin } from '../crypto/records.ts';
import type { SuccessionPin } from '../crypto/successions.ts';

/** What was seen of one vault. */
export interface SeenVault {
  readonly owner?: KeyId | undefined;
  readonly ledger?: Pin | undefined;
  readonly accesses?: Pin | undefined;
  readonly checkpoint?: SeenCheckpoint | undefined;
}

/** The newest checkpoint verified for a vault (chapter 9); `leaf` is absent while the vault stands in no leaf. */
export interface SeenCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  readonly leaf?: { readonly index: number; readonly ledger: number; readonly accesses: number } | undefined;
}

/** What was seen of a server's directory: its public key, and the highest sequence of an entry about each key. */
export interface SeenDirectory {
  readonly key?: Uint8Array | undefined;
  readonly seen: Readonly<Record<string, number>>;
}

/** Remembers positions; they only move forward. */
export interface PinStore {
  vault(origin: string, vault: VaultId): Promise<SeenVault>;
  saveVault(origin: string, vault: VaultId, seen: SeenVault): Promise<void>;
  /** The highest keyring sequence met; 0 for none. */
  sequence(origin: string, account: AccountId): Promise<number>;
  saveSequence(origin: string, account: AccountId, sequence: number): Promise<void>;
  directory(origin: string): Promise<SeenDirectory>;
  /** Replaces what was seen of a directory. */
  saveDirectory(origin: string, seen: SeenDirectory): Promise<void>;
  /** The newest succession of the server's keys that was met (chapter 14). */
  serverKeys(origin: string): Promise<SuccessionPin | undefined>;
  saveServerKeys(origin: string, pin: SuccessionPin): Promise<void>;
}

/** Where the pin of a server's keys stands, among the directories: another store would wait for all other tabs to close. */
const keysOf = (origin: string): string => `keys ${origin}`;

interface Schema extends DBSchema {
  vaults: { key: [string, string]; value: SeenVault };
  sequences: { key: [string, string]; value: number };
  directories: { key: string; value: SeenDirectory | SuccessionPin };
}

/** The store in this browser's IndexedDB. */
export class BrowserPins implements PinStore {
  private readonly opening: Promise<IDBPDatabase<Schema>>;

  constructor(name = 'coffre') {
    this.opening = openDB<Schema>(name, 2, {
      upgrade(database) {
        for (const store of ['vaults', 'sequences', 'directories'] as const) {
          if (!database.objectStoreNames.contains(store)) database.createObjectStore(store);
        }
      },
    });
  }

  async vault(origin: string, vault: VaultId): Promise<SeenVault> {
    return (await (await this.opening).get('vaults', [origin, vault])) ?? {};
  }

  async saveVault(origin: string, vault: VaultId, seen: SeenVault): Promise<void> {
    const transaction = (await this.opening).transaction('vaults', 'readwrite');
    const before = (await transaction.store.get([origin, vault])) ?? {};
    await transaction.store.put(merged(before, seen), [origin, vault]);
    await transaction.done;
  }

  async sequence(origin: string, account: AccountId): Promise<number> {
    return (await (await this.opening).get('sequences', [origin, account])) ?? 0;
  }

  async saveSequence(origin: string, account: AccountId, sequence: number): Promise<void> {
    const transaction = (await this.opening).transaction('sequences', 'readwrite');
    const before = (await transaction.store.get([origin, account])) ?? 0;
    await transaction.store.put(Math.max(before, sequence), [origin, account]);
    await transaction.done;
  }

  async directory(origin: string): Promise<SeenDirectory> {
    const found = await (await this.opening).get('directories', origin);
    return found !== undefined && 'seen' in found ? found : { seen: {} };
  }

  async saveDirectory(origin: string, seen: SeenDirectory): Promise<void> {
    await (await this.opening).put('directories', seen, origin);
  }

  async serverKeys(origin: string): Promise<SuccessionPin | undefined> {
    const found = await (await this.opening).get('directories', keysOf(origin));
    return found !== undefined && 'head' in found ? found : undefined;
  }

  async saveServerKeys(origin: string, pin: SuccessionPin): Promise<void> {
    const transaction = (await this.opening).transaction('directories', 'readwrite');
    const before = await transaction.store.get(keysOf(origin));
    const known = before !== undefined && 'head' in before ? before : undefined;
    await transaction.store.put(later(known, pin), keysOf(origin));
    await transaction.done;
  }
}

/** The same in memory alone: for tests, and for browsers that forbid storage. */
export class MemoryPins implements PinStore {
  private readonly vaults = new Map<string, SeenVault>();
  private readonly sequences = new Map<string, number>();
  private readonly directories = new Map<string, SeenDirectory>();
  private readonly keys = new Map<string, SuccessionPin>();

  async vault(origin: string, vault: VaultId): Promise<SeenVault> {
    return Promise.resolve(this.vaults.get(`${origin} ${vault}`) ?? {});
  }

  async saveVault(origin: string, vault: VaultId, seen: SeenVault): Promise<void> {
    this.vaults.set(`${origin} ${vault}`, merged(await this.vault(origin, vault), seen));
  }

  async sequence(origin: string, account: AccountId): Promise<number> {
    return Promise.resolve(this.sequences.get(`${origin} ${account}`) ?? 0);
  }

  async saveSequence(origin: string, account: AccountId, sequence: number): Promise<void> {
    this.sequences.set(`${origin} ${account}`, Math.max(await this.sequence(origin, account), sequence));
  }

  async directory(origin: string): Promise<SeenDirectory> {
    return Promise.resolve(this.directories.get(origin) ?? { seen: {} });
  }

  async saveDirectory(origin: string, seen: SeenDirectory): Promise<void> {
    this.directories.set(origin, seen);
    return Promise.resolve();
  }

  async serverKeys(origin: string): Promise<SuccessionPin | undefined> {
    return Promise.resolve(this.keys.get(origin));
  }

  async saveServerKeys(origin: string, pin: SuccessionPin): Promise<void> {
    this.keys.set(origin, later(await this.serverKeys(origin), pin));
  }
}

function later(one: SuccessionPin | undefined, other: SuccessionPin): SuccessionPin {
  return one !== undefined && one.sequence >= other.sequence ? one : other;
}

/** The position further along; the first of two with the same size. */
export function furthest(one: Pin | undefined, other: Pin | undefined): Pin | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.size > one.size ? other : one;
}

function merged(before: SeenVault, seen: SeenVault): SeenVault {
  return {
    owner: before.owner ?? seen.owner,
    ledger: furthest(before.ledger, seen.ledger),
    accesses: furthest(before.accesses, seen.accesses),
    checkpoint: newest(before.checkpoint, seen.checkpoint),
  };
}

/** The checkpoint of the larger tree; of two of one size, the one with the vault's leaf. */
function newest(
  one: SeenCheckpoint | undefined,
  other: SeenCheckpoint | undefined,
): SeenCheckpoint | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.size !== other.size) return other.size > one.size ? other : one;
  return one.leaf === undefined ? other : one;
}
