/** What may be done with several documents at once, and how far it is. View models of the record's page. */
import type { DocumentView, ErrorCode } from './models';

/** What the engine does one document at a time; sharing leads to a page of its own. */
export type BulkAction =
  | { readonly kind: 'file' | 'unmask'; readonly section: string }
  | { readonly kind: 'tags'; readonly add: readonly string[]; readonly take: readonly string[] }
  | { readonly kind: 'mask' | 'remove' | 'download' | 'keep' };

export interface BulkFailure {
  readonly id: string;
  readonly title: string;
  readonly error: ErrorCode;
}

export interface BulkProgress {
  readonly kind: BulkAction['kind'];
  readonly done: number;
  readonly total: number;
  /** How much of the next one is done, from 0 to 1, where that is known. */
  readonly part?: number | undefined;
  readonly failed: readonly BulkFailure[];
  readonly state: 'running' | 'stopped' | 'finished';
}

export interface Bulk {
  /** Kinds that the account may do here. */
  readonly may: readonly (BulkAction['kind'] | 'share')[];
  readonly progress?: BulkProgress | undefined;
  readonly onRun: (action: BulkAction, documents: readonly DocumentView[]) => void;
  readonly onShare: (documents: readonly DocumentView[]) => void;
  readonly onStop: () => void;
  /** Forgets what came of it. */
  readonly onClear: () => void;
}

/** Most documents of a share. */
export const MOST_SHARED = 100;
const MOST_TAGS = 20;
const LONGEST_TAG = 50;
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Tags as they were typed, with commas between; without what no text in the record may have (spec chapter 4). */
export function tagsIn(text: string): readonly string[] {
  const tags = text
    .split(',')
    .map((tag) => tag.normalize('NFC').replace(/\s+/g, ' ').replace(HIDDEN, '').trim());
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

/** A document's tags after some were added and others taken away. */
export function retagged(
  before: readonly string[],
  { add, take }: { readonly add: readonly string[]; readonly take: readonly string[] },
): readonly string[] {
  return [...new Set([...before.filter((tag) => !take.includes(tag)), ...add])];
}

export function areTags(tags: readonly string[]): boolean {
  return tags.length <= MOST_TAGS && tags.every((tag) => Array.from(tag).length <= LONGEST_TAG);
}
