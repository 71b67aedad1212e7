/** Folders that are dropped give their files, and not what systems leave in them. */
import type { DropItem } from 'react-aria-components';
import { expect, it } from 'vitest';
import { filesOf, MOST_FILES } from '../../src/ui/droppedFiles';

const file = (name: string): DropItem => ({
  kind: 'file',
  name,
  type: '',
  getFile: () => Promise.resolve(new File(['x'], name)),
  getText: () => Promise.resolve('x'),
});
const folder = (name: string, ...items: readonly DropItem[]): DropItem => ({
  kind: 'directory',
  name,
  async *getEntries() {
    for (const item of items) yield await Promise.resolve(item as never);
  },
});
const text: DropItem = { kind: 'text', types: new Set(['text/plain']), getText: () => Promise.resolve('x') };
const names = async (...items: readonly DropItem[]) => (await filesOf(items)).map(({ name }) => name);

it('takes files of folders in folders', async () => {
  const scans = folder(
    'scans',
    file('.DS_Store'),
    folder('2026', file('a.pdf'), file('Thumbs.db')),
    file('b.pdf'),
  );
  expect(await names(file('first.pdf'), text, scans, folder('empty'))).toEqual([
    'first.pdf',
    'a.pdf',
    'b.pdf',
  ]);
  expect(await names(file('.chosen'))).toEqual(['.chosen']);
});

it('stops at a number that no record has', async () => {
  const many = Array.from({ length: MOST_FILES + 5 }, (_, index) => file(`${index}.pdf`));
  expect(await names(folder('many', ...many))).toHaveLength(MOST_FILES);
});
