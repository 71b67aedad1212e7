/**
 * What one browser keeps for itself, sealed (chapter 2, "On one device").
 *
 * Owns the key of such records and what binds each of them to its name. Knows no storage. The records are no format that
 * anybody else reads: a client may forget them at any time.
 *
 *     const key = DeviceKey.of(keyring);
 *     const sealed = key.seal('ledger/…', data);
 */
import type { AccountId } from './encoding.ts';
import type { Keyring } from './keyring.ts';
import * as labels from './labels.ts';
import { derive, Wrap } from './primitives.ts';

const recordWrap = new Wrap(labels.DEVICE_RECORD);

/** The key of an account's records on its devices; the same after a new password or kit. */
export class DeviceKey {
  private readonly account: AccountId;
  readonly #key: Uint8Array;

  private constructor(account: AccountId, key: Uint8Array) {
    this.account = account;
    this.#key = key;
  }

  static of({ account, identity }: Pick<Keyring, 'account' | 'identity'>): DeviceKey {
    return new DeviceKey(account, derive(identity.seed, labels.DEVICE_KEY));
  }

  /** A record under its name; 40 bytes longer. */
  seal(name: string, data: Uint8Array): Uint8Array {
    return recordWrap.seal(this.#key, this.context(name), data);
  }

  /** Raises wrong_key for another account's, another name's or a damaged record alike. */
  open(name: string, sealed: Uint8Array): Uint8Array {
    return recordWrap.open(this.#key, this.context(name), sealed);
  }

  toJSON(): string {
    return '[device key]';
  }

  private context(name: string) {
    return { account: this.account, name };
  }
}
