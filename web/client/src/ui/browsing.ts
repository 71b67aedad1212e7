/**
 * How somebody looks through a vault: what is asked for, in which order, as a list or by month. Plain functions, no state.
 *
 * None of it stands in an address: a reload would tell the server, and the browser's history would keep it after a lock.
 */
import type { DocumentView, Language } from './models';
import { sortDocuments, type Sort } from './search';

export const STATUSES = ['new', 'masked', 'own'] as const;
export type Status = (typeof STATUSES)[number];

/** An empty text asks for nothing. Days are `YYYY-MM-DD`, both included. */
export interface Wish {
  readonly section: string;
  readonly type: string;
  readonly author: string;
  readonly tag: string;
  readonly status: Status | '';
  readonly from: string;
  readonly until: string;
}

export const NO_WISH: Wish = { section: '', type: '', author: '', tag: '', status: '', from: '', until: '' };

/** `best`: as the search found them; only while something is searched. */
export type Order = Sort | 'best';
export type Layout = 'list' | 'months';

export interface Browsing {
  readonly wish: Wish;
  readonly query: string;
  readonly sort: Sort;
  readonly order: Order;
  readonly layout: Layout;
  /** How far the page was scrolled, in pixels. */
  readonly scrolled: number;
}

export const BROWSING: Browsing = {
  wish: NO_WISH,
  query: '',
  sort: 'newest',
  order: 'best',
  layout: 'list',
  scrolled: 0,
};

export function isWanted(document: DocumentView, wish: Wish): boolean {
  return (
    (wish.section === '' || document.section.id === wish.section) &&
    (wish.type === '' || document.type === wish.type) &&
    (wish.author === '' || document.author === wish.author) &&
    (wish.tag === '' || document.tags?.includes(wish.tag) === true) &&
    (wish.from === '' || document.date >= wish.from) &&
    (wish.until === '' || document.date <= wish.until) &&
    hasStatus(document, wish.status)
  );
}

function hasStatus(document: DocumentView, status: Status | ''): boolean {
  switch (status) {
    case '':
      return true;
    case 'new':
      return document.isNew === true;
    case 'masked':
      return document.masked;
    case 'own':
      return document.own;
  }
}

/** How many things are asked for besides the section. */
export function wishes({ section: _, ...rest }: Wish): number {
  return Object.values(rest).filter((one) => one !== '').length;
}

/** What is shown, in its order. `found` are the documents that the search gave, best first. */
export function wanted(
  documents: readonly DocumentView[],
  { wish, sort, order, layout }: Browsing,
  { found, language }: { readonly found?: readonly string[] | undefined; readonly language: Language },
): readonly DocumentView[] {
  const asksNothing = wish.section === '' && wishes(wish) === 0;
  if (found === undefined) {
    const sorted = sortDocuments(documents, sortFor(layout, sort), language);
    return asksNothing ? sorted : sorted.filter((one) => isWanted(one, wish));
  }
  if (order === 'best' && layout === 'list') {
    const known = byId(documents);
    const shown: DocumentView[] = [];
    for (const id of found) {
      const one = known.get(id);
      if (one !== undefined && (asksNothing || isWanted(one, wish))) shown.push(one);
    }
    return shown;
  }
  const ids = new Set(found);
  const chosen = sortFor(layout, order === 'best' ? sort : order);
  return sortDocuments(documents, chosen, language).filter((one) => ids.has(one.id) && isWanted(one, wish));
}

/** By list: made once, not for each letter that is searched. */
const BY_ID = new WeakMap<readonly DocumentView[], ReadonlyMap<string, DocumentView>>();

function byId(documents: readonly DocumentView[]): ReadonlyMap<string, DocumentView> {
  const known = BY_ID.get(documents) ?? new Map(documents.map((one) => [one.id, one]));
  BY_ID.set(documents, known);
  return known;
}

/** Months are in the order of days, whatever else was chosen. */
export function sortFor(layout: Layout, sort: Sort): Sort {
  return layout === 'months' && sort !== 'oldest' ? 'newest' : sort;
}

/** A heading (`YYYY-MM`, with how many follow), or a document with its place among all of them. */
export type Line =
  | { readonly month: string; readonly count: number }
  | { readonly document: DocumentView; readonly position: number };

export function linesOf(documents: readonly DocumentView[], layout: Layout): readonly Line[] {
  if (layout === 'list') return documents.map((document, index) => ({ document, position: index + 1 }));
  const counts = new Map<string, number>();
  for (const { date } of documents) counts.set(date.slice(0, 7), (counts.get(date.slice(0, 7)) ?? 0) + 1);
  return documents.flatMap((document, index): readonly Line[] => {
    const month = document.date.slice(0, 7);
    const line = { document, position: index + 1 };
    const begins = documents[index - 1]?.date.slice(0, 7) !== month;
    return begins ? [{ month, count: counts.get(month) ?? 0 }, line] : [line];
  });
}

/** Different values of documents, most frequent first. */
export function valuesOf(
  documents: readonly DocumentView[],
  of: (document: DocumentView) => readonly string[],
): readonly string[] {
  const counts = new Map<string, number>();
  for (const document of documents)
    for (const value of of(document)) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([a, one], [b, other]) => other - one || a.localeCompare(b))
    .map(([value]) => value);
}

/** A selection after a row was pressed: with `to` everything between the two, as they are shown. */
export function selected(
  before: ReadonlySet<string>,
  shown: readonly DocumentView[],
  { id, to }: { readonly id: string; readonly to?: string | undefined },
): ReadonlySet<string> {
  const next = new Set(before);
  const on = !before.has(id);
  const ends = [id, to ?? id].map((one) => shown.findIndex((document) => document.id === one));
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  const range = first < 0 ? [id] : shown.slice(first, last + 1).map((document) => document.id);
  for (const one of range) {
    if (on) next.add(one);
    else next.delete(one);
  }
  return next;
}
