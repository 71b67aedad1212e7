/** Grants, invitations and professionals, as pages show them. */
import type { ProfessionCode, SectionView } from './models';

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
