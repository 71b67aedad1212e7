/** The files of what was dropped, with those of its folders; what systems leave in folders for themselves is left out. */
import { isDirectoryDropItem, isFileDropItem } from 'react-aria-components';
import type { DropItem } from 'react-aria-components';

/** More at once is rather a mistake than a health record. */
export const MOST_FILES = 2000;
const LEFTOVER = /^(\..*|~\$.*|thumbs\.db|desktop\.ini|__macosx)$/i;

/** In the order of folders, at most `MOST_FILES`. */
export async function filesOf(items: Iterable<DropItem> | AsyncIterable<DropItem>): Promise<readonly File[]> {
  const files: File[] = [];
  await gather(items, files, false);
  return files;
}

async function gather(
  items: Iterable<DropItem> | AsyncIterable<DropItem>,
  files: File[],
  inFolder: boolean,
): Promise<void> {
  for await (const item of items) {
    if (files.length >= MOST_FILES) return;
    const named = 'name' in item ? item.name : '';
    if (inFolder && LEFTOVER.test(named)) continue;
    if (isFileDropItem(item)) files.push(await item.getFile());
    else if (isDirectoryDropItem(item)) await gather(item.getEntries(), files, true);
  }
}
