import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECTION_KINDS } from '../../src/crypto/sections';
import { PROFESSIONS } from '../../src/crypto/statements';
import { PROFESSION_CODES } from '../../src/ui/models';
import { NOT_GRANTABLE, SCOPE_VERSION, scopeOf } from '../../src/ui/scopes';

describe('scopes', () => {
  it('are proposed for every profession that may be granted, of sections that exist', () => {
    expect([...PROFESSION_CODES].sort()).toEqual([...PROFESSIONS].sort());
    for (const code of [...PROFESSION_CODES, undefined]) {
      const { sections, rights } = scopeOf(code);
      expect(sections.length, code).toBeGreaterThan(0);
      for (const kind of sections) expect(SECTION_KINDS).toContain(kind);
      expect(sections).not.toContain('masked');
      expect(sections).not.toContain('inbox');
      expect([['read'], ['add', 'read']]).toContainEqual(rights);
    }
  });

  it('differ by profession, and are less for who needs less', () => {
    expect(scopeOf('28').sections).toEqual(['prescriptions', 'vision']);
    expect(scopeOf('40').sections).not.toContain('directives');
    expect(scopeOf('28').rights).toEqual(['read']);
    expect(scopeOf('10').rights).toEqual(['add', 'read']);
    expect(scopeOf().sections).not.toContain('mental_health');
  });

  it('say which version of the table it is', () => {
    const table = readFileSync(
      new URL('../../../../vault/data/profession_sections.tsv', import.meta.url),
      'utf8',
    );
    expect(table).toContain(`version ${SCOPE_VERSION} (`);
  });

  it('name everyone who is given nothing, with a reason in both languages', () => {
    expect(NOT_GRANTABLE.map(({ kind }) => kind)).toEqual([
      'occupational_doctor',
      'insurer',
      'bank',
      'employer',
    ]);
    for (const { label, why } of NOT_GRANTABLE) {
      for (const language of ['fr', 'en'] as const) {
        expect(label[language]).not.toBe('');
        expect(why[language].length).toBeGreaterThan(40);
      }
    }
  });
});
