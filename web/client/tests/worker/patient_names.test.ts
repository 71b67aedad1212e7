/** Names of patients whose access has ended: kept on this device, sealed; a storage that fails is as good as none. */
import { beforeAll, expect, it } from 'vitest';
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import { DeviceKey } from '../../src/crypto/device.ts';
import { newId, utf8, type AccountId, type VaultId } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { MemoryRecords, SealedRecords } from '../../src/vault/records.ts';
import { grantCalls } from '../../src/worker/grants.ts';
import { keepPatient, keptPatient } from '../../src/worker/patient_names.ts';
import type { Workplace } from '../../src/worker/workplace.ts';

beforeAll(ready);

class FullStore extends MemoryRecords {
  override put(): Promise<void> {
    return Promise.reject(new DOMException('full', 'QuotaExceededError'));
  }
}

function recordsIn(store: MemoryRecords): SealedRecords {
  const account = newId<AccountId>();
  const key = DeviceKey.of({ account, identity: HybridIdentity.generate() });
  return new SealedRecords(store, key, { origin: 'https://coffre.example', account });
}

it('is kept by vault, as it was said last, and sealed', async () => {
  const store = new MemoryRecords();
  const records = recordsIn(store);
  const vault = newId<VaultId>();
  expect(await keptPatient(records, vault)).toBe('');
  await keepPatient(records, vault, 'Zoé Lefèvre');
  await keepPatient(records, vault, '');
  await keepPatient(records, newId<VaultId>(), 'Anne Durand');
  expect(await keptPatient(records, vault)).toBe('Zoé Lefèvre');
  await keepPatient(records, vault, 'Zoé Martin');
  expect(await keptPatient(records, vault)).toBe('Zoé Martin');
  expect(JSON.stringify(store)).not.toContain(utf8('Zoé').toString());
});

it('is not missed where nothing can be kept', async () => {
  const records = recordsIn(new FullStore());
  const vault = newId<VaultId>();
  await keepPatient(records, vault, 'Anne Durand');
  expect(await keptPatient(records, vault)).toBe('');
});

it('is in the keyring for the other devices of who redeemed the invitation', async () => {
  const vault = newId<VaultId>();
  const listed = () =>
    Promise.resolve([
      { vault, role: 'grant', state: 'expired', grant: 'a'.repeat(32), rights: ['read'], not_after: 1 },
    ]);
  const patients = async (names: object) => {
    const keyring = { pins: { vaults: {} }, ...names };
    const client = { records: recordsIn(new MemoryRecords()), keyring };
    const cards = await grantCalls({ listed, client } as unknown as Workplace).vaults();
    return cards.map(({ patient }) => patient);
  };
  expect(await patients({ patients: { [vault]: 'Zoé Lefèvre' } })).toEqual(['Zoé Lefèvre']);
  expect(await patients({})).toEqual(['']);
});
