/** What is new since a professional's last visit: marked for the visit, counted in the list, sealed at rest. */
import { beforeAll, expect, it } from 'vitest';
import { HybridIdentity } from '../../src/crypto/age_recipients';
import { DeviceKey } from '../../src/crypto/device';
import type { AccountId } from '../../src/crypto/encoding';
import { ready } from '../../src/crypto/primitives';
import { MemoryRecords, SealedRecords } from '../../src/vault/records';
import type { OpenVault } from '../../src/vault/vaults';
import { Visits } from '../../src/worker/visits';
import type { VaultView } from '../../src/worker/documents';

beforeAll(ready);

const ME = 'me';
type Added = readonly (readonly [id: string, added: number, author: string])[];

function vaultOf(added: Added): OpenVault {
  const documents = added.map(([document, at, author]) => ({
    document,
    versions: [{ added: at, manifest: { author } }],
  }));
  return { id: 'v', client: { me: ME }, documents: () => documents } as unknown as OpenVault;
}

function viewOf(added: Added): VaultView {
  const documents = added.map(([id, at, author]) => ({ id, added: new Date(at * 1000), own: author === ME }));
  return { id: 'v', documents } as unknown as VaultView;
}

const BEFORE: Added = [['a', 100, 'patient']];
const AFTER: Added = [...BEFORE, ['b', 200, 'patient'], ['c', 210, ME]];
const newIn = (view: VaultView) => view.documents.filter(({ isNew }) => isNew).map(({ id }) => id);

it('marks what others added until the next unlock, and counts from what was seen', async () => {
  const store = new MemoryRecords();
  const place = { origin: 'https://coffre.example', account: 'a'.repeat(32) as AccountId };
  const key = DeviceKey.of({ account: place.account, identity: HybridIdentity.generate() });
  const records = new SealedRecords(store, key, place);
  const first = new Visits();
  expect(await first.since(records, vaultOf(BEFORE))).toBe('never');
  expect(newIn(await first.visit(records, vaultOf(BEFORE), viewOf(BEFORE)))).toEqual([]);
  expect(await first.since(records, vaultOf(BEFORE))).toBe(0);

  const later = new Visits();
  expect(await later.since(records, vaultOf(AFTER))).toBe(1);
  expect(newIn(await later.visit(records, vaultOf(AFTER), viewOf(AFTER)))).toEqual(['b']);
  expect(await later.since(records, vaultOf(AFTER))).toBe(0);
  // Back from the document, it is still marked.
  expect(newIn(await later.visit(records, vaultOf(AFTER), viewOf(AFTER)))).toEqual(['b']);
  expect(newIn(await new Visits().visit(records, vaultOf(AFTER), viewOf(AFTER)))).toEqual([]);
  expect(new TextDecoder().decode(await store.get(place, 'visit/v'))).not.toContain('210');
});
