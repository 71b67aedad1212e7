/**
 * A signed-in client: the session, the keyring, and the keys that sign.
 *
 * Owns how the keyring is read again and written. Knows no vault's contents. Lives in the worker; nothing of it leaves.
 */
import type { Api } from '../api/client.ts';
import { ApiError } from '../api/errors.ts';
import { readKeyring, readSequence, type ServerAnswer } from '../api/types.ts';
import {
  b64u,
  equalBytes,
  type AccountId,
  type Address,
  type KeyId,
  type VaultId,
} from '../crypto/encoding.ts';
import { DeviceKey } from '../crypto/device.ts';
import { check, CoffreError, stale, tampered, wrongKey } from '../crypto/errors.ts';
import {
  keyIdOf,
  openWithFileKey,
  rewriteKeyring,
  type Keyring,
  type OpenedKeyring,
  type VaultPins,
} from '../crypto/keyring.ts';
import { sign, type Signed, type Statement } from '../crypto/statements.ts';
import type { KeyringStore } from './kept_keyrings.ts';
import { furthest, type PinStore } from './pins.ts';
import { MemoryRecords, SealedRecords, type RecordStore } from './records.ts';
import type { StartThread } from './second_thread.ts';

const ATTEMPTS = 3;

/** Seconds since 1970. */
export type Clock = () => number;

/** Who is signed in, as the server says and the keyring confirms. */
export interface Session {
  readonly account: AccountId;
  readonly role: 'patient' | 'professional';
  readonly address: Address;
  readonly vault?: VaultId | undefined;
  /** When the account was to be deleted as this session began, seconds since 1970. */
  readonly deletionDue?: number | undefined;
}

/** What vaults, grants and shares work with. */
export class Client {
  readonly api: Api;
  readonly server: ServerAnswer;
  readonly session: Session;
  readonly pins: PinStore;
  /** What this browser keeps for the account. */
  readonly records: SealedRecords;
  /** Where this browser keeps keyrings to be opened without the server, if it does. */
  readonly keyrings: KeyringStore | undefined;
  /** Starts the thread that verifies beside this one; absent where there is none. */
  readonly threads: StartThread | undefined;
  readonly now: Clock;
  readonly me: KeyId;
  private held: OpenedKeyring;

  constructor(
    parts: {
      readonly api: Api;
      readonly server: ServerAnswer;
      readonly session: Session;
      readonly pins: PinStore;
      readonly records?: RecordStore | undefined;
      readonly keyrings?: KeyringStore | undefined;
      readonly threads?: StartThread | undefined;
      readonly now: Clock;
    },
    opened: OpenedKeyring,
  ) {
    this.api = parts.api;
    this.server = parts.server;
    this.session = parts.session;
    this.pins = parts.pins;
    this.keyrings = parts.keyrings;
    this.threads = parts.threads;
    this.now = parts.now;
    this.held = opened;
    this.me = keyIdOf(opened.keyring);
    const place = { origin: parts.api.origin, account: parts.session.account };
    const store = parts.records ?? new MemoryRecords();
    this.records = new SealedRecords(store, DeviceKey.of(opened.keyring), place);
  }

  get opened(): OpenedKeyring {
    return this.held;
  }

  get keyring(): Keyring {
    return this.held.keyring;
  }

  /** The statement under the account's key. */
  sign(statement: Statement): Signed {
    return sign(statement, this.keyring.signing);
  }

  /**
   * Takes the keyring that the server holds, as another device may have written it.
   * Raises stale or tampered for an older or other one; wrong_key when the password was changed elsewhere.
   */
  async refreshKeyring(): Promise<void> {
    const { keyring: data, sequence } = await this.api.get('/keyring', readKeyring);
    const mine = this.held;
    if (equalBytes(data, mine.data)) return;
    const seen = await this.pins.sequence(this.api.origin, this.session.account);
    const fresh = openElsewhereWritten(data, mine, { account: this.session.account, sequence, seen });
    check(sameIdentity(fresh.keyring, mine.keyring), () => tampered("another account's secrets"));
    await this.keep(fresh);
  }

