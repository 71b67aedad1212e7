/** The journal's views: whose entries, what is asked for, and files for other programs. */
import { describe, expect, it } from 'vitest';
import { asCsv, asJson, journalRows } from '../../src/ui/journalExport';
import { documentsOf, groupOf, isAsked, isOwnOpening, NO_WISH, peopleOf } from '../../src/ui/journalFilter';
import type { JournalEntry } from '../../src/ui/models';

const at = (day: number) => new Date(2026, 10, day, 12, 30);
const OPENED: JournalEntry = {
  id: 'accesses:4',
  kind: 'access',
  time: at(20),
  actor: 'Dr Benali',
  person: 'key',
  subject: 'Bilan, "complet"',
  document: 'd1',
  mode: 'grant',
  reason: 'care',
};
const OWN: JournalEntry = { id: 'accesses:5', kind: 'access', time: at(21), mode: 'own', document: 'd1' };
const SHARED: JournalEntry = {
  id: 'accesses:6',
  kind: 'opening',
  time: at(22),
  actor: '=HYPERLINK("x")',
  mode: 'share',
};
const ALL = [OPENED, OWN, SHARED];
const sentence = (entry: JournalEntry) => `${entry.actor ?? 'you'} ${entry.kind}`;

describe('whose entry it is', () => {
  it('is a professional’s, one’s own, or a share’s', () => {
    expect(ALL.map(groupOf)).toEqual(['professionals', 'own', 'services']);
    expect(groupOf({ ...OPENED, actor: '' })).toBe('professionals');
    expect(ALL.filter(isOwnOpening)).toEqual([OWN]);
  });
});

describe('filters', () => {
  const ids = (wish: object) =>
    ALL.filter((entry) => isAsked(entry, { ...NO_WISH, ...wish }, () => sentence(entry))).map(({ id }) => id);

  it('ask for nothing at first', () => {
    expect(ids({})).toHaveLength(3);
  });

  it.each([
    [{ person: 'Dr Benali' }, ['accesses:4']],
    [{ document: 'd1' }, ['accesses:4', 'accesses:5']],
    [{ from: '2026-11-21' }, ['accesses:5', 'accesses:6']],
    [{ until: '2026-11-21' }, ['accesses:4', 'accesses:5']],
    [{ from: '2026-11-21', until: '2026-11-21' }, ['accesses:5']],
    [{ mode: 'share' }, ['accesses:6']],
    [{ query: 'bénali ACCESS' }, ['accesses:4']],
    [{ person: 'Dr Benali', mode: 'share' }, []],
  ])('%o', (wish, expected) => {
    expect(ids(wish)).toEqual(expected);
  });

  it('offer the people and documents that there are', () => {
    expect(peopleOf([...ALL, OPENED, { ...OPENED, actor: '' }])).toEqual(['=HYPERLINK("x")', 'Dr Benali']);
    expect(documentsOf([...ALL, OPENED])).toEqual([['d1', 'Bilan, "complet"']]);
  });
});

describe('exports', () => {
  const rows = journalRows(ALL, 'Me', sentence);

  it('are a table that a spreadsheet reads and does not run', () => {
    const [head, first, , third] = asCsv(rows).split('\r\n');
    expect(head).toBe('\uFEFFchain,seq,time,kind,actor,subject,mode,reason,text');
    expect(first).toBe(
      `accesses,4,${at(20).toISOString()},access,Dr Benali,"Bilan, ""complet""",grant,care,Dr Benali access`,
    );
    expect(third).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('are JSON that gives every entry back', () => {
    const found = JSON.parse(asJson(rows)) as { readonly actor: string; readonly seq: string }[];
    expect(found.map(({ actor, seq }) => [actor, seq])).toEqual([
      ['Dr Benali', '4'],
      ['Me', '5'],
      ['=HYPERLINK("x")', '6'],
    ]);
  });
});
