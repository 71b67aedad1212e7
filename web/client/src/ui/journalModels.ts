/** The journal and its proof, as pages show them. */
import type { Messages } from '../i18n/fr';

export type JournalKind = keyof Messages['journal']['kinds'];
export type AccessMode = keyof Messages['journal']['modes'];

export interface JournalEntry {
  /** Unique among both chains, e.g. `ledger:12`. */
  readonly id: string;
  readonly kind: JournalKind;
  readonly time: Date;
  /** Name to show; absent for the signed-in account itself. */
  readonly actor?: string | undefined;
  /** Title of the document, name of the professional or label of the share that it is about. */
  readonly subject?: string | undefined;
  readonly mode?: AccessMode | undefined;
  /** When a copy was opened without the server, by the device's clock; `time` is when that was entered. */
  readonly opened?: Date | undefined;
  readonly reason?: keyof Messages['journal']['reasons'] | undefined;
  /** Identifiers of what it is about, and of the key of another person who did it. */
  readonly document?: string | undefined;
  readonly share?: string | undefined;
  readonly person?: string | undefined;
}

export interface JournalView {
  readonly entries: readonly JournalEntry[];
  /** Both chains were verified from the first entry on. */
  readonly verified: boolean;
  readonly checked: Date;
  /** Of the own vault's: what proves it to another device. */
  readonly proof?: JournalProofView | undefined;
}

/** Where both chains end, as people compare it, and what the server has committed to. */
export interface JournalProofView {
  readonly codes: readonly string[];
  /** Size of the checkpoint's tree; absent before the first. */
  readonly checkpoint?: number | undefined;
  /** Since when the server signs with a key that follows its first one. */
  readonly keySince?: Date | undefined;
  /** The oldest entry that is in no checkpoint. */
  readonly uncoveredSince?: Date | undefined;
  /** That is so for more than a day. */
  readonly late: boolean;
}

/** What comparing a code of another device came to. */
export type HeadComparison = 'same' | 'fork' | 'shorter' | 'malformed';

/* ---- shares ----------------------------------------------------------------------------------------------- */
