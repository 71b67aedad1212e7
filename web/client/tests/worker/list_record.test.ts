/** The list that an unlock shows at once: what is kept comes back, but for thumbnails, and not once its right has ended. */
import { describe, expect, it } from 'vitest';
import type { DocumentView, SectionView } from '../../src/ui/models.ts';
import type { VaultView } from '../../src/worker/documents.ts';
import { packList, readList } from '../../src/worker/list_record.ts';

const SECTIONS: readonly SectionView[] = [
  { id: '1'.repeat(32), kind: 'other', count: 4 },
  { id: '2'.repeat(32), kind: 'custom', name: 'Été', count: 1 },
];

function view(count: number): VaultView {
  const documents = Array.from({ length: count }, (_, index): DocumentView => {
    return {
      id: String(index).padStart(32, '0'),
      version: 1 + (index % 2),
      ...(index % 3 === 0 ? { tags: ['suivi', `genou ${index}`] } : {}),
      title: `Report ${index}`,
      ...(index % 3 === 0 ? { type: 'report' } : {}),
      section: SECTIONS[index % 2] ?? { id: '', kind: 'other' },
      date: `2026-01-0${1 + (index % 9)}`,
      added: new Date(1_790_000_000_000 + index),
      author: 'Anne',
      own: index % 2 === 0,
      mime: 'application/pdf',
      fileName: `report-${index}.pdf`,
      size: index,
      thumbnail: 'data:image/jpeg;base64,AAAA',
      masked: false,
    };
  });
  return { id: 'a'.repeat(32), sections: SECTIONS, documents, addable: SECTIONS.slice(0, 1), stamp: 'head' };
}

const read = (kept: VaultView, now = 0) => readList(Uint8Array.from(packList(kept)).buffer, now);

describe('the list that is kept', () => {
  it.each([0, 1, 2, 50])('comes back, newest first: %d documents', (count) => {
    const given = view(count);
    const found = read(given);
    const expected = [...given.documents]
      .map(({ thumbnail: _, ...rest }) => rest)
      .sort((a, b) => (a.date === b.date ? b.added.getTime() - a.added.getTime() : a.date < b.date ? 1 : -1));
    expect(found).toEqual({ ...given, stamp: undefined, documents: expected });
  });

  it('takes less than half of what its rows would as they are', () => {
    const given = view(50);
    expect(packList(given).length).toBeLessThan(JSON.stringify(given).length / 2);
  });

  it('is shown to a professional until their right ends, and of no other version', () => {
    const guest = { patient: 'Anne', notAfter: new Date(5000), depositsOnly: false, named: 0 };
    const given = { ...view(2), guest };
    expect(read(given, 4999)?.guest).toEqual(guest);
    expect(read(given, 5000)).toBeUndefined();
    const other = new TextDecoder().decode(packList(given)).replace('"version":3', '"version":2');
    expect(readList(Uint8Array.from(new TextEncoder().encode(other)).buffer, 0)).toBeUndefined();
  });
});
