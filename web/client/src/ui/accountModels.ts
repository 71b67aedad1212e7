/** What the pages of the own account show: devices, room, export. */
import type { ErrorCode, Role, SectionView } from './models';

export type DeviceKind = 'android' | 'ios' | 'windows' | 'macos' | 'linux' | 'command_line' | 'other';

/** Where the account is signed in. */
export interface DeviceView {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly since: Date;
  /** The device that shows this. */
  readonly here: boolean;
}

/** Bytes that the own vault takes; `quota` where the host limits it. */
export interface StorageView {
  readonly stored: number;
  readonly quota?: number | undefined;
  /** Of documents that were removed and are not gone yet, and of versions before the latest. */
  readonly older: number;
  /** The latest versions, the largest section first. */
  readonly sections: readonly { readonly section: SectionView; readonly bytes: number }[];
}

/** That the account is to be deleted: when, the page that will verify the receipt, and the command that does so too. */
export interface DeletionView {
  readonly due: Date;
  readonly receipt: string;
  readonly verify: string;
}

/** A receipt of an erased account: a link that names none, none yet or none any more, one that does not hold, or what it says. */
export type ReceiptView =
  | { readonly stage: 'incomplete' | 'none' | 'refused' }
  | {
      readonly stage: 'holds';
      readonly requested: Date;
      readonly erased: Date;
      readonly role: Role;
      readonly rows: number;
      readonly objects: number;
      /** As the host signed it. */
      readonly text: string;
    };

/** What the account waits for; `days` between the wish and the deletion. */
export interface LeavingView {
  readonly days: number;
  readonly deletion?: DeletionView | undefined;
}

export type ExportForm = 'plain' | 'age';

/** A document that is not in the export. */
export interface LeftOut {
  readonly document: string;
  readonly title: string;
  readonly error: ErrorCode;
}

/** What an export will hold. */
export interface ExportPlan {
  readonly versions: number;
  readonly bytes: number;
}

/** How an export stands. `broke`: one document failed when its first half was written, so that there is no file. */
export type ExportState =
  | { readonly stage: 'asking' }
  | { readonly stage: 'reading' }
  | { readonly stage: 'running'; readonly done: number; readonly total: number }
  | {
      readonly stage: 'done';
      readonly files: number;
      readonly failed: readonly LeftOut[];
      /** The text of identity.txt. */
      readonly identity?: string | undefined;
    }
  | { readonly stage: 'broke'; readonly left: LeftOut }
  | { readonly stage: 'cancelled' }
  | { readonly stage: 'failed'; readonly error: ErrorCode };
