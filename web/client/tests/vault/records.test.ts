/** What a browser keeps is sealed under its name and account, and comes back as it was. (IndexedDB: end-to-end tests.) */
import { beforeAll, describe, expect, it } from 'vitest';
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import { DeviceKey } from '../../src/crypto/device.ts';
import { newId, utf8, type AccountId, type SectionId, type VaultId } from '../../src/crypto/encoding.ts';
import { ready, sha256Large } from '../../src/crypto/primitives.ts';
import { writeVersioned } from '../../src/crypto/records.ts';
import { integer, record } from '../../src/crypto/shapes.ts';
import { freshUpload, isSameFile, PendingUploads } from '../../src/vault/pending_uploads.ts';
import { MemoryRecords, SealedRecords } from '../../src/vault/records.ts';
import { codeOf } from '../crypto/vectors.ts';

beforeAll(ready);

const account = 'c'.repeat(32) as AccountId;
const place = { origin: 'https://coffre.example', account };
const identity = () => HybridIdentity.generate();
const description = { title: 'Scan', section: newId<SectionId>(), date: '2026-11-22', mime: 'text/plain' };

function upload(file: File) {
  return freshUpload({
    vault: newId<VaultId>(),
    file,
    description,
    name: file.name,
    partSize: 8 << 20,
    now: 1000,
  });
}

describe('records', () => {
  it('open under their own name and account alone', async () => {
    const own = identity();
    const key = DeviceKey.of({ account, identity: own });
    const sealed = key.seal('list/a', utf8('secret'));
    expect(key.open('list/a', sealed)).toEqual(utf8('secret'));
    expect(DeviceKey.of({ account, identity: own }).open('list/a', sealed)).toEqual(utf8('secret'));
    expect(await codeOf(() => key.open('list/b', sealed))).toBe('wrong_key');
    const other = 'd'.repeat(32) as AccountId;
    const strangers = [
      DeviceKey.of({ account: other, identity: own }),
      DeviceKey.of({ account, identity: identity() }),
    ];
    for (const stranger of strangers) {
      expect(await codeOf(() => stranger.open('list/a', sealed))).toBe('wrong_key');
    }
    expect(JSON.stringify(key)).toBe('"[device key]"');
  });

  it('that were damaged, or are of another shape, are not there', async () => {
    const store = new MemoryRecords();
    const records = new SealedRecords(store, DeviceKey.of({ account, identity: identity() }), place);
    await records.write('a', utf8('one'));
    await records.write('b', utf8('two'));
    expect(await records.names('')).toEqual(['a', 'b']);
    await store.put(place, [['a', new Uint8Array(50)]]);
    expect(await records.read('a')).toBeUndefined();
    expect(await records.read('b')).toEqual(utf8('two'));
    const shape = record({ size: integer(1) });
    await records.write('c', writeVersioned(shape, { size: 7 }, 100));
    expect(await records.readAs(shape, 'c', 100)).toEqual({ size: 7 });
    for (const [name, limit] of [
      ['a', 100],
      ['b', 100],
      ['c', 10],
      ['d', 100],
    ] as const)
      expect(await records.readAs(shape, name, limit), name).toBeUndefined();
    await records.forget(['b']);
    expect(await records.read('b')).toBeUndefined();
  });
});

describe('pending uploads', () => {
  const file = new File(['content'], 'scan.txt', { lastModified: 5000 });

  it('come back with what was sealed, for a week', async () => {
    const records = new SealedRecords(
      new MemoryRecords(),
      DeviceKey.of({ account, identity: identity() }),
      place,
    );
    let now = 1000;
    const pendings = new PendingUploads(records, () => now);
    const pending = upload(file);
    const notes = pendings.notes('u1', pending);
    const data = new Uint8Array([1, 2, 3]);
    const part = { number: 0, offset: 0, data, sha256: await sha256Large(data) };
    await notes.begun('b'.repeat(32) as typeof notes.upload & string);
    await notes.sealed(part);
    const found = await pendings.find('u1');
    expect(found).toEqual({ ...pending, upload: 'b'.repeat(32), parts: [part.sha256] });
    await notes.sealed(part);
    const other = { ...part, sha256: new Uint8Array(32) };
    expect(await codeOf(() => notes.sealed(other))).toBe('stale');
    expect([...(await pendings.all()).keys()]).toEqual(['u1']);
    now += 8 * 86_400;
    expect([...(await pendings.all()).keys()]).toEqual([]);
    expect(await pendings.find('u1')).toBeUndefined();
  });

  it('know their file by size and time', () => {
    const pending = upload(file);
    expect(isSameFile(pending, new File(['CONTENT'], 'renamed', { lastModified: 5000 }))).toBe(true);
    expect(isSameFile(pending, new File(['content'], 'scan.txt', { lastModified: 5001 }))).toBe(false);
    expect(isSameFile(pending, new File(['contents'], 'scan.txt', { lastModified: 5000 }))).toBe(false);
  });
});