  /**
   * Writes a changed keyring on top of the newest one on the server, with the positions that this browser has seen.
   * `change` gives undefined when there is nothing to do.
   */
  async updateKeyring(change: (keyring: Keyring) => Keyring | undefined): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const wanted = change(this.keyring);
      if (wanted === undefined) return;
      const changed = await this.withPins(wanted);
      const written = rewriteKeyring(this.held, changed);
      try {
        const body = { keyring: b64u(written.data), sequence: written.keyring.sequence };
        await this.api.put('/keyring', body, readSequence);
      } catch (thrown) {
        const moved = thrown instanceof ApiError && thrown.code === 'stale' && attempt < ATTEMPTS;
        if (!moved) throw thrown;
        await this.refreshKeyring();
        continue;
      }
      await this.keep(written);
      return;
    }
  }

  /** Puts into the keyring what this browser has seen, so that the account's next device starts from there. */
  async sharePins(): Promise<void> {
    const moved = await this.withPins(this.keyring);
    const ahead = entriesOf(moved).some(([vault, pins]) => {
      const known = this.keyring.pins.vaults[vault];
      return pins.ledger.size !== known?.ledger.size || pins.accesses.size !== known.accesses.size;
    });
    if (ahead) await this.updateKeyring((keyring) => keyring);
  }

  private async withPins(keyring: Keyring): Promise<Keyring> {
    const moved = entriesOf(keyring).map(async ([vault, known]) => {
      const seen = await this.pins.vault(this.api.origin, vault);
      const ledger = furthest(known.ledger, seen.ledger) ?? known.ledger;
      const accesses = furthest(known.accesses, seen.accesses) ?? known.accesses;
      return [vault, { ...known, ledger, accesses }] as const;
    });
    const vaults = Object.fromEntries(await Promise.all(moved)) as Record<VaultId, VaultPins>;
    return { ...keyring, pins: { vaults } };
  }

  /** Goes on with this keyring; the one that this browser keeps, if any, opens by the same password from now on. */
  async keep(opened: OpenedKeyring): Promise<void> {
    this.held = opened;
    await this.pins.saveSequence(this.api.origin, this.session.account, opened.keyring.sequence);
    await this.replaceKept(opened.data);
  }

  private async replaceKept(data: Uint8Array): Promise<void> {
    const place = { origin: this.api.origin, account: this.session.account };
    try {
      await this.keyrings?.replace(place, data);
    } catch (thrown) {
      // A full or forbidden storage: the older one is refused by its sequence, until this works again.
      if (!(thrown instanceof DOMException)) throw thrown;
    }
  }
}

function entriesOf(keyring: Keyring): readonly (readonly [VaultId, VaultPins])[] {
  return Object.entries(keyring.pins.vaults) as [VaultId, VaultPins][];
}

function openElsewhereWritten(
  data: Uint8Array,
  mine: OpenedKeyring,
  expected: { readonly account: AccountId; readonly sequence: number; readonly seen: number },
): OpenedKeyring {
  check(expected.sequence >= mine.keyring.sequence, () => stale('an older keyring than the one at hand'));
  try {
    return openWithFileKey(data, mine.fileKey, expected);
  } catch (thrown) {
    // Another header under another file key: a new password, or a forgery. Signing in again tells which.
    const other = thrown instanceof CoffreError && thrown.code === 'tampered';
    throw other ? wrongKey('the keyring changed: sign in again') : thrown;
  }
}

/** What no device ever changes. */
function sameIdentity(one: Keyring, other: Keyring): boolean {
  return (
    one.account === other.account &&
    one.role === other.role &&
    keyIdOf(one) === keyIdOf(other) &&
    equalBytes(one.server, other.server) &&
    equalBytes(one.kit, other.kit) &&
    one.vault?.id === other.vault?.id &&
    equalBytes(ownerSecret(one), ownerSecret(other))
  );
}

function ownerSecret(keyring: Keyring): Uint8Array {
  return keyring.vault?.owner_secret.reveal() ?? new Uint8Array(0);
}
