/** How a document is cut into parts: as the server wants, larger when it is large, never off the format's limits. */
import { expect, it } from 'vitest';
import { MAX_PART_SIZE, MIN_PART_SIZE } from '../../src/crypto/statements.ts';
import { partSizeOf } from '../../src/vault/adding.ts';

const MIB = 1 << 20;

it.each([
  [8 * MIB, 0, 8 * MIB],
  [8 * MIB, 256 * MIB - 1, 8 * MIB],
  [8 * MIB, 256 * MIB, 16 * MIB],
  [MIN_PART_SIZE, 5 * 1024 * MIB, 2 * MIN_PART_SIZE],
  [MAX_PART_SIZE, 5 * 1024 * MIB, MAX_PART_SIZE],
])('a server that wants %d, for %d bytes: parts of %d', (part_size, size, chosen) => {
  expect(partSizeOf({ limits: { part_size } }, size)).toBe(chosen);
});
