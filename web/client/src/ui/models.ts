/**
 * View models: what pages are given and what they report back.
 *
 * Plain data in, callbacks out. Nothing here knows keys, requests or storage; src/app maps the engine's values to these.
 * Times are `Date`s, sizes bytes. A page never invents state: everything that can change comes in as a prop.
 */
import type { Messages } from '../i18n/fr';
import type { SummaryView } from './profileModels';

export type * from './grantModels';
export type * from './journalModels';
export type * from './shareModels';
export type * from './uploadModels';

export type Language = 'fr' | 'en';
export type Role = 'patient' | 'professional';

/** Every error a page can show: a key of `errors` in the message tables. Map engine and HTTP codes to these. */
export type ErrorCode = keyof Messages['errors'];

/** Something that is fetched and opened. `offline` may still show the last known value. */
export type Loadable<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly error: ErrorCode; readonly onRetry?: () => void }
  | { readonly state: 'offline'; readonly value?: T; readonly onRetry?: () => void };

/** State of a form that the page itself holds the fields of. */
export interface Submission {
  readonly pending: boolean;
  readonly error?: ErrorCode | undefined;
}

/** Section kinds of every vault (spec chapter 3); `custom` has a name of its own. */
export type SectionKind = keyof Messages['sections'];

export interface SectionView {
  readonly id: string;
  readonly kind: SectionKind;
  /** Only for kind `custom`. */
  readonly name?: string | undefined;
  /** How many documents it holds, when known. */
  readonly count?: number | undefined;
}

export interface AccountView {
  readonly role: Role;
  readonly email: string;
  readonly name: string;
  /** Ten groups of four upper-case hex digits, or the same without spaces. */
  readonly fingerprint: string;
  readonly rpps?: string | undefined;
  readonly profession?: ProfessionCode | undefined;
  /** When the account is to be deleted, if its owner asked for it. */
  readonly deletionDue?: Date | undefined;
}

/** Professions of TRE_G15 that may be granted. */
export type ProfessionCode = keyof Messages['professions'];
export const PROFESSION_CODES = [
  ...(['10', '21', '26', '28', '40', '50', '60', '70'] as const),
  ...(['80', '86', '91', '92', '94', '95', '96', '98'] as const),
] as const satisfies readonly ProfessionCode[];

/* ---- password and kit ------------------------------------------------------------------------------------- */

/** zxcvbn's score; `acceptable` is the rule of the spec (length and score), which the page does not know. */
export interface PasswordStrength {
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly acceptable: boolean;
  readonly reason?: 'short' | 'common' | 'guessable' | undefined;
}

/** Rates a password; given by the wiring, which loads zxcvbn lazily. Null while it loads. */
export type RatePassword = (password: string, own: readonly string[]) => PasswordStrength | null;

export interface SignUpValues {
  readonly role: Role;
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly rpps?: string;
  readonly profession?: ProfessionCode;
  /** Eight digits that were mailed, where the server asks for them. */
  readonly code?: string;
}

export interface KitView {
  /** Twelve words, in order. */
  readonly words: readonly string[];
  /** Text of the QR code. */
  readonly qr: string;
  readonly email: string;
}

/* ---- documents -------------------------------------------------------------------------------------------- */

/** Shape of the icon when there is no thumbnail. */
export type DocumentShape = 'pdf' | 'image' | 'dicom' | 'text' | 'other';

export interface DocumentView {
  readonly id: string;
  /** The patient's health profile, which has a page of its own. */
  readonly isProfile?: boolean | undefined;
  readonly version: number;
  readonly title: string;
  /** Code of documentTypes, if any. */
  readonly type?: string | undefined;
  readonly section: SectionView;
  /** Date of the document as the person gave it, `YYYY-MM-DD`. */
  readonly date: string;
  readonly added: Date;
  readonly author: string;
  /** The signed-in account wrote it. */
  readonly own: boolean;
  readonly mime: string;
  readonly fileName: string;
  readonly size: number;
  /** `blob:` or `data:` URL of a JPEG. */
  readonly thumbnail?: string | undefined;
  /** Absent: none. */
  readonly tags?: readonly string[] | undefined;
  readonly masked: boolean;
  /** The account wrote it and the patient filed it out of its sections: the title is empty until it is opened. */
  readonly elsewhere?: boolean | undefined;
  /** It was given to the account by name: where the patient files it is not told. */
  readonly named?: boolean | undefined;
  /** Somebody's deposit that waits to be filed. */
  readonly isNew?: boolean | undefined;
  /** A deposit that does not open. */
  readonly unreadable?: boolean | undefined;
}

/** What the signed-in account may do; buttons that are not allowed are not shown. */
export interface DocumentRights {
  readonly refile: boolean;
  readonly mask: boolean;
  readonly remove: boolean;
  readonly share: boolean;
}

/** Bytes for a preview: opened by the engine, handed to the sandbox, never kept. */
export interface PreviewSource {
  readonly mime: string;
  readonly name: string;
  readonly bytes: ArrayBuffer;
  /** What is shown instead, when the bytes are a health profile or a patient summary. */
  readonly summary?: SummaryView | undefined;
}

export type PreviewState =
  | { readonly state: 'loading'; readonly received?: number; readonly total?: number }
  | { readonly state: 'ready'; readonly source: PreviewSource }
  | { readonly state: 'failed'; readonly error: ErrorCode; readonly onRetry?: () => void }
  /** Larger than what a preview should hold in memory: download only. */
  | { readonly state: 'too_large' };

/* ---- grants ----------------------------------------------------------------------------------------------- */
