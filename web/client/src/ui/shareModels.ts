/** Shares, and what their viewer goes through, as pages show them. */
import type { ErrorCode, PreviewSource } from './models';

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
