/**
 * View models: what pages are given and what they report back.
 *
 * Plain data in, callbacks out. Nothing here knows keys, requests or storage; src/app maps the engine's values to these.
 * Times are `Date`s, sizes bytes. A page never invents state: everything that can change comes in as a prop.
 */
import type { Messages } from '../i18n/fr';
import type { SummaryView } from './profileModels';

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

/**
 * `offline`: it goes on by itself once the server answers. `interrupted`: an earlier page sent it, and the file must be chosen
 * again. `confirming`: everything was sent; it counts once the server has answered.
 */
export type UploadState =
  | 'waiting'
  | 'sealing'
  | 'sending'
  | 'offline'
  | 'paused'
  | 'interrupted'
  | 'confirming'
  | 'done'
  | 'failed'
  | 'cancelled';

export interface UploadView {
  readonly id: string;
  readonly title: string;
  readonly size: number;
  readonly sent: number;
  readonly state: UploadState;
  /** Of an interrupted one: what was chosen, so that it can be found again. */
  readonly fileName?: string | undefined;
  readonly error?: ErrorCode | undefined;
}

/** An upload that an earlier page did not finish. */
export interface InterruptedUpload {
  readonly id: string;
  /** This browser has its file, sealed: it goes on by itself. */
  readonly kept?: boolean | undefined;
  readonly title: string;
  readonly fileName: string;
  readonly size: number;
}

export type DownloadState = 'preparing' | 'receiving' | 'waiting' | 'done' | 'failed' | 'cancelled';

/** A document on its way to the disk; sizes in bytes. */
export interface DownloadView {
  readonly state: DownloadState;
  readonly received: number;
  readonly size: number;
  readonly error?: ErrorCode | undefined;
}

/** A file chosen and not yet described. */
export interface PendingFile {
  readonly id: string;
  readonly fileName: string;
  readonly size: number;
  readonly mime: string;
  /** Proposals that the wiring makes (from the name, the file's date, its kind). */
  readonly suggestedTitle: string;
  readonly suggestedDate: string;
  readonly suggestedType?: string | undefined;
  readonly suggestedSection: string;
  readonly thumbnail?: string | undefined;
  /** What became of the data that a photo had about itself. */
  readonly cleaning?: Cleaning | undefined;
  readonly duplicate?: Duplicate | undefined;
  /** Set when the file cannot be added at all (empty, too large …). */
  readonly error?: ErrorCode | undefined;
}

/**
 * `kept`: it may tell place and device, and could not be cleaned. `converted`: to JPEG, which removed them. `heic`: kept, because this
 * browser does not read the format.
 */
export type Cleaning = 'none' | 'place' | 'camera' | 'converted' | 'kept' | 'heic';

/** A document of the vault with the same content, or (without `document`) a file that was chosen as well. */
export interface Duplicate {
  readonly document?: string | undefined;
  readonly title: string;
}

