/** Searching and sorting what was opened on this device: nothing of it leaves the page. */
import { fold } from '../search/fold.ts';
import type { DocumentView, Language } from './models';

export const SORTS = ['newest', 'oldest', 'added', 'title'] as const;
export type Sort = (typeof SORTS)[number];

/** By list, then by order and language: a page that comes back sorts nothing again. */
const SORTED = new WeakMap<readonly DocumentView[], Map<string, readonly DocumentView[]>>();

/** Every word of the query is found somewhere, whatever the accents and the case. */
export function matches(query: string, texts: readonly string[]): boolean {
  const haystack = fold(texts.join(' '));
  return fold(query)
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

export function sortDocuments(
  documents: readonly DocumentView[],
  sort: Sort,
  language: Language,
): readonly DocumentView[] {
  const known = SORTED.get(documents) ?? new Map<string, readonly DocumentView[]>();
  SORTED.set(documents, known);
  const order = `${sort} ${language}`;
  const sorted = known.get(order) ?? sortedBy(documents, sort, language);
  known.set(order, sorted);
  return sorted;
}

function sortedBy(
  documents: readonly DocumentView[],
  sort: Sort,
  language: Language,
): readonly DocumentView[] {
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const byDate = (a: DocumentView, b: DocumentView) =>
    compare(b.date, a.date) || b.added.getTime() - a.added.getTime() || compare(a.id, b.id);
  const orders: Record<Sort, (a: DocumentView, b: DocumentView) => number> = {
    newest: byDate,
    oldest: (a, b) => byDate(b, a),
    added: (a, b) => b.added.getTime() - a.added.getTime(),
    title: (a, b) => collator.compare(a.title, b.title),
  };
  return [...documents].sort(orders[sort]);
}

/** Of dates and identifiers, which need no language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
