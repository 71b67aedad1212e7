/** The ledger after own statements: what the server answers is folded as it is, and nothing is fetched for it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import { DeviceKey } from '../../src/crypto/device.ts';
import { b64u, randomBytes, type AccountId, type KeyId, type VaultId } from '../../src/crypto/encoding.ts';
import { entryHash, pageFromWire, type Entry, type Page } from '../../src/crypto/journal.ts';
import { ready } from '../../src/crypto/primitives.ts';
import type { Client } from '../../src/vault/client.ts';
import { answeredEntry } from '../../src/vault/drafts.ts';
import { LedgerChain } from '../../src/vault/ledger_sync.ts';
import { MemoryPins } from '../../src/vault/pins.ts';
import { MemoryRecords, SealedRecords } from '../../src/vault/records.ts';
import { list, object, text, vectorsOf } from '../crypto/vectors.ts';

beforeAll(ready);

const account = 'c'.repeat(32) as AccountId;

/** A patient's device at a server that shows the first `shown` entries of a story, and counts how often it is asked. */
function setUp(shown: number) {
  const found = vectorsOf(['ledger']).find(({ name }) => name.endsWith('/story-for-the-owner.json'));
  if (found === undefined) throw new Error('no such vector');
  const { fields } = found;
  const pages = list<unknown>(fields, 'pages').map(pageFromWire);
  const entries = pages.flatMap((page) => page.entries);
  const place = { origin: 'https://coffre.example', account };
  const deviceKey = DeviceKey.of({ account, identity: HybridIdentity.generate() });
  const server = { asked: 0, shown };
  const answer = (path: string): Promise<Page> => {
    server.asked += 1;
    const from = Number(/from=(\d+)/.exec(path)?.[1]);
    const last = entries[server.shown - 1];
    if (last === undefined) throw new Error('no entries');
    return Promise.resolve({
      size: server.shown,
      head: entryHash(last.header),
      entries: entries.slice(from, server.shown),
      cards: pages.flatMap((page) => page.cards),
    });
  };
  const viewer = {
    key: text(object(fields, 'viewer'), 'key') as KeyId,
    sections: new Set<never>(),
  };
  const client = {
    api: { origin: place.origin, get: answer },
    keyring: { vault: undefined, pins: { vaults: {} } },
    me: viewer.key,
    pins: new MemoryPins(),
    records: new SealedRecords(new MemoryRecords(), deviceKey, place),
  } as unknown as Client;
  const open = () => LedgerChain.open(client, text(fields, 'vault') as VaultId);
  return { entries, open, server, viewer, whole: pages };
}

describe('what a server answers to an own statement', () => {
  it('is folded without asking for it, and read again from what is kept', async () => {
    const { entries, open, server, viewer, whole } = setUp(6);
    const chain = await open();
    await chain.foldAs(viewer);
    const { asked } = server;
    for (const entry of entries.slice(6)) expect(chain.follow(entry)).toBe(true);
    expect(server.asked).toBe(asked);
    expect(chain.events.map(({ header }) => header.seq)).toEqual([...entries.keys()]);
    expect(chain.ledger.position()).toEqual({ size: entries.length, head: whole.at(-1)?.head });
    server.shown = entries.length;
    await chain.foldAs(viewer);
    expect(chain.events).toHaveLength(entries.length);
    await expect.poll(async () => (await open()).ledger.state.size).toBe(entries.length);
  });

  it('changes nothing where it does not follow, or is not signed', async () => {
    const { entries, open, viewer } = setUp(6);
    const chain = await open();
    await chain.foldAs(viewer);
    const before = chain.ledger;
    const [next, later] = entries.slice(6);
    if (next?.body === undefined || later === undefined) throw new Error('no entries');
    const { salt, signed } = next.body;
    const forged: Entry = { ...next, body: { salt, signed: { ...signed, signature: randomBytes(64) } } };
    for (const entry of [later, forged, { header: next.header }, undefined]) {
      expect(chain.follow(entry)).toBe(false);
    }
    expect(chain.ledger).toBe(before);
    expect(chain.events).toHaveLength(6);
    expect(chain.follow(next)).toBe(true);
  });

  it('has the metadata that was sent along; only a new document is taken from an answer', () => {
    const entry: Entry = { header: new Uint8Array(3) };
    const metadata = randomBytes(20);
    const sent = { metadata: b64u(metadata) };
    expect(answeredEntry('manifest', sent, entry)).toEqual({ ...entry, metadata });
    for (const kind of ['removal', 'revocation', 'refile', 'restoral']) {
      expect(answeredEntry(kind, sent, entry)).toBeUndefined();
    }
  });
});
