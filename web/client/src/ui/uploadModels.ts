/** Documents on their way into a vault and out of it, as pages show them. */
import type { ErrorCode } from './models';

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
