/** A scan is kept, sealed, until it is stored. */
import { beforeAll, expect, it } from 'vitest';
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import { DeviceKey } from '../../src/crypto/device.ts';
import { newId, type AccountId, type SectionId, type VaultId } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { MemoryRecords, SealedRecords } from '../../src/vault/records.ts';
import { KeptScans } from '../../src/worker/kept_scans.ts';

beforeAll(ready);

it('comes back as it was, and is gone once it is forgotten or does not open', async () => {
  const account = 'c'.repeat(32) as AccountId;
  const place = { origin: 'https://coffre.example', account };
  const store = new MemoryRecords();
  const key = DeviceKey.of({ account, identity: HybridIdentity.generate() });
  const scans = new KeptScans(new SealedRecords(store, key, place));
  const file = new File(['%PDF of photos'], 'Document.pdf', { lastModified: 77, type: 'application/pdf' });
  const said = {
    title: 'Scan',
    date: '2026-11-22',
    section: newId<SectionId>(),
    vault: newId<VaultId>(),
    type: undefined,
    tags: ['knee'],
  };
  await scans.keep('one', file, said);
  await scans.keep('two', file, said);
  const found = await scans.find('one');
  expect(found?.said).toMatchObject({
    title: 'Scan',
    section: said.section,
    size: file.size,
    tags: ['knee'],
  });
  expect(await found?.file.text()).toBe('%PDF of photos');
  expect([found?.file.name, found?.file.lastModified]).toEqual(['Document.pdf', 77]);
  await scans.forget('one');
  expect([...(await scans.all()).keys()]).toEqual(['two']);
  const others = new KeptScans(
    new SealedRecords(store, DeviceKey.of({ account, identity: HybridIdentity.generate() }), place),
  );
  expect(await others.find('two')).toBeUndefined();
  expect(await others.all()).toEqual(new Map());
  expect(await store.names(place, '')).toEqual([]);
});
