/** What is read from a server that may answer anything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readCreated,
  readPage,
  readServer,
  readSignedIn,
  readUpload,
  readVaults,
} from '../../src/api/types.ts';
import { codeOf } from '../crypto/vectors.ts';

const id = '0123456789abcdef0123456789abcdef';
const key = 'A'.repeat(43);
const vault = { vault: id, role: 'grant', grant: id, rights: ['read'], sections: [id], size: 3, head: key };

describe('answers', () => {
  it('are read with what is known in them', () => {
    expect(readVaults({ vaults: [vault] }).vaults[0]).toMatchObject({ role: 'grant', rights: ['read'] });
  });

  it('may have members of a later server, and null where something is absent', () => {
    const found = readCreated({ account: id, vault: null, csrf: 'x', later: [1.5, true] });
    expect(found).toEqual({ account: id, csrf: 'x' });
  });

  it.each([
    ['no object', null],
    ['a list', []],
    ['a missing member', { account: id }],
    ['another type', { account: id, csrf: 1 }],
    ['an identifier off its grammar', { account: id.toUpperCase(), csrf: 'x' }],
    ['a number as identifier', { account: 12, csrf: 'x' }],
    ['a text without end', { account: id, csrf: 'x'.repeat(1000) }],
  ])('with %s are malformed', async (_, value) => {
    expect(await codeOf(() => readCreated(value))).toBe('malformed');
  });

  it('with a boolean, fraction or negative number where a count belongs are malformed', async () => {
    for (const number of [true, 1.5, -1, '3', 2 ** 60]) {
      const value = { upload: id, length: number, part_size: 1, parts: [] };
      expect(await codeOf(() => readUpload(value))).toBe('malformed');
    }
  });

  it('give a value or one typed error, whatever JSON comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        for (const reader of [readServer, readSignedIn, readVaults, readUpload]) {
          expect(['ok', 'malformed', 'limit_exceeded']).toContain(await codeOf(() => reader(value)));
        }
        expect(['ok', 'malformed', 'limit_exceeded']).toContain(await codeOf(() => readPage(value)));
      }),
      { numRuns: 200 },
    );
  });
});
