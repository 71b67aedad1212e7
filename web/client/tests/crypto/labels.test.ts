/** K8 of the published attacks: a key is used for one thing. Signatures of one kind as another: `confusion.json`. */
import { beforeAll, expect, test } from 'vitest';
import type { CoffreError } from '../../src/crypto/errors.ts';
import * as labels from '../../src/crypto/labels.ts';
import { ready, Wrap } from '../../src/crypto/primitives.ts';

const ALL: readonly string[] = Object.values(labels);

beforeAll(ready);

test('K8: every label has one use', () => {
  expect(new Set(ALL).size).toBe(ALL.length);
  expect(ALL.some((label) => label.includes('\0'))).toBe(false);
});

test('K8: what was wrapped under one label opens under no other', () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const context = { vault: '0'.repeat(32) };
  const opened = ALL.flatMap((one) => {
    const sealed = new Wrap(one).seal(key, context, new Uint8Array(3));
    return ALL.filter((other) => opens(other, key, context, sealed)).map((other) => [one, other]);
  });
  expect(opened).toEqual(ALL.map((label) => [label, label]));
});

function opens(label: string, key: Uint8Array, context: { vault: string }, sealed: Uint8Array): boolean {
  try {
    new Wrap(label).open(key, context, sealed);
    return true;
  } catch (thrown) {
    expect((thrown as CoffreError).code).toBe('wrong_key');
    return false;
  }
}
