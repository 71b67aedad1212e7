import { describe, expect, it } from 'vitest';
import {
  BROWSING,
  linesOf,
  NO_WISH,
  selected,
  valuesOf,
  wanted,
  wishes,
  type Browsing,
} from '../../src/ui/browsing';
import type { DocumentView } from '../../src/ui/models';

function document(id: string, date: string, given: Partial<DocumentView> = {}): DocumentView {
  return {
    id,
    version: 1,
    title: id,
    section: { id: 'reports', kind: 'reports' },
    date,
    added: new Date(0),
    author: 'Anne',
    own: true,
    mime: 'application/pdf',
    fileName: `${id}.pdf`,
    size: 1,
    masked: false,
    ...given,
  };
}

const ALL = [
  document('a', '2026-03-02', { tags: ['knee'], type: '18748-4' }),
  document('b', '2025-12-31', { author: 'Dr Okoye', own: false, isNew: true }),
  document('c', '2026-03-30', {
    section: { id: 'm', kind: 'masked' },
    masked: true,
    tags: ['knee', 'sport'],
  }),
];

function ids(browsing: Partial<Browsing>, found?: readonly string[]): string {
  const shown = wanted(ALL, { ...BROWSING, ...browsing }, { found, language: 'fr' });
  return shown.map(({ id }) => id).join('');
}

describe('looking through a vault', () => {
  it.each([
    [{}, 'cab'],
    [{ section: 'reports' }, 'ab'],
    [{ type: '18748-4' }, 'a'],
    [{ author: 'Dr Okoye' }, 'b'],
    [{ tag: 'knee' }, 'ca'],
    [{ status: 'new' }, 'b'],
    [{ status: 'masked' }, 'c'],
    [{ status: 'own' }, 'ca'],
    [{ from: '2026-03-02' }, 'ca'],
    [{ until: '2026-03-02' }, 'ab'],
    [{ tag: 'knee', until: '2026-03-29' }, 'a'],
  ] as const)('asks for %o', (wish, expected) => {
    expect(ids({ wish: { ...NO_WISH, ...wish } })).toBe(expected);
  });

  it('keeps the order of the search unless another was chosen', () => {
    expect(ids({}, ['b', 'gone', 'a'])).toBe('ba');
    expect(ids({ order: 'newest' }, ['b', 'a'])).toBe('ab');
    expect(ids({ layout: 'months' }, ['b', 'a'])).toBe('ab');
    expect(ids({ wish: { ...NO_WISH, tag: 'knee' } }, ['b', 'a'])).toBe('a');
    expect(ids({}, [])).toBe('');
  });

  it('counts what is asked for besides the section', () => {
    expect(wishes({ ...NO_WISH, section: 'm' })).toBe(0);
    expect(wishes({ ...NO_WISH, from: '2026-01-01', status: 'new' })).toBe(2);
  });

  it('heads months, in the order of days', () => {
    const shown = wanted(ALL, { ...BROWSING, layout: 'months', sort: 'title' }, { language: 'fr' });
    const lines = linesOf(shown, 'months').map((line) =>
      'month' in line ? `${line.month}:${line.count}` : line.position,
    );
    expect(lines).toEqual(['2026-03:2', 1, 2, '2025-12:1', 3]);
  });

  it('lists values by how often they stand', () => {
    expect(valuesOf(ALL, ({ tags = [] }) => tags)).toEqual(['knee', 'sport']);
    expect(valuesOf(ALL, ({ author }) => [author])).toEqual(['Anne', 'Dr Okoye']);
  });
});

describe('a selection', () => {
  const pressed = (before: string, id: string, to?: string) =>
    [...selected(new Set(before), ALL, { id, to })].sort().join('');
  it('turns one on and off', () => {
    expect(pressed('', 'b')).toBe('b');
    expect(pressed('ab', 'b')).toBe('a');
  });
  it('takes everything between two rows, either way', () => {
    expect(pressed('a', 'c', 'a')).toBe('abc');
    expect(pressed('c', 'a', 'c')).toBe('abc');
    expect(pressed('abc', 'a', 'b')).toBe('c');
    expect(pressed('', 'b', 'not shown')).toBe('b');
  });
});
