import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENGLISH_TYPE_LABELS } from '../../src/ui/documentTypeLabels';
import {
  DOCUMENT_TYPES,
  documentTypeLabel,
  PLAIN_CLASSES,
  sectionForType,
  typesOf,
} from '../../src/ui/documentTypes';

const TABLE = new URL('../../../../vault/data/document_types.tsv', import.meta.url);

describe('document types', () => {
  it('are the 101 of the table, in its order', () => {
    const codes = readFileSync(TABLE, 'utf8')
      .split('\n')
      .filter((line) => line.includes('\t'))
      .slice(1)
      .map((line) => line.split('\t')[0]);
    expect(DOCUMENT_TYPES.map((type) => type.code)).toEqual(codes);
    expect(codes).toHaveLength(101);
  });

  it('each have an English label, and no label is for nothing', () => {
    expect(Object.keys(ENGLISH_TYPE_LABELS).sort()).toEqual(DOCUMENT_TYPES.map((type) => type.code).sort());
  });

  it('are each offered once under a plain word', () => {
    const offered = PLAIN_CLASSES.flatMap((section) => typesOf(section).map((type) => type.code));
    expect([...offered].sort()).toEqual(DOCUMENT_TYPES.map((type) => type.code).sort());
    for (const section of PLAIN_CLASSES) expect(typesOf(section).length, section).toBeGreaterThan(0);
  });

  it('propose the section that people expect', () => {
    expect(sectionForType('57833-6')).toBe('prescriptions');
    expect(sectionForType('11502-2')).toBe('laboratory');
    expect(sectionForType('EXPPAT_3')).toBe('directives');
    expect(sectionForType('unknown')).toBe('other');
  });

  it('show an unknown code as it is', () => {
    expect(documentTypeLabel('X-1', 'en')).toEqual({ text: 'X-1' });
  });
});
