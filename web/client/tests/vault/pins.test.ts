/** Pins only move forward. (IndexedDB is exercised in Chromium by the end-to-end tests.) */
import { describe, expect, it } from 'vitest';
import type { AccountId, KeyId, VaultId } from '../../src/crypto/encoding.ts';
import { furthest, MemoryPins } from '../../src/vault/pins.ts';

const ORIGIN = 'https://coffre.example';
const VAULT = 'a'.repeat(32) as VaultId;
const at = (size: number) => ({ size, head: new Uint8Array(32).fill(size) });

describe('pins', () => {
  it('keep the position further along, and the first owner', async () => {
    const pins = new MemoryPins();
    await pins.saveVault(ORIGIN, VAULT, { owner: 'one' as KeyId, ledger: at(5), accesses: at(2) });
    await pins.saveVault(ORIGIN, VAULT, { owner: 'two' as KeyId, ledger: at(3), accesses: at(4) });
    expect(await pins.vault(ORIGIN, VAULT)).toEqual({ owner: 'one', ledger: at(5), accesses: at(4) });
    expect(await pins.vault('https://other.example', VAULT)).toEqual({});
  });

  it('never take another head for the same position', () => {
    const other = { size: 5, head: new Uint8Array(32) };
    expect(furthest(at(5), other)).toEqual(at(5));
    expect(furthest(undefined, other)).toBe(other);
  });

  it('remember the highest keyring sequence', async () => {
    const pins = new MemoryPins();
    const account = 'c'.repeat(32) as AccountId;
    await pins.saveSequence(ORIGIN, account, 4);
    await pins.saveSequence(ORIGIN, account, 2);
    expect(await pins.sequence(ORIGIN, account)).toBe(4);
  });
});
