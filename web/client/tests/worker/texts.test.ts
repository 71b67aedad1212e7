/** Words of texts stay with their version, in the own vault alone, and unreadable in the store. */
import { beforeAll, describe, expect, it } from 'vitest';
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import { DeviceKey } from '../../src/crypto/device.ts';
import { fromUtf8, newId, type AccountId, type DocumentId, type VaultId } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { MemoryRecords, SealedRecords } from '../../src/vault/records.ts';
import { textCalls } from '../../src/worker/texts.ts';
import { readTexts } from '../../src/worker/texts_record.ts';
import type { Workplace } from '../../src/worker/workplace.ts';

beforeAll(ready);

const [first, second] = [newId<DocumentId>(), newId<DocumentId>()];

interface World {
  readonly calls: ReturnType<typeof textCalls>;
  readonly store: MemoryRecords;
  readonly place: { readonly origin: string; readonly account: AccountId };
  readonly vault: { id: VaultId; owned: boolean; state: { documents: Map<DocumentId, unknown> } };
}

function world(): World {
  const place = { origin: 'https://coffre.example', account: newId<AccountId>() };
  const store = new MemoryRecords();
  const key = DeviceKey.of({ account: place.account, identity: HybridIdentity.generate() });
  const records = new SealedRecords(store, key, place);
  const live = (version: number) => ({ versions: [{ manifest: { version } }] });
  const documents = new Map<DocumentId, unknown>([
    [first, live(1)],
    [second, live(1)],
  ]);
  const vault = { id: newId<VaultId>(), owned: true, state: { documents } };
  const workplace = { client: { records }, vault: () => Promise.resolve(vault) };
  return { calls: textCalls(workplace as unknown as Workplace), store, place, vault };
}

async function kept({ calls, vault }: World): Promise<Record<string, string>> {
  const data = await calls.kept(vault.id);
  return Object.fromEntries(readTexts(data ?? new ArrayBuffer(0)).map(({ id, words }) => [id, words]));
}

describe('words of texts', () => {
  it('come back as they were kept', async () => {
    const here = world();
    expect(await here.calls.keep(here.vault.id, first, 1, 'Amoxicilline, amoxicilline.')).toBe(
      'amoxicilline',
    );
    await here.calls.keep(here.vault.id, second, 1, '');
    expect(await kept(here)).toEqual({ [first]: 'amoxicilline', [second]: '' });
  });

  it('are sealed', async () => {
    const here = world();
    await here.calls.keep(here.vault.id, first, 1, 'amoxicilline');
    const [name = ''] = await here.store.names(here.place, '');
    const data = await here.store.get(here.place, name);
    expect(name).toBe(`words/${here.vault.id}/${first}`);
    expect(data?.length).toBeGreaterThan(40);
    expect(Buffer.from(data ?? []).includes('amoxicilline')).toBe(false);
    expect(() => fromUtf8(data ?? new Uint8Array())).toThrow();
  });

  it('are forgotten with their version or document', async () => {
    const here = world();
    await here.calls.keep(here.vault.id, first, 1, 'one');
    await here.calls.keep(here.vault.id, second, 1, 'two');
    here.vault.state.documents.set(first, { versions: [{ manifest: { version: 2 } }] });
    here.vault.state.documents.set(second, { versions: [{ manifest: { version: 1 } }], removed: 5 });
    expect(await kept(here)).toEqual({});
    expect(await here.store.names(here.place, '')).toEqual([]);
  });

  it('of others’ vaults are not kept', async () => {
    const here = world();
    here.vault.owned = false;
    expect(await here.calls.keep(here.vault.id, first, 1, 'one')).toBeNull();
    expect(await here.calls.kept(here.vault.id)).toBeNull();
    expect(await here.store.names(here.place, '')).toEqual([]);
  });
});
