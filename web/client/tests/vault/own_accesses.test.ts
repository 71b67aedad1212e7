/** A professional's own accesses: every statement is one that the account signed, in this vault, in order. */
import { beforeAll, describe, expect, it } from 'vitest';
import { entryToWire, makeEntry, parseEntryHeader, type Entry } from '../../src/crypto/journal.ts';
import type { DocumentId, GrantId, KeyId, VaultId } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { keyId, SigningKey } from '../../src/crypto/signing.ts';
import { sign, type Access } from '../../src/crypto/statements.ts';
import { readOwnAccesses } from '../../src/vault/own_accesses.ts';
import type { OpenVault } from '../../src/vault/vaults.ts';

const VAULT = 'a'.repeat(32) as VaultId;
let mine: SigningKey;
let other: SigningKey;

beforeAll(async () => {
  await ready();
  mine = SigningKey.generate();
  other = SigningKey.generate();
});

const idOf = (key: SigningKey): KeyId => keyId(key.public, new Uint8Array(1216));

function entry(seq: number, key: SigningKey, signer = key, vault = VAULT): Entry {
  const statement: Access = {
    kind: 'access',
    author: idOf(key),
    time: 1_800_000_000,
    vault,
    document: 'd'.repeat(32) as DocumentId,
    grant: 'e'.repeat(32) as GrantId,
    mode: 'grant',
    nonce: new Uint8Array(16).fill(seq),
    reason: 'care',
    version: 1,
  };
  const position = { seq, prev: new Uint8Array(32), time: 1_800_000_000 };
  return makeEntry(statement, sign(statement, signer), position);
}

/** A vault whose server answers these entries once, then none. */
function vaultWith(...entries: readonly Entry[]): OpenVault {
  const pages = [entries, []];
  const get = (_path: string, reader: (value: unknown) => unknown) =>
    Promise.resolve(reader({ entries: (pages.shift() ?? []).map(entryToWire) }));
  const client = { me: idOf(mine), keyring: { signing: mine }, api: { get } };
  return { id: VAULT, client } as unknown as OpenVault;
}

describe('own accesses', () => {
  it('are shown newest first', async () => {
    const found = await readOwnAccesses(vaultWith(entry(7, mine), entry(3, mine)));
    expect(found.map(({ header }) => header.seq)).toEqual([7, 3]);
    expect(parseEntryHeader(entry(7, mine).header).kind).toBe('access');
  });

  it.each([
    ['somebody else’s', () => [entry(1, other)]],
    ['signed by another key', () => [entry(1, mine, other)]],
    ['of another vault', () => [entry(1, mine, mine, 'b'.repeat(32) as VaultId)]],
    ['out of order', () => [entry(1, mine), entry(2, mine)]],
    ['twice', () => [entry(1, mine), entry(1, mine)]],
    ['withheld', () => [{ header: entry(1, mine).header }]],
  ])('are refused when %s', async (_, entries) => {
    await expect(readOwnAccesses(vaultWith(...entries()))).rejects.toMatchObject({ code: 'tampered' });
  });
});
