/** What an export says of itself, and where it puts things: nothing in a title or a name gets out of its place. */
import { describe, expect, it } from 'vitest';
import { exportPage, type ExportRow, type ExportWords } from '../../src/vault/export_index.ts';
import { freeName, safeName, withSuffix } from '../../src/vault/file_names.ts';

const WORDS: ExportWords = {
  language: 'en',
  heading: 'Record',
  made: 'Exported today',
  missing: 'Missing',
  journal: 'Journal',
  profile: 'Profile',
  columns: {
    date: 'Date',
    title: 'Title',
    section: 'Section',
    author: 'Author',
    size: 'Bytes',
    path: 'File',
  },
  sections: { imaging: 'Imaging' },
};
const ROW: ExportRow = {
  id: '0'.repeat(32),
  version: 1,
  title: '<script>alert(1)</script>',
  name: 'a#b %41.pdf',
  type: null,
  mime: 'application/pdf',
  section: 'imaging',
  date: '2026-03-02',
  author: '"Dr" & <i>co</i>',
  size: 12,
  sha256: null,
  added: '2026-03-02T00:00:00Z',
  path: 'imaging/a#b %41.pdf',
};

describe('file names', () => {
  // The cases of tests/vault/client/test_destination.py.
  it.each([
    ['scan.dcm', 'scan.dcm'],
    ['../../.bashrc', 'bashrc'],
    ['/etc/passwd', 'etcpasswd'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['lpt1.tar.gz', '_lpt1.tar.gz'],
    ['...', 'fallback'],
    ['', 'fallback'],
    ['a\x00b\x1f.txt', 'ab.txt'],
    ['a\u202etxt.exe', 'atxt.exe'],
    ['trailing. ', 'trailing'],
    ['é'.repeat(5000) + '.pdf', 'é'.repeat(98) + '.pdf'],
  ])('%j becomes %j', (name, expected) => {
    expect(safeName(name, 'fallback')).toBe(expected);
  });

  it('are free among those without regard to capitals', () => {
    const taken = new Set(['a.txt']);
    expect(freeName('a.txt', taken)).toBe('a (2).txt');
    expect(freeName('A (2).TXT', taken)).toBe('A (2) (2).TXT');
    expect(freeName('plain', taken)).toBe('plain');
    expect(freeName('plain', taken)).toBe('plain (2)');
    expect(withSuffix('scan.tar.gz', ' v2')).toBe('scan.tar v2.gz');
    expect(withSuffix('.gz', ' v2')).toBe('.gz v2');
  });
});

describe('the page of an export', () => {
  const page = exportPage([ROW], WORDS, { missing: ['<b>x</b>'], journal: 'journal.csv' });

  it('has no element of a title, an author or a name, and asks for nothing', () => {
    expect(page).not.toMatch(/<script|<i>|<b>|https?:|src=/);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('&#60;script&#62;');
  });

  it('leads to each file by its name, whatever is in it', () => {
    expect(page).toContain('href="./imaging/a%23b%20%2541.pdf"');
    expect(page).toContain('<td>Imaging</td>');
    expect(page).toContain('href="./journal.csv"');
  });
});
