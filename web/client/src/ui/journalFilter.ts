/** Which entries of the journal are shown: whose they are, and what a person asks for. Plain functions, no state. */
import { dayOf } from './day';
import type { JournalEntry } from './models';
import { matches } from './search';

/** Professionals and their key holders; the signed-in account; shares and what the server itself signed. */
export const GROUPS = ['professionals', 'own', 'services'] as const;
export type JournalGroup = (typeof GROUPS)[number];

export const MODES = ['own', 'grant', 'share', 'emergency'] as const;
export type JournalMode = (typeof MODES)[number];

/** An empty text, or `all`, asks for nothing. Days are `YYYY-MM-DD`, both included. */
export interface JournalWish {
  readonly query: string;
  readonly person: string;
  readonly document: string;
  readonly from: string;
  readonly until: string;
  readonly mode: JournalMode | 'all';
}

export const NO_WISH: JournalWish = {
  query: '',
  person: '',
  document: '',
  from: '',
  until: '',
  mode: 'all',
};

export function groupOf(entry: JournalEntry): JournalGroup {
  if (entry.kind === 'opening') return 'services';
  return entry.actor === undefined ? 'own' : 'professionals';
}

/** Whether an entry is one that somebody looks for. `sentence` says it in words, which are made only where words are asked for. */
export function isAsked(entry: JournalEntry, wish: JournalWish, sentence: () => string): boolean {
  return (
    (wish.person === '' || entry.actor === wish.person) &&
    (wish.document === '' || entry.document === wish.document) &&
    (wish.from === '' || dayOf(entry.time) >= wish.from) &&
    (wish.until === '' || dayOf(entry.time) <= wish.until) &&
    (wish.mode === 'all' || entry.mode === wish.mode) &&
    (wish.query.trim() === '' || matches(wish.query, [sentence()]))
  );
}

/** The people of some entries, in the order of the alphabet. */
export function peopleOf(entries: readonly JournalEntry[]): readonly string[] {
  const names = entries.flatMap(({ actor }) => (actor === undefined || actor === '' ? [] : [actor]));
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}

/** The documents of some entries by title; those whose title is not known cannot be chosen. */
export function documentsOf(entries: readonly JournalEntry[]): readonly (readonly [string, string])[] {
  const found = new Map<string, string>();
  for (const { document, subject } of entries)
    if (document !== undefined && subject !== undefined) found.set(document, subject);
  return [...found].sort(([, a], [, b]) => a.localeCompare(b));
}

/** Openings by the account itself, which a person may fold away. */
export function isOwnOpening(entry: JournalEntry): boolean {
  return entry.kind === 'access' && entry.mode === 'own';
}

export function byDay(
  entries: readonly JournalEntry[],
): readonly (readonly [string, readonly JournalEntry[]])[] {
  const days = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const day = dayOf(entry.time);
    const list = days.get(day);
    if (list) list.push(entry);
    else days.set(day, [entry]);
  }
  return [...days];
}
