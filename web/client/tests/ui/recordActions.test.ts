import { describe, expect, it } from 'vitest';
import { areTags, retagged, tagsIn } from '../../src/ui/recordActions';

describe('tags', () => {
  it('are what stands between commas, each once', () => {
    expect(tagsIn(' genou,  sport  d’hiver ,, genou , e\u0301te\u0301,')).toEqual([
      'genou',
      'sport d’hiver',
      'été',
    ]);
    expect(tagsIn(' , ')).toEqual([]);
    expect(tagsIn('a\u202eb\u0007, \u2066,c\td')).toEqual(['ab', 'c d']);
  });

  it('are added at the end and taken away', () => {
    expect(retagged(['a', 'b'], { add: ['c', 'a'], take: ['b'] })).toEqual(['a', 'c']);
    expect(retagged([], { add: [], take: ['b'] })).toEqual([]);
    // Who takes one away and writes it again wants it.
    expect(retagged(['b'], { add: ['b'], take: ['b'] })).toEqual(['b']);
  });

  it('are as many and as long as metadata takes', () => {
    const twenty = Array.from({ length: 20 }, (_, index) => `tag ${index}`);
    expect(areTags(twenty)).toBe(true);
    expect(areTags([...twenty, 'one more'])).toBe(false);
    // Code points are counted, not UTF-16 units.
    expect(areTags(['🙂'.repeat(50)])).toBe(true);
    expect(areTags(['x'.repeat(51)])).toBe(false);
  });
});
