/** Summaries of others that are made to be long (what they say is in the vectors). */
import { expect, test } from 'vitest';
import { readSummary } from '../../src/crypto/summaries.ts';

test('a summary is cut, however often its resources are named and however long their lists are', () => {
  const coding = [...Array<object>(50_000).fill({ code: '' }), { code: 'late' }];
  const resource = { resourceType: 'Condition', id: 'c', code: { text: 'x', coding } };
  const entry = Array<object>(700).fill({ reference: 'Condition/c' });
  const section = Array.from({ length: 200 }, (_, number) => ({ title: String(number), entry }));
  const composition = { resourceType: 'Composition', section };
  const bundle = { type: 'document', entry: [{ resource: composition }, { resource }] };
  const lengths = readSummary(bundle)?.sections.map(({ items }) => items.length);
  expect(lengths).toEqual([700, 300, ...Array<number>(98).fill(0)]);
});
