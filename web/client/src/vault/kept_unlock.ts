/**
 * Opening a kept keyring by the password, without the server (spec chapter 11).
 *
 *     const { keyring, records } = await unlockKept(parts, 'alice@example.org', password);
 *
 * Owns which kept keyring a password opens, and what is refused. What it gives reads what this browser kept, and can do nothing
 * else: there is no session, and no vault.
 */
import { DeviceKey } from '../crypto/device.ts';
import { normaliseAddress } from '../crypto/encoding.ts';
import { check, CoffreError, wrongKey } from '../crypto/errors.ts';
import { openWithPassword, passwordParameters, type Keyring } from '../crypto/keyring.ts';
import { deriveKeys } from '../crypto/passwords.ts';
import { ready } from '../crypto/primitives.ts';
import type { KeptKeyring, KeyringStore } from './kept_keyrings.ts';
import type { PinStore } from './pins.ts';
import { SealedRecords, type RecordStore } from './records.ts';

/** What unlocking without a server works with. */
export interface KeptParts {
  readonly origin: string;
  readonly keyrings: KeyringStore;
  readonly pins: PinStore;
  readonly records: RecordStore;
}

/** A keyring that was opened here, and what this browser keeps of its account. */
export interface UnlockedKept {
  readonly keyring: Keyring;
  readonly records: SealedRecords;
}

/**
 * Raises wrong_key when the password opens no keyring that is kept, stale for one that is older than this browser has seen, malformed
 * for an address off the grammar, limit_exceeded for parameters outside the limits, before deriving.
 */
export async function unlockKept(parts: KeptParts, typed: string, password: string): Promise<UnlockedKept> {
  await ready();
  const address = normaliseAddress(typed);
  let fault = wrongKey('no keyring that is kept opens');
  for (const kept of await parts.keyrings.all(parts.origin)) {
    const keyring = await tried(parts, kept, { address, password });
    if (keyring instanceof CoffreError) {
      // Perhaps another account's: what is wrong with it keeps nobody else out.
      if (keyring.code !== 'wrong_key') fault = keyring;
      continue;
    }
    // Copies are the owner's alone; nobody else's keyring is kept in the first place.
    check(keyring.role === 'patient', () => wrongKey('no own vault'));
    const place = { origin: parts.origin, account: kept.account };
    return { keyring, records: new SealedRecords(parts.records, DeviceKey.of(keyring), place) };
  }
  throw fault;
}

async function tried(
  { origin, pins }: KeptParts,
  { account, data }: KeptKeyring,
  given: { readonly address: string; readonly password: string },
): Promise<Keyring | CoffreError> {
  const seen = await pins.sequence(origin, account);
  try {
    const keys = deriveKeys(given.password, { address: given.address, ...passwordParameters(data) });
    return openWithPassword(data, keys, { account, seen }).keyring;
  } catch (thrown) {
    if (thrown instanceof CoffreError) return thrown;
    throw thrown;
  }
}
