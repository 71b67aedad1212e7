/**
 * The thread that searches: holds the index of one vault's documents, and no key. Ends with the page's session.
 *
 * What it is given to look through comes in slices, so that no page waits for a long one to be written down.
 */
import * as Comlink from 'comlink';
import { formatDay } from '../i18n/format.ts';
import { RecordIndex, type Found, type Searched } from '../search/record_index.ts';
import { documentTypeLabel } from '../ui/documentTypes.ts';
import type { Language } from '../ui/models';
import { readTexts } from './texts_record.ts';

/** A document as a list has it: `type` is a code, `date` YYYY-MM-DD. */
export type Row = Searched;

/** So many texts are taken in before the next question is answered: some tens of milliseconds. */
const AT_ONCE = 50;

function makeSearching() {
  const index = new RecordIndex();
  let coming: Row[] = [];
  return {
    begin(): void {
      coming = [];
    },
    more(rows: readonly Row[]): void {
      coming.push(...rows);
    },
    /** What came since `begin` is what there is. */
    settle(language: Language): void {
      index.documents(coming.map((row) => inWords(row, language)));
      coming = [];
    },
    /** Texts as the engine keeps them; the documents that they are of. */
    async texts(kept: ArrayBuffer): Promise<readonly string[]> {
      const texts = readTexts(kept);
      for (let start = 0; start < texts.length; start += AT_ONCE) {
        index.addTexts(texts.slice(start, start + AT_ONCE));
        // Whoever types meanwhile is answered from what there is.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      return texts.map(({ id }) => id);
    },
    text(id: string, words: string): void {
      index.addTexts([{ id, words }]);
    },
    search(question: string): Found | undefined {
      return index.search(question);
    },
  };
}

function inWords(row: Row, language: Language): Searched {
  const type = row.type === '' ? '' : documentTypeLabel(row.type, language).text;
  return { ...row, type, date: `${row.date} ${formatDay(row.date, language)}` };
}

export type Searching = ReturnType<typeof makeSearching>;

Comlink.expose(makeSearching());
