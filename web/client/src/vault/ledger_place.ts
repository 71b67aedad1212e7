/**
 * What the rules of the fold share (spec chapter 6): who folds, where a statement stands, how a rule refuses.
 *
 * Knows no kind of statement.
 */
import type { KeyId, SectionId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import type { Entry, EntryHeader } from '../crypto/journal.ts';
import { versionOrder } from '../crypto/statements.ts';
import type { KnownCard, LedgerState, VersionState } from './ledger_state.ts';

/** Who folds: their key id and, for a professional, the sections and the versions of documents of their current grants. */
export interface Viewer {
  readonly key: KeyId;
  readonly sections: ReadonlySet<SectionId>;
  /** As `versionOrder` writes them. */
  readonly documents?: ReadonlySet<string> | undefined;
}

/** Whether one viewer is shown all that another one is. */
export function reaches(one: Viewer, other: Viewer): boolean {
  const sections = [...other.sections].every((section) => one.sections.has(section));
  const documents = [...(other.documents ?? [])].every((named) => one.documents?.has(named) === true);
  return one.key === other.key && sections && documents;
}

/** Whether all moves of a version are shown to who folds, wherever it is: they wrote it, or were granted it by name. */
export function follows({ viewer }: Place, { manifest }: VersionState): boolean {
  return manifest.author === viewer.key || viewer.documents?.has(versionOrder(manifest)) === true;
}

/** Where a statement stands, and for whom it is folded. */
export interface Place {
  readonly header: EntryHeader;
  readonly entry: Entry;
  readonly viewer: Viewer;
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : T[K];
};
/** A state while a fold works on it. */
export type Draft = Mutable<LedgerState>;

/** An independent copy: the records inside are immutable. */
export function draftOf(state: LedgerState): Draft {
  return {
    ...state,
    sections: new Map(state.sections),
    documents: new Map(state.documents),
    grants: new Map(state.grants),
    shares: new Map(state.shares),
    cards: new Map(state.cards),
    blocked: new Map(state.blocked),
  };
}

/** Keeps a verified card; of several for the same keys, the newest. */
export function learnCard(state: Pick<Draft, 'cards'>, found: KnownCard): void {
  const known = state.cards.get(found.card.author);
  if (known === undefined || known.card.time < found.card.time) state.cards.set(found.card.author, found);
}

/** Raises tampered unless the rule holds. */
export function require(rule: string, holds: boolean): void {
  check(holds, () => tampered(rule));
}

/** Whether the owner folds, who is shown every entry. */
export function seesAll(state: Draft, { viewer }: Place): boolean {
  return viewer.key === state.owner;
}

/** Whether every entry of a section is shown to who folds. */
export function inView(state: Draft, place: Place, section: SectionId): boolean {
  return seesAll(state, place) || place.viewer.sections.has(section);
}

/** Raises tampered unless the section is known and this is its newest epoch. */
export function requireNewest(state: Draft, section: SectionId, epoch: number): void {
  require('section unknown or not at its newest epoch', state.sections.get(section)?.epoch === epoch);
}