export interface NewDocument {
  readonly file: string;
  readonly title: string;
  readonly type?: string | undefined;
  readonly date: string;
  readonly section: string;
  readonly tags?: readonly string[] | undefined;
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

export type Right = 'read' | 'add';
export type GrantState = 'invited' | 'active' | 'expired' | 'revoked';

export interface InviteValues {
  readonly sections: readonly string[];
  /** Single documents in place of sections, to read. */
  readonly documents: readonly string[];
  readonly rights: readonly Right[];
  /** Last day of the right, `YYYY-MM-DD`. */
  readonly until: string;
}

/** A professional as found in the directory. */
export interface ProfessionalView {
  readonly name: string;
  readonly profession: ProfessionCode;
  readonly rpps: string;
  readonly fingerprint: string;
  /** The fingerprint as words of the page's language, to read aloud. */
  readonly words: readonly string[];
  readonly state: 'verified' | 'unverified' | 'refused';
  /** The key itself was scanned or typed, or stands in an earlier authorisation. */
  readonly confirmed: boolean;
}

/** A professional's own key, to be compared. */
export interface ContactView {
  readonly link: string;
  readonly fingerprint: string;
  readonly words: readonly string[];
}

export interface InvitationView {
  readonly link: string;
  /** Until when it can be redeemed. */
  readonly redeemUntil: Date;
  readonly accessUntil: Date;
  readonly sections: readonly SectionView[];
  /** Titles, if it is for single documents. */
  readonly documents?: readonly string[] | undefined;
}

export interface GrantView {
  readonly id: string;
  readonly state: GrantState;
  /** Absent while invited. */
  readonly professional?: {
    readonly name: string;
    readonly profession: ProfessionCode;
    readonly rpps: string;
    readonly fingerprint: string;
  };
  readonly sections: readonly SectionView[];
  /** Titles, if it is for single documents; undefined for one that was removed. */
  readonly documents?: readonly (string | undefined)[] | undefined;
  readonly rights: readonly Right[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly revoking?: boolean | undefined;
  /** The end that the professional asks for; absent once it was answered. */
  readonly asked?: Date | undefined;
  /** The patient said no to a request of this term. */
  readonly refused?: boolean | undefined;
  /** The professional is blocked. */
  readonly blocked?: boolean | undefined;
}

/** What a professional sees before accepting. */
export interface RedeemView {
  readonly patient: string;
  readonly sections: readonly SectionView[];
  readonly rights: readonly Right[];
  readonly notAfter: Date;
}

export interface VaultCardView {
  readonly id: string;
  readonly grant: string;
  readonly patient: string;
  readonly sections: readonly SectionView[];
  /** How many documents, if it is for single ones. */
  readonly documents?: number | undefined;
  readonly rights: readonly Right[];
  readonly notAfter: Date;
  readonly state: GrantState;
  /** How many documents others added since this vault was looked at last on this device; absent when that cannot be known. */
  readonly since?: number | 'never' | undefined;
}

/* ---- journal ---------------------------------------------------------------------------------------------- */

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
  /** The oldest entry that is in no checkpoint. */
  readonly uncoveredSince?: Date | undefined;
  /** That is so for more than a day. */
  readonly late: boolean;
}

/** What comparing a code of another device came to. */
export type HeadComparison = 'same' | 'fork' | 'shorter' | 'malformed';

/* ---- shares ----------------------------------------------------------------------------------------------- */

export type ShareDuration = '15m' | '1h' | '1d' | '1w' | 'date';

/** How long: from now, or with `date` until the end of the day `until` (YYYY-MM-DD). */
export interface ShareTerm {
  readonly duration: ShareDuration;
  readonly until?: string | undefined;
}

export interface ShareValues extends ShareTerm {
  readonly documents: readonly string[];
  readonly passcode?: string | undefined;
  readonly maxOpenings: number;
  readonly label: string;
  /** The link gives newer versions, too. */
  readonly follow: boolean;
  /** The viewer asks who opens it. */
  readonly nameAsked: boolean;
}

export interface ShareExtension extends ShareTerm {
  /** Openings more than before. */
  readonly more: number;
}

export type ShareState = 'active' | 'expired' | 'ended' | 'used';

/** An opening of a share: what its receiver said of itself, and from what kind of device, as the server saw it. */
export interface OpeningView {
  readonly time: Date;
  /** Absent where no name was asked. */
  readonly name?: string | undefined;
  readonly client?: 'android' | 'ios' | 'linux' | 'macos' | 'other' | 'windows' | undefined;
}

export interface ShareView {
  readonly id: string;
  readonly label: string;
  /** Absent when this device cannot show it. */
  readonly link?: string | undefined;
  readonly documents: readonly string[];
  readonly notAfter: Date;
  readonly state: ShareState;
  readonly openings: number;
  readonly maxOpenings?: number | undefined;
  readonly passcode: boolean;
  /** The link gives newer versions, too. */
  readonly follows: boolean;
  /** Newest first. */
  readonly opened: readonly OpeningView[];
  /** To make it again. */
  readonly documentIds: readonly string[];
  readonly ending?: boolean | undefined;
}

export interface SharedDocument {
  readonly id: string;
  readonly title: string;
  readonly type?: string | undefined;
  readonly date: string;
  readonly mime: string;
  readonly fileName: string;
  readonly size: number;
  /** Absent for a large document, which is only saved. */
  readonly source?: PreviewSource | undefined;
  /** What SMART Health Cards say, unverified; of documents that are a file of them. */
  readonly cards?: readonly HealthCardView[] | undefined;
}

export interface HealthCardView {
  readonly issuer: string;
  /** YYYY-MM-DD. */
  readonly issued: string;
  readonly holder: string;
  readonly lines: readonly { readonly kind: string; readonly text: string; readonly date: string }[];
}

export interface OpenedShare {
  readonly patient?: string | undefined;
  readonly label?: string | undefined;
  /** Absent in links by others that do not say. */
  readonly notAfter?: Date | undefined;
  readonly documents: readonly SharedDocument[];
}

/** Stages of the viewer that a person without an account goes through. */
export type ShareViewerState =
  | {
      readonly stage: 'ask';
      readonly passcode: boolean;
      /** Whether the patient wants to know who opens it. */
      readonly nameAsked: boolean;
      readonly label?: string | undefined;
      /** The server of another issuer that the link leads to. */
      readonly issuer?: string | undefined;
      readonly remainingAttempts?: number | undefined;
      readonly pending: boolean;
      readonly error?: ErrorCode | undefined;
    }
  | { readonly stage: 'opened'; readonly share: OpenedShare }
  | { readonly stage: 'ended' }
  | { readonly stage: 'failed'; readonly error: ErrorCode };
